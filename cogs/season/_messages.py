"""What seasons look like: the announcement, the final standings, the list. Names are text, never mentions."""

from collections.abc import Mapping, Sequence

import discord

from bot.domain.boards import Ranking, Standing
from bot.domain.localized import Language
from bot.domain.seasons import Season, SeasonResult
from bot.domain.teams import TeamStanding
from bot.domain.texts import Texts
from bot.pictures.names import clean
from bot.pictures.values import BoardRow, LeaderboardCard, Person
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.render import AMBER, BLUE, DESCRIPTION_LIMIT, cut, one_decimal, plain, stamp, whole_lines

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
NAME_LIMIT = 60
TEAMS_SHOWN = 10


def announcement(texts: Texts, language: Language, result: SeasonResult) -> tuple[discord.Embed, discord.ui.View]:
    """Return the public message about a season that has ended, without its picture."""
    season = result.season
    intro = [_dates(season)]
    if not result.winners:
        intro.append(texts.get("season.nobody", language))
    else:
        intro.append(texts.get("season.members", language, count=result.members))
    embed = discord.Embed(
        title=cut(texts.get("season.title", language, name=plain(season.name)), 256),
        description="\n".join(intro),
        colour=AMBER,
    )
    if result.winners:
        lines = [member_line(texts, language, standing) for standing in result.winners]
        lines += [texts.get("season.more", language)] if result.more_members else []
        embed.add_field(name=texts.get("season.winners", language), value=whole_lines("\n".join(lines)), inline=False)
    if result.teams:
        lines = [_team_line(texts, language, team) for team in result.teams]
        lines += [texts.get("season.more", language)] if result.more_teams else []
        embed.add_field(name=texts.get("season.teams", language), value=whole_lines("\n".join(lines)), inline=False)
    controls = [button(f"sf1:{season.number}", texts.get("season.standings", language))]
    return embed, rows(controls if result.winners else [])


def winners_card(
    texts: Texts, language: Language, result: SeasonResult, people: Mapping[int, Person]
) -> LeaderboardCard:
    """Return the picture of those with a medal."""
    places = tuple(
        BoardRow(
            people[standing.user_id],
            standing.rank,
            texts.get("leaderboard.points", language, count=standing.points),
            texts.get("leaderboard.detail", language, right=standing.right, answers=standing.answers),
        )
        for standing in result.winners
    )
    title = texts.get("season.title", language, name=clean(result.season.name))
    return LeaderboardCard(title, texts.get("season.members", language, count=result.members), places)


def winners_alt(card: LeaderboardCard) -> str:
    """Say the picture in words."""
    return f"{card.title}: " + "; ".join(f"{row.rank}. {clean(row.person.name)} {row.points}" for row in card.rows)


def standings_embed(context: Context, season: Season, ranking: Ranking, teams: Sequence[TeamStanding]) -> discord.Embed:
    """Return a season's board with the reader's own place, and the best of its teams."""
    texts, language = context.bot.texts, context.language
    own = ranking.own.user_id if ranking.own is not None else None
    lines = [member_line(texts, language, standing, own=standing.user_id == own) for standing in ranking.top]
    if ranking.further:
        lines += ["…"] if ranking.gap else []
        lines += [member_line(texts, language, one, own=one.user_id == own) for one in ranking.further]
    title = context.t("season.current" if season.running else "season.title", name=plain(season.name))
    embed = discord.Embed(
        title=cut(title, 256), description="\n".join(lines) or context.t("season.nobody"), colour=BLUE
    )
    if teams:
        best = "\n".join(_team_line(texts, language, team) for team in teams[:TEAMS_SHOWN])
        embed.add_field(name=context.t("season.teams"), value=whole_lines(best), inline=False)
    if ranking.members:
        embed.set_footer(text=context.t("season.members", count=ranking.members))
    return embed


def history_embed(context: Context, results: Sequence[SeasonResult]) -> discord.Embed:
    """Return the list of seasons, newest first, with who won them."""
    lines = "\n".join(_history_lines(context, result) for result in results)
    description = whole_lines(lines, DESCRIPTION_LIMIT) or context.t("season.no_seasons")
    return discord.Embed(title=context.t("season.list"), description=description, colour=BLUE)


def _history_lines(context: Context, result: SeasonResult) -> str:
    season = result.season
    line = f"**{plain(season.name)}** · "
    if season.running:
        since = context.t("leaderboard.since", first=stamp(season.started_at, "D"))
        return f"{line}{since} · {context.t('season.is_running')}"
    line += _dates(season)
    first = [standing for standing in result.winners if standing.rank == 1]
    if not first:
        return f"{line}\n-# {context.t('season.nobody')}"
    names = context.t("list_separator").join(_name(standing.name) for standing in first[:3])
    names += " …" if len(first) > len(first[:3]) else ""
    return f"{line}\n-# {MEDALS[1]} {names} · {context.t('season.members', count=result.members)}"


def member_line(texts: Texts, language: Language, standing: Standing, *, own: bool = False) -> str:
    """Return one place of a board."""
    place = MEDALS.get(standing.rank, f"`{standing.rank:>2}`")
    points = texts.get("leaderboard.points", language, count=standing.points)
    detail = texts.get("leaderboard.detail", language, right=standing.right, answers=standing.answers)
    line = f"{place} {_name(standing.name)} · {points} · {detail}"
    return f"**{line}**" if own else line


def _team_line(texts: Texts, language: Language, team: TeamStanding) -> str:
    rank = team.rank or 0
    place = MEDALS.get(rank, f"`{rank:>2}`")
    return f"{place} {_name(team.name)} · " + texts.get(
        "season.team_score", language, mean=one_decimal(team.mean), count=team.members
    )


def _name(name: str) -> str:
    return cut(plain(name), NAME_LIMIT)


def _dates(season: Season) -> str:
    end = stamp(season.ended_at, "D") if season.ended_at is not None else ""
    return f"{stamp(season.started_at, 'D')} – {end}".rstrip()
