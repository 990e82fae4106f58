"""What a reveal tells: the delivery as it stands in an open transaction, with the count of its answers."""

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import Delivery, RevealPost, Tally
from bot.services.keys import item_as_graded
from bot.storage import Transaction

MAX_NAMES = 10


async def reveal_of(tx: Transaction, bank: QuestionBank, delivery: Delivery) -> RevealPost | None:
    """Return everything that the reveal of a delivery shows, or None without a schedule."""
    schedule = await tx.schedules.find(delivery.channel_id)
    if schedule is None:
        return None
    item = await item_as_graded(tx, delivery)
    attempts = await tx.attempts.list_for("daily", delivery.id)
    named = await tx.attempts.right_names(delivery.id, delivery.guild_id)
    counts = {option.id: 0 for option in item.options}
    for attempt in attempts:
        counts[attempt.response.options[0]] += 1
    names = [name for _, name in named] if len(attempts) >= Tally.MINIMUM else []
    tally = Tally(
        by_option=counts,
        total=len(attempts),
        right=counts[item.key.id],
        names=tuple(names[:MAX_NAMES]),
        more_names=max(0, len(names) - MAX_NAMES),
    )
    question = bank.find(delivery.question_id, delivery.guild_id)
    return RevealPost(delivery, schedule, item, question, tally)
