"""Which team is meant, and who may change it."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.readers import Reader
from bot.domain.team_names import name_key
from bot.domain.teams import Team
from bot.errors import BotError
from bot.storage import Transaction

# By its id, as buttons name it, or by its name, as people do.
TeamRef = int | str


@dataclass(frozen=True, slots=True)
class Office:
    """A team, and as whom somebody changes it. What admins do to a team that is not theirs goes into the trail."""

    team: Team
    held_as: Literal["captain", "admin"]


async def find_team(tx: Transaction, guild_id: int, ref: TeamRef) -> Team:
    """Return a standing team.

    Raises:
        BotError: `team.unknown`.
    """
    if isinstance(ref, int):
        team = await tx.teams.find(guild_id, ref)
    else:
        team = await tx.teams.find_named(guild_id, name_key(ref))
    if team is None or team.state == "disbanded":
        raise BotError("team.unknown" if isinstance(ref, str) else "team.gone", name=ref)
    return team


async def office_of(
    tx: Transaction, reader: Reader, guild_id: int, ref: TeamRef | None, *, admin: bool, for_admins: bool
) -> Office:
    """Return the team that somebody wants to change: the one named, else their own.

    Args:
        tx: The transaction.
        reader: Who acts.
        guild_id: The server.
        ref: The team, None for the reader's own.
        admin: Whether the reader is an admin of the server.
        for_admins: Whether admins may do this to a team that is not theirs.

    Raises:
        BotError: `team.unknown`; `team.none` when none is named and the reader is in none; `team.captain_only` for
            members who are not its captain; `team.captain_alone` for admins who try what only a captain may do.
    """
    if ref is None:
        own = await tx.teams.membership(guild_id, reader.user_id)
        if own is None:
            raise BotError("team.none")
        team = await find_team(tx, guild_id, own.team_id)
    else:
        team = await find_team(tx, guild_id, ref)
    if team.captain_id == reader.user_id:
        return Office(team, "captain")
    if not admin:
        raise BotError("team.captain_only", name=team.name)
    if not for_admins:
        raise BotError("team.linked" if team.linked else "team.captain_alone", name=team.name)
    return Office(team, "admin")
