"""What admins do with points: look, take back, give again. Every act is in the audit trail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.audits import AuditAction, AuditEntry
from bot.domain.boards import Board, Window, period
from bot.domain.flags import FlagRules, Flags, NewAccount, is_remarkable, new_account
from bot.domain.ledger import LedgerRecord
from bot.domain.readers import Reader
from bot.domain.settings import GuildSettings
from bot.errors import BotError
from bot.services.amendments import amend
from bot.services.presence import meet
from bot.storage import Storage, Transaction

PAGE = 10
# Among how many of a server's latest entries, or acts, an event is offered as one types.
RECENT = 200
_FLAGGED: tuple[Window, ...] = ("week", "month")


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of a member's entries, newest first. `page` counts from 1; `teams` names those of the entries by id."""

    user_id: int
    name: str | None
    records: tuple[LedgerRecord, ...]
    teams: Mapping[int, str]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Amended:
    """What was taken back or given again: an answer's entries, and the points that the member has more (or less)."""

    user_id: int
    name: str | None
    team: str | None
    records: tuple[LedgerRecord, ...]
    points: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some acts, newest first. `names` of those who acted and to whom, as far as known; `older`: there are more."""

    entries: tuple[AuditEntry, ...]
    names: Mapping[int, str]
    older: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An event that an admin may mean. `name` is None for a member whose name is not known."""

    record: LedgerRecord
    name: str | None = field(default=None)


