"""Whatever happened before, boards after a deletion say what the ledger says, and no team gains or loses by it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.ledger import LedgerEntry
from bot.domain.readers import Reader
from bot.services.privacy import PrivacyService
from bot.services.upkeep import UpkeepService
from bot.storage import Database, Storage
from bot.storage.tables import board_histogram, board_scores, ledger, metadata, team_contributions, team_scores
from tests.storage.rows import put

NOON = datetime(2026, 12, 30, 12, tzinfo=UTC)
SERVERS = count(10_000, 10)
MEMBERS = 4

Event = tuple[int, int, int | None, int, int, str, bool]
# (member, server, team, points, day, topic, whether an admin takes it back afterwards); days lie around New Year's.
events = st.lists(
    st.tuples(
        st.integers(0, MEMBERS - 1),
        st.integers(0, 1),
        st.sampled_from([None, 1, 2]),
        st.integers(0, 10),
        st.integers(0, 6),
        st.sampled_from(["basics/overview", "basics/decoding", "diffusion"]),
        st.booleans(),
    ),
    max_size=10,
)


async def happen(storage: Storage, servers: int, event: Event, number: int) -> None:
    member, server, team, points, day, topic, taken_back = event
    entry = LedgerEntry(
        key=f"quiz:{servers + server}:0:{number}:{servers + member}",
        guild_id=servers + server,
        channel_id=5,
        user_id=servers + member,
        source="quiz",
        attempt_id=None,
        question_id="q",
        item_id=f"q.{number}",
        revision="r",
        topic=topic,
        season=0,
        local_date=date(2026, 12, 28) + timedelta(days=day),
        points=points,
        reason="right" if points else "wrong",
        occurred_at=NOON + timedelta(minutes=number * 7 % 20),
        team_id=team,
        right=int(points > 0),
    )
    async with storage.write() as tx:
        entry_id = await tx.ledger.append(entry)
        await tx.boards.add(entry)
        if taken_back:
            back = replace(
                entry,
                key=f"{entry.key}:voided",
                points=-points,
                answers=-1,
                right=-entry.right,
                reason="voided",
                amends_id=entry_id,
            )
            await tx.ledger.append(back)
            await tx.boards.add(back)


async def rows_of(database: Database, table: Any, *servers: int) -> list[dict[str, Any]]:
    async with database.read() as connection:
        rows = await connection.execute(select(table).where(table.c.guild_id.in_(servers)))
        return sorted((dict(row) for row in rows.mappings()), key=repr)


async def boards(database: Database, *servers: int) -> dict[str, list[dict[str, Any]]]:
    found = {
        table.name: await rows_of(database, table, *servers)
        for table in (board_scores, board_histogram, team_contributions, team_scores)
    }
    found["board_histogram"] = [row for row in found["board_histogram"] if row["members"]]
    return found


@given(history=events, hidden=st.sets(st.integers(0, MEMBERS - 1)), erased=st.integers(0, MEMBERS - 1))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_boards_follow_and_teams_neither_gain_nor_lose(
    database: Database, history: list[Event], hidden: set[int], erased: int
) -> None:
    first, storage = next(SERVERS), Storage(database)
    servers, member = (first, first + 1), first + erased
    for server in servers:
        for other in range(MEMBERS):
            values = {"guild_id": server, "user_id": first + other, "hidden": other in hidden}
            await put(database, "memberships", **values)
    for number, event in enumerate(history):
        await happen(storage, first, event, number)
    before, entries = await boards(database, *servers), await rows_of(database, ledger, *servers)

    await PrivacyService(storage, Random(first).randbytes).erase(Reader(member, "x", None, None), NOON)

    after = await boards(database, *servers)
    assert after["team_scores"] == before["team_scores"]
    for name in ("board_scores", "team_contributions"):
        others = [row for row in before[name] if row["user_id"] != member]
        assert [row for row in after[name] if row["user_id"] > 0] == others
    left = await rows_of(database, ledger, *servers)
    assert [row for row in left if row["user_id"] > 0] == [row for row in entries if row["user_id"] != member]
    kept = [row for row in left if row["user_id"] < 0]
    theirs = [row for row in entries if row["user_id"] == member and row["team_id"] is not None]
    assert [row["id"] for row in kept] == [row["id"] for row in theirs]
    assert [row["points"] for row in kept] == [row["points"] for row in theirs]
    # What amends another entry still does, under the same id; in each server that id is another one.
    assert [row["amends_id"] for row in kept] == [row["amends_id"] for row in theirs]
    assert len({row["user_id"] for row in kept}) == len({row["guild_id"] for row in kept})

    upkeep = UpkeepService(storage)
    assert [fault for fault in await upkeep.check_boards() if fault.guild_id in servers] == []
    await upkeep.rebuild_boards()
    assert await boards(database, *servers) == after
    async with database.write() as connection:
        for name in ("ledger", "memberships", "board_scores", "board_histogram", "team_contributions", "team_scores"):
            await connection.execute(metadata.tables[name].delete())
