"""What was asked and what happened: every request in order, and a way to wait for anything."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class Exchange:
    """One request. `path` has no prefix; `status` stays None while it hangs, and when no answer was given."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    at: datetime
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"


def path_pattern(path: str) -> re.Pattern[str]:
    """Compile `/channels/{channel}/messages`; a placeholder stands for one part of the path."""
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(re.escape(part) for part in parts))


@dataclass
class Journal:
    """Requests in order of arrival. `changed` is called by all parts of the loopback when something happens."""

    exchanges: list[Exchange] = field(default_factory=list)
    _waiters: set[asyncio.Future[None]] = field(default_factory=set)

    def select(self, method: str, path: str) -> list[Exchange]:
        """Return the requests of a method to a path as in `path_pattern`."""
        pattern = path_pattern(path)
        return [made for made in self.exchanges if made.method == method and pattern.fullmatch(made.path)]

    def changed(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, check: Callable[[], T | None], what: str, timeout: float = 20) -> T:  # noqa: ASYNC109
        """Wait until `check` returns something true, and return it. It is called again whenever something happened.

        Raises:
            AssertionError: after `timeout` seconds, with the latest requests.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not (found := check()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    try:
                        await waiter
                    finally:
                        self._waiters.discard(waiter)
                return found
        latest = "\n".join(f"  {made}" for made in self.exchanges[-12:])
        raise AssertionError(f"no {what} within {timeout} s; the latest requests:\n{latest}")

    async def wait_for(self, method: str, path: str, count: int = 1, timeout: float = 20) -> list[Exchange]:  # noqa: ASYNC109
        """Wait until `count` such requests have been made, answered or not, and return them."""

        def enough() -> list[Exchange] | None:
            found = self.select(method, path)
            return found if len(found) >= count else None

        return await self.until(enough, f"{count} × {method} {path}", timeout)
