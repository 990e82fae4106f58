"""Boards and profiles as pictures beside the text, which says the same: who sees no pictures misses nothing."""

from collections.abc import Mapping

from bot.domain.boards import Ranking, Standing, Window
from bot.domain.periods import Period
from bot.domain.teams import TeamRanking, TeamStanding
from bot.pictures.names import clean
from bot.pictures.values import BoardRow, LeaderboardCard, Person, ProfileCard, TopicShare
from bot.services.leaderboard import Profile, Progress
from cogs._shared.context import Context
from cogs._shared.render import text
from cogs.leaderboard._messages import (
    answers_in_year,
    board_title,
    is_own,
    members_footer,
    percent,
    standing_detail,
    team_name,
    team_score,
    team_sections,
    teams_footer,
)
from cogs.leaderboard._targets import Target


def board_card(
    context: Context, target: Target, period: Period, ranking: Ranking, people: Mapping[int, Person]
) -> LeaderboardCard:
    """Return the card of a board of members."""

    def row(standing: Standing) -> BoardRow:
        own = is_own(ranking, standing)
        secret = own and ranking.hidden
        return BoardRow(
            people[standing.user_id],
            standing.rank,
            context.t("leaderboard.points", count=standing.points),
            context.t("leaderboard.only_you") if secret else standing_detail(context, standing),
            own=own,
        )

    return LeaderboardCard(
        board_title(context, target, period, clean),
        members_footer(context, period, ranking),
        tuple(map(row, ranking.top)),
        tuple(map(row, ranking.further)),
        gap=ranking.gap,
    )


def team_card(context: Context, target: Target, period: Period, ranking: TeamRanking) -> LeaderboardCard:
    """Return the card of a board of teams, which have initials for pictures."""

    def row(standing: TeamStanding) -> BoardRow:
        name = team_name(context, standing, ranking, standing.name)
        person = Person(standing.team_id, name, f"team {standing.team_id}")
        own = standing.team_id == ranking.own_team_id
        return BoardRow(person, standing.rank, *team_score(context, standing, ranking), own=own)

    sections = team_sections(ranking)
    further = [sections.further] if sections.further is not None else []
    return LeaderboardCard(
        board_title(context, target, period, clean),
        teams_footer(context, period, ranking),
        tuple(map(row, sections.top)),
        tuple(map(row, [*further, *sections.waiting])),
        gap=sections.further is not None,
    )


def profile_card(context: Context, profile: Profile, progress: Progress, person: Person) -> ProfileCard:
    """Return the card of the reader's own profile; without the counts of right answers it has no radar."""
    facts = []
    # Five figures fit beside each other: a season that runs takes the place of the month.
    windows: tuple[Window, ...] = ("week", "season" if "season" in profile.standings else "month", "all")
    for window in windows:
        standing, name = profile.standings[window], context.t(f"choices.window.{window}")
        if standing is None:
            facts.append((name, "—"))
        else:
            label = context.t("profile.rank", window=name, rank=standing.rank)
            facts.append((label, context.t("leaderboard.points", count=standing.points)))
    facts.append((context.t("profile.streak"), context.t("profile.days", count=profile.streak)))
    topics: list[TopicShare] = []
    if profile.answers is not None and profile.right is not None:
        facts.append((context.t("profile.accuracy"), percent(profile.right, profile.answers)))
        tree = context.bot.services.bank.topics
        for path, (answers, right) in progress.topics.items():
            share = right / answers if answers else None
            detail = f"{percent(right, answers)} · {right}/{answers}" if answers else "—"
            topics.append(TopicShare(text(tree.name(path), context.language), share, detail))
    return ProfileCard(
        person=person,
        facts=tuple(facts),
        topics=tuple(topics) if len(topics) > 2 else (),
        days=tuple(sorted(progress.days.items())),
        today=progress.today,
        year_title=f"{context.t('profile.year')} · {answers_in_year(context, progress)}",
        month_names=tuple(context.t("profile.months").split()),
    )


def board_alt(card: LeaderboardCard) -> str:
    """Say a board in words."""
    said = [
        f"{'–' if row.rank is None else f'{row.rank}.'} {clean(row.person.name)} {row.points}"
        for row in (*card.rows, *card.below)
    ]
    return f"{card.title}: " + "; ".join(said)


def profile_alt(card: ProfileCard) -> str:
    """Say a profile in words."""
    said = [f"{label} {value}" for label, value in card.facts]
    said += [f"{topic.name} {topic.detail}" for topic in card.topics if topic.share is not None]
    return f"{clean(card.person.name)}: " + "; ".join([*said, card.year_title])
