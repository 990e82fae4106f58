"""Runs the demo: checks what it needs, puts the bot on its stage, serves the page until told to stop."""

import asyncio
import contextlib
import importlib.util
import signal
import socket
import warnings
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from discord.ext import commands

from bot.demo.world import LOCALES, World, build_stage
from bot.errors import StartupError

_NEEDED = ("simcord", "markdown_it", "linkify_it", "regex", "PIL")


@dataclass(frozen=True)
class DemoBot:
    """A bot that is built and not started, and how to close everything that was opened for it.

    The demo logs `bot` in against the virtual Discord, so `setup_hook` runs and READY comes as usual. Start
    tasks that answer interactions there or later, not before. The demo does not call `bot.close()`: `close`
    does, and is awaited exactly once, also when the start failed.
    """

    bot: commands.Bot
    close: Callable[[], Awaitable[None]]


MakeBot = Callable[[], Awaitable[DemoBot]]
Seed = Callable[[commands.Bot, World], Awaitable[None]]


async def no_seed(bot: commands.Bot, world: World) -> None:
    """An empty channel."""


async def run_demo(
    make_bot: MakeBot,
    *,
    port: int,
    locale: str,
    stop: asyncio.Event,
    announce: Callable[[str], None],
    seed: Seed = no_seed,
) -> None:
    """Serve the demo until `stop` is set or the page is closed from the browser.

    Args:
        make_bot: awaited once, after the checks, so that a demo that cannot start opens nothing.
        port: of the page on 127.0.0.1; 0 takes a free one.
        locale: `zh-CN` or `en-US`: the server, its admin and the page.
        stop: see `stop_on_signals`.
        announce: called once with the page's address, when it can be opened.
        seed: awaited when the bot is ready and before the page opens; fills the channel.

    Raises:
        StartupError: the demo extra is missing, simcord is another version, or the port is taken.
    """
    check_extra()
    check_port(port)
    if locale not in LOCALES:
        raise StartupError(f"--locale is one of {', '.join(LOCALES)}, not {locale}.")
    from bot.demo.realtime import RealtimeEnv, live_page

    demo = await make_bot()
    env = None
    try:
        env = RealtimeEnv(demo.bot, locale=locale)
        stage = build_stage(env, local_timezone())
        await env.start()
        await seed(demo.bot, stage.world)
        zone = stage.world.timezone
        async with live_page(env, stage.channel, stage.viewers, port=port, timezone=zone) as page:
            announce(page.url)
            await _first(stop.wait(), page.wait_closed())
    finally:
        try:
            await demo.close()
        finally:
            if env is not None:
                await env.shutdown()


async def _first(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def check_extra() -> None:
    """Raise StartupError when the packages of the `demo` extra are not installed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise StartupError(f"The demo needs {names}: run make demo, or pip install '.[demo]' in the project's folder.")


def check_port(port: int) -> None:
    """Raise StartupError when nobody can listen on 127.0.0.1:`port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StartupError(
                f"Port {port} on 127.0.0.1 is not free ({error.strerror}): stop what uses it, "
                "or choose another with --port N (0 takes a free one)."
            ) from error


def local_timezone() -> str:
    """The machine's zone as an IANA name; UTC when it has none."""
    try:
        import tzlocal

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tzlocal.get_localzone_name() or "UTC"
    except Exception:  # an odd TZ or /etc/localtime is no reason not to start
        return "UTC"


@contextlib.contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop` inside the block, which must run in the main thread's loop.

    Each does so once: the second Ctrl-C interrupts, should the end take too long.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def told(number: int) -> None:
        loop.call_soon_threadsafe(stop.set)
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    for number in before:
        try:
            loop.add_signal_handler(number, told, number)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda number, _: told(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
