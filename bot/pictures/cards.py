"""Picture cards on demand: one thread draws, a card that fails is no card, the text beside it stands alone.

Pillow and the fonts are loaded by the thread when the first card is wanted: an idle bot does without.
"""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING

from bot.pictures.values import Card, DistributionCard, LeaderboardCard

if TYPE_CHECKING:
    from bot.pictures.text import Fonts

__all__ = ["Painter", "PictureCards"]

log = logging.getLogger(__name__)

SECONDS = 5.0  # nobody waits longer for a picture
KEPT_SECONDS = 60.0
KEPT = 32  # of up to 150 kB each
WAITING = 8  # more at once get no picture: they would time out in the queue


class Painter:
    """Draws cards, and holds the fonts. Used by one thread: FreeType's faces are not shared."""

    def __init__(self) -> None:
        self._fonts: Fonts | None = None

    def __call__(self, card: Card) -> bytes:
        """Draw a card as a PNG."""
        from bot.pictures import distribution, leaderboard, profile
        from bot.pictures.text import Fonts

        if self._fonts is None:
            self._fonts = Fonts()
        if isinstance(card, LeaderboardCard):
            return leaderboard.draw(card, self._fonts)
        if isinstance(card, DistributionCard):
            return distribution.draw(card, self._fonts)
        return profile.draw(card, self._fonts)


class PictureCards:
    """Cards by their content, each kept for a minute."""

    def __init__(
        self,
        paint: Callable[[Card], bytes] | None = None,
        executor: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        """Without `executor` one thread is started; an executor given must have one worker too."""
        self._paint = paint or Painter()
        self._executor = executor or ThreadPoolExecutor(max_workers=1, thread_name_prefix="cards")
        self._own_executor = executor is None
        self._clock = clock
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        # Also those that nobody waits for any longer: a thread that hangs must not gather a queue.
        self._drawing: dict[str, asyncio.Future[bytes]] = {}

    async def png(self, card: Card) -> bytes | None:
        """Return the card; None if there is none: the text beside it says everything."""
        # Names may hold lone surrogates, which repr writes as escapes.
        key = hashlib.sha256(repr(card).encode()).hexdigest()
        drawn_at, png = self._kept.get(key, (0.0, b""))
        if png and self._clock() - drawn_at < KEPT_SECONDS:
            return png
        if key not in self._drawing and len(self._drawing) >= WAITING:
            log.warning("no %s, since %d pictures are waiting", type(card).__name__, WAITING)
            return None
        try:
            async with asyncio.timeout(self._seconds):
                png = await self._draw(key, card)
        except TimeoutError:
            log.warning("no %s: it took longer than %g s", type(card).__name__, self._seconds)
            return None
        except Exception as error:  # whatever a drawing stumbles over, the text is there
            log.warning("no %s: %r", type(card).__name__, error)
            return None
        self._keep(key, png)
        return png

    def close(self) -> None:
        """Stop the thread, if it is our own; a card that is being drawn is finished."""
        if self._own_executor:
            self._executor.shutdown(wait=True, cancel_futures=True)

    async def _draw(self, key: str, card: Card) -> bytes:
        """Draw, once for all who ask for the same card meanwhile."""
        drawing = self._drawing.get(key)
        if drawing is None:
            drawing = asyncio.get_running_loop().run_in_executor(self._executor, self._paint, card)
            self._drawing[key] = drawing
            drawing.add_done_callback(lambda done: self._drawn(key, done))
        return await asyncio.shield(drawing)

    def _drawn(self, key: str, drawing: "asyncio.Future[bytes]") -> None:
        self._drawing.pop(key, None)
        if not drawing.cancelled():
            drawing.exception()  # looked at: whoever waited has logged it, or has gone

    def _keep(self, key: str, png: bytes) -> None:
        self._kept[key] = (self._clock(), png)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
