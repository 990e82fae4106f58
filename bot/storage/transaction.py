"""Units of work: one transaction, with every repository on its connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.kinds import Item
from bot.storage.attempts import AttemptRepository
from bot.storage.audits import AuditRepository
from bot.storage.board_rebuild import BoardRebuildRepository
from bot.storage.boards import BoardRepository
from bot.storage.cards import CardRepository
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryRepository
from bot.storage.erasures import ErasureRepository
from bot.storage.flags import FlagRepository
from bot.storage.guilds import GuildRepository
from bot.storage.ledger import LedgerRepository
from bot.storage.members import MemberRepository
from bot.storage.operations import OperationRepository
from bot.storage.personal_data import PersonalDataRepository
from bot.storage.quizzes import QuizRepository
from bot.storage.reveals import RevealRepository
from bot.storage.revisions import RevisionRepository
from bot.storage.schedules import ScheduleRepository
from bot.storage.seasons import SeasonRepository
from bot.storage.slots import SlotRepository
from bot.storage.teams import TeamRepository


class Transaction:
    """The repositories of one open transaction. Never kept beyond it, never shared between two."""

    def __init__(self, connection: AsyncConnection, items: dict[str, Item] | None = None) -> None:
        self._connection = connection
        self._items = items

    @cached_property
    def attempts(self) -> AttemptRepository:
        """Members' responses."""
        return AttemptRepository(self._connection)

    @cached_property
    def audits(self) -> AuditRepository:
        """Who did what, and why."""
        return AuditRepository(self._connection)

    @cached_property
    def boards(self) -> BoardRepository:
        """Rankings."""
        return BoardRepository(self._connection)

    @cached_property
    def cards(self) -> CardRepository:
        """What members remember."""
        return CardRepository(self._connection)

    @cached_property
    def board_rebuild(self) -> BoardRebuildRepository:
        """Rankings as a whole."""
        return BoardRebuildRepository(self._connection)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """Daily posts."""
        return DeliveryRepository(self._connection)

    @cached_property
    def flags(self) -> FlagRepository:
        """Figures for an admin's review."""
        return FlagRepository(self._connection)

    @cached_property
    def erasures(self) -> ErasureRepository:
        """Who had everything deleted."""
        return ErasureRepository(self._connection)

    @cached_property
    def guilds(self) -> GuildRepository:
        """Server settings."""
        return GuildRepository(self._connection)

    @cached_property
    def ledger(self) -> LedgerRepository:
        """Points."""
        return LedgerRepository(self._connection)

    @cached_property
    def members(self) -> MemberRepository:
        """Preferences and memberships."""
        return MemberRepository(self._connection)

    @cached_property
    def operations(self) -> OperationRepository:
        """Heartbeats, notices, command registrations."""
        return OperationRepository(self._connection)

    @cached_property
    def personal_data(self) -> PersonalDataRepository:
        """One member's rows in all tables."""
        return PersonalDataRepository(self._connection)

    @cached_property
    def quizzes(self) -> QuizRepository:
        """Quiz sessions."""
        return QuizRepository(self._connection)

    @cached_property
    def reveals(self) -> RevealRepository:
        """The reveal side of deliveries."""
        return RevealRepository(self._connection)

    @cached_property
    def revisions(self) -> RevisionRepository:
        """Item texts as they were shown."""
        return RevisionRepository(self._connection, self._items)

    @cached_property
    def schedules(self) -> ScheduleRepository:
        """Channels that want a daily question."""
        return ScheduleRepository(self._connection)

    @cached_property
    def seasons(self) -> SeasonRepository:
        """Seasons of a server."""
        return SeasonRepository(self._connection)

    @cached_property
    def slots(self) -> SlotRepository:
        """Local dates of schedules."""
        return SlotRepository(self._connection)

    @cached_property
    def teams(self) -> TeamRepository:
        """Teams, and who is in them."""
        return TeamRepository(self._connection)


class Storage:
    """Opens transactions. What services are given instead of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._items: dict[str, Item] = {}

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A consistent read."""
        async with self._database.read() as connection:
            yield Transaction(connection, self._items)

    @asynccontextmanager
    async def write(self, *, brief: bool = False) -> AsyncIterator[Transaction]:
        """A write: committed when the block ends, rolled back when it raises. `brief`: see `Database.write`."""
        async with self._database.write(brief=brief) as connection:
            yield Transaction(connection, self._items)
