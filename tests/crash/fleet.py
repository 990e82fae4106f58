"""Many channels with a daily question that is due, and what became of each: on Discord, and in the bot's books."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.client import wall_clock
from bot.domain.deliveries import RevealState, SlotState
from bot.domain.schedules import Change
from bot.settings import Settings
from tests.loopback import Channel, Guild, LoopbackDiscord
from tests.loopback.interactions import buttons


@dataclass
class Fleet:
    """`channels` of one server, each with a schedule whose slot was due when `make_due` was called."""

    discord: LoopbackDiscord
    guild: Guild
    channels: list[Channel]
    folder: Path

    @classmethod
    def make(cls, discord: LoopbackDiscord, count: int, folder: Path) -> "Fleet":
        """Add a server with that many channels."""
        guild = discord.world.add_guild()
        return cls(discord, guild, [discord.world.add_channel(guild, f"c{n}") for n in range(count)], folder)

    def environment(self) -> dict[str, str]:
        """What the bot's processes share."""
        return {
            **self.discord.environment(),
            "MIANJING_CONTENT_DIR": str(self.folder / "content"),
            "MIANJING_DATA_DIR": str(self.folder / "data"),
        }

    @asynccontextmanager
    async def books(self) -> AsyncIterator[App]:
        """Open the bot's database beside it."""
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=self.folder / "data",
            content_dir=self.folder / "content",
        )
        async with open_app(settings) as app:
            yield app

    async def make_due(self, app: App, **changes: Any) -> None:
        """Give every channel a schedule whose slot was due a minute ago or two."""
        now = wall_clock()
        due = now - timedelta(minutes=1)
        change = Change(time=due.time().replace(second=0, microsecond=0), timezone="UTC", **changes)
        for channel in self.channels:
            await app.services.schedules.setup(
                self.guild.id, channel.id, self.guild.owner.id, change, "en", now - timedelta(minutes=10)
            )

    async def close_all(self, app: App, now: datetime) -> None:
        """Let every posted delivery's time be up."""
        async with app.storage.write() as tx:
            for channel in self.channels:
                for slot in await tx.slots.list_recent(channel.id, 1):
                    delivery = await tx.deliveries.find_for_slot(slot.id)
                    if delivery is not None:
                        await tx.deliveries.set_closes_at(delivery.id, now)

    async def states(self, app: App) -> Counter[tuple[SlotState | None, RevealState | None]]:
        """Count the channels by the state of their latest slot and of its reveal."""
        found: Counter[tuple[SlotState | None, RevealState | None]] = Counter()
        async with app.storage.read() as tx:
            for channel in self.channels:
                slots = await tx.slots.list_recent(channel.id, 1)
                delivery = await tx.deliveries.find_for_slot(slots[0].id) if slots else None
                found[slots[0].state if slots else None, delivery.reveal_state if delivery else None] += 1
        return found

    def posts(self) -> list[int]:
        """Return how many daily posts each channel holds."""
        return [sum(is_post(message) for message in channel.messages) for channel in self.channels]

    def reveals(self) -> list[int]:
        """Return how many reveals each channel holds."""
        return [sum(not is_post(message) for message in channel.messages) for channel in self.channels]


def is_post(message: dict[str, Any]) -> bool:
    """Whether a message is a daily question: only those carry its answer buttons."""
    return any(button["custom_id"].startswith("d1:") for button in buttons(message))


def tally(counts: Sequence[int]) -> tuple[int, int]:
    """Return how many channels have none, and how many have more than one."""
    return sum(count == 0 for count in counts), sum(count > 1 for count in counts)
