"""A loopback Discord with one server, a folder for the bot's data, and ways to start it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, open_app
from bot.client import wall_clock
from bot.domain.deliveries import Delivery, Slot
from bot.domain.schedules import Change
from bot.settings import Settings, shipped_content_dir
from tests.factories import write_content
from tests.loopback import Channel, Guild, LoopbackDiscord, User

from .bot_process import BotProcess


@dataclass
class Place:
    """A server with a channel, and an admin who is its owner."""

    discord: LoopbackDiscord
    guild: Guild
    channel: Channel
    admin: User


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with LoopbackDiscord() as discord:
        guild = discord.world.add_guild()
        yield Place(discord, guild, discord.world.add_channel(guild), guild.owner)


@pytest.fixture
def discord(place: Place) -> LoopbackDiscord:
    return place.discord


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder with one question and the shipped texts: it loads in no time."""
    folder = write_content(tmp_path / "content")
    shutil.copytree(shipped_content_dir() / "locales", folder / "locales")
    return folder


@pytest.fixture
def data(sqlite_template: Path, tmp_path: Path) -> Path:
    """The bot's folder, with a migrated database in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "mianjing.sqlite3")
    return folder


@pytest.fixture
def environment(place: Place, content: Path, data: Path) -> dict[str, str]:
    return {
        **place.discord.environment(),
        "MIANJING_CONTENT_DIR": str(content),
        "MIANJING_DATA_DIR": str(data),
    }


Start = Callable[..., Awaitable[BotProcess]]


@pytest.fixture
async def start(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Start]:
    """Start `run` or another command; settings beside those of the fixtures are keywords. None unsets one.

    What a test leaves running is killed.
    """
    started: list[BotProcess] = []

    async def start(*command: str, rules: dict[str, float] | None = None, **settings: str | None) -> BotProcess:
        merged: dict[str, Any] = {**environment, **settings}
        kept = {name: value for name, value in merged.items() if value is not None}
        process = await BotProcess.start(*(command or ["run"]), folder=tmp_path, environment=kept, rules=rules)
        started.append(process)
        return process

    yield start
    await asyncio.gather(*(process.kill() for process in started))


class Books:
    """The bot's database as the tests read and set it, beside the bot or while it is down."""

    def __init__(self, app: App, place: Place) -> None:
        self.app = app
        self._place = place

    async def make_due(self, **changes: Any) -> None:
        """Give the channel a schedule whose slot was due two minutes ago; `changes` as in `/daily setup`."""
        now = wall_clock()
        due = now - timedelta(minutes=2)
        change = Change(time=due.time().replace(second=0, microsecond=0), timezone="UTC", **changes)
        guild, channel = self._place.guild, self._place.channel
        set_up_at = now - timedelta(minutes=10)
        await self.app.services.schedules.setup(guild.id, channel.id, self._place.admin.id, change, "en", set_up_at)

    async def latest(self) -> tuple[Slot, Delivery | None] | None:
        status = await self.app.services.schedules.status(self._place.guild.id, self._place.channel.id)
        return status.recent[0] if status.recent else None

    async def close_now(self, delivery: Delivery, now: datetime | None = None) -> None:
        """Let an open delivery's time be up."""
        async with self.app.storage.write() as tx:
            await tx.deliveries.set_closes_at(delivery.id, now or wall_clock())

    async def wait(self, check: Callable[[Slot, Delivery], Any], seconds: float = 30) -> tuple[Slot, Delivery]:
        """Wait until the latest slot and its delivery are as `check` wants them."""
        seen = None
        try:
            async with asyncio.timeout(seconds):
                while True:
                    seen = await self.latest()
                    if seen is not None and seen[1] is not None and check(seen[0], seen[1]):
                        return seen[0], seen[1]
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"after {seconds} s the latest slot is {seen}") from None


@pytest.fixture
async def books(environment: dict[str, str], place: Place) -> AsyncIterator[Books]:
    settings = Settings(
        _env_file=None,
        data_dir=Path(environment["MIANJING_DATA_DIR"]),
        content_dir=Path(environment["MIANJING_CONTENT_DIR"]),
    )
    async with open_app(settings) as app:
        yield Books(app, place)
