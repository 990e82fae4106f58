"""The server: one port, REST under /api/v10, the gateway under /gateway."""

import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.loopback.answers import ApiError
from tests.loopback.bodies import BODY, read_body
from tests.loopback.callbacks import CallbackRoutes
from tests.loopback.channels import ChannelRoutes
from tests.loopback.directory import DirectoryRoutes
from tests.loopback.faults import Faults
from tests.loopback.gateway import Gateway
from tests.loopback.interactions import Interactions
from tests.loopback.journal import Exchange, Journal
from tests.loopback.limits import RateLimits
from tests.loopback.snowflakes import Clock, wall_clock
from tests.loopback.timings import Timings
from tests.loopback.world import Channel, World

_PREFIX = "/api/v10"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LoopbackDiscord:
    """Runs in the loop of whoever opens it; the bot may be in the same loop or another process.

    A request passes, in this order: the journal, the check of the token, rate limits, faults on order, its route. A
    bug of the loopback's own is answered with 500 and raised at the end, so that it is not taken for the bot's.
    """

    def __init__(self, *, clock: Clock = wall_clock, timings: Timings | None = None) -> None:
        # As long and as oddly made as a real token, so that a search for it in a log finds no other thing.
        self.token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gloop.loopback-token-that-must-not-be-logged"
        self.timings = timings or Timings()
        self.world = World(clock)
        self.journal = Journal()
        self.faults = Faults()
        self.limits = RateLimits(time.monotonic)
        self.gateway = Gateway(self.world, self.timings, self.journal, self.token)
        self.interactions = Interactions(self.world, self.journal, self.gateway)
        self._directory = DirectoryRoutes(self.world, self.journal)
        self._callbacks = CallbackRoutes(self.world, self.timings, self.journal, self.interactions)
        self._channels = ChannelRoutes(self.world, self.timings, self.journal)
        self._runner: web.AppRunner | None = None
        self._bugs: list[Exception] = []
        self.api_url = ""

    async def __aenter__(self) -> Self:
        api = web.Application(middlewares=[self._pass], client_max_size=32 * 1024**2)
        for routes in (self._directory, self._callbacks, self._channels):
            api.add_routes(routes.routes())
        app = web.Application()
        app.add_subapp(_PREFIX, api)
        app.router.add_get("/gateway/", self.gateway.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.api_url = f"http://127.0.0.1:{port}{_PREFIX}"
        self.gateway.url = self._directory.gateway_url = f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.close(1001)
        assert self._runner is not None
        await self._runner.cleanup()
        if self._bugs and error is None:
            raise self._bugs[0]

    def environment(self) -> dict[str, str]:
        """What a bot process needs to come here."""
        return {
            "MIANJING_TOKEN": self.token,
            "MIANJING_DISCORD_API_URL": self.api_url,
            "MIANJING_DISCORD_GATEWAY_URL": self.gateway.url,
        }

    async def wait_messages(self, channel: Channel, count: int = 1, timeout: float = 20) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """Wait until a channel has at least `count` messages, and return all it has."""
        what = f"message number {count} in #{channel.name or channel.id}"
        await self.journal.until(lambda: len(channel.messages) >= count, what, timeout)
        return list(channel.messages)

    @web.middleware
    async def _pass(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        path = request.path.removeprefix(_PREFIX)
        await read_body(request)
        exchange = Exchange(request.method, path, dict(request.query), request[BODY], self.world.snowflakes.clock())
        self.journal.exchanges.append(exchange)
        self.journal.changed()

        async def proceed() -> web.StreamResponse:
            try:
                return await handler(request)
            except ApiError as refusal:
                return refusal.response()
            except web.HTTPNotFound:
                return ApiError(404, 0, "404: Not Found").response()
            except Exception as bug:
                self._bugs.append(bug)
                return ApiError(500, 0, f"the loopback has a bug: {bug!r}").response()

        if not self._authorised(request, path):
            response: web.StreamResponse = ApiError(401, 0, "401: Unauthorized").response()
        elif (refusal := self.limits.refuse(request.method, path)) is not None:
            response = refusal
        else:
            effect = self.faults.find(request.method, path, request[BODY])
            response = await (effect(request, proceed) if effect is not None else proceed())
            if not response.prepared:
                response.headers.update(self.limits.headers(request.method, path))
        if request.transport is not None and not request.transport.is_closing():
            exchange.status = response.status
        self.journal.changed()
        return response

    def _authorised(self, request: web.Request, path: str) -> bool:
        """Answers to interactions carry their token in the path; everything else the bot's in a header."""
        if path.startswith(("/interactions/", "/webhooks/")):
            return True
        return request.headers.get("Authorization") == f"Bot {self.token}"
