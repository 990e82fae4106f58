"""The short seeded version of the burst; `python -m tests.crash burst` is the long one."""

from pathlib import Path
from random import Random

from tests.crash.burst import burst


async def test_every_acknowledged_answer_is_there_once(tmp_path: Path) -> None:
    outcome = await burst(tmp_path, kills=3, rng=Random(1))
    assert outcome.sound, str(outcome)
    assert outcome.kills == 3
    assert 0 < outcome.acknowledged <= outcome.recorded
