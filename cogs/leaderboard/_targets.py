"""Which board is meant: as a command says it, and as a button carries it."""

from dataclasses import dataclass
from typing import Literal, Self

from bot.domain.bank import QuestionBank
from bot.domain.boards import WINDOWS, Window
from bot.errors import BotError

Scope = Literal["members", "teams"]
# One letter each: a topic's path has up to 80 of the 100 characters of a custom_id.
_SCOPES: dict[str, Scope] = {"m": "members", "t": "teams"}
_WINDOWS: dict[str, Window] = {window[0]: window for window in WINDOWS}
# Stands for all topics, and for the one period of all time: no part of a custom_id is empty.
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """A board of a server. `period` is as boards name it, and never left to "now": a button says what it shows."""

    scope: Scope
    window: Window
    period: str
    topic: str | None

    def custom_id(self, prefix: str) -> str:
        """Return `<prefix>:<scope>:<window>:<period>:<topic>`."""
        return ":".join([prefix, self.scope[0], self.window[0], self.period or _NONE, self.topic or _NONE])

    @classmethod
    def read(cls, arguments: list[str], bank: QuestionBank) -> Self:
        """Read the arguments of a custom_id. Whether there is such a period is not looked at.

        Raises:
            BotError: `button.stale` for anything that this bank's boards would not have written.
        """
        if len(arguments) != 4:
            raise BotError("button.stale")
        scope, window, period, topic = arguments
        known = scope in _SCOPES and window in _WINDOWS and (topic == _NONE or topic in bank.topics)
        if not known or not period:
            raise BotError("button.stale")
        named = "" if period == _NONE else period
        return cls(_SCOPES[scope], _WINDOWS[window], named, None if topic == _NONE else topic)
