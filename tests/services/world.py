"""A process of the bot without Discord: services on a real database, and short words for what Discord's side does.

    post = await world.post(NINE)                       claimed, sent, confirmed
    await world.answer(7, post, right=True, now=TEN)
    await world.close(tomorrow)

Times are Monday 2026-03-02 in UTC unless a test says otherwise; schedules post at 09:00 UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from bot.domain.bank import QuestionBank
from bot.domain.cards import Scheduler
from bot.domain.deliveries import DailyPost, DeliveryRules, RevealPost
from bot.domain.readers import Reader
from bot.domain.schedules import Change
from bot.domain.scoring import Scoring
from bot.errors import BotError
from bot.services.answers import AnswerReceipt, AnswerService, PracticeResult
from bot.services.corrections import CorrectionService
from bot.services.deliveries import DeliveryService
from bot.services.leaderboard import LeaderboardService
from bot.services.operations import OperationService
from bot.services.points import PointService
from bot.services.preferences import PreferenceService
from bot.services.privacy import PrivacyService
from bot.services.questions import QuestionService
from bot.services.quizzes import QuizService
from bot.services.reveals import RevealService
from bot.services.reviews import ReviewService
from bot.services.schedules import ScheduleService, SetupResult
from bot.services.seasons import SeasonService
from bot.services.team_admins import TeamAdminService
from bot.services.team_captains import TeamCaptainService
from bot.services.teams import TeamService
from bot.storage import Database, Storage
from bot.storage.search import SearchIndex
from bot.storage.tables import metadata
from tests.factories import make_bank, make_numeric, make_question, make_single

GUILD, OTHER_GUILD = 100, 200
CHANNEL, OTHER_CHANNEL = 110, 120
ADMIN = 1
EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_questions(count: int = 6, **overrides: Any) -> QuestionBank:
    """A bank of `q1`, `q2` … each with two single items and a numeric one. Even ones are about decoding."""
    return make_bank(
        *(
            make_question(
                id=f"q{n}",
                items=[make_single(f"q{n}.one"), make_single(f"q{n}.two"), make_numeric(f"q{n}.number")],
                topic="basics/overview" if n % 2 else "basics/decoding",
                **overrides,
            )
            for n in range(1, count + 1)
        )
    )


class World:
    """One process. Two of them on one database are two processes."""

    def __init__(self, database: Database, bank: QuestionBank, owner: str = "one", rules: DeliveryRules | None = None):
        self.database = database
        self.storage = Storage(database)
        self.bank = bank
        self.rules = rules or DeliveryRules()
        rng, scheduler = Random(owner), Scheduler()
        self.index = SearchIndex(bank)
        self.answers = AnswerService(self.storage, bank)
        self.corrections = CorrectionService(self.storage, bank, Scoring(), scheduler)
        self.deliveries = DeliveryService(self.storage, bank, self.rules, owner, rng)
        self.leaderboard = LeaderboardService(self.storage, bank)
        self.operations = OperationService(self.storage, owner)
        self.point_service = PointService(self.storage)
        self.preferences = PreferenceService(self.storage)
        self.privacy = PrivacyService(self.storage, rng.randbytes)
        self.questions = QuestionService(self.storage, bank, self.index, rng)
        self.quizzes = QuizService(self.storage, bank, Scoring(), scheduler, rng)
        self.reveals = RevealService(self.storage, bank, self.rules, Scoring(), scheduler, owner)
        self.reviews = ReviewService(self.storage, bank, scheduler, rng)
        self.schedules = ScheduleService(self.storage, bank, rng)
        self.team_admins = TeamAdminService(self.storage)
        self.team_captains = TeamCaptainService(self.storage)
        self.teams = TeamService(self.storage)
        self.seasons = SeasonService(self.storage)

    async def setup(
        self, now: datetime = EIGHT, *, channel: int = CHANNEL, guild: int = GUILD, user: int = ADMIN, **change: Any
    ) -> SetupResult:
        """Run `/daily setup`: at 09:00 UTC unless the change says otherwise."""
        named = {"time": time(9), "timezone": "UTC"} | change
        return await self.schedules.setup(guild, channel, user, Change(**named), "zh", now)

    async def claim(self, now: datetime) -> DailyPost:
        """Claim the one post that is due."""
        (post,) = (await self.deliveries.claim_due(now)).posts
        return post

    async def sending(self, now: datetime) -> DailyPost:
        """Claim the one post that is due and begin to send it; what Discord says is not known yet."""
        post = await self.deliveries.begin_send(await self.claim(now), now)
        assert post is not None
        return post

    async def send(self, claimed: DailyPost, now: datetime) -> DailyPost:
        """Send a claimed post; Discord accepts it at once."""
        post = await self.deliveries.begin_send(claimed, now)
        assert post is not None
        await self.deliveries.confirm(post, message_id_of(post), now, now)
        return post

    async def post(self, now: datetime) -> DailyPost:
        """Claim the one post that is due and send it."""
        return await self.send(await self.claim(now), now)

    async def answer(
        self, user: int, post: DailyPost, *, right: bool, now: datetime, guild: int = GUILD
    ) -> AnswerReceipt | PracticeResult:
        """Click the right button of a post, or a wrong one."""
        position = post.delivery.option_order.index(post.item.key.id)
        if not right:
            position = (position + 1) % len(post.delivery.option_order)
        return await self.answers.answer(reader(user, guild), post.delivery.id, position, now)

    async def is_sealed(self, post: DailyPost) -> bool:
        """Whether the server's members see nothing but the prompt of a post's question."""
        return (await self.questions.show(reader(7), post.delivery.question_id)).sealed

    async def reveal(self, now: datetime) -> RevealPost:
        """Close what is due and send the one reveal there is."""
        await self.reveals.close_due(now)
        (claimed,) = await self.reveals.claim_due(now)
        reveal = await self.reveals.begin_send(claimed, now)
        assert reveal is not None
        await self.reveals.confirm(reveal, 5_000 + reveal.delivery.id, now)
        return reveal

    async def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Return the rows of a table as they are stored, by primary key."""
        columns = metadata.tables[table].c
        query = select(*columns).where(*(columns[name] == value for name, value in where.items()))
        query = query.order_by(*metadata.tables[table].primary_key.columns)
        async with self.database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def row(self, table: str, **where: Any) -> dict[str, Any]:
        """Return the only row."""
        (row,) = await self.rows(table, **where)
        return row

    async def states(self, channel: int = CHANNEL) -> dict[str, str]:
        """Return the state of each of a channel's slots by local date, skipped ones with their reason."""
        return {
            f"{row['local_date']:%m-%d}": f"{row['state']} {row['reason']}" if row["reason"] else row["state"]
            for row in await self.rows("slots", channel_id=channel)
        }

    async def points(self) -> dict[int, int]:
        """Return the ledger's points by member."""
        total: dict[int, int] = {}
        for row in await self.rows("ledger"):
            total[row["user_id"]] = total.get(row["user_id"], 0) + row["points"]
        return total

    async def set_member(self, user: int, guild: int = GUILD, **values: Any) -> None:
        """Set columns of a membership that no command sets yet."""
        table = metadata.tables["memberships"]
        async with self.database.write() as connection:
            await connection.execute(
                table.update().where(table.c.user_id == user, table.c.guild_id == guild).values(**values)
            )

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables."""
        async with self.database.read() as connection:
            return {
                name: sorted((tuple(row) for row in await connection.execute(select(table))), key=repr)
                for name, table in metadata.tables.items()
            }

    async def failing(self, work: Any) -> BotError:
        """Return the BotError that a call ends with, having made sure that it changed nothing."""
        before = await self.everything()
        try:
            await work
        except BotError as error:
            assert await self.everything() == before
            return error
        raise AssertionError("no BotError")


def message_id_of(post: DailyPost) -> int:
    """The message that Discord makes of a post."""
    return 1_000 + post.delivery.id


def reader(user: int, guild: int | None = GUILD, channel: int | None = CHANNEL) -> Reader:
    """A member in a server, or in direct messages (guild None)."""
    return Reader(user, f"member {user}", guild, channel)


def without_question(bank: QuestionBank, *ids: str) -> QuestionBank:
    """The bank after an author took questions out."""
    return QuestionBank((question for question in bank if question.id not in ids), bank.topics)


def with_prompt(bank: QuestionBank, question_id: str, **changes: Any) -> QuestionBank:
    """The bank after an author edited a question."""
    edited = (question if question.id != question_id else question.model_copy(update=changes) for question in bank)
    return QuestionBank(edited, bank.topics)


MakeWorld = Callable[..., World]
