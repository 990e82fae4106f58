"""Recording one graded quiz answer: the attempt, its ledger entry, the boards, the card (decisions 16–18)."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from bot.domain.cards import Review, Scheduler, rate
from bot.domain.kinds import Item, Response
from bot.domain.ledger import LedgerEntry
from bot.domain.members import Membership
from bot.domain.quizzes import PointsNote, QuizItem, QuizSession
from bot.domain.readers import Reader
from bot.domain.scoring import Scoring, quiz_key
from bot.domain.settings import GuildSettings
from bot.errors import BotError
from bot.services.cards import remember
from bot.services.presence import meet
from bot.storage import Transaction


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """A response to the item at a place of a session. `share` is what counts of it: 0 when it came late."""

    session: QuizSession
    place: QuizItem
    item: Item
    response: Response
    share: Fraction
    late: bool


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What an answer led to: its points, where rules took them which rule, and when its question comes back."""

    points: int
    note: PointsNote | None
    due_at: datetime


async def record_answer(
    tx: Transaction, scoring: Scoring, scheduler: Scheduler, reader: Reader, answer: GradedAnswer, now: datetime
) -> RecordedAnswer:
    """Store the attempt, what it earns, and what it says of the member's memory.

    Raises:
        BotError: `button.stale` when the member has answered the item in this session already.
    """
    session, place = answer.session, answer.place
    member = await _member(tx, reader, session, now)
    attempt_id = await tx.attempts.insert(
        context_kind="quiz",
        context_id=session.id,
        item_id=place.item_id,
        question_id=place.question_id,
        revision=place.revision,
        guild_id=session.guild_id,
        channel_id=session.channel_id,
        user_id=session.user_id,
        response=answer.response,
        now=now,
        share=answer.share,
        late=answer.late,
        team_id=member.team_id if member is not None else None,
    )
    if attempt_id is None:
        raise BotError("button.stale")
    points: int = 0
    note: PointsNote | None = "direct_message"
    if member is not None:
        points, note = await _score(tx, scoring, member, answer, attempt_id, now)
    # What came late earned nothing, but was remembered all the same.
    rating = rate(answer.item.grade(answer.response).share, late=answer.late)
    review = Review(session.user_id, place.question_id, place.item_id, attempt_id, rating, now)
    card = (await remember(tx, scheduler, [review]))[attempt_id]
    return RecordedAnswer(points, note, card.due_at)


async def _member(tx: Transaction, reader: Reader, session: QuizSession, now: datetime) -> Membership | None:
    """Return the member in the server that the session counts for; None when it was started in direct messages.

    The row is locked, so that on PostgreSQL too the member's other answers wait and the daily limit holds.
    """
    if session.guild_id is None:
        return None
    if reader.guild_id == session.guild_id:
        return await meet(tx, reader, now)
    # Resumed elsewhere: the interaction tells nothing of this server's roles.
    elsewhere = await tx.members.find(session.guild_id, session.user_id, lock=True)
    return elsewhere or await meet(tx, replace(reader, guild_id=session.guild_id, role_ids=None), now)


async def _known_before_erasure(tx: Transaction, member: Membership, place: QuizItem, season: int) -> bool:
    """Whether a member who had everything deleted may know the item from before: nothing else would tell."""
    erased_at = await tx.erasures.erased_at(member.user_id)
    return erased_at is not None and await tx.erasures.knew_revision(erased_at, place.revision, member.guild_id, season)


async def _score(
    tx: Transaction, scoring: Scoring, member: Membership, answer: GradedAnswer, attempt_id: int, now: datetime
) -> tuple[int, PointsNote | None]:
    """Write the ledger entry that the answer earns."""
    guild_id, user_id, place = member.guild_id, member.user_id, answer.place
    settings = await tx.guilds.find(guild_id, in_turn=True) or GuildSettings(guild_id)
    local_date = now.astimezone(settings.zone).date()
    key = quiz_key(guild_id, settings.season, place.item_id, user_id)
    earlier = await tx.ledger.earlier(key, guild_id, user_id, local_date, place.question_id, "quiz")
    if earlier.key:
        return 0, "repeat"
    if await _known_before_erasure(tx, member, place, settings.season):
        return 0, "erased"
    # Neither rule uses the item up: it may still score on another day.
    if earlier.question:
        return 0, "same_question"
    if earlier.points >= scoring.quiz_daily_limit:
        return 0, "limit"
    entry = LedgerEntry(
        key=key,
        guild_id=guild_id,
        channel_id=answer.session.channel_id,
        user_id=user_id,
        source="quiz",
        attempt_id=attempt_id,
        question_id=place.question_id,
        item_id=place.item_id,
        revision=place.revision,
        topic=place.topic,
        season=settings.season,
        local_date=local_date,
        points=scoring.quiz(answer.share, answer.item.difficulty, earlier.points),
        reason="right" if answer.share == 1 else "partly" if answer.share else "wrong",
        occurred_at=now,
        team_id=member.team_id,
        right=int(answer.share == 1),
        written_at=now,
    )
    await tx.ledger.append(entry)
    await tx.boards.add(entry, shown=member.shown)
    return entry.points, "late" if answer.late else None
