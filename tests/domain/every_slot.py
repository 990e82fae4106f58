"""All slots of all zones: `python -m tests.domain.every_slot` checks 500 zones × 30 wall times × 6 years.

The expectation is made another way than the rule: by the segments of constant offset of a zone, found by scanning.
"""

import argparse
import sys
import time as clock
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from multiprocessing import Pool
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.slots import DueSlot, upcoming

START, YEARS = datetime(2024, 1, 1, tzinfo=UTC), 6
END = datetime(START.year + YEARS, 1, 1, tzinfo=UTC)
ZONES, WALL_TIMES = 500, 30
_STEP = timedelta(hours=6)
# Beyond the ends, so that every local date in between has all of its segments.
_MARGIN = timedelta(days=3)


def zones(count: int = ZONES) -> list[str]:
    """Return that many zone names: all areas in turn, so that fewer are still a mixture."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    Random(7).shuffle(names)
    return names[:count]


def wall_times(count: int = WALL_TIMES) -> list[time]:
    """Return the times at which clocks change, then others."""
    special = [time(h, m) for h, m in ((0, 0), (0, 30), (1, 0), (1, 30), (2, 0), (2, 30), (2, 59), (3, 0), (23, 59))]
    rng = Random(11)
    rest = [time(rng.randrange(24), rng.randrange(60)) for _ in range(count)]
    return list(dict.fromkeys([*special, time(9, 0), *rest]))[:count]


class Oracle:
    """A zone as segments of constant offset: (first instant, offset), in order."""

    def __init__(self, name: str, start: datetime = START, end: datetime = END) -> None:
        self._zone = ZoneInfo(name)
        self.start, self.end = start, end
        self._segments = list(self._scan(start - _MARGIN, end + _MARGIN))

    def _offset(self, instant: datetime) -> timedelta:
        offset = instant.astimezone(self._zone).utcoffset()
        assert offset is not None
        return offset

    def _scan(self, instant: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta]]:
        offset = self._offset(instant)
        yield instant, offset
        while instant < end:
            following = instant + _STEP
            if self._offset(following) != offset:
                low, high = instant, following
                while high - low > timedelta(seconds=1):
                    middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                    low, high = (low, middle) if self._offset(middle) != offset else (middle, high)
                offset = self._offset(high)
                yield high, offset
            instant = following

    def dates(self) -> list[date]:
        """Return the local dates that some instant between the first and the last full day belongs to."""
        found: list[date] = []
        for (first, offset), (end, _) in pairwise([*self._segments, (self.end + _MARGIN, timedelta())]):
            day = (first + offset).date()
            last = (end + offset - timedelta(seconds=1)).date()
            while day <= last:
                if not found or day > found[-1]:
                    found.append(day)
                day += timedelta(days=1)
        return found

    def due(self, day: date, wall: time) -> datetime:
        """Return the first instant at which the zone's clocks show the wall time, or have just jumped over it."""
        naive = datetime.combine(day, wall, tzinfo=UTC)
        starts = [first for first, _ in self._segments]
        around = max(bisect_right(starts, naive - timedelta(days=2)) - 1, 0)
        for place in range(around, len(self._segments)):
            first, offset = self._segments[place]
            end = starts[place + 1] if place + 1 < len(starts) else None
            instant = max(naive - offset, first)
            # The wall time lies in this segment, or before it: then it was in the gap that the segment ends.
            if (end is None or instant < end) and (instant == naive - offset or first + offset > naive):
                return instant
        raise AssertionError(f"no instant for {day} {wall} in {self._zone}")


def check_zone(name: str, walls: Sequence[time]) -> tuple[int, list[str]]:
    """Return how many slots were compared, and what differs."""
    oracle = Oracle(name)
    dates = [day for day in oracle.dates() if START.date() < day < END.date()]
    compared, wrong = 0, []
    for wall in walls:
        expected = [DueSlot(day, oracle.due(day, wall)) for day in dates]
        found = []
        for slot in upcoming(wall, ZoneInfo(name), "all", START - timedelta(days=2)):
            if slot.local_date >= END.date():
                break
            if slot.local_date > START.date():
                found.append(slot)
        compared += len(expected)
        if found != expected:
            odd = next((pair for pair in zip(found, expected, strict=False) if pair[0] != pair[1]), (len(found), None))
            wrong.append(f"{name} {wall}: {odd}")
    return compared, wrong


def _work(name: str) -> tuple[int, list[str]]:
    return check_zone(name, wall_times())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.domain.every_slot", description=__doc__)
    parser.add_argument("--zones", type=int, default=ZONES)
    arguments = parser.parse_args()
    began, names = clock.monotonic(), zones(arguments.zones)
    compared, wrong = 0, []
    with Pool() as pool:
        for count, faults in pool.imap_unordered(_work, names):
            compared += count
            wrong += faults
    print("\n".join(wrong))
    print(
        f"{len(names)} zones × {WALL_TIMES} wall times × {YEARS} years: {compared:,} slots, {len(wrong)} series differ"
        f" ({clock.monotonic() - began:.0f} s)"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
