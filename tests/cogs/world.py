"""The simulated server that the tests of the cogs act in."""

import asyncio
import contextlib
import importlib
import math
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import discord
import pytest
import simcord
from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle, UserHandle
from simcord.components import walk_components
from simcord.enums import OverwriteType
from simcord.http import client
from simcord.results import InteractionResult

from bot.app import App, make_services
from bot.client import INVITE_PERMISSIONS, InterviewBot
from bot.content.loading import Content
from bot.domain.deliveries import DeliveryRules
from bot.domain.localized import Language
from bot.domain.settings import language_of
from bot.pictures.cards import PictureCards
from bot.pictures.formula import FormulaCards
from bot.settings import Settings
from bot.storage import Storage
from bot.storage.search import SearchIndex
from tests.conftest import open_quickly

# A Monday, far from every clock change.
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
COMMAND, COMPONENT, MODAL = 2, 3, 5
Message = Any


class Clock:
    """Shared by the bot and the simulated Discord, so that due times and snowflakes agree."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds

    __call__ = now


class World:
    """One server with an admin and some members, one channel, and the bot with what its invitation grants."""

    env: simcord.Env
    bot: InterviewBot
    guild: Any
    channel: ChannelHandle
    admin: Any

    def __init__(
        self,
        file: Path,
        content: Content,
        cards: FormulaCards,
        pictures: PictureCards,
        rng: random.Random,
        locale: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.file, self.content, self.cards, self.rng, self.locale = file, content, cards, rng, locale
        self.pictures = pictures
        self.clock = Clock()
        self.texts = content.texts
        self.locales: dict[int, str] = {}
        self.members: list[Any] = []
        self._generation = 0
        self._notes: dict[int, Any] = {}
        self._opened = contextlib.AsyncExitStack()
        self._set_locales(monkeypatch)
        self._raise_server_errors(monkeypatch)

    def _set_locales(self, monkeypatch: pytest.MonkeyPatch) -> None:
        build = interactions.base_payload

        def localised(*args: Any, **kwargs: Any) -> Any:
            record, payload = build(*args, **kwargs)
            payload["locale"] = self.locales.get(kwargs["user_id"], self.locale)
            return record, payload

        monkeypatch.setattr(interactions, "base_payload", localised)

    def _raise_server_errors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Raise what discord.py raises for a 5xx; simcord takes the parent class."""
        raise_for = client._raise_for

        def raised(error: Any) -> None:
            if error.status >= 500:
                raise discord.DiscordServerError(client._FakeResponse(error.status), error.to_json())
            raise_for(error)

        monkeypatch.setattr(client, "_raise_for", raised)

    # ------------------------------------------------------------------ life

    @contextlib.asynccontextmanager
    async def open(self, **options: Any) -> AsyncIterator["World"]:
        async with self._opened:
            self.bot = self._make_bot(**options)
            self.env = simcord.Env(self.bot, check_errors=False)
            self.env.backend.clock = self.clock  # type: ignore[assignment]
            self._populate()
            await self.env.start()
            self._opened.push_async_callback(self.env.shutdown)
            yield self

    def _make_bot(self, **options: Any) -> InterviewBot:
        self._generation += 1
        settings = Settings(data_dir=self.file.parent, token=None)
        database = open_quickly(f"sqlite+aiosqlite:///{self.file}")
        self._opened.push_async_callback(database.close)
        storage = Storage(database)
        index = SearchIndex(self.content.bank)
        self._opened.callback(index.close)
        owner = f"process:{self._generation}"
        services = make_services(storage, self.content, index, self.rng, DeliveryRules(), owner)
        app = App(settings, database, storage, self.content, services, self.cards, self.pictures)
        # Unpaced: simcord cannot settle a command that waits for its turn more than once.
        return app.make_bot(**{"clock": self.clock, "background": False, "rest_per_second": math.inf, **options})

    def _populate(self) -> None:
        self.guild = self.env.create_guild("Study room")
        self.bot_role = next(role for role in self.guild.roles.values() if role._role.managed)
        self.env.backend.edit_role(self.guild.id, self.bot_role.id, {"permissions": INVITE_PERMISSIONS})
        # Nobody has more than a server grants by default, so that every refusal is the bot's own.
        self.channel = self.guild.create_text_channel("daily")
        managers = self.guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
        self.admin = self.guild.add_member(self.env.create_user("admin", global_name="Admin"), roles=[managers])
        for name in ("Ann", "Ben", "Cleo", "Dan", "Eve", "Fay"):
            self.members.append(self.guild.add_member(self.env.create_user(name.lower(), global_name=name)))
        self.ann, self.ben = self.members[:2]

    async def restart(self) -> None:
        """End the process without a word and start another on the same database."""
        self.bot = self._make_bot()
        await self.env.restart_bot(self.bot)

    # ------------------------------------------------------------------ time

    def go_to(self, instant: datetime) -> None:
        """Let the time be that instant."""
        self.clock.elapsed = (instant - START).total_seconds()

    def wait(self, **span: float) -> None:
        """Let some time pass, in which nothing happens."""
        self.clock.elapsed += timedelta(**span).total_seconds()

    async def tick(self, times: int = 1) -> None:
        """Run the jobs that the bot registered for every second, in the order of their urgency."""
        jobs = {job.func.__name__: job.func for job in self.bot.scheduler.get_jobs()}
        for _ in range(times):
            for name in ("reconcile", "post", "reveal"):
                await jobs[name]()
        await self.env.settle(idle=0.001)

    # ----------------------------------------------------------------- texts

    @property
    def language(self) -> Language:
        return language_of(self.locale) or "en"

    def t(self, key: str, /, **args: object) -> str:
        """Return a message of the catalogue in the language of the members' clients."""
        return self.texts.get(key, self.language, **args)

    # --------------------------------------------------------------- actions

    async def slash(self, actor: Any, name: str, /, **options: Any) -> InteractionResult:
        """Run a command in the channel."""
        return await actor.slash(self.channel, name, **options)

    async def command(self, actor: Any, name: str, /, **options: Any) -> InteractionResult:
        """Run a command that the actor's client would not even show, also in direct messages (`actor` a user)."""
        return await self.send(actor, COMMAND, self._command_data(name, options))

    async def all_command(self, actors: Sequence[Any], name: str, /, **options: Any) -> list[InteractionResult]:
        """Let several members run a command before the bot has looked at the first."""
        sent = [self._emit(actor, COMMAND, self._command_data(name, options), None) for actor in actors]
        await self.env.settle(idle=0.001)
        return sent

    def _command_data(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        root_name, *path = name.split()
        root = self.env.backend.commands[None][root_name, 1]
        leaf, nesting = interactions.walk_to_subcommand(root, path)
        built, resolved = interactions.build_options(self.admin, name, leaf, options, channel_id=self.channel.id)
        nested = interactions.nest_options(root, nesting, built)
        return {"id": root["id"], "name": root_name, "type": 1, "options": nested, "resolved": resolved}

    async def set_up(self, channel: ChannelHandle | None = None, **options: Any) -> InteractionResult:
        """`/daily setup` by the admin: every day at nine, UTC."""
        chosen = {"channel": channel or self.channel, "time": "9:00", "timezone": "UTC"} | options
        return await self.slash(self.admin, "daily setup", **chosen)

    async def post(self, **options: Any) -> discord.Message:
        """Set the daily question up, let it come due, and return the post."""
        await self.set_up(**options)
        return await self.next_post()

    async def next_post(self) -> discord.Message:
        """Go to nine o'clock of the next day that is not over, and return what the channel got."""
        day = self.clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
        self.go_to(day if day > self.clock.now() else day + timedelta(days=1))
        await self.tick()
        return [message for message in self.posts() if by_prefix(message, "d1")][-1]

    async def reveal(self) -> discord.Message:
        """Go to the time at which the newest post closes, and return the reveal."""
        self.go_to(self.closes_at())
        await self.tick()
        return [message for message in self.posts() if by_prefix(message, "ra1")][-1]

    def closes_at(self) -> datetime:
        """Until when answers to the newest post count."""
        (closes_at,) = self.sql("SELECT closes_at FROM deliveries ORDER BY id DESC LIMIT 1")[0]
        return datetime.fromisoformat(closes_at).replace(tzinfo=UTC)

    async def press(
        self, actor: Any, custom_id: str, message: Message = None, *, kind: int = COMPONENT, **data: Any
    ) -> InteractionResult:
        """Send any click or dialog at all, as somebody with a changed client could.

        `actor` is a member or, for direct messages, a user.
        """
        body = {"custom_id": custom_id, **({"component_type": 2} if kind == COMPONENT else {"components": []}), **data}
        return await self.send(actor, kind, body, message)

    async def at_once(self, *clicks: tuple[Any, str, Message]) -> list[InteractionResult]:
        """Let several clicks arrive before the bot has looked at the first."""
        sent = [
            self._emit(actor, COMPONENT, {"custom_id": custom_id, "component_type": 2}, message)
            for actor, custom_id, message in clicks
        ]
        await self.env.settle(idle=0.001)
        return sent

    async def send(self, actor: Any, kind: int, data: Mapping[str, Any], message: Message = None) -> InteractionResult:
        """Send an interaction without asking whether a client would."""
        sent = self._emit(actor, kind, data, message)
        await self.env.settle(idle=0.001)
        return sent

    def _emit(self, actor: Any, kind: int, data: Mapping[str, Any], message: Message) -> InteractionResult:
        direct = isinstance(actor, UserHandle)
        channel = actor.dm_channel if direct else self._channel_of(actor)
        record, payload = interactions.base_payload(
            self.env.backend,
            type=kind,
            channel_id=channel.id,
            guild_id=None if direct else actor.guild.id,
            user_id=actor.id,
            data=dict(data),
        )
        if kind in (COMPONENT, MODAL):
            source = message or self._note_in(channel)
            record.source_message_id = source.id
            stored = self.env.backend.get_message(channel.id, source.id)
            payload["message"] = dict(serializers.message_payload(self.env.backend, stored))
        self.env.backend.emit("INTERACTION_CREATE", payload)
        return InteractionResult(self.env, record)

    def _channel_of(self, actor: Any) -> ChannelHandle:
        """The channel, or the first one of another server."""
        return self.channel if actor.guild.id == self.guild.id else next(iter(actor.guild.channels.values()))

    def _note_in(self, channel: ChannelHandle) -> Any:
        """Return some post of the bot's, for clicks whose message does not matter."""
        if channel.id not in self._notes:
            note = self.env.backend.create_message(channel.id, self.env.backend.bot_user.id, "note")
            self._notes[channel.id] = note
        return self._notes[channel.id]

    def give_role(self, role: Any) -> None:
        """Give the bot a role. Discord tells a bot of its own member without any intent; simcord does not."""
        me = self.env.backend.bot_user.id
        self.env.backend.add_member_role(self.guild.id, me, role.id)
        guild = self.env.backend.get_guild(self.guild.id)
        member = dict(serializers.member_payload(self.env.backend, guild, guild.members[me]))
        with self.env._bot_scope():
            self.bot._connection.parsers["GUILD_MEMBER_UPDATE"](member | {"guild_id": str(self.guild.id)})

    def forbid(self, *names: str, channel: ChannelHandle | None = None) -> None:
        """Take permissions from the bot in a channel; none named gives all of them back."""
        denied = discord.Permissions(**dict.fromkeys(names, True)).value
        overwrite = Overwrite(target_id=self.bot_role.id, type=OverwriteType.ROLE, allow=0, deny=denied)
        self.env.backend.set_overwrite((channel or self.channel).id, overwrite)

    # ---------------------------------------------------------- observations

    def posts(self, channel: ChannelHandle | None = None) -> list[discord.Message]:
        """Return what everybody sees of the bot in the channel, oldest first."""
        me = self.env.backend.bot_user.id
        return [m for m in (channel or self.channel).history() if m.author.id == me and not m.flags.ephemeral]

    def sql(self, query: str, *args: object) -> list[tuple[Any, ...]]:
        """Read the database behind the bot's back."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query, args).fetchall()

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table, but for the note of who was seen, which any interaction leaves."""
        tables = self.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: self.sql(f"SELECT * FROM {name}") for (name,) in tables if name != "memberships"}

    def requests(self, method: str, path: str) -> list[Any]:
        """Return the REST calls so far whose path begins with `path`."""
        return [r for r in self.env.http_requests if r.method == method and r.path.startswith(path)]


