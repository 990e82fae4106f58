"""`run` and `commands sync`: the commands that talk to Discord."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from bot.errors import StartupError
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.client import InterviewBot

log = logging.getLogger(__name__)


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    run = subparsers.add_parser("run", help="connect to Discord (needs MIANJING_TOKEN)")
    run.set_defaults(handler=lambda _arguments: asyncio.run(run_bot(read_settings())))
    commands = subparsers.add_parser("commands", help="the slash commands at Discord")
    actions = commands.add_subparsers(dest="action", required=True)
    sync = actions.add_parser("sync", help="register the slash commands now")
    sync.set_defaults(handler=lambda _arguments: asyncio.run(sync_commands(read_settings())))


def set_up_logging(settings: Settings) -> None:
    """Log to stderr; stdout carries results only. discord.py never logs the token, and neither do we."""
    logging.basicConfig(
        level=settings.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # These would print every statement (SQLAlchemy at INFO already), every frame, and the tokens by which one may
    # answer members, with their answers.
    wordy = {"aiosqlite": logging.INFO, "sqlalchemy": logging.WARNING, "asyncio": logging.INFO}
    wordy |= {"discord.gateway": logging.INFO, "discord.http": logging.INFO, "discord.webhook": logging.INFO}
    for name, least in wordy.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(settings.log_level)))


def redirect(settings: Settings) -> None:
    """Point discord.py at other addresses, where set; unset ones touch nothing (decision 30)."""
    import discord
    import yarl

    if settings.discord_api_url:
        discord.http.Route.BASE = settings.discord_api_url.rstrip("/")
    if settings.discord_gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)


async def run_bot(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM; returns 0 then.

    Raises:
        StartupError: If something the operator can mend is in the way.
        ContentError: If content has faults.
    """
    token = settings.require_token()
    set_up_logging(settings)
    import aiohttp
    import discord

    from bot.app import open_app

    redirect(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(signum, stop.set)
    async with open_app(settings) as app:
        log.info("data in %s, content from %s", settings.data_dir.resolve(), settings.content_dir)
        async with app.make_bot() as bot, _metrics(bot, settings.http_port):
            running = asyncio.create_task(bot.start(token))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not running.done():
                log.info("stopping")
                await bot.close()
                await _end(running)
                return 0
            try:
                running.result()
            except discord.LoginFailure:
                raise StartupError(
                    "Discord does not accept MIANJING_TOKEN: copy the token again from the developer portal"
                    " (Bot → Reset Token)"
                ) from None
            except discord.PrivilegedIntentsRequired:
                raise StartupError(
                    "Discord refused the gateway intents; this bot asks for none that are privileged"
                ) from None
            # Once it has logged in, discord.py waits and tries again by itself.
            except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
                raise StartupError(f"Discord cannot be reached: {error}") from None
    return 0


@contextlib.asynccontextmanager
async def _metrics(bot: "InterviewBot", port: int | None) -> AsyncIterator[None]:
    """Serve health and metrics during the block, if a port is set."""
    if port is None:
        yield
        return
    from bot.metrics import MetricsServer

    server = MetricsServer(bot)
    try:
        await server.start(port)
    except OSError as error:
        raise StartupError(f"MIANJING_HTTP_PORT {port} cannot be used: {error.strerror or error}") from None
    try:
        yield
    finally:
        await server.close()


async def _end(running: asyncio.Task[None]) -> None:
    """Wait for the task of a bot that was closed. What it raises now, or waits for, is only that it was closed."""
    await asyncio.wait({running}, timeout=1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def sync_commands(settings: Settings) -> int:
    """Register the slash commands whether or not they changed.

    Raises:
        StartupError: If something the operator can mend is in the way.
    """
    token = settings.require_token()
    set_up_logging(settings)
    import discord

    from bot.app import open_app

    redirect(settings)
    async with open_app(settings) as app, app.make_bot(background=False, register_commands=False) as bot:
        try:
            await bot.login(token)
        except discord.LoginFailure:
            raise StartupError(
                "Discord does not accept MIANJING_TOKEN: copy it again from the developer portal"
            ) from None
        await bot.sync_commands(force=True)
        print(f"registered {len(bot.tree.get_commands())} commands")
    return 0