class PointService:
    """For admins: callers have checked that the reader is one. Everything is within the reader's server."""

    def __init__(self, storage: Storage, rules: FlagRules | None = None) -> None:
        self._storage = storage
        self._rules = rules or FlagRules()

    @property
    def rules(self) -> FlagRules:
        """What is listed for review."""
        return self._rules

    async def history(self, guild_id: int, user_id: int, page: int) -> HistoryPage:
        """Return a page of a member's ledger; the last one when there are fewer."""
        async with self._storage.read() as tx:
            pages = max(1, -(-await tx.ledger.count(guild_id, user_id) // PAGE))
            page = min(max(page, 1), pages)
            records = await tx.ledger.history(guild_id, user_id, (page - 1) * PAGE, PAGE)
            teams = await _team_names(tx, guild_id, {record.entry.team_id for record in records})
            name = await tx.members.find_name(guild_id, user_id)
        return HistoryPage(user_id, name, tuple(records), teams, page, pages)

    async def void(self, reader: Reader, ledger_id: int, reason: str, now: datetime) -> Amended:
        """Take back what an answer earned, and what a correction added to it; the entries stay.

        It frees nothing: the question has scored, and the points count towards that day's limit.

        Raises:
            BotError: `points.no_reason`; `points.unknown` for an entry that the server does not have;
                `points.amendment` for one that takes back or restores itself; `points.voided` when it is done already.
        """
        return await self._amend(reader, ledger_id, "voided", reason, now)

    async def restore(self, reader: Reader, ledger_id: int, reason: str, now: datetime) -> Amended:
        """Give back what was voided.

        Raises:
            BotError: As `void`, but `points.not_voided` when there is nothing to give back.
        """
        return await self._amend(reader, ledger_id, "restored", reason, now)

    async def suggest(self, guild_id: int, typed: str, limit: int, *, voided: bool) -> list[Suggestion]:
        """Return events for autocomplete, newest first: of that id, or of members whose name holds the text.

        `voided`: only those that can be restored, otherwise only those that can be voided.
        """
        wanted = typed.strip().lstrip("#").casefold()
        async with self._storage.read() as tx:
            records = await (self._voided(tx, guild_id) if voided else tx.ledger.recent(guild_id, RECENT))
            named = await _find(tx, guild_id, wanted)
            if named is not None and named.id not in {record.id for record in records}:
                records = [named, *records]
            names = await tx.members.find_names(guild_id, {record.entry.user_id for record in records})
        suggestions = [Suggestion(record, names.get(record.entry.user_id)) for record in records]
        fitting = [one for one in suggestions if one.record.voided is voided and _fits(one, wanted)]
        return sorted(fitting, key=lambda one: str(one.record.id) != wanted)[:limit]

    async def audit(self, guild_id: int, before_id: int | None, subject_id: int | None) -> AuditPage:
        """Return acts older than an entry (None: the latest), of any member or of what was done to one."""
        async with self._storage.read() as tx:
            entries = await tx.audits.list(guild_id, before_id, PAGE + 1, subject_id)
            people = {entry.actor_id for entry in entries} | {entry.subject_id for entry in entries}
            names = await tx.members.find_names(guild_id, {user_id for user_id in people if user_id is not None})
        return AuditPage(tuple(entries[:PAGE]), names, len(entries) > PAGE)

    async def flags(self, guild_id: int, now: datetime) -> Flags:
        """Return what an admin may want to look at, most remarkable first."""
        rules, since = self._rules, now - self._rules.span
        async with self._storage.read() as tx:
            fast = await tx.flags.fast_answers(guild_id, since, rules.quizzes, rules.fast, rules.answers)
            quizzes = await tx.flags.count_quizzes(guild_id, since, rules.quizzes + 1)
            accounts = await self._new_accounts(tx, guild_id, now)
        remarkable = [figures for figures in fast if is_remarkable(figures, rules)]
        return Flags(tuple(remarkable[: rules.lines]), tuple(accounts[: rules.lines]), quizzes <= rules.quizzes)

    async def _new_accounts(self, tx: Transaction, guild_id: int, now: datetime) -> list[NewAccount]:
        """Return each member once, for the window in which they stand better."""
        settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
        today = now.astimezone(settings.zone).date()
        found: dict[int, NewAccount] = {}
        for window in _FLAGGED:
            board = Board(guild_id, window, period(window, today, settings.season))
            top = await tx.boards.top(board, self._rules.top)
            first_seen = await tx.flags.first_seen(guild_id, [standing.user_id for standing in top])
            # Who had their data deleted between the two statements has no first day any more.
            for standing in (one for one in top if one.user_id in first_seen):
                note = new_account(standing, window, first_seen[standing.user_id], self._rules)
                if note is not None and (note.user_id not in found or note.rank < found[note.user_id].rank):
                    found[note.user_id] = note
        return sorted(found.values(), key=lambda note: (note.rank, note.user_id))

    async def _amend(
        self, reader: Reader, ledger_id: int, how: Literal["voided", "restored"], reason: str, now: datetime
    ) -> Amended:
        reason, void = " ".join(reason.split()), how == "voided"
        if not reason:
            raise BotError("points.no_reason")
        async with self._storage.write() as tx:
            admin = await meet(tx, reader, now)
            event = await tx.ledger.record(admin.guild_id, ledger_id, lock=True)
            if event is None:
                raise BotError("points.unknown", id=ledger_id)
            if event.entry.amends_id is not None:
                raise BotError("points.amendment", id=ledger_id, of=event.entry.amends_id)
            records = [one for one in await tx.ledger.answer_of(event.entry) if one.voided is not void]
            if not records:
                raise BotError("points.voided" if void else "points.not_voided", id=ledger_id)
            points = sum([(await amend(tx, record, how, now)).points for record in records])
            user_id = event.entry.user_id
            action: AuditAction = "void" if void else "restore"
            await tx.audits.write(
                admin.guild_id, admin.user_id, action, reason, now, subject_id=user_id, ledger_id=ledger_id
            )
            name = await tx.members.find_name(admin.guild_id, user_id)
            teams = await _team_names(tx, admin.guild_id, {event.entry.team_id})
        team = teams.get(event.entry.team_id) if event.entry.team_id is not None else None
        return Amended(user_id, name, team, tuple(records), points)

    async def _voided(self, tx: Transaction, guild_id: int) -> list[LedgerRecord]:
        """Return the events that the latest acts took back."""
        acts = await tx.audits.list(guild_id, None, RECENT)
        ids = {act.ledger_id for act in acts if act.action == "void" and act.ledger_id is not None}
        return await tx.ledger.list_records(guild_id, ids)


async def _team_names(tx: Transaction, guild_id: int, team_ids: Collection[int | None]) -> dict[int, str]:
    teams = [await tx.teams.find(guild_id, team_id) for team_id in team_ids if team_id is not None]
    return {team.id: team.name for team in teams if team is not None}


async def _find(tx: Transaction, guild_id: int, typed: str) -> LedgerRecord | None:
    """Return the event of a typed id, however old; an entry that amends another is none."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        return None
    record = await tx.ledger.record(guild_id, int(typed))
    return record if record is not None and record.entry.amends_id is None else None


def _fits(suggestion: Suggestion, wanted: str) -> bool:
    return str(suggestion.record.id).startswith(wanted) or wanted in (suggestion.name or "").casefold()
