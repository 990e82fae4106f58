"""What boards and profiles look like. Names are text, never mentions."""

import discord

from bot.domain.boards import Ranking, Standing
from bot.services.leaderboard import Profile
from cogs._shared.context import Context
from cogs._shared.render import BLUE, cut, plain, text

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}


def ranking_embed(context: Context, ranking: Ranking) -> discord.Embed:
    """Return the top of a board, and the reader's own line when it is further down."""
    lines = [_line(context, standing, own=_is_own(ranking, standing)) for standing in ranking.top]
    if ranking.own is not None and not any(_is_own(ranking, standing) for standing in ranking.top):
        lines += ["…", _line(context, ranking.own, own=True)]
    title = context.t("leaderboard.title", window=context.t(f"choices.window.{ranking.board.window}"))
    if ranking.board.topic:
        title += " · " + text(context.bot.services.bank.topics.name(ranking.board.topic), context.language)
    embed = discord.Embed(title=title, description="\n".join(lines) or context.t("leaderboard.empty"), colour=BLUE)
    period = ranking.board.period if ranking.board.window in ("week", "month") else ""
    footer = context.t("leaderboard.footer", count=ranking.members)
    embed.set_footer(text=f"{period} · {footer}" if period else footer)
    return embed


def _line(context: Context, standing: Standing, *, own: bool) -> str:
    place = MEDALS.get(standing.rank, f"`{standing.rank:>2}`")
    name = cut(plain(standing.name), 60)
    points = context.t("leaderboard.points", count=standing.points)
    detail = context.t("leaderboard.detail", right=standing.right, answers=standing.answers)
    line = f"{place} {name} · {points} · {detail}"
    return f"**{line}**" if own else line


def _is_own(ranking: Ranking, standing: Standing) -> bool:
    return ranking.own is not None and standing.user_id == ranking.own.user_id


def profile_embed(context: Context, profile: Profile, name: str) -> discord.Embed:
    """Return a member's points, ranks and streak; accuracy only in their own."""
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
        share = f"{round(100 * profile.right / profile.answers)}%" if profile.answers else "—"
        embed.add_field(
            name=context.t("profile.accuracy"),
            value=f"{share} ({profile.right}/{profile.answers})",
        )
        embed.set_footer(text=context.t("profile.footer"))
    return embed
