"""Head-count neither wins nor loses: weeks of equally keen teams of 5 and of 50, drawn from the same distribution.

Whoever counts is in the mean; the spread of a small team's mean is wider, but as often upwards as downwards. What is
left of a difference comes from skew: few members earn very much, and of five there is often none of them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

import pytest

from bot.domain.teams import TeamRules, TeamScore, counted, rank_teams

RULES = TeamRules()
SMALL, LARGE = 5, 50
BOARDS = 4_000
NOW = datetime(2026, 3, 8, tzinfo=UTC)

# (answers, points) of one member in one week.
Week = tuple[int, int]
Rule = Callable[[Sequence[Week]], float | None]


def evenly(rng: Random) -> Week:
    """Any number of answers from none to fourteen, half of them right."""
    answers = rng.randint(0, 14)
    return answers, sum(rng.choice((2, 10)) for _ in range(answers))


def like_people(diligent: float, idle: float) -> Callable[[Random], Week]:
    """Members differ in diligence and skill; on some days they practise as well, a few of them much."""

    def week(rng: Random) -> Week:
        diligence, skill = rng.betavariate(diligent, idle), rng.betavariate(5, 3)
        answers = points = 0
        for _ in range(7):
            if rng.random() < diligence:
                answers += 1
                points += 10 if rng.random() < skill else 2
            if rng.random() < diligence * 0.35:
                items = min(25, 1 + int(rng.expovariate(1 / 6)))
                answers += items
                points += min(40, sum(rng.choice((1, 2, 2, 3, 3, 4, 5)) for _ in range(items) if rng.random() < skill))
        return answers, points

    return week


# Of a hundred members 95, 82, 68 and 49 answer at least three times in a week; `evenly` 80.
KEEN, MIXED, SPLIT, LAZY = like_people(4, 2), like_people(2, 2), like_people(0.5, 0.5), like_people(1, 3)


def by_rank(small: Sequence[Week], large: Sequence[Week]) -> list[int | None]:
    """Return the ranks of both teams, as their board has them."""
    scores = []
    for team_id, weeks in enumerate((small, large)):
        figures = [counted(points, answers, RULES) for answers, points in weeks]
        points, members = (sum(column) for column in zip(*figures, strict=True))
        scores.append((team_id, f"team {team_id}", TeamScore(points, members, NOW)))
    ranks = {standing.team_id: standing.rank for standing in rank_teams(scores, RULES)}
    return [ranks[0], ranks[1]]


def boards(week: Callable[[Random], Week], seed: int = 1) -> list[tuple[list[Week], list[Week]]]:
    """Draw both teams of each board from the same members."""
    rng = Random(seed)
    members = [week(rng) for _ in range(5_000)]
    drawn = (rng.choices(members, k=SMALL + LARGE) for _ in range(BOARDS))
    return [(teams[:SMALL], teams[SMALL:]) for teams in drawn]


def share_won(ranks: Sequence[list[int | None]]) -> float:
    """Return the share of boards that the small team wins; a shared rank is half a board, no rank none."""
    won = 0.0
    for small, large in ranks:
        if small is not None and (large is None or small <= large):
            won += 0.5 if small == large else 1
    return won / len(ranks)


@pytest.mark.parametrize("week", [evenly, KEEN, MIXED, SPLIT, LAZY], ids=["even", "keen", "mixed", "split", "lazy"])
def test_of_boards_on_which_both_rank_each_wins_about_half(week):
    ranks = [by_rank(*teams) for teams in boards(week)]
    both = [pair for pair in ranks if None not in pair]
    assert len(both) > BOARDS / 3
    assert 0.45 <= share_won(both) <= 0.55


def test_keen_teams_win_about_half_of_all_boards():
    """Members who answer fewer than three times are among them; a week without a rank is a lost one."""
    drawn = boards(KEEN)
    idle = [answers < RULES.answers for small, large in drawn for answers, _points in (*small, *large)]
    assert 0.03 < sum(idle) / len(idle) < 0.10
    assert 0.45 <= share_won([by_rank(*teams) for teams in drawn]) <= 0.55


def total(weeks: Sequence[Week]) -> float:
    return sum(points for _answers, points in weeks)


def best(number: int) -> Rule:
    def of(weeks: Sequence[Week]) -> float | None:
        points = sorted((points for _answers, points in weeks), reverse=True)
        return sum(points[:number]) if len(points) >= number else None

    return of


def mean_of_all(weeks: Sequence[Week]) -> float:
    return total(weeks) / len(weeks)


@pytest.mark.parametrize("rule", [total, best(3), best(5)], ids=["sum", "best 3", "best 5"])
@pytest.mark.parametrize("week", [evenly, KEEN], ids=["even", "keen"])
def test_other_rules_are_won_by_head_count(week, rule):
    won = sum(rule(small) > rule(large) for small, large in boards(week))
    assert won / BOARDS < 0.05


def test_members_who_hardly_answer_cost_their_team_nothing():
    """A mean over everybody would: a keen team would do well to throw them out."""
    keen = [(7, 50)] * 5
    asleep = [(2, 4)] * 45
    rival = [(7, 49)] * 5
    assert by_rank(rival, keen + asleep) == [2, 1]
    assert mean_of_all(rival) > mean_of_all(keen + asleep)


def test_one_who_earns_much_does_not_carry_a_team_alone():
    assert by_rank([(100, 280), (1, 2), (2, 4)], [(3, 6)] * 3) == [None, 1]
