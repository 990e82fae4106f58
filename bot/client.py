"""The bot as Discord sees it: intents, extensions, registration of commands, start and stop of background work."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import discord
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from discord.ext import commands

from bot.domain.texts import Texts
from bot.limiter import RestLimiter
from bot.localise import CatalogueTranslator, describe_commands
from bot.pictures.cards import PictureCards
from bot.pictures.formula import FormulaCards
from bot.services import Services

log = logging.getLogger(__name__)

# View Channels, Send Messages, Embed Links, Attach Files, Read Message History: what a daily question needs.
INVITE_PERMISSIONS = 117760

Clock = Callable[[], datetime]
# Handles one component or modal whose custom_id begins with the route's prefix; gets the rest, split at colons.
RouteHandler = Callable[[discord.Interaction[Any], list[str]], Awaitable[None]]


def wall_clock() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


# Discord's global limit is 50 a second.
REST_PER_SECOND = 49.0
# How long a stop waits for what is under way. A supervisor kills after ten seconds, as a rule.
STOP_SECONDS = 5.0
# Seconds between tries of the first connection, beside the second or two that discord.py waits.
_LONGEST_PAUSE = 60.0
# The tasks in which discord.py runs commands and listeners.
_HANDLER_TASKS = ("CommandTree-invoker", "discord.py: ")


class BackgroundExecutor(AsyncIOExecutor):  # type: ignore[misc]  # the library is untyped
    """Runs jobs in the event loop, and can wait for them.

    APScheduler cancels running jobs when it stops. A database call that is cancelled, and again when the loop ends,
    makes the SQLite driver wait for ever, and the process never ends.
    """

    def running(self) -> set[asyncio.Task[None]]:
        """Return the jobs that are under way."""
        return {task for task in self._pending_futures if not task.done()}


class InterviewBot(commands.Bot):
    """Carries what cogs need; holds no rules itself.

    `routes` maps the prefix of a custom_id (`d1`, `q1` …) to its handler: buttons belong to messages that outlive
    any process, so nothing about them is kept in memory.
    """

    def __init__(
        self,
        *,
        services: Services,
        texts: Texts,
        cards: FormulaCards,
        pictures: PictureCards,
        cogs: Sequence[str],
        clock: Clock = wall_clock,
        register_commands: bool = True,
        background: bool = True,
        rest_per_second: float = REST_PER_SECOND,
        **options: Any,
    ) -> None:
        # No voice here; without this every start warns about libraries that are not needed.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            # The only intent: enough for slash commands, buttons, and posts. No privileged one.
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )
        # Interactions are answered through webhooks, which do not come through here.
        self.limiter = RestLimiter(rest_per_second)
        self.http.request = self.limiter.paced(self.http.request)  # type: ignore[method-assign, assignment]
        self.services = services
        self.texts = texts
        self.cards = cards
        self.pictures = pictures
        self._cogs_to_load = tuple(cogs)
        self.clock = clock
        self.routes: dict[str, RouteHandler] = {}
        self._executor = BackgroundExecutor()
        self.scheduler = AsyncIOScheduler(timezone=UTC, executors={"default": self._executor})
        self._register_commands = register_commands
        self._background = background

    async def setup_hook(self) -> None:
        """Load every cog, name the commands in both languages, register them when they changed, start working.

        A cog that fails to load stops the start: half a bot is worse than none.
        """
        for name in self._cogs_to_load:
            await self.load_extension(name)
        describe_commands(self.tree, self.texts)
        await self.tree.set_translator(CatalogueTranslator(self.texts))
        if self._register_commands:
            await self.sync_commands(force=False)
        if self._background:
            self.start_background()

    def start_background(self) -> None:
        """Start the jobs that cogs have registered. Its scheduler only ticks; what is due is in the database."""
        # A tick that outlasts its second is normal during a fan-out, and not worth a warning each.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self.scheduler.start()

    async def sync_commands(self, *, force: bool) -> bool:
        """Register the global commands if they differ from what this application has registered (decision 9)."""
        payload = [
            await command.get_translated_payload(self.tree, translator)
            if (translator := self.tree.translator)
            else command.to_dict(self.tree)
            for command in self.tree.get_commands()
        ]
        payload_hash = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        application_id = self.application_id or 0
        if not force and not await self.services.operations.commands_changed(application_id, payload_hash):
            return False
        await self.tree.sync()
        await self.services.operations.commands_registered(application_id, payload_hash, self.clock())
        log.info("registered %d commands", len(payload))
        return True

    def add_route(self, prefix: str, handler: RouteHandler) -> None:
        """Send components and modals with this custom_id prefix to a handler.

        Raises:
            ValueError: If the prefix is taken.
        """
        if prefix in self.routes:
            raise ValueError(f"two cogs want the route {prefix}")
        self.routes[prefix] = handler

    async def on_ready(self) -> None:
        """Say that the gateway is up."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if self.application_id is not None:
            permissions = discord.Permissions(INVITE_PERMISSIONS)
            scopes = ("bot", "applications.commands")
            log.info("invite: %s", discord.utils.oauth_url(self.application_id, permissions=permissions, scopes=scopes))

    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect, and go on trying when the gateway is away at the start.

        discord.py 2.7.1 does so later only: when its very first connection fails it waits, and then reads the
        sequence number of a connection that it never had.
        """
        pause = 0.0
        while True:
            try:
                return await super().connect(reconnect=reconnect)
            except AttributeError:
                # Typed as if there always were one.
                if getattr(self, "ws", None) is not None or self.is_closed():
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause + 1, _LONGEST_PAUSE)

    async def close(self) -> None:
        """Finish what is under way, within STOP_SECONDS; then stop background work and close the connection."""
        if self.scheduler.running:
            self.scheduler.pause()
            await _finish(self._executor.running() | _handler_tasks())
            self.scheduler.shutdown(wait=False)
        await super().close()


def _handler_tasks() -> set[asyncio.Task[None]]:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    return {task for task in tasks if task.get_name().startswith(_HANDLER_TASKS)}


async def _finish(tasks: set[asyncio.Task[None]]) -> None:
    """Wait for tasks; cancel those that take too long, and wait for their end as well."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    if late:
        log.warning("cutting off %d tasks that take too long; the next start sees to what they left", len(late))
        # It would print a traceback for each.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=STOP_SECONDS)
