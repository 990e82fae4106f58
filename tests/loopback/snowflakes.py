"""Ids as Discord makes them: 42 bits of milliseconds since 2015, then a counter."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


def time_of(snowflake: int) -> datetime:
    return EPOCH + timedelta(milliseconds=snowflake >> 22)


class Snowflakes:
    """Every id is larger than all before it and tells the time at which it was made."""

    def __init__(self, clock: Clock = wall_clock) -> None:
        self.clock = clock
        self._latest = 0
        self._counter = itertools.count()

    def next(self) -> int:
        milliseconds = (self.clock() - EPOCH) // timedelta(milliseconds=1)
        candidate = (milliseconds << 22) | (next(self._counter) & 0xFFF)
        self._latest = max(self._latest + 1, candidate)
        return self._latest
