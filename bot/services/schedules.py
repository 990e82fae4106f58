"""Setting a channel's daily question up, changing it, and seeing how it does (decision 1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import Delivery, Slot, SlotState
from bot.domain.figures import Figures, figures_of
from bot.domain.localized import Language
from bot.domain.schedules import Change, Schedule, effective_after_change
from bot.domain.settings import GuildSettings
from bot.domain.slots import DueSlot, upcoming
from bot.errors import BotError
from bot.storage import Storage, Transaction

STATUS_DAYS = 7
FIGURE_DAYS = 30
# What an admin writes to take a restriction to topics back.
ALL_TOPICS = "all"
_SHORTEST_REVEAL = timedelta(hours=0.01)
_LONGEST_REVEAL = timedelta(hours=47)


@dataclass(frozen=True, slots=True)
class SetupResult:
    """What `/daily setup` did. `changed` names the fields whose value differs now, in the command's order."""

    schedule: Schedule
    created: bool
    changed: tuple[str, ...]
    upcoming: tuple[DueSlot, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How a channel's schedule does: its latest slots, newest first, each with its delivery if it has one.

    `figures` cover more of them.
    """

    schedule: Schedule
    recent: tuple[tuple[Slot, Delivery | None], ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Skipped:
    """What `/daily skip` did: the slot that will not be, and the schedule with the one after it."""

    slot: DueSlot
    schedule: Schedule


class ScheduleService:
    """Everything `/daily` does to a schedule. Permissions in Discord are checked before these are called."""

    def __init__(self, storage: Storage, bank: QuestionBank, rng: Random) -> None:
        self._storage = storage
        self._bank = bank
        self._rng = rng

    async def setup(
        self, guild_id: int, channel_id: int, user_id: int, change: Change, language: Language, now: datetime
    ) -> SetupResult:
        """Create the channel's schedule or change what is named. `language` is the default for a new one.

        Raises:
            BotError: `topic.unknown`, `daily.no_questions`, `daily.bad_reveal`; nothing is changed.
        """
        self._check(change)
        async with self._storage.write() as tx:
            # Slots before the schedule, as whoever reports on a send takes them: nobody waits in a circle.
            await tx.slots.hasten(channel_id, now)
            before = await tx.schedules.find(channel_id, lock=True)
            known = before is not None and not before.removed
            base = before or self._blank(guild_id, channel_id, user_id, language, now)
            if not known:
                base = replace(
                    self._blank(guild_id, channel_id, user_id, language, now), seed=base.seed, cycle=base.cycle
                )
            after = replace(base, **change.named(), guild_id=guild_id, paused=False, removed=False)
            if not self._bank.select(guild_id, topics=after.topics, difficulty=after.difficulty):
                raise BotError("daily.no_questions")
            moved = not known or (before is not None and _moved(before, after))
            after = await _reschedule(tx, after, now, moved=moved)
            after = replace(after, suspended_reason=None, created_by=user_id)
            await tx.schedules.save(after, now)
            await tx.schedules.set_suspended(channel_id, None, now)
            await tx.guilds.seed(guild_id, after.timezone, after.language, now)
        changed = [name for name in change.__slots__ if before is None or getattr(before, name) != getattr(after, name)]
        return SetupResult(after, not known, tuple(changed), self.upcoming(after, now, 3))

    async def get(self, guild_id: int, channel_id: int) -> Schedule:
        """Return the channel's schedule.

        Raises:
            BotError: `daily.not_set_up` without one.
        """
        async with self._storage.read() as tx:
            return await _get(tx, guild_id, channel_id)

    async def list_guild(self, guild_id: int) -> list[Schedule]:
        """Return the server's schedules, by channel id."""
        async with self._storage.read() as tx:
            return await tx.schedules.list_guild(guild_id)

    async def status(self, guild_id: int, channel_id: int) -> Status:
        """Return how the channel's schedule does.

        Raises:
            BotError: `daily.not_set_up` without one.
        """
        async with self._storage.read() as tx:
            schedule = await _get(tx, guild_id, channel_id)
            slots = await tx.slots.list_recent(channel_id, FIGURE_DAYS)
            recent = [(slot, await tx.deliveries.find_for_slot(slot.id)) for slot in slots[:STATUS_DAYS]]
        return Status(schedule, tuple(recent), figures_of(slots))

    async def pause(self, guild_id: int, channel_id: int, now: datetime) -> Schedule:
        """Stop new slots. What is posted already is still revealed.

        Raises:
            BotError: `daily.not_set_up`, or `daily.already_paused`.
        """
        async with self._storage.write() as tx:
            schedule = await _get(tx, guild_id, channel_id, lock=True)
            if schedule.paused:
                raise BotError("daily.already_paused")
            schedule = replace(schedule, paused=True, next_local_date=None, next_due_at=None)
            await tx.schedules.save(schedule, now)
        return schedule

    async def resume(self, guild_id: int, channel_id: int, now: datetime) -> Schedule:
        """Let slots come due again, from now on: what was missed while paused is not made up for.

        Raises:
            BotError: `daily.not_set_up`, or `daily.not_paused`.
        """
        async with self._storage.write() as tx:
            schedule = await _get(tx, guild_id, channel_id, lock=True)
            if not schedule.paused:
                raise BotError("daily.not_paused")
            schedule = await _reschedule(tx, replace(schedule, paused=False), now, moved=False)
            await tx.schedules.save(schedule, now)
        return schedule

    async def skip(self, guild_id: int, channel_id: int, now: datetime) -> Skipped:
        """Leave the next slot out, and only that one.

        Raises:
            BotError: `daily.not_set_up`, or `daily.paused`, since a paused schedule has no next slot.
        """
        async with self._storage.write() as tx:
            schedule = await _get(tx, guild_id, channel_id, lock=True)
            if schedule.next_local_date is None or schedule.next_due_at is None:
                raise BotError("daily.paused")
            left_out = DueSlot(schedule.next_local_date, schedule.next_due_at)
            await tx.slots.insert(
                channel_id, left_out.local_date, left_out.due_at, SlotState.SKIPPED, reason="by_admin"
            )
            following = schedule.next_slot(left_out.due_at, after_date=left_out.local_date)
            schedule = replace(schedule, next_local_date=following.local_date, next_due_at=following.due_at)
            await tx.schedules.save(schedule, now)
        return Skipped(left_out, schedule)

    async def remove(self, guild_id: int, channel_id: int, now: datetime) -> Schedule:
        """Take the daily question out of the channel. History and points stay; the row does too.

        Raises:
            BotError: `daily.not_set_up` without one.
        """
        async with self._storage.write() as tx:
            schedule = await _get(tx, guild_id, channel_id, lock=True)
            schedule = replace(schedule, removed=True, next_local_date=None, next_due_at=None)
            await tx.schedules.save(schedule, now)
        return schedule

    async def recompute(self, now: datetime) -> int:
        """Derive every active schedule's next slot anew, as time zone rules may have changed; returns how many moved.

        A slot that is due already is left alone: catching up is the tick's business.
        """
        moved = 0
        async with self._storage.read() as tx:
            active = await tx.schedules.list_active()
            last_dates = await tx.slots.last_dates()
        for schedule in active:
            if schedule.next_due_at is not None and schedule.next_due_at <= now:
                continue
            slot = schedule.next_slot(now, after_date=last_dates.get(schedule.channel_id))
            if (slot.local_date, slot.due_at) == (schedule.next_local_date, schedule.next_due_at):
                continue
            async with self._storage.write() as tx:
                # Another process may have changed it meanwhile, and then knows better.
                if await tx.schedules.find(schedule.channel_id, lock=True) == schedule:
                    fresh = replace(schedule, next_local_date=slot.local_date, next_due_at=slot.due_at)
                    await tx.schedules.save(fresh, now)
                    moved += 1
        return moved

    def upcoming(self, schedule: Schedule, now: datetime, count: int) -> tuple[DueSlot, ...]:
        """Return the next slots of an active schedule, beginning with the stored one."""
        if schedule.next_due_at is None or schedule.next_local_date is None:
            return ()
        first = DueSlot(schedule.next_local_date, schedule.next_due_at)
        following = upcoming(schedule.time, schedule.zone, schedule.days, first.due_at)
        return (first, *islice(following, count - 1))

    def _check(self, change: Change) -> None:
        for topic in change.topics or ():
            if topic not in self._bank.topics:
                raise BotError("topic.unknown", topic=topic)
        if change.reveal_after is not None and not _SHORTEST_REVEAL <= change.reveal_after <= _LONGEST_REVEAL:
            raise BotError("daily.bad_reveal")

    def _blank(self, guild_id: int, channel_id: int, user_id: int, language: Language, now: datetime) -> Schedule:
        defaults = GuildSettings(guild_id)
        return Schedule(
            channel_id=channel_id,
            guild_id=guild_id,
            time=datetime.min.time(),
            timezone=defaults.timezone,
            topics=(),
            difficulty=None,
            days="all",
            language=language,
            mention_role_id=None,
            reveal_after=None,
            thread=False,
            admin_channel_id=None,
            paused=False,
            removed=False,
            suspended_reason=None,
            effective_from=now,
            next_local_date=None,
            next_due_at=None,
            seed=f"{self._rng.getrandbits(64):016x}",
            cycle=0,
            created_by=user_id,
        )


def topics_of(text: str) -> Sequence[str]:
    """Split the `topic` option: one or several paths, separated by commas of either width; `all` for every topic."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    topics = tuple(dict.fromkeys(part.strip().casefold() for part in parts if part.strip()))
    return () if topics == (ALL_TOPICS,) else topics


async def _get(tx: Transaction, guild_id: int, channel_id: int, *, lock: bool = False) -> Schedule:
    schedule = await tx.schedules.find(channel_id, lock=lock)
    if schedule is None or schedule.removed or schedule.guild_id != guild_id:
        raise BotError("daily.not_set_up", channel_id=channel_id)
    return schedule


async def _reschedule(tx: Transaction, schedule: Schedule, now: datetime, *, moved: bool) -> Schedule:
    previous = await tx.slots.last_posted_at(schedule.channel_id)
    last_date = await tx.slots.last_date(schedule.channel_id)
    schedule = replace(schedule, effective_from=effective_after_change(schedule, now, previous, moved=moved))
    slot = schedule.next_slot(now, after_date=last_date)
    return replace(schedule, next_local_date=slot.local_date, next_due_at=slot.due_at)


def _moved(before: Schedule, after: Schedule) -> bool:
    return (before.time, before.timezone) != (after.time, after.timezone)
