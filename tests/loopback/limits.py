"""Discord's rate limits: 50 calls a second in all, and on messages 5 in 5 seconds a channel.

Answers to interactions are exempt. Buckets are named in headers as Discord does, so that discord.py paces itself per
route; nothing tells it of the global limit before it is hit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.loopback.answers import answer

_EXEMPT = ("/interactions/", "/webhooks/")
_MESSAGES = re.compile(r"/channels/(\d+)/messages")


@dataclass
class Bucket:
    """`size` calls at once, refilled over `seconds`."""

    size: int
    seconds: float
    level: float
    filled_at: float

    def take(self, now: float) -> float:
        """Take one call; returns 0, or how long until one would be there."""
        rate = self.size / self.seconds
        self.level = min(self.size, self.level + max(0.0, now - self.filled_at) * rate)
        self.filled_at = now
        if self.level < 1:
            return (1 - self.level) / rate
        self.level -= 1
        return 0.0


@dataclass
class RateLimits:
    """Change `per_second` or `per_channel` (calls in five seconds) before the bot comes. `refused` lists the paths."""

    clock: Callable[[], float]
    per_second: int = 50
    per_channel: int = 5
    refused: list[str] = field(default_factory=list)
    _everywhere: Bucket | None = None
    _channels: dict[str, Bucket] = field(default_factory=dict)

    def refuse(self, method: str, path: str) -> web.Response | None:
        """Return the 429 that a call meets, or None."""
        if path.startswith(_EXEMPT):
            return None
        now = self.clock()
        if self._everywhere is None:
            self._everywhere = Bucket(self.per_second, 1.0, self.per_second, now)
        wait = self._everywhere.take(now)
        if wait:
            return self._too_many(path, wait, everywhere=True)
        bucket = self._bucket(method, path)
        wait = bucket.take(now) if bucket else 0.0
        return self._too_many(path, wait, everywhere=False) if wait else None

    def headers(self, method: str, path: str) -> dict[str, str]:
        """Return what the answer says of its bucket."""
        bucket = self._bucket(method, path)
        if bucket is None:
            return {}
        missing = bucket.size - int(bucket.level)
        return {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(bucket.size),
            "X-RateLimit-Remaining": str(int(bucket.level)),
            "X-RateLimit-Reset-After": f"{missing * bucket.seconds / bucket.size:.3f}",
        }

    def _bucket(self, method: str, path: str) -> Bucket | None:
        found = _MESSAGES.fullmatch(path)
        if found is None or method != "POST":
            return None
        fresh = Bucket(self.per_channel, 5.0, self.per_channel, self.clock())
        return self._channels.setdefault(found[1], fresh)

    def _too_many(self, path: str, wait: float, *, everywhere: bool) -> web.Response:
        self.refused.append(path)
        body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
        # Without Via discord.py takes it for a ban by Cloudflare.
        headers = {
            "Via": "1.1 google",
            "Retry-After": f"{wait:.3f}",
            "X-RateLimit-Scope": "global" if everywhere else "user",
        }
        if everywhere:
            headers["X-RateLimit-Global"] = "true"
        return answer(body, 429, headers)
