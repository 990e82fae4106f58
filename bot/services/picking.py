"""The choice of a channel's next question, for the claim that spends it and the preview that does not."""

from bot.domain.bank import QuestionBank
from bot.domain.schedules import Schedule
from bot.domain.selection import Pick, pick_daily
from bot.storage import Transaction


async def pick_for(tx: Transaction, bank: QuestionBank, schedule: Schedule) -> Pick | None:
    """Return what the channel would be asked next, or None when no question matches the schedule."""
    questions = bank.select(schedule.guild_id, topics=schedule.topics, difficulty=schedule.difficulty)
    asked = await tx.deliveries.asked_in_cycle(schedule.channel_id, schedule.cycle)
    return pick_daily(
        questions,
        seed=schedule.seed,
        cycle=schedule.cycle,
        asked=asked,
        avoid=await tx.deliveries.open_questions([schedule.guild_id]),
        last=asked[-1] if asked else None,
    )
