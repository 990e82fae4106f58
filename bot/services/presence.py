"""A member acts in a server: without the members intent this is all that tells who is there, and in which team."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.members import Membership
from bot.domain.readers import Reader
from bot.storage import Transaction

# A member who was seen within this span under the same name costs no write.
SEEN_AGAIN = timedelta(hours=1)
NAME_LENGTH = 100


async def meet(tx: Transaction, reader: Reader, now: datetime) -> Membership:
    """Note that a member acts in a server, and return how they stand there now.

    Who had left is back on the boards; who wears a role that is linked to a team is in that team. The member's other
    writers wait until the transaction ends.
    """
    assert reader.guild_id is not None  # noqa: S101 - callers are in a server
    guild_id, user_id, name = reader.guild_id, reader.user_id, reader.name[:NAME_LENGTH]
    known = await tx.members.find(guild_id, user_id, lock=True)
    if known is None or known.left or known.name != name or now - known.last_seen_at >= SEEN_AGAIN:
        await tx.members.see(guild_id, user_id, name, now)
    if known is None:
        known = Membership(guild_id, user_id, name, False, False, now, None)
    elif known.left and not known.hidden:
        await tx.boards.show(guild_id, user_id, True)
    team_id = await tx.teams.follow_roles(guild_id, user_id, reader.role_ids, now)
    return replace(known, name=name, left=False, last_seen_at=max(known.last_seen_at, now), team_id=team_id)
