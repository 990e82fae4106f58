"""The short seeded version of the crash suite; `python -m tests.crash` is the long one."""

from pathlib import Path

import pytest

from tests.crash.ground import blow
from tests.crash.storm import Weather


@pytest.mark.parametrize(
    ("weather", "seed"),
    [
        pytest.param(Weather(12, kills=3), 1, id="killed"),
        pytest.param(Weather(12, kills=2, lost=0.2, refused=0.2), 2, id="responses lost, bursts of 502"),
        pytest.param(Weather(12, kills=2, processes=2), 3, id="two processes"),
    ],
)
async def test_nothing_is_missed_or_doubled(tmp_path: Path, weather: Weather, seed: int) -> None:
    outcome = await blow(tmp_path, weather, seed)
    assert (outcome.missed, outcome.doubled) == (0, 0), str(outcome)
    assert outcome.kills >= weather.kills  # in each half, as far as its requests lasted
    assert outcome.requests >= 2 * weather.channels
