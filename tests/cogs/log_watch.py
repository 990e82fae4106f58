"""Errors that the bot logs during a test, kept with their tracebacks."""

import logging
import traceback


class LogWatch(logging.Handler):
    """Keeps what was logged as an error, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.errors.append(f"{record.name}: {record.getMessage()}\n{trace}")

    def take(self) -> list[str]:
        """Return what was logged so far, as looked at."""
        taken, self.errors = self.errors, []
        return taken

    def __enter__(self) -> "LogWatch":
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
