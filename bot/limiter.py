"""One pace for all REST calls, just below Discord's global limit (decision 7).

discord.py waits when Discord has said 429; this keeps Discord from saying it. Answers to interactions do not pass
here: they go another way, are exempt from the global limit, and must come within three seconds.
"""

import asyncio
import contextlib
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from enum import IntEnum
from typing import Any


class Priority(IntEnum):
    """Who goes first when several wait: to know what happened, then to post, then to reveal, then the rest."""

    RECONCILE = 0
    POST = 1
    REVEAL = 2
    REST = 3


_priority: ContextVar[Priority] = ContextVar("rest_priority", default=Priority.REST)
_paid: ContextVar[list[None] | None] = ContextVar("rest_turn_taken", default=None)


@contextlib.contextmanager
def prioritised(priority: Priority) -> Iterator[None]:
    """Give the REST calls made in the block, and in tasks it starts, a priority."""
    token = _priority.set(priority)
    try:
        yield
    finally:
        _priority.reset(token)


class RestLimiter:
    """Lets calls pass one by one, evenly spaced, the most urgent first and equals in the order of their coming.

    A timer that fires late may be made up for by one call, so that the stated rate is also reached; within any
    second at most one call more than the rate passes.
    """

    def __init__(self, per_second: float) -> None:
        self._pause = 1 / per_second
        self._free_at = 0.0
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self) -> None:
        """Wait until the call may be made."""
        loop = asyncio.get_running_loop()
        if not self._waiting and loop.time() >= self._free_at:
            self._free_at = loop.time() + self._pause
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._count += 1
        heapq.heappush(self._waiting, (_priority.get(), self._count, turn))
        self._arm(loop)
        await turn

    @contextlib.asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn now, and let the first call in the block pass with it.

        What begins in the block, a lease or a time-out, then measures the call alone and not the queue before it.
        """
        await self.turn()
        token = _paid.set([None])
        try:
            yield
        finally:
            _paid.reset(token)

    def paced(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return the call as one that waits for its turn first."""

        async def wait_and_call(*arguments: Any, **options: Any) -> Any:
            paid = _paid.get()
            if paid:
                paid.pop()
            else:
                await self.turn()
            return await call(*arguments, **options)

        return wait_and_call

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None:
            self._timer = loop.call_at(self._free_at, self._release, loop)

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        while self._waiting:
            if loop.time() < self._free_at:
                self._arm(loop)
                return
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():  # whoever waited may have given up
                turn.set_result(None)
                # Counted from when it was due, so that late timers do not add up, but never two pauses back.
                self._free_at = max(self._free_at, loop.time() - self._pause) + self._pause
