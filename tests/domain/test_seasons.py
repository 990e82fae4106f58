"""Names of seasons, and who gets a medal."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from bot.domain.boards import Board, Standing
from bot.domain.seasons import MOST_WINNERS, Season, podium, season_name
from bot.domain.teams import TeamStanding
from bot.errors import BotError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Spring 2026", "Spring 2026"),
        ("  春招  冲刺 ", "春招 冲刺"),
        ("Ｓｅａｓｏｎ　３", "Season 3"),
        ("first\nsecond\tthird", "first second third"),
        ("👩\u200d💻 camp", "👩\u200d💻 camp"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("Überflieger ①", "Überflieger 1"),
        ("a" * 60, "a" * 60),
        ("@", "@"),
        ("1 < 2", "1 < 2"),
        ("<ai> + <idea>", "<ai> + <idea>"),
    ],
)
def test_a_name_is_kept_as_people_read_it(typed: str, kept: str) -> None:
    assert season_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " \u3000 ",
        "a" * 61,
        "㍿" * 16,  # four signs each once it is normal
        "\u200b",
        "sea\u200bson",
        "a\u200db",
        "\u200d💻",
        "\u202enosaes",
        "\ufeffseason",
        "\x1b[31m",
        "\u3164",
        "\u2800",
        "\ue000",
        "\ud800",
        "\u0301\u0301",
        "@everyone",
        "for @HERE now",
        "＠everyone",
        "<@1>",
        "<@&1>",
        "<#1>",
        "<:a:1>",
        "<a:b:1>",
        "</quiz start:1>",
        "x<id:home>",
    ],
)
def test_a_name_that_hides_something_or_mentions_anybody_is_refused(typed: str) -> None:
    with pytest.raises(BotError) as refused:
        season_name(typed)
    assert refused.value.key == "season.bad_name"
    assert refused.value.message_args == {"longest": 60}


def standing(user: int, rank: int) -> Standing:
    return Standing(user, f"member {user}", 100 - rank, 1, 1, rank)


@pytest.mark.parametrize(
    ("ranks", "named", "more"),
    [
        ([], 0, False),
        ([1], 1, False),
        ([1, 2, 3, 4, 5], 3, False),
        ([1, 1, 3, 4], 3, False),
        ([1, 2, 2, 4], 3, False),
        ([1, 1, 1, 1, 5], 4, False),
        ([1, 2, 3, 3, 3, 6], 5, False),
        ([1] * MOST_WINNERS, MOST_WINNERS, False),
        ([1] * (MOST_WINNERS + 1), MOST_WINNERS, True),
        ([1, 2, *[3] * MOST_WINNERS], MOST_WINNERS, True),
    ],
)
def test_equal_ones_share_a_medal(ranks: list[int], named: int, more: bool) -> None:
    places = [standing(user, rank) for user, rank in enumerate(ranks)]
    assert podium(places) == (tuple(places[:named]), more)


def test_a_team_without_a_rank_gets_none() -> None:
    teams = [TeamStanding(n, "team", Fraction(n), 3, rank) for n, rank in enumerate((1, 2, None))]
    assert podium(teams) == (tuple(teams[:2]), False)


def test_a_season_knows_its_board() -> None:
    season = Season(7, 3, "third", datetime(2026, 3, 2, tzinfo=UTC), 1)
    assert season.running
    assert season.board == Board(7, "season", "s3", "")
