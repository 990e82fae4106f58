"""Taking an entry of the ledger back, and giving it again: another entry each time, since nothing is ever deleted."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.domain.ledger import LedgerEntry, LedgerRecord
from bot.domain.scoring import amendment_key
from bot.storage import Transaction


async def amend(
    tx: Transaction, record: LedgerRecord, reason: Literal["voided", "restored"], now: datetime
) -> LedgerEntry:
    """Append what takes an entry back or restores it, and count it on the boards; returns what was appended.

    Callers hold the server's turn, and know that the entry stands otherwise. It counts where the entry itself did:
    for the same member, team, season and days.
    """
    sign = -1 if reason == "voided" else 1
    time = await tx.ledger.count_amendments(record.id, reason) + 1
    entry = replace(
        record.entry,
        key=amendment_key(record.id, reason, time),
        points=sign * record.entry.points,
        answers=sign * record.entry.answers,
        right=sign * record.entry.right,
        reason=reason,
        amends_id=record.id,
        written_at=now,
    )
    if await tx.ledger.append(entry) is None:
        raise RuntimeError(f"{entry.key} was written by somebody who had not taken their turn")
    await tx.boards.add(entry)
    return entry


async def void_addition(tx: Transaction, first: LedgerEntry, now: datetime) -> bool:
    """Take back what was just added to an answer, if the answer itself is taken back; returns whether it is.

    `first`: the answer's own entry. The addition has been counted, so the transaction holds the server's turn.
    """
    answer, *additions = await tx.ledger.answer_of(first)
    if answer.voided:
        for addition in additions:
            if not addition.voided:
                await amend(tx, addition, "voided", now)
    return answer.voided
