"""What boards and profiles look like. Names are text, never mentions."""

import discord

from bot.domain.boards import Ranking, Standing
from bot.services.leaderboard import Profile, Progress
from cogs._shared.context import Context
from cogs._shared.render import BLUE, cut, plain, text, whole_lines

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def ranking_embed(context: Context, ranking: Ranking) -> discord.Embed:
    """Return the top of a board, and the reader's own line when it is further down."""
    lines = [_line(context, standing, own=is_own(ranking, standing)) for standing in ranking.top]
    if ranking.own is not None and not any(is_own(ranking, standing) for standing in ranking.top):
        lines += ["…", _line(context, ranking.own, own=True)]
    description = "\n".join(lines) or context.t("leaderboard.empty")
    embed = discord.Embed(title=board_title(context, ranking), description=description, colour=BLUE)
    embed.set_footer(text=board_period(context, ranking))
    return embed


def board_title(context: Context, ranking: Ranking) -> str:
    """Return which window, and which topic, a board is for."""
    title = context.t("leaderboard.title", window=context.t(f"choices.window.{ranking.board.window}"))
    if ranking.board.topic:
        title += " · " + text(context.bot.services.bank.topics.name(ranking.board.topic), context.language)
    return title


def board_period(context: Context, ranking: Ranking) -> str:
    """Return which week or month it is, how many take part, and what does not count yet."""
    footer = context.t("leaderboard.footer", count=ranking.members)
    return f"{ranking.board.period} · {footer}" if ranking.board.window in ("week", "month") else footer


def _line(context: Context, standing: Standing, *, own: bool) -> str:
    place = MEDALS.get(standing.rank, f"`{standing.rank:>2}`")
    name = cut(plain(standing.name), 60)
    points = context.t("leaderboard.points", count=standing.points)
    detail = context.t("leaderboard.detail", right=standing.right, answers=standing.answers)
    line = f"{place} {name} · {points} · {detail}"
    return f"**{line}**" if own else line


def is_own(ranking: Ranking, standing: Standing) -> bool:
    """Whether a standing is the reader's."""
    return ranking.own is not None and standing.user_id == ranking.own.user_id


def profile_embed(context: Context, profile: Profile, progress: Progress | None, name: str) -> discord.Embed:
    """Return a member's points, ranks and streak; what they answered, and how well, only in their own."""
    embed = discord.Embed(title=context.t("profile.title", name=cut(plain(name), 80)), colour=BLUE)
    for window in ("week", "month", "all"):
        standing = profile.standings[window]
        value = (
            context.t(
                "profile.standing", points=context.t("leaderboard.points", count=standing.points), rank=standing.rank
            )
            if standing
            else "—"
        )
        embed.add_field(name=context.t(f"choices.window.{window}"), value=value)
    embed.add_field(name=context.t("profile.streak"), value=context.t("profile.days", count=profile.streak))
    if profile.answers is not None and profile.right is not None:
        share = percent(profile.right, profile.answers)
        embed.add_field(name=context.t("profile.accuracy"), value=f"{share} ({profile.right}/{profile.answers})")
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
