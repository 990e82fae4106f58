"""A server with a long history in one SQLite file: its members, its ledger, and the boards counted from the ledger.

Written in plain SQL with nothing synchronised and the indexes made last: ten million rows the way that the bot writes
them would take a night.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

from sqlalchemy import insert, select

from bot.domain.bank import QuestionBank
from bot.domain.boards import WINDOWS, Board, Score, period, scores_of
from bot.domain.ledger import LedgerEntry
from bot.storage import Database
from bot.storage.tables import board_scores, guilds, ledger
from tests.factories import make_bank, make_question

GUILD = 900_000_000_000_000_001
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPICS = ("agent", "basics", "diffusion", "rag", "serving", "training")
DAYS = 700
# The second season runs since half of the days ago.
SEASON = 2
# Answers that a member gives on one day, all on one topic.
SITTING = 12
QUESTIONS = 400
MOST_ANSWERS = 2_000
# Members who opted out of boards, and who left, in a hundred.
HIDDEN, LEFT = 2, 1
_BULK = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -500000")


def bank() -> QuestionBank:
    """Return a bank that has the topics of the ledger."""
    return make_bank(*(make_question(id=topic, topic=topic) for topic in TOPICS))


def user_id(number: int) -> int:
    """Return the id of the member of that number, counted from 0."""
    return 100_000_000_000_000_000 + 7_919 * number


def url(file: Path) -> str:
    """Return the address of a database file."""
    return f"sqlite+aiosqlite:///{file}"


async def write_full_server(file: Path, members: int, rows: int, seed: int = 7) -> None:
    """Write a database that holds nothing but one server with so many members and so many ledger rows."""
    database = Database.from_url(url(file))
    try:
        await database.upgrade()
        async with database.write() as connection:
            values = {"guild_id": GUILD, "season": SEASON, "created_at": NOW, "updated_at": NOW}
            await connection.execute(insert(guilds).values(timezone="UTC", language="zh", **values))
    finally:
        await database.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in _BULK:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        statistics = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
        indexes = _drop_indexes(connection)
        _write_members(connection, members, rows, Random(seed))
        _write_ledger(connection)
        _write_boards(connection)
        for index in indexes:
            connection.execute(index)
        # What the schema tells the planner went with the indexes.
        connection.execute("DELETE FROM sqlite_stat1")
        connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", statistics)
        connection.execute("COMMIT")
        connection.execute("PRAGMA locking_mode = NORMAL")
        connection.execute("PRAGMA journal_mode = WAL")


def _drop_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes of the large tables; return the statements that make them again."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (?, ?, ?)"
    found = connection.execute(query, ("ledger", "board_scores", "memberships")).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


def _write_members(connection: sqlite3.Connection, members: int, rows: int, rng: Random) -> None:
    connection.execute(
        "CREATE TEMP TABLE histories (user_id INTEGER PRIMARY KEY, number INT, answers INT, first_day INT, skill INT)"
    )
    connection.executemany("INSERT INTO histories VALUES (?, ?, ?, ?, ?)", _histories(members, rows, rng))
    connection.execute("CREATE INDEX temp.by_answers ON histories (answers)")
    connection.execute("CREATE TEMP TABLE days (day INTEGER PRIMARY KEY, date TEXT, week TEXT, month TEXT, season INT)")
    connection.executemany("INSERT INTO days VALUES (?, ?, ?, ?, ?)", map(_day, range(DAYS)))
    connection.execute("CREATE TEMP TABLE topics (number INTEGER PRIMARY KEY, topic TEXT)")
    connection.executemany("INSERT INTO topics VALUES (?, ?)", enumerate(TOPICS))
    connection.execute(
        "INSERT INTO memberships (guild_id, user_id, name, hidden, left_at, first_seen_at, last_seen_at)"
        " SELECT ?1, user_id, 'member ' || number, number % 100 < ?2,"
        " CASE WHEN number % 100 >= 100 - ?3 THEN ?4 END, ?4, ?4 FROM histories ORDER BY user_id",
        (GUILD, HIDDEN, LEFT, f"{NOW:%Y-%m-%d %H:%M:%S}.000000"),
    )


def _histories(members: int, rows: int, rng: Random) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield each member's id, number, answers, first day and share of right answers; a few answer most of all."""
    keenness = [min(rng.paretovariate(1.4), 600) for _ in range(members)]
    whole = sum(keenness)
    shares = [int(rows * until / whole) for until in accumulate(keenness, initial=0.0)]
    shares[-1] = rows
    for number, (before, until) in enumerate(pairwise(shares)):
        answers = until - before
        sittings = -(-answers // SITTING)
        # More were there lately than ever before.
        last_day = DAYS - 1 - int((DAYS - sittings) * rng.random() ** 3)
        yield user_id(number), number, answers, last_day - max(sittings - 1, 0), rng.randrange(30, 95)


def _day(number: int) -> tuple[int, str, str, str, int]:
    day = NOW.date() - timedelta(days=DAYS - 1 - number)
    return number, day.isoformat(), period("week", day, 0), period("month", day, 0), 1 + (number >= DAYS // 2)


def _write_ledger(connection: sqlite3.Connection) -> None:
    """Write the n-th answer of every member who has one, then the next: so the keys come in their order."""
    (most,) = connection.execute("SELECT max(answers) FROM histories").fetchone()
    for number in range(most):
        question = f"q{number % QUESTIONS:03d}"
        item = f"{question}.{chr(97 + number // QUESTIONS)}"
        values = {"guild": GUILD, "n": number, "question": question, "item": item}
        connection.execute(_ANSWERS, values | {"sitting": number // SITTING, "minute": 4 * (number % SITTING)})


_ANSWERS = f"""
INSERT INTO ledger (key, guild_id, channel_id, user_id, source, question_id, item_id, revision, topic, season,
                    local_date, points, answers, right, reason, occurred_at, written_at)
SELECT 'quiz:' || :guild || ':' || season || ':' || :item || ':' || user_id, :guild, :guild + 1, user_id, 'quiz',
       :question, :item, '0123456789ab', topic, season, date, points, 1, points > 0,
       CASE WHEN points > 0 THEN 'right' ELSE 'wrong' END, at, at
FROM (
    SELECT user_id, topic, season, date,
           CASE WHEN (histories.number * 2654435761 + :n * 3928791) % 1000003 % 100 < skill THEN 1 + :n % 5 ELSE 0 END
               AS points,
           date || printf(' %02d:%02d:%02d.000000', 8 + user_id % 12, :minute, user_id % 60) AS at
    FROM histories
    JOIN days ON day = first_day + :sitting
    JOIN topics ON topics.number = (histories.number + :sitting) % {len(TOPICS)}
    WHERE histories.answers > :n
)
ORDER BY season, user_id
"""

_TALLY = """
CREATE TEMP TABLE tally AS
SELECT user_id, local_date, topic, sum(points) AS points, sum(answers) AS answers, sum(right) AS right,
       max(CASE WHEN points > 0 THEN occurred_at END) AS reached_at, min(occurred_at) AS began_at
FROM ledger GROUP BY user_id, local_date, topic
"""

_SCORES = """
INSERT INTO board_scores (guild_id, window, period, topic, user_id, points, answers, right, reached_at, shown)
SELECT :guild, :window, {period} AS board_period, {topic} AS board_topic, tally.user_id, sum(points), sum(answers),
       sum(right), coalesce(max(reached_at), min(began_at)), max(NOT hidden AND left_at IS NULL)
FROM tally
JOIN days ON date = local_date
JOIN memberships ON memberships.guild_id = :guild AND memberships.user_id = tally.user_id
GROUP BY board_period, board_topic, tally.user_id
"""
_PERIODS = {"all": "''", "month": "month", "season": "'s' || season", "week": "week"}

_HISTOGRAM = """
INSERT INTO board_histogram (guild_id, window, period, topic, points, members)
SELECT guild_id, window, period, topic, points, count(*) FROM board_scores WHERE shown AND points > 0
GROUP BY guild_id, window, period, topic, points
"""


def _write_boards(connection: sqlite3.Connection) -> None:
    """Count the boards from the ledger, as `bot.domain.boards.scores_of` does it."""
    connection.execute(_TALLY)
    connection.execute("CREATE UNIQUE INDEX temp.by_date ON days (date)")
    for window in sorted(WINDOWS):
        for topic in ("''", "topic"):
            statement = _SCORES.format(period=_PERIODS[window], topic=topic)
            connection.execute(statement, {"guild": GUILD, "window": window})
    connection.execute(_HISTOGRAM)
    connection.execute("DROP TABLE tally")


async def astray(database: Database, users: Sequence[int]) -> int:
    """Return how many scores of these members are not what a recount of their ledger rows gives."""
    names = [field.name for field in fields(LedgerEntry)]
    query = select(*(ledger.c[name] for name in names)).where(ledger.c.guild_id == GUILD)
    scores = select(board_scores).where(board_scores.c.guild_id == GUILD)
    wrong = 0
    async with database.read() as connection:
        for user in users:
            rows = await connection.execute(query.where(ledger.c.user_id == user).order_by(ledger.c.id))
            wanted = scores_of(LedgerEntry(**row) for row in rows.mappings())
            kept = {
                (Board(GUILD, row.window, row.period, row.topic), user): Score(
                    row.points, row.answers, row.right, row.reached_at
                )
                for row in await connection.execute(scores.where(board_scores.c.user_id == user))
            }
            wrong += sum(kept.get(key) != wanted.get(key) for key in kept.keys() | wanted.keys())
    return wrong
