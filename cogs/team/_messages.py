"""How teams look in Discord: the list, the page of one, and the question before something that cannot be undone."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.teams import Contributor, TeamScore, TeamSummary
from bot.services.teams import PAGE_WINDOWS, TeamList, TeamPage
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.render import BLUE, one_decimal, plain

PER_PAGE = 5
# Admins see the oldest of the teams that wait; the next ones follow as these are decided.
PENDING_SHOWN = 5
NAMES_SHOWN = 20
CONTRIBUTORS_SHOWN = 5
# Names have up to 100 characters, a field 1,024.
NAMES_LIMIT = 900

Button = discord.ui.Button[discord.ui.View]


def list_message(context: Context, found: TeamList, page: int, *, admin: bool) -> dict[str, Any]:
    """Return one page of the list, with a button for each team on it; admins can decide on those that wait."""
    pages = max(1, -(-len(found.teams) // PER_PAGE))
    page = min(page, pages - 1)
    shown = found.teams[page * PER_PAGE :][:PER_PAGE]
    embed = discord.Embed(title=context.t("team.list.title"), colour=BLUE)
    embed.description = "\n".join(_list_line(context, one, found) for one in shown) or context.t("team.list.empty")
    pending = sorted(found.pending, key=lambda one: one.team.id)[:PENDING_SHOWN]
    if pending:
        lines = [_list_line(context, one, found) for one in pending]
        if len(found.pending) > len(pending):
            lines.append(context.t("team.list.more", count=len(found.pending) - len(pending)))
        embed.add_field(name=context.t("team.list.pending"), value="\n".join(lines), inline=False)
    if pages > 1:
        embed.set_footer(text=context.t("team.list.page", number=page + 1, total=pages))
    items = [button(f"tp1:{one.team.id}", one.team.name, row=0) for one in shown]
    if pages > 1:
        items.append(button(f"tl1:{max(page - 1, 0)}", context.t("team.list.back"), disabled=page == 0, row=1))
        items.append(button(f"tl1:{page + 1}", context.t("team.list.forward"), disabled=page + 1 == pages, row=1))
    if admin:
        for one in pending:
            label = context.t("team.list.approve", name=one.team.name)
            items.append(button(f"ta1:{one.team.id}", label, style=discord.ButtonStyle.success, row=2))
        for one in pending:
            items.append(button(f"tr1:{one.team.id}", context.t("team.list.reject", name=one.team.name), row=3))
    return {"embed": embed, "view": rows(items)}


def page_message(context: Context, page: TeamPage) -> dict[str, Any]:
    """Return a team's page, with what the reader may do about it."""
    team = page.summary.team
    embed = discord.Embed(title=plain(team.name), colour=BLUE, description=_page_lines(context, page.summary))
    members = context.t("team.page.members", count=page.summary.members)
    embed.add_field(name=members, value=_names(context, page), inline=False)
    for window in PAGE_WINDOWS:
        lines = [_score_line(context, page.scores[window], page)]
        lines += _contributor_lines(context, page.contributors[window])
        embed.add_field(name=context.t(f"choices.window.{window}"), value="\n".join(lines), inline=False)
    embed.set_footer(text=context.t("team.page.footer", answers=page.rules.answers, members=page.rules.members))
    items: list[Button] = []
    if page.joinable:
        items.append(button(f"tj1:{team.id}", context.t("team.page.join"), style=discord.ButtonStyle.primary))
    if page.joined:
        items.append(button(f"tv1:{team.id}:0", context.t("team.page.leave")))
    items.append(button("tl1:0", context.t("team.page.all")))
    return {"embed": embed, "view": rows(items)}


def question_message(
    context: Context, act: str, name: str, custom_id: str, *, member: discord.abc.User | None = None
) -> dict[str, Any]:
    """Return the question whether an act is meant, with the button that does it."""
    asked = context.t(f"team.ask.{act}", name=plain(name), member=plain(member.display_name) if member else "")
    sure = button(custom_id, context.t(f"team.sure.{act}"), style=discord.ButtonStyle.danger)
    return {"content": asked, "view": rows([sure])}


def _list_line(context: Context, summary: TeamSummary, found: TeamList) -> str:
    team = summary.team
    parts = [context.t("team.members", count=summary.members)]
    if team.linked:
        parts.append(context.t("team.linked", role=f"<@&{team.role_id}>"))
    else:
        if summary.captain is not None:
            parts.append(context.t("team.captain", name=plain(summary.captain)))
        parts.append(context.t("team.open" if team.open else "team.closed"))
    if team.id == found.own_team_id:
        parts.append(context.t("team.own"))
    elif team.id in found.invited:
        parts.append(context.t("team.invited"))
    return f"**{plain(team.name)}** · {' · '.join(parts)}"


def _page_lines(context: Context, summary: TeamSummary) -> str:
    team = summary.team
    lines = []
    if team.linked:
        lines.append(context.t("team.linked", role=f"<@&{team.role_id}>"))
    else:
        captain = plain(summary.captain) if summary.captain is not None else context.t("team.unnamed")
        lines.append(context.t("team.captain", name=captain))
        lines.append(context.t("team.open" if team.open else "team.closed"))
    if team.state == "pending":
        lines.append(context.t("team.page.pending"))
    return "\n".join(lines)


def _names(context: Context, page: TeamPage) -> str:
    shown: list[str] = []
    for name in map(plain, page.names[:NAMES_SHOWN]):
        if sum(map(len, shown)) + len(name) > NAMES_LIMIT:
            break
        shown.append(name)
    more = page.summary.members - len(shown)
    if more:
        shown.append(context.t("team.more", count=more))
    return context.t("list_separator").join(shown) or "—"


def _score_line(context: Context, score: TeamScore | None, page: TeamPage) -> str:
    members = max(score.members, 0) if score is not None else 0
    if score is None or members < page.rules.members:
        return context.t("team.page.unranked", counting=members, wanted=page.rules.members)
    return context.t("team.page.score", mean=one_decimal(score.mean), count=members)


def _contributor_lines(context: Context, contributors: Sequence[Contributor]) -> list[str]:
    lines: list[str] = []
    for one in contributors:
        if one.name is not None and one.points > 0 and len(lines) < CONTRIBUTORS_SHOWN:
            points = context.t("leaderboard.points", count=one.points)
            key = "team.page.contributor" if one.counts else "team.page.not_counting"
            lines.append(context.t(key, name=plain(one.name), points=points))
    return lines
