"""Expected failures. Each carries a message key; the Discord side turns it into one clear sentence."""

from typing import Any


class BotError(Exception):
    """Something a user or admin can mend. `key` names a message in the catalogues, `args` fill it."""

    def __init__(self, key: str, **args: Any) -> None:
        super().__init__(key)
        self.key = key
        self.message_args = args

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.message_args.items())
        return f"{self.key}({details})"


class StartupError(Exception):
    """The process cannot start; the text is for the operator's terminal and names the fix."""
