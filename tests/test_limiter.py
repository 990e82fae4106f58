"""The limiter: even spacing, the most urgent first, nobody waits for those who gave up. Times are the loop's own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.limiter import Priority, RestLimiter, prioritised

RATE = 200.0


@asynccontextmanager
async def busy(limiter: RestLimiter) -> AsyncIterator[None]:
    """Leave a queue behind the first call, so that those of the block must wait."""
    await limiter.turn()
    yield


async def test_calls_are_spaced_and_none_is_lost() -> None:
    limiter, loop = RestLimiter(RATE), asyncio.get_running_loop()
    times: list[float] = []

    async def call() -> None:
        await limiter.turn()
        times.append(loop.time())

    await asyncio.gather(*(call() for _ in range(60)))
    assert len(times) == 60
    # A late timer is made up for by one call; never by more, so no window holds more than its share and one.
    for start in range(60 - 20):
        assert times[start + 20] - times[start] > (20 - 2) / RATE


async def test_the_most_urgent_go_first_and_equals_in_order() -> None:
    limiter = RestLimiter(20.0)
    order: list[str] = []

    async def call(name: str) -> None:
        await limiter.turn()
        order.append(name)

    async with busy(limiter):
        tasks = []
        for name, priority in (
            ("rest 1", Priority.REST),
            ("reveal", Priority.REVEAL),
            ("post 1", Priority.POST),
            ("look", Priority.RECONCILE),
            ("post 2", Priority.POST),
            ("rest 2", Priority.REST),
        ):
            with prioritised(priority):
                tasks.append(asyncio.create_task(call(name)))
        await asyncio.gather(*tasks)
    assert order == ["look", "post 1", "post 2", "reveal", "rest 1", "rest 2"]


async def test_who_gave_up_uses_no_turn() -> None:
    limiter, loop = RestLimiter(20.0), asyncio.get_running_loop()
    async with busy(limiter):
        waiting = [asyncio.create_task(limiter.turn()) for _ in range(5)]
        last = asyncio.create_task(limiter.turn())
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        began = loop.time()
        await last
    assert loop.time() - began < 3 / 20.0  # one turn, not six


async def echo(value: int) -> int:
    return value


async def test_a_taken_turn_lets_one_call_pass_and_no_second() -> None:
    limiter = RestLimiter(RATE)
    taken: list[None] = []
    turn: Callable[[], object] = limiter.turn

    async def counted() -> None:
        taken.append(None)
        await turn()  # type: ignore[misc]

    limiter.turn = counted  # type: ignore[method-assign]
    paced = limiter.paced(echo)
    async with limiter.taken():
        assert len(taken) == 1
        assert await paced(7) == 7
        assert len(taken) == 1
        assert await paced(8) == 8
        assert len(taken) == 2
    assert await paced(9) == 9
    assert len(taken) == 3


async def test_an_error_of_the_call_is_the_callers() -> None:
    async def fail() -> None:
        raise ValueError("no")

    limiter = RestLimiter(RATE)
    with pytest.raises(ValueError, match="no"):
        await limiter.paced(fail)()
    await asyncio.wait_for(limiter.turn(), 1)
