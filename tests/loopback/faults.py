"""Faults on order: what goes wrong, with which requests, how often.

    faults.add("POST", "/channels/{channel}/messages", status(500), times=3)
    faults.add("POST", "/channels/{channel}/messages", drop(commit=True))      # done, and nobody is told
    faults.add("POST", "/channels/{channel}/messages", after(bot.kill))        # a crash between send and confirm

An effect is any `async (request, proceed) -> response`; `proceed()` does what was asked and gives its response.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

from aiohttp import web

from tests.loopback.answers import MISSING_ACCESS, MISSING_PERMISSIONS, answer
from tests.loopback.journal import path_pattern

Proceed = Callable[[], Awaitable[web.StreamResponse]]
Effect = Callable[[web.Request, Proceed], Awaitable[web.StreamResponse]]


@dataclass
class Fault:
    """One order. It lets `skip` requests pass, then strikes `times` (None: always). `hits` counts the strikes."""

    method: str
    pattern: Pattern[str]
    effect: Effect
    times: int | None
    skip: int
    where: Callable[[Any], bool]
    hits: int = 0

    def takes(self, method: str, path: str, body: Any) -> bool:
        """Say whether the fault strikes this request; counts it."""
        if method != self.method or not self.pattern.fullmatch(path) or not self.where(body):
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.hits += 1
        return True


@dataclass
class Faults:
    """The orders that stand. The first that takes a request has it alone."""

    orders: list[Fault] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        effect: Effect,
        *,
        times: int | None = 1,
        skip: int = 0,
        where: Callable[[Any], bool] = lambda body: True,
    ) -> Fault:
        """Order a fault. `path` as in `path_pattern`; `where` looks at the request's JSON."""
        fault = Fault(method, path_pattern(path), effect, times, skip, where)
        self.orders.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything pass again."""
        self.orders.clear()

    def find(self, method: str, path: str, body: Any) -> Effect | None:
        """Return the effect that a request meets."""
        return next((fault.effect for fault in self.orders if fault.takes(method, path, body)), None)


def status(code: int, discord_code: int = 0, message: str = "") -> Effect:
    """Refuse with a status; nothing is done."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        return answer({"code": discord_code, "message": message or f"{code}: on order"}, code)

    return effect


def missing_permissions() -> Effect:
    """Refuse as Discord does when the bot may not do this in the channel."""
    return status(403, MISSING_PERMISSIONS, "Missing Permissions")


def missing_access() -> Effect:
    """Refuse as Discord does when the bot may not see the channel."""
    return status(403, MISSING_ACCESS, "Missing Access")


def rate_limit(retry_after: float, *, everywhere: bool = False) -> Effect:
    """Refuse with 429. Without the `Via` header discord.py would take it for a ban by Cloudflare."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
        headers = {"Via": "1.1 google", "Retry-After": str(retry_after)}
        if everywhere:
            headers["X-RateLimit-Global"] = "true"
        return answer(body, 429, headers)

    return effect


def hang(*, commit: bool = False) -> Effect:
    """Never answer; with `commit` it is done all the same."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        if commit:
            await proceed()
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
        return web.Response()

    return effect


def drop(*, commit: bool = False) -> Effect:
    """Cut the connection instead of answering; with `commit` it is done all the same."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        if commit:
            await proceed()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    return effect


def delay(seconds: float) -> Effect:
    """Do it at once and answer late."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        response = await proceed()
        await asyncio.sleep(seconds)
        return response

    return effect


def instead(callback: Callable[[], Any]) -> Effect:
    """Call something, do nothing and cut the connection: a crash before the request counts, for one."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        await _call(callback)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    return effect


def after(callback: Callable[[], Any]) -> Effect:
    """Do it, call something, and only then answer. The callback may be asynchronous, here as in `instead`."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        response = await proceed()
        await _call(callback)
        return response

    return effect


async def _call(callback: Callable[[], Any]) -> None:
    result = callback()
    if inspect.isawaitable(result):
        await result
