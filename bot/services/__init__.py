"""Use cases: one class per feature, one transaction per public method. They know no Discord and no SQL."""

from dataclasses import dataclass

from bot.domain.bank import QuestionBank
from bot.domain.scoring import Scoring
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


@dataclass(frozen=True, slots=True)
class Services:
    """What the bot carries for its cogs."""

    bank: QuestionBank
    answers: AnswerService
    corrections: CorrectionService
    deliveries: DeliveryService
    jobs: JobService
    leaderboard: LeaderboardService
    operations: OperationService
    points: PointService
    preferences: PreferenceService
    privacy: PrivacyService
    questions: QuestionService
    quizzes: QuizService
    reveals: RevealService
    reviews: ReviewService
    schedules: ScheduleService
    scoring: Scoring
    team_admins: TeamAdminService
    team_captains: TeamCaptainService
    teams: TeamService
    seasons: SeasonService
