"""Deliveries: the post made for a slot, its states, and when it closes (decisions 2–4, 26)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from bot.domain.kinds import SingleItem
from bot.domain.localized import Language
from bot.domain.questions import Question
from bot.domain.schedules import Feedback, Schedule

LETTERS = "ABCDEFGH"


class SlotState(StrEnum):
    """Where a slot, or a reveal, stands on its way to Discord.

    CLAIMED was surely not sent; SENDING may be on the wire; UNKNOWN may have been posted, so look before sending again.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    POSTED = "posted"
    SKIPPED = "skipped"


class RevealState(StrEnum):
    """The same for the reveal; WAITING until the delivery closes."""

    WAITING = "waiting"
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    POSTED = "posted"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """Tunables of delivery. Durations; counts where it says so.

    `send_timeout` is well under `lease`, so that a sender which lost its lease has stopped before another begins.
    `batch` is the number of sends claimed at a time: one second's worth at Discord's global limit.
    """

    lease: timedelta = timedelta(seconds=30)
    send_timeout: timedelta = timedelta(seconds=10)
    batch: int = 45
    catch_up: timedelta = timedelta(hours=6)
    first_retry: timedelta = timedelta(seconds=15)
    longest_retry: timedelta = timedelta(minutes=10)
    reveal_catch_up: timedelta = timedelta(hours=24)
    default_open: timedelta = timedelta(hours=23, minutes=30)
    shortest_open: timedelta = timedelta(hours=6)
    look_back: timedelta = timedelta(minutes=1)

    def retry_at(self, now: datetime, tries: int) -> datetime:
        """Return the next try after `tries` failed ones: doubling, up to the longest pause."""
        pause: timedelta = self.first_retry * 2 ** min(max(tries, 1) - 1, 10)
        return now + min(pause, self.longest_retry)


@dataclass(frozen=True, slots=True)
class Slot:
    """One local calendar day of one schedule."""

    id: int
    channel_id: int
    local_date: date
    due_at: datetime
    state: SlotState
    reason: str | None
    tries: int
    claimed_at: datetime | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The post made, or being made, for a slot.

    `option_order` holds option ids in displayed order: position 0 is button A. `closes_at` is set when the send
    begins, `closed_at` when the points are written; in between answers may change. `revision` names the item text.
    `feedback` is the schedule's at the time of the post: who has been told what is right must not choose again.

    What admins mend: `corrected_key` is the option that is right instead of the revision's key; `voided_at` is when the
    question was withdrawn. `correction_needed`: a reveal stood when that was done, so that a reply to it says so.
    """

    id: int
    slot_id: int
    guild_id: int
    channel_id: int
    local_date: date
    language: Language
    question_id: str
    topic: str
    item_id: str
    revision: str
    option_order: tuple[str, ...]
    cycle: int
    message_id: int | None
    closes_at: datetime | None
    closed_at: datetime | None
    reveal_state: RevealState
    reveal_message_id: int | None
    reveal_claimed_at: datetime | None
    revealed_at: datetime | None
    feedback: Feedback = "delayed"
    corrected_key: str | None = None
    voided_at: datetime | None = None
    correction_needed: bool = False
    correction_message_id: int | None = None

    @property
    def mended(self) -> tuple[str | None, datetime | None]:
        """What admins mended; two reveals that differ in it say different things."""
        return self.corrected_key, self.voided_at

    def is_open(self, now: datetime) -> bool:
        """Whether an answer given now counts and may still change."""
        return self.closed_at is None and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True, slots=True)
class DailyPost:
    """Everything the Discord side needs to send a claimed delivery. `question` is None when the bank lost it."""

    slot: Slot
    delivery: Delivery
    schedule: Schedule
    item: SingleItem
    question: Question | None
    late: bool


@dataclass(frozen=True, slots=True)
class RevealPost:
    """Everything the Discord side needs to send a reveal."""

    delivery: Delivery
    schedule: Schedule
    item: SingleItem
    question: Question | None
    tally: "Tally"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a reveal tells of the answers: counts by option id, and names only from five answers on."""

    by_option: dict[str, int]
    total: int
    right: int
    names: tuple[str, ...]
    more_names: int

    MINIMUM: ClassVar[int] = 5

    @property
    def public(self) -> bool:
        """Whether there are enough answers to show a chart and names (decision 26)."""
        return self.total >= self.MINIMUM


def closing_time(
    sent_at: datetime, next_due_at: datetime | None, override: timedelta | None, rules: DeliveryRules
) -> datetime:
    """Return when a post sent now is revealed (decision 26).

    The schedule's own span if it has one; else the default span or just before the next slot, whichever is earlier,
    and never less than the shortest span after the actual post.
    """
    if override is not None:
        return sent_at + override
    closes = sent_at + rules.default_open
    if next_due_at is not None:
        closes = min(closes, next_due_at - timedelta(minutes=1))
    return max(closes, sent_at + rules.shortest_open)
