"""Points: one pure module with every rule (decisions 17, 18)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Scoring:
    """Tunables. Points are whole numbers."""

    daily_right: int = 10
    daily_answered: int = 2
    quiz_daily_limit: int = 40

    def daily(self, *, right: bool) -> int:
        """Points of a daily answer: a wrong one earns a little, not answering earns nothing."""
        return self.daily_right if right else self.daily_answered

    def quiz(self, share: Fraction, difficulty: int, earned_today: int) -> int:
        """Points of a quiz answer: the share of the item's difficulty (1–5), halves rounded up.

        Never more than what is left of the day's limit.
        """
        full = int(share * difficulty + Fraction(1, 2))
        return max(0, min(full, self.quiz_daily_limit - earned_today))


def daily_key(delivery_id: int, user_id: int) -> str:
    """The ledger key of a daily answer: one scored event per delivery and member."""
    return f"daily:{delivery_id}:{user_id}"


def correction_key(delivery_id: int, user_id: int) -> str:
    """The ledger key of what a corrected key adds to a daily answer: at most once, however often it is corrected."""
    return f"daily:{delivery_id}:{user_id}:corrected"


def quiz_key(guild_id: int, season: int, item_id: str, user_id: int) -> str:
    """The ledger key of a quiz answer: one scored event per item, member and season."""
    return f"quiz:{guild_id}:{season}:{item_id}:{user_id}"


def amendment_key(ledger_id: int, reason: Literal["voided", "restored"], time: int) -> str:
    """The ledger key of what takes an entry back, or gives it again, for the `time`-th time (from 1)."""
    return f"{'void' if reason == 'voided' else 'restore'}:{ledger_id}:{time}"
