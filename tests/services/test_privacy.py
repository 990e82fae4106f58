"""What members are told of their data, and how they get off the boards: all of theirs, and nothing of others."""

import gzip
import json
from datetime import timedelta

import pytest

from bot.domain.privacy import PersonalData, pack, render
from bot.errors import BotError
from bot.services.upkeep import UpkeepService
from bot.storage.traces import TRACES, Fate
from tests.services.personal import ANN, BEN, CHANNEL, CLEO, HOME, fill
from tests.services.quizzing import play
from tests.services.world import DAY, GUILD, HOUR, MINUTE, NINE, World, reader
from tests.storage.rows import NOON

LATER = NOON + HOUR


async def told(world: World, user: int = ANN, now=LATER) -> PersonalData:
    return await world.privacy.export(reader(user), now)


# ------------------------------------------------------------------------ export


async def test_every_place_where_something_stands_is_told(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    data = await told(world)
    assert {trace.section for trace in TRACES} == set(data.sections)
    assert not [section for section, rows in data.sections.items() if not rows]
    assert data.sections["servers"][0]["name"] == f"name of {ANN}"
    assert [row["points"] for row in data.sections["points"]] == [3, -3, 10]
    assert data.sections["attempts"][0] | {"options": ["a"], "share": 0.3333} == data.sections["attempts"][0]
    assert [item["points"] for item in data.sections["quizzes"][0]["items"]] == [3]
    assert [row["reason"] for row in data.sections["admin_acts_about_you"]] == ["about q"]
    assert data.erased_at is None


async def test_nothing_of_others_is_told(world: World) -> None:
    await fill(world.database, ANN, other=CLEO)
    await fill(world.database, BEN, other=CLEO, name="theirs")
    text = render(await told(world), {}, LATER).decode()
    assert str(ANN) in text
    assert str(BEN) not in text
    assert str(CLEO) not in text
    assert "secret" not in text, "texts of exercises hold their keys"
    assert not any((await told(world, 5)).sections.values())


async def test_the_file_is_json_with_a_fixed_order_and_times_in_utc(world: World) -> None:
    await fill(world.database, ANN, other=BEN)
    data = await told(world)
    written = render(data, {"file": "说明"}, LATER)
    assert written == render(data, {"file": "说明"}, LATER)
    document = json.loads(written)
    assert list(document) == ["format", "version", "exported_at", "user_id", "erased_at", "about", "data"]
    assert (document["user_id"], document["exported_at"]) == (str(ANN), "2026-03-02T13:00:00Z")
    assert document["about"] == {"file": "说明"}
    assert "说明".encode() in written
    attempt = document["data"]["attempts"][0]
    assert (attempt["guild_id"], attempt["channel_id"]) == (str(HOME), str(CHANNEL)), "JavaScript rounds such numbers"
    assert attempt["answered_at"] == "2026-03-02T12:00:00Z"
    assert document["data"]["points"][0]["local_date"] == "2026-03-02"


async def test_an_open_daily_question_tells_the_choice_and_nothing_else(world: World) -> None:
    await world.setup()
    post = await world.post(NINE)
    await world.answer(7, post, right=True, now=NINE + HOUR)
    data = await told(world, 7, NINE + 2 * HOUR)
    (attempt,) = data.sections["attempts"]
    assert attempt["sealed"] is True
    assert attempt["share"] is None
    assert attempt["options"] == [post.item.key.id]
    for section in ("points", "boards", "cards", "reviews"):
        assert data.sections[section] == []
    await world.reveal(NINE + DAY)
    data = await told(world, 7, NINE + DAY)
    assert (data.sections["attempts"][0]["share"], data.sections["attempts"][0]["sealed"]) == (1, False)
    assert [row["points"] for row in data.sections["points"]] == [10]


async def test_what_was_practised_before_is_withheld_while_the_question_is_open(world: World) -> None:
    """Otherwise the export would say which of one's old answers to it was right."""
    await play(world, 7, NINE - HOUR, questions=25)
    before = await told(world, 7, NINE - HOUR)
    assert not any(row["sealed"] for row in before.sections["attempts"])
    await world.setup()
    post = await world.post(NINE)
    after = await told(world, 7, NINE)
    withheld = 0
    for section in ("attempts", "points", "reviews", "cards"):
        assert len(after.sections[section]) == len(before.sections[section]) > 0
        for old, new in zip(before.sections[section], after.sections[section], strict=True):
            open_now = new["question_id"] == post.delivery.question_id
            assert new["sealed"] is open_now
            assert (new == old) is not open_now
            withheld += open_now
            if open_now:
                for name in {"share", "points", "right", "reason", "rating", "due_at", "stability", "lapses"} & set(
                    new
                ):
                    assert new[name] is None, (section, name)
    assert withheld >= 4
    items = [item for quiz in after.sections["quizzes"] for item in quiz["items"]]
    assert {item["points"] for item in items if item["question_id"] == post.delivery.question_id} == {None}


async def test_one_copy_a_minute(world: World) -> None:
    await told(world)
    with pytest.raises(BotError) as refused:
        await told(world, now=LATER + timedelta(seconds=59))
    assert refused.value.key == "privacy.too_soon"
    await told(world, BEN)
    await told(world, now=LATER + MINUTE)


def test_large_files_are_packed_and_larger_ones_split() -> None:
    text = b"".join(b'{"n": %d}' % number for number in range(10_000))
    (plain,) = pack(text, "copy", len(text))
    assert (plain.name, plain.content) == ("copy.json", text)
    (packed,) = pack(text, "copy", len(text) - 1)
    assert packed.name == "copy.json.gz"
    assert gzip.decompress(packed.content) == text
    parts = pack(text, "copy", len(packed.content) // 11)
    assert len(parts) == 12
    assert [part.name for part in parts] == sorted(part.name for part in parts)
    assert max(len(part.content) for part in parts) == len(packed.content) // 11
    assert gzip.decompress(b"".join(part.content for part in parts)) == text


# ------------------------------------------------------------------------- boards


async def test_who_is_off_the_boards_goes_on_earning(world: World) -> None:
    await play(world, 7, NINE, questions=3)
    await play(world, 8, NINE, questions=1)
    assert await world.privacy.show_on_boards(reader(7), False, NINE) is True
    assert await world.privacy.show_on_boards(reader(7), False, NINE) is False
    ranking = await world.leaderboard.ranking(reader(8), GUILD, "all", None, NINE)
    assert [standing.user_id for standing in ranking.top] == [8]
    await play(world, 7, NINE + DAY, questions=3)
    own = (await world.leaderboard.ranking(reader(7), GUILD, "all", None, NINE + DAY)).own
    assert own is not None
    assert own.points > 0
    assert await UpkeepService(world.storage).check_boards() == []
    assert await world.privacy.show_on_boards(reader(7), True, NINE + DAY) is True
    ranking = await world.leaderboard.ranking(reader(8), GUILD, "all", None, NINE + DAY)
    assert [standing.user_id for standing in ranking.top] == [7, 8]
    assert await UpkeepService(world.storage).check_boards() == []


def test_fates_are_what_the_explanation_says() -> None:
    """The words under `privacy.delete` were written for these."""
    assert {trace.section for trace in TRACES if trace.fate is Fate.NOBODY} == {
        "team_founder",
        "invitations_sent",
        "schedules",
        "seasons_started",
        "seasons_ended",
        "admin_acts_by_you",
    }
