"""Health and metrics over HTTP, for operators who set MIANJING_HTTP_PORT. Nothing of members is in it."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta

from aiohttp import web

from bot.client import InterviewBot
from bot.domain.figures import Figures

log = logging.getLogger(__name__)

# Figures cover the slots that came due in this span.
SPAN = timedelta(hours=24)
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsServer:
    """`/health` says whether the gateway is up (200 or 503), `/metrics` speaks Prometheus' text format."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._runner: web.AppRunner | None = None

    async def start(self, port: int, host: str = "0.0.0.0") -> int:  # noqa: S104 - a container's port is published
        """Listen; returns the port, which differs when 0 was asked for.

        Raises:
            OSError: If the port is taken.
        """
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self.close()
            raise
        bound: int = self._runner.addresses[0][1]
        log.info("health and metrics on port %d", bound)
        return bound

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _health(self, request: web.Request) -> web.Response:
        ready = self._bot.is_ready() and not self._bot.is_closed()
        return web.Response(text="ready\n" if ready else "not connected\n", status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        figures = await self._bot.services.operations.figures(self._bot.clock() - SPAN)
        text = "".join(f"{line}\n" for line in metric_lines(self._bot, figures))
        return web.Response(body=text.encode(), headers={"Content-Type": _TYPE})


def metric_lines(bot: InterviewBot, figures: Figures) -> Iterator[str]:
    """Yield the metrics: a HELP and a TYPE line each, then its values."""
    day = f"Daily questions of the last {SPAN // timedelta(hours=1)} hours"
    yield from _gauge("ready", "Whether the gateway is up.", {"": float(bot.is_ready())})
    yield from _gauge("servers", "Servers that the bot is in.", {"": len(bot.guilds)})
    # NaN before the first heartbeat, which Prometheus takes.
    yield from _gauge("gateway_latency_seconds", "Round trip of the gateway's heartbeat.", {"": bot.latency})
    yield from _gauge("slots_due", f"{day}: slots that came due.", {"": figures.due})
    yield from _gauge("slots_posted", f"{day}: posted.", {"": figures.posted})
    skipped = {f'{{reason="{reason or "none"}"}}': count for reason, count in sorted(figures.skipped.items())}
    waiting = {f'{{reason="{reason or "none"}"}}': count for reason, count in sorted(figures.waiting.items())}
    yield from _gauge("slots_skipped", f"{day}: given up, by reason.", skipped)
    yield from _gauge("slots_waiting", f"{day}: still tried, by reason.", waiting)
    late = {"0.5": figures.late_median, "0.99": figures.late_p99}
    seconds = {f'{{quantile="{share}"}}': span.total_seconds() for share, span in late.items() if span is not None}
    yield from _gauge("slot_lateness_seconds", f"{day}: posted after due.", seconds)


def _gauge(name: str, what: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP mianjing_{name} {what}"
    yield f"# TYPE mianjing_{name} gauge"
    yield from (f"mianjing_{name}{labels} {value:g}" for labels, value in values.items())
