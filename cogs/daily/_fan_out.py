"""Many sends at once, and never more of them claimed than can be made within a second (decision 4)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


class FanOut:
    """Claims work and does it, claiming more while the rest is under way: the wire never waits for the database.

    `at_most` pieces are claimed and unfinished at any time: were the process to die, that many leases would have to
    run out.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most

    async def run(
        self,
        claim: Callable[[datetime, int], Awaitable[Sequence[T]]],
        work: Callable[[T], Awaitable[Any]],
        clock: Callable[[], datetime],
    ) -> None:
        """Go on until nothing is left to claim. A slow or bad piece delays and stops no other."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                room = self._at_most - len(under_way)
                claimed = await claim(clock(), room)
                under_way |= {asyncio.create_task(_guarded(work, piece)) for piece in claimed}
                if not under_way:
                    return
                # Half of them under way is time enough for the next claim.
                enough = self._at_most // 2 if len(claimed) == room else 0
                while len(under_way) > enough:
                    done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()  # raises only what ends the process
        except BaseException:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            raise


async def _guarded(work: Callable[[T], Awaitable[Any]], piece: T) -> None:
    """Do one piece. A bug is logged; its lease runs out, and recovery looks at it."""
    try:
        await work(piece)
    except Exception:
        log.exception("a step of the daily question failed")
