"""Queries of rankings, built once: building one takes longer than executing it.

All take the columns that name a board (`board_statements.key_of`), and what stands with each.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    tuple_,
    union_all,
)

from bot.storage.board_statements import BOARD_KEY
from bot.storage.tables import board_histogram, board_scores, memberships

_scores, _member, _histogram = board_scores.c, memberships.c, board_histogram.c
_POINTS: BindParameter[int] = bindparam("own_points")
_USER: BindParameter[int] = bindparam("user_id")


def on_board(table: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a row belongs to the board."""
    return tuple(table.c[name] == bindparam(name) for name in BOARD_KEY)


def _standings(places: Subquery) -> Select[Any]:
    """Look up what the ranking's index does not hold, for places that were found in it."""
    return (
        select(places, _scores.answers, _scores.right, _member.name)
        .outerjoin(board_scores, and_(*on_board(board_scores), _scores.user_id == places.c.user_id))
        .outerjoin(memberships, (_member.guild_id == bindparam("guild_id")) & (_member.user_id == places.c.user_id))
    )


# Columns of the ranking's index: for these alone it is the best way, whatever a planner knows of the table.
_PLACES = select(_scores.user_id, _scores.points, _scores.reached_at).where(
    *on_board(board_scores),
    _scores.shown.is_(True),
    exists().where(_member.guild_id == _scores.guild_id, _member.user_id == _scores.user_id),
)
_UP = (_scores.points, _scores.reached_at.desc(), _scores.user_id.desc())
_DOWN = (_scores.points.desc(), _scores.reached_at, _scores.user_id)

# `limit`: how many. In no order.
TOP = _standings(_PLACES.where(_scores.points > 0).order_by(*_DOWN).limit(bindparam("limit")).subquery())

# `user_id`: whose score.
OWN = (
    select(_scores.user_id, _scores.points, _scores.answers, _scores.right, _scores.reached_at, _member.name)
    .outerjoin(memberships, (_member.user_id == _scores.user_id) & (_member.guild_id == _scores.guild_id))
    .where(*on_board(board_scores), _scores.user_id == _USER)
)


def _around() -> Select[Any]:
    own = select(_scores.reached_at).where(*on_board(board_scores), _scores.user_id == _USER).scalar_subquery()
    place, own_place = tuple_(_scores.reached_at, _scores.user_id), tuple_(own, _USER)
    # Four ranges of the ranking's index, each read from its near end: OR would make it one long scan.
    ranges = (
        _PLACES.where(_scores.points == _POINTS, place < own_place).order_by(*_UP[1:]),
        _PLACES.where(_scores.points > _POINTS).order_by(*_UP),
        _PLACES.where(_scores.points == _POINTS, place > own_place).order_by(*_DOWN[1:]),
        _PLACES.where(_scores.points < _POINTS, _scores.points > 0).order_by(*_DOWN),
    )
    near = union_all(*(select(part.limit(bindparam("limit")).subquery()) for part in ranges)).subquery()
    return _standings(near).add_columns(own.label("own_reached_at"))


# `limit` on each side of the member `user_id` with `own_points`, among equals and among the others. In no order.
AROUND = _around()

# How many shown members have points, and how many have more than `above`.
MEMBERS = select(
    func.coalesce(func.sum(_histogram.members), 0).label("members"),
    func.coalesce(func.sum(case((_histogram.points > bindparam("above"), _histogram.members), else_=0)), 0).label(
        "above"
    ),
).where(*on_board(board_histogram))

# How many shown members stand at each score above `least` up to `most`.
HEIGHTS = select(_histogram.points, _histogram.members).where(
    *on_board(board_histogram), _histogram.points > bindparam("least"), _histogram.points <= bindparam("most")
)
