"""Statements that count on boards. Each is executed with a list of rows, and costs one round trip for all of them.

They are built once a dialect: building one takes longer than executing it.
"""

from functools import cache
from typing import Any

from sqlalchemy import and_, case, or_

from bot.domain.boards import Board
from bot.storage.tables import board_histogram, board_scores, team_contributions, team_scores
from bot.storage.upserts import insert_in

BOARD_KEY = ("guild_id", "window", "period", "topic")


def key_of(board: Board) -> dict[str, Any]:
    """Return the columns that name a board, in every table of aggregates."""
    return {"guild_id": board.guild_id, "window": board.window, "period": board.period, "topic": board.topic}


@cache
def count_score(dialect: str) -> Any:
    """Add to members' scores; returns window, topic, the points they have now, and whether they are shown."""
    table, new = board_scores.c, insert_in(dialect, board_scores)
    # When the member got their points, whatever order the entries are counted in: a daily's are dated back.
    earlier = and_(table.points > 0, table.reached_at > new.excluded.reached_at)
    keeps = or_(new.excluded.points <= 0, earlier)
    return new.on_conflict_do_update(
        index_elements=[*BOARD_KEY, "user_id"],
        set_={
            "points": table.points + new.excluded.points,
            "answers": table.answers + new.excluded.answers,
            "right": table.right + new.excluded.right,
            "reached_at": case((keeps, table.reached_at), else_=new.excluded.reached_at),
        },
    ).returning(table.window, table.topic, table.points, table.shown)


@cache
def move_members(dialect: str) -> Any:
    """Add to how many members stand at a score."""
    table, new = board_histogram.c, insert_in(dialect, board_histogram)
    return new.on_conflict_do_update(
        index_elements=[*BOARD_KEY, "points"],
        set_={"members": table.members + new.excluded.members},
    )


@cache
def count_contribution(dialect: str) -> Any:
    """Add to members' contributions to a team; returns window, topic, and the points and answers they have now."""
    table, new = team_contributions.c, insert_in(dialect, team_contributions)
    return new.on_conflict_do_update(
        index_elements=[*BOARD_KEY, "team_id", "user_id"],
        set_={name: table[name] + new.excluded[name] for name in ("points", "answers", "right")},
    ).returning(table.window, table.topic, table.points, table.answers)


@cache
def count_team(dialect: str) -> Any:
    """Add to a team's sums over the members who count."""
    table, new = team_scores.c, insert_in(dialect, team_scores)
    later = new.excluded.reached_at > table.reached_at
    return new.on_conflict_do_update(
        index_elements=[*BOARD_KEY, "team_id"],
        set_={
            "points": table.points + new.excluded.points,
            "members": table.members + new.excluded.members,
            "reached_at": case((later, new.excluded.reached_at), else_=table.reached_at),
        },
    )
