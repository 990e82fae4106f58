"""Attempts: one member's one response to one item in one context (decision 16)."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from bot.domain.kinds import Response

ContextKind = Literal["daily", "quiz"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stored response.

    `share` is None until it is graded: a daily attempt when its delivery closes, a quiz attempt at once.
    `changes` counts later choices; `late` marks a quiz answer after its time limit; `team_id` is the team that the
    member answered for.
    """

    id: int
    context_kind: ContextKind
    context_id: int
    item_id: str
    question_id: str
    revision: str
    guild_id: int | None
    channel_id: int | None
    user_id: int
    response: Response
    guessed: bool
    changes: int
    late: bool
    team_id: int | None
    share: Fraction | None
    answered_at: datetime
    changed_at: datetime
