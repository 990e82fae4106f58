"""What boards and profiles look like. Names are text, never mentions."""

from collections.abc import Callable
from dataclasses import dataclass

import discord

from bot.domain.boards import Ranking, Standing
from bot.domain.periods import Period
from bot.domain.teams import TeamRanking, TeamStanding
from bot.services.leaderboard import TOP, Profile, Progress
from cogs._shared.context import Context
from cogs._shared.render import BLUE, cut, one_decimal, plain, text, whole_lines
from cogs.leaderboard._periods import period_line, period_title
from cogs.leaderboard._targets import Target

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
TITLE_LIMIT = 256


@dataclass(frozen=True, slots=True)
class TeamSections:
    """The teams that a board shows: its top, the reader's own further down, some that do not rank yet, and the rest."""

    top: tuple[TeamStanding, ...]
    further: TeamStanding | None
    waiting: tuple[TeamStanding, ...]
    more: int


def team_sections(ranking: TeamRanking) -> TeamSections:
    """Return what of a board of teams is shown. The reader's own team always is."""

    def own(standing: TeamStanding) -> bool:
        return standing.team_id == ranking.own_team_id

    top, below = ranking.ranked[:TOP], ranking.ranked[TOP:]
    waiting, rest = ranking.unranked[:TOP], ranking.unranked[TOP:]
    waiting += tuple(filter(own, rest))
    hidden = len(ranking.standings) - len(top) - len(waiting)
    further = next(filter(own, below), None)
    return TeamSections(top, further, waiting, hidden - (further is not None))


def ranking_embed(context: Context, target: Target, period: Period, ranking: Ranking) -> discord.Embed:
    """Return the top of a board and, when the reader is further down, their line between their neighbours."""
    lines = [_line(context, standing, ranking) for standing in ranking.top]
    if ranking.further:
        lines += ["…"] if ranking.gap and lines else []
        lines += [_line(context, standing, ranking) for standing in ranking.further]
    empty = context.t("leaderboard.empty") if period.current else context.t("leaderboard.empty_past")
    return _embed(context, target, period, lines or [empty], members_footer(context, period, ranking))


def team_ranking_embed(context: Context, target: Target, period: Period, ranking: TeamRanking) -> discord.Embed:
    """Return the top teams, the reader's own when it is further down, and those that do not rank yet."""
    sections = team_sections(ranking)
    lines = [_team_line(context, standing, ranking) for standing in sections.top]
    if sections.further is not None:
        lines += ["…", _team_line(context, sections.further, ranking)]
    if sections.waiting:
        rules = ranking.rules
        needs = context.t("leaderboard.unranked", members=rules.members, answers=rules.answers)
        lines += ["", f"-# {needs}"] if lines else [f"-# {needs}"]
        lines += [_team_line(context, standing, ranking) for standing in sections.waiting]
    if sections.more:
        lines.append(context.t("leaderboard.more", count=sections.more))
    empty = context.t("leaderboard.teams_empty") if period.current else context.t("leaderboard.empty_past")
    return _embed(context, target, period, lines or [empty], teams_footer(context, period, ranking))


def _embed(context: Context, target: Target, period: Period, lines: list[str], footer: str) -> discord.Embed:
    title = cut(board_title(context, target, period, plain), TITLE_LIMIT)
    embed = discord.Embed(title=title, description="\n".join(lines), colour=BLUE)
    embed.set_footer(text=f"{footer} · {context.t('leaderboard.note')}" if period.current else footer)
    return embed


def board_title(context: Context, target: Target, period: Period, shown: Callable[[str], str]) -> str:
    """Return which board it is: scope, period, topic. `shown` makes a season's name harmless."""
    window = period_title(context.bot.texts, context.language, period, shown)
    key = "leaderboard.title_teams" if target.scope == "teams" else "leaderboard.title"
    title = context.t(key, window=window)
    if target.topic is not None:
        title += " · " + text(context.bot.services.bank.topics.name(target.topic), context.language)
    return title


def members_footer(context: Context, period: Period, ranking: Ranking) -> str:
    """Return which days they are, and how many take part."""
    return _footer(context, period, context.t("leaderboard.footer", count=ranking.members))


def teams_footer(context: Context, period: Period, ranking: TeamRanking) -> str:
    """Return which days they are, and how many teams rank."""
    return _footer(context, period, context.t("leaderboard.teams_footer", count=len(ranking.ranked)))


