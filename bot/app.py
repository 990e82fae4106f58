"""The composition root: Settings become services, services become a bot. Opens everything, closes everything."""

import os
import pkgutil
import random
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import cogs
from bot.client import Clock, InterviewBot, wall_clock
from bot.content.loading import Content, load_content
from bot.domain.cards import Scheduler
from bot.domain.deliveries import DeliveryRules
from bot.domain.scoring import Scoring
from bot.pictures.cards import PictureCards
from bot.pictures.formula import FormulaCards
from bot.services import Services
from bot.services.answers import AnswerService
from bot.services.corrections import CorrectionService
from bot.services.deliveries import DeliveryService
from bot.services.jobs import JobService
from bot.services.leaderboard import LeaderboardService
from bot.services.operations import OperationService
from bot.services.points import PointService
from bot.services.preferences import PreferenceService
from bot.services.privacy import PrivacyService
from bot.services.questions import QuestionService
from bot.services.quizzes import QuizService
from bot.services.reveals import RevealService
from bot.services.reviews import ReviewService
from bot.services.schedules import ScheduleService
from bot.services.seasons import SeasonService
from bot.services.team_admins import TeamAdminService
from bot.services.team_captains import TeamCaptainService
from bot.services.teams import TeamService
from bot.settings import Settings
from bot.storage import Database, Storage
from bot.storage.search import SearchIndex


@dataclass(frozen=True, slots=True)
class App:
    """An open application: database migrated, content loaded, services ready."""

    settings: Settings
    database: Database
    storage: Storage
    content: Content
    services: Services
    cards: FormulaCards
    pictures: PictureCards

    def make_bot(self, *, clock: Clock = wall_clock, **options: Any) -> InterviewBot:
        """Make a bot on this application. Closing the bot leaves the application open."""
        return InterviewBot(
            services=self.services,
            texts=self.content.texts,
            cards=self.cards,
            pictures=self.pictures,
            cogs=cog_names(),
            clock=clock,
            **{"rest_per_second": self.settings.rest_per_second, **options},
        )


@asynccontextmanager
async def open_app(
    settings: Settings, *, rng: random.Random | None = None, rules: DeliveryRules | None = None
) -> AsyncIterator[App]:
    """Open the application; everything is closed at the end of the block.

    Raises:
        ContentError: If content has faults.
        StartupError: If the database cannot be opened.
    """
    cache_dir = settings.data_dir / "cache"
    content = load_content(settings.content_dir, cache_dir)
    database = Database.from_url(settings.database)
    index = SearchIndex(content.bank)
    cards = FormulaCards(cache_dir / "formulas")
    pictures = PictureCards()
    try:
        await database.upgrade()
        storage = Storage(database)
        services = make_services(
            storage, content, index, rng or random.SystemRandom(), rules or delivery_rules(settings), owner_name()
        )
        await services.schedules.recompute(wall_clock())
        yield App(settings, database, storage, content, services, cards, pictures)
    finally:
        pictures.close()
        cards.close()
        index.close()
        await database.close()


def delivery_rules(settings: Settings) -> DeliveryRules:
    """Return the rules of delivery with what an operator may choose of them."""
    return DeliveryRules(catch_up=timedelta(hours=settings.catch_up_hours))


def make_services(
    storage: Storage,
    content: Content,
    index: SearchIndex,
    rng: random.Random,
    rules: DeliveryRules,
    owner: str,
) -> Services:
    """Wire the services. Everything they use is an argument, so tests replace what they like."""
    bank, scoring, scheduler = content.bank, Scoring(), Scheduler()
    return Services(
        bank=bank,
        answers=AnswerService(storage, bank),
        corrections=CorrectionService(storage, bank, scoring, scheduler),
        deliveries=DeliveryService(storage, bank, rules, owner, rng),
        jobs=JobService(content.postings, bank),
        leaderboard=LeaderboardService(storage, bank),
        operations=OperationService(storage, owner),
        points=PointService(storage),
        preferences=PreferenceService(storage),
        privacy=PrivacyService(storage, rng.randbytes),
        questions=QuestionService(storage, bank, index, rng),
        quizzes=QuizService(storage, bank, scoring, scheduler, rng),
        reveals=RevealService(storage, bank, rules, scoring, scheduler, owner),
        reviews=ReviewService(storage, bank, scheduler, rng),
        schedules=ScheduleService(storage, bank, rng),
        scoring=scoring,
        team_admins=TeamAdminService(storage),
        team_captains=TeamCaptainService(storage),
        teams=TeamService(storage),
        seasons=SeasonService(storage),
    )


def cog_names() -> Sequence[str]:
    """Return the extensions to load: every module of `cogs` whose name does not begin with an underscore."""
    found = sorted(module.name for module in pkgutil.iter_modules(cogs.__path__))
    return [f"cogs.{name}" for name in found if not name.startswith("_")]


def owner_name() -> str:
    """Name this process among all that share a database; no two lives of one process share it."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
