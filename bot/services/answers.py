"""Private answers to the daily question: recorded at the click, graded when the delivery closes (decisions 10–13)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.bank import QuestionBank
from bot.domain.deliveries import Delivery
from bot.domain.kinds import Response, SingleItem
from bot.domain.questions import Question
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.services.keys import item_as_graded
from bot.services.presence import meet
from bot.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class AnswerReceipt:
    """What is recorded for a member on an open delivery. `position` counts from 0 in displayed order; None: nothing.

    `final`: the first choice counts, it is made, and the member may know whether it is right. Otherwise nothing in it
    is to be shown that tells right from wrong.
    """

    delivery: Delivery
    item: SingleItem
    question: Question | None
    position: int | None
    guessed: bool
    changed: bool
    answered: int

    @property
    def final(self) -> bool:
        """Whether the member is told at once, and has chosen."""
        return self.delivery.feedback == "at_once" and self.position is not None


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """The answer to a click after the delivery has closed: it counts for nothing, so everything may be said.

    `erased`: it is open, but the member may have been told before they had everything deleted.
    """

    delivery: Delivery
    item: SingleItem
    question: Question | None
    position: int
    recorded_position: int | None
    erased: bool = False


class AnswerService:
    """Every method takes the delivery's id from a custom_id, so every one checks that the reader may use it."""

    def __init__(self, storage: Storage, bank: QuestionBank) -> None:
        self._storage = storage
        self._bank = bank

    async def answer(
        self, reader: Reader, delivery_id: int, position: int, now: datetime
    ) -> AnswerReceipt | PracticeResult:
        """Record the option at a displayed position; a later choice replaces it until the delivery closes.

        With feedback at once the first choice is for good, and a later one only shows it again.

        Raises:
            BotError: `button.stale` for a delivery of another server, or a position it does not have.
        """
        async with self._storage.write() as tx:
            delivery, item = await self._load(tx, reader, delivery_id, lock=True)
            if not 0 <= position < len(delivery.option_order):
                raise BotError("button.stale")
            member = await meet(tx, reader, now)
            option_id = delivery.option_order[position]
            attempt = await tx.attempts.find("daily", delivery_id, delivery.item_id, reader.user_id)
            if not delivery.is_open(now):
                recorded = _position(delivery, attempt.response) if attempt else None
                return PracticeResult(delivery, item, self._question(delivery), position, recorded)
            if attempt is None and await _told_before_erasure(tx, delivery, reader.user_id):
                return PracticeResult(delivery, item, self._question(delivery), position, None, erased=True)
            response = Response((option_id,))
            if attempt is not None and delivery.feedback == "at_once":
                response, position = attempt.response, delivery.option_order.index(attempt.response.options[0])
            changed = attempt is not None and attempt.response != response
            if attempt is None:
                await tx.attempts.insert(
                    context_kind="daily",
                    context_id=delivery_id,
                    item_id=delivery.item_id,
                    question_id=delivery.question_id,
                    revision=delivery.revision,
                    guild_id=delivery.guild_id,
                    channel_id=delivery.channel_id,
                    user_id=reader.user_id,
                    response=response,
                    now=now,
                    team_id=member.team_id,
                )
            elif changed:
                await tx.attempts.change(attempt.id, response, now)
            guessed = attempt is not None and attempt.guessed and not changed
            answered = await tx.attempts.count_for("daily", delivery_id)
        return AnswerReceipt(delivery, item, self._question(delivery), position, guessed, changed, answered)

    async def set_guessed(self, reader: Reader, delivery_id: int, guessed: bool, now: datetime) -> AnswerReceipt:
        """Note "I guessed", or take it back.

        Raises:
            BotError: `button.stale`, `answer.closed` after the reveal, `answer.none` without an answer.
        """
        async with self._storage.write() as tx:
            delivery, item = await self._load(tx, reader, delivery_id, lock=True)
            if not delivery.is_open(now):
                raise BotError("answer.closed")
            attempt = await tx.attempts.find("daily", delivery_id, delivery.item_id, reader.user_id)
            if attempt is None:
                raise BotError("answer.none")
            await tx.attempts.set_guessed(attempt.id, guessed)
            answered = await tx.attempts.count_for("daily", delivery_id)
        position = _position(delivery, attempt.response)
        return AnswerReceipt(delivery, item, self._question(delivery), position, guessed, False, answered)

    async def view(self, reader: Reader, delivery_id: int) -> AnswerReceipt:
        """Return the delivery as this reader stands to it, for the other language or a change.

        Raises:
            BotError: `button.stale` for a delivery of another server.
        """
        async with self._storage.read() as tx:
            delivery, item = await self._load(tx, reader, delivery_id)
            attempt = await tx.attempts.find("daily", delivery_id, delivery.item_id, reader.user_id)
            answered = await tx.attempts.count_for("daily", delivery_id)
        position = _position(delivery, attempt.response) if attempt else None
        guessed = attempt.guessed if attempt else False
        return AnswerReceipt(delivery, item, self._question(delivery), position, guessed, False, answered)

    async def revealed(self, reader: Reader, delivery_id: int) -> AnswerReceipt:
        """Return a closed delivery for the private buttons of its reveal, or one that this reader was told at once.

        Raises:
            BotError: `button.stale`, or `answer.open` while answers still count.
        """
        receipt = await self.view(reader, delivery_id)
        if receipt.delivery.closed_at is None and not receipt.final:
            raise BotError("answer.open")
        return receipt

    async def _load(
        self, tx: Transaction, reader: Reader, delivery_id: int, *, lock: bool = False
    ) -> tuple[Delivery, SingleItem]:
        delivery = await tx.deliveries.find(delivery_id, lock=lock)
        if delivery is None or delivery.guild_id != reader.guild_id:
            raise BotError("button.stale")
        return delivery, await item_as_graded(tx, delivery)

    def _question(self, delivery: Delivery) -> Question | None:
        return self._bank.find(delivery.question_id, delivery.guild_id)


async def _told_before_erasure(tx: Transaction, delivery: Delivery, user_id: int) -> bool:
    if delivery.feedback != "at_once":
        return False
    erased_at = await tx.erasures.erased_at(user_id)
    return erased_at is not None and await tx.erasures.knew_delivery(erased_at, delivery.id)


def _position(delivery: Delivery, response: Response) -> int | None:
    chosen = response.options[0] if response.options else None
    return delivery.option_order.index(chosen) if chosen in delivery.option_order else None