def _footer(context: Context, period: Period, count: str) -> str:
    line = period_line(context.bot.texts, context.language, period)
    return f"{line} · {count}" if line else count


def _line(context: Context, standing: Standing, ranking: Ranking) -> str:
    points = context.t("leaderboard.points", count=standing.points)
    parts = [f"{_place(standing.rank)} {_name(standing.name)}", points, standing_detail(context, standing)]
    own = is_own(ranking, standing)
    if own and ranking.hidden:
        parts.append(context.t("leaderboard.only_you"))
    line = " · ".join(parts)
    return f"**{line}**" if own else line


def standing_detail(context: Context, standing: Standing) -> str:
    """Return how many answers were right."""
    return context.t("leaderboard.detail", right=standing.right, answers=standing.answers)


def _team_line(context: Context, standing: TeamStanding, ranking: TeamRanking) -> str:
    place = _place(standing.rank) if standing.rank is not None else "`–`"
    name = team_name(context, standing, ranking, _name(standing.name))
    # What a card shows in two columns is one phrase while a team waits for members.
    between = " · " if standing.rank is not None else " "
    line = f"{place} {name} · {between.join(team_score(context, standing, ranking))}"
    return f"**{line}**" if standing.team_id == ranking.own_team_id else line


def team_name(context: Context, standing: TeamStanding, ranking: TeamRanking, name: str) -> str:
    """Return a team's name as given, with a mark when the team is no more."""
    return context.t("leaderboard.disbanded", name=name) if standing.team_id in ranking.disbanded else name


def team_score(context: Context, standing: TeamStanding, ranking: TeamRanking) -> tuple[str, str]:
    """Return a team's score and over how many members; without a rank, how many members count of how many needed."""
    if standing.rank is None:
        needed = ranking.rules.members
        waiting = context.t("leaderboard.waiting", count=standing.members, needed=needed)
        return waiting, context.t("leaderboard.waiting_note")
    mean = context.t("leaderboard.mean", mean=one_decimal(standing.mean))
    return mean, context.t("leaderboard.counted", count=standing.members)


def _place(rank: int) -> str:
    return MEDALS.get(rank, f"`{rank:>2}`")


def _name(name: str) -> str:
    return cut(plain(name), 60)


def is_own(ranking: Ranking, standing: Standing) -> bool:
    """Whether a standing is the reader's."""
    return ranking.own is not None and standing.user_id == ranking.own.user_id


def profile_embed(context: Context, profile: Profile, progress: Progress | None, name: str) -> discord.Embed:
    """Return a member's points, ranks and streak; what they answered, and how well, only in their own."""
    embed = discord.Embed(title=context.t("profile.title", name=cut(plain(name), 80)), colour=BLUE)
    for window, standing in profile.standings.items():
        value = (
            context.t(
                "profile.standing", points=context.t("leaderboard.points", count=standing.points), rank=standing.rank
            )
            if standing
            else "—"
        )
        embed.add_field(name=context.t(f"choices.window.{window}"), value=value)
    embed.add_field(name=context.t("profile.streak"), value=context.t("profile.days", count=profile.streak))
    if profile.team is not None:
        embed.add_field(name=context.t("profile.team"), value=_name(profile.team))
    if profile.answers is not None and profile.right is not None:
        share = percent(profile.right, profile.answers)
        counts = f" ({profile.right}/{profile.answers})" if profile.answers else ""
        embed.add_field(name=context.t("profile.accuracy"), value=f"{share}{counts}")
        embed.set_footer(text=context.t("profile.footer"))
    if progress is not None:
        embed.add_field(name=context.t("profile.year"), value=answers_in_year(context, progress))
    if progress is not None and profile.answers is not None:
        lines = _topic_lines(context, progress)
        if lines:
            embed.add_field(name=context.t("profile.topics"), value=whole_lines(lines), inline=False)
    return embed


def percent(right: int, answers: int) -> str:
    """Return a share as people write it."""
    return f"{round(100 * right / answers)}%" if answers else "—"


def answers_in_year(context: Context, progress: Progress) -> str:
    """Return how many answers there were on all days together."""
    return context.t("profile.answers", count=sum(progress.days.values()))


def _topic_lines(context: Context, progress: Progress) -> str:
    tree = context.bot.services.bank.topics
    return "\n".join(
        f"{text(tree.name(path), context.language)} · {percent(right, answers)} ({right}/{answers})"
        for path, (answers, right) in progress.topics.items()
        if answers
    )
