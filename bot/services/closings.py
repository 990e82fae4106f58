"""Closing a delivery: grades, points and cards of all who answered, in one transaction (decisions 13, 16)."""

from datetime import datetime

from bot.domain.attempts import Attempt
from bot.domain.cards import Scheduler, rate
from bot.domain.deliveries import Delivery, RevealState
from bot.domain.ledger import LedgerEntry
from bot.domain.scoring import Scoring, daily_key
from bot.domain.settings import GuildSettings
from bot.services.cards import remember, review_of
from bot.services.keys import item_as_graded
from bot.storage import Transaction


async def close_delivery(
    tx: Transaction, scoring: Scoring, scheduler: Scheduler, delivery_id: int, now: datetime
) -> bool:
    """Close a delivery and write its points; False when another process has closed it.

    Answers to a withdrawn question earn what taking part earns, get no grade, and say nothing of anybody's memory.
    """
    if not await tx.deliveries.close(delivery_id, now, RevealState.PENDING):
        return False
    # Read after the update, which waited for any admin who was mending the delivery.
    delivery = await tx.deliveries.find(delivery_id)
    if delivery is None:
        return False
    item = await item_as_graded(tx, delivery)
    settings = await tx.guilds.find(delivery.guild_id, in_turn=True) or GuildSettings(delivery.guild_id)
    reviews = []
    for attempt in await tx.attempts.list_for("daily", delivery_id):
        right = False
        if delivery.voided_at is None:
            grade = item.grade(attempt.response)
            right = grade.correct
            await tx.attempts.set_share(attempt.id, grade.share)
            reviews.append(review_of(attempt, rate(grade.share, guessed=attempt.guessed)))
        entry = _entry(delivery, attempt, settings, scoring, now, right=right)
        if await tx.ledger.append(entry) is not None:
            await tx.boards.add(entry)
    await remember(tx, scheduler, reviews)
    return True


def _entry(
    delivery: Delivery, attempt: Attempt, settings: GuildSettings, scoring: Scoring, now: datetime, *, right: bool
) -> LedgerEntry:
    return LedgerEntry(
        key=daily_key(delivery.id, attempt.user_id),
        guild_id=delivery.guild_id,
        channel_id=delivery.channel_id,
        user_id=attempt.user_id,
        source="daily",
        attempt_id=attempt.id,
        question_id=delivery.question_id,
        item_id=delivery.item_id,
        revision=delivery.revision,
        topic=delivery.topic,
        season=settings.season,
        local_date=delivery.local_date,
        points=scoring.daily(right=right),
        reason="right" if right else "answered",
        # Everybody reaches a daily's points together, so that speed breaks no tie.
        occurred_at=delivery.closes_at or attempt.changed_at,
        team_id=attempt.team_id,
        right=int(right),
        written_at=now,
    )