def everything(message: Message) -> str:
    """Return all text that a message shows, its buttons included."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title, embed.description, embed.footer.text]
        parts += [text for field in embed.fields for text in (field.name, field.value)]
    return "\n".join([part for part in parts if part] + [button["label"] for button in buttons(message)])


def buttons(message: Message) -> list[dict[str, Any]]:
    """Return a message's buttons as Discord has them."""
    raw = message.components if not isinstance(message, discord.Message) else [c.to_dict() for c in message.components]
    return [part for part in walk_components(list(raw)) if part.get("type") == 2]


def custom_ids(message: Message) -> list[str]:
    """Return the custom_ids of a message's buttons, in their order."""
    return [button["custom_id"] for button in buttons(message) if "custom_id" in button]


def by_prefix(message: Message, prefix: str) -> list[str]:
    """Return the custom_ids of one route."""
    return [custom_id for custom_id in custom_ids(message) if custom_id.partition(":")[0] == prefix]


def live_module(name: str) -> ModuleType:
    """Return a module of the cogs as the bot has it.

    A bot that was closed took its modules along, so that what a test file imported may be an earlier one's.
    """
    return importlib.import_module(name)


def told(result: InteractionResult) -> Message:
    """Return the one private message that an interaction led to."""
    replies = [*([result.response] if result.response is not None else []), *result.followups]
    private = [reply for reply in replies if reply.ephemeral]
    assert result.acknowledged, "no answer at all"
    assert private, "nothing private was said"
    assert private[-1].content or private[-1].embeds, "it is still thinking"
    return private[-1]


@contextlib.contextmanager
def lost_answers(bot: InterviewBot, monkeypatch: pytest.MonkeyPatch, *, delivered: bool) -> Iterator[None]:
    """Let the connection break on every send: after Discord has the message, or before."""
    send = bot.http.send_message

    async def broken(*args: Any, **kwargs: Any) -> Any:
        if delivered:
            await send(*args, **kwargs)
        raise ConnectionResetError("connection reset by peer")

    with monkeypatch.context() as patch:
        patch.setattr(bot.http, "send_message", broken)
        yield


async def together(*actions: Any) -> Sequence[Any]:
    """Run several actions at once."""
    return await asyncio.gather(*actions)
