"""Whatever was answered, corrected, voided and restored: boards of members and teams say what the ledger says."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ledger import LedgerEntry
from bot.domain.readers import Reader
from bot.errors import BotError
from bot.services.amendments import void_addition
from bot.services.points import PointService
from bot.services.upkeep import UpkeepService
from bot.storage import Database
from bot.storage.tables import metadata
from tests.storage.test_boards import MEMBERS, NOON, Play, answers, entry_of, quick, record, see

AMENDMENTS = ("void", "restore")
# Which event an amendment is about: the number of an entry, counted around.
acts = st.tuples(st.sampled_from([*AMENDMENTS, *AMENDMENTS, "correct", "hide", "show"]), st.integers(0, 40))
histories = st.lists(st.one_of(answers, answers, acts), max_size=30)


class Server(Play):
    """A server whose admins amend what its members earn."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.points = PointService(self.storage)
        self.done: list[str] = []

    async def run(self, history: list[Any]) -> None:
        await see(self.storage, self.guild_id, *MEMBERS)
        for number, event in enumerate(history):
            if len(event) > 2:
                await record(self.storage, entry_of(self.guild_id, number, event))
            elif event[0] in ("hide", "show"):
                await self.change(*event)
            elif ids := [row.id for row in await self.rows_of_ledger()]:
                await self.amend(event[0], ids[event[1] % len(ids)])

    async def rows_of_ledger(self) -> list[Any]:
        async with self.storage.read() as tx:
            return [one for user in MEMBERS for one in await tx.ledger.history(self.guild_id, user, 0, 1_000)]

    async def amend(self, verb: str, ledger_id: int) -> None:
        admin = Reader(99, "admin", self.guild_id, None)
        try:
            if verb == "correct":
                await self.correct(ledger_id)
            else:
                call = self.points.void if verb == "void" else self.points.restore
                await call(admin, ledger_id, "because", NOON)
            self.done.append(verb)
        except BotError as refused:
            assert refused.key in ("points.voided", "points.not_voided", "points.amendment")  # noqa: PT017

    async def correct(self, ledger_id: int) -> None:
        """What correcting a key does for one answer."""
        async with self.storage.write() as tx:
            found = await tx.ledger.record(self.guild_id, ledger_id, lock=True)
            assert found is not None
            first: LedgerEntry = found.entry
            if first.reason not in ("right", "wrong"):
                return
            added = replace(
                first, key=f"{first.key}:corrected", points=3, reason="corrected", answers=0, right=1 - first.right
            )
            if await tx.ledger.append(added) is not None:
                await tx.boards.add(added)
                await void_addition(tx, first, NOON)


@given(history=histories)
@settings(quick, max_examples=20)
async def test_kept_boards_are_rebuilt_boards_and_nothing_is_below_zero(database: Database, history: list[Any]) -> None:
    server = Server(database)
    await server.run(history)
    kept = await server.kept()
    figures = {"points", "answers", "right", "members"}
    for table, rows in kept.items():
        columns = [column.name for column in database_columns(table)]
        for row in rows:
            assert min(value for name, value in zip(columns, row, strict=True) if name in figures) >= 0, (table, row)
    upkeep = UpkeepService(server.storage)
    assert await upkeep.check_boards() == []
    await upkeep.rebuild_boards()
    assert await server.kept() == kept


@given(history=histories, event=st.integers(0, 40))
@settings(quick, max_examples=10)
async def test_what_is_voided_and_restored_is_as_if_nothing_had_been(
    database: Database, history: list[Any], event: int
) -> None:
    server = Server(database)
    await server.run(history)
    standing = [one.id for one in await server.rows_of_ledger() if not one.voided and one.entry.amends_id is None]
    if not standing:
        return
    before = await server.kept()
    for verb in AMENDMENTS:
        server.done.clear()
        await server.amend(verb, standing[event % len(standing)])
        assert server.done == [verb]
    after = await server.kept()
    assert without_instants("board_scores", after) == without_instants("board_scores", before)
    for table in ("board_histogram", "team_contributions", "team_scores"):
        assert after[table] == before[table]


def database_columns(table: str) -> list[Any]:
    return list(metadata.tables[table].columns)


def without_instants(table: str, kept: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    """Rows without when their points were reached: giving points back is reaching them again."""
    place = [column.name for column in database_columns(table)].index("reached_at")
    return [(*row[:place], *row[place + 1 :]) for row in kept[table]]
