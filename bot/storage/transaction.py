"""Units of work: one transaction, with every repository on its connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.attempts import AttemptRepository
from bot.storage.boards import BoardRepository
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryRepository
from bot.storage.guilds import GuildRepository
from bot.storage.ledger import LedgerRepository
from bot.storage.members import MemberRepository
from bot.storage.operations import OperationRepository
from bot.storage.quizzes import QuizRepository
from bot.storage.reveals import RevealRepository
from bot.storage.revisions import RevisionRepository
from bot.storage.schedules import ScheduleRepository
from bot.storage.slots import SlotRepository


class Transaction:
    """The repositories of one open transaction. Never kept beyond it, never shared between two."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @cached_property
    def attempts(self) -> AttemptRepository:
        """Members' responses."""
        return AttemptRepository(self._connection)

    @cached_property
    def boards(self) -> BoardRepository:
        """Rankings."""
        return BoardRepository(self._connection)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """Daily posts."""
        return DeliveryRepository(self._connection)

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
        return RevisionRepository(self._connection)

    @cached_property
    def schedules(self) -> ScheduleRepository:
        """Channels that want a daily question."""
        return ScheduleRepository(self._connection)

    @cached_property
    def slots(self) -> SlotRepository:
        """Local dates of schedules."""
        return SlotRepository(self._connection)


class Storage:
    """Opens transactions. What services are given instead of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A consistent read."""
        async with self._database.read() as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A write: committed when the block ends, rolled back when it raises."""
        async with self._database.write() as connection:
            yield Transaction(connection)
