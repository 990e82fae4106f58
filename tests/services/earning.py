"""Points without questions: entries of the ledger, counted as every answer's are."""

from datetime import datetime
from itertools import count

from bot.domain.ledger import LedgerEntry
from bot.domain.readers import Reader
from bot.domain.settings import GuildSettings
from bot.services.presence import meet
from bot.storage import Storage
from tests.services.world import CHANNEL, GUILD, World, reader

_NUMBERS = count(1)


async def earn(
    world: World,
    user: int,
    points: int,
    now: datetime,
    *,
    answers: int = 1,
    topic: str = "basics/decoding",
    guild: int = GUILD,
) -> None:
    """Let a member answer so many times, worth so many points altogether, in the team they are in."""
    await earn_as(reader(user, guild), world.storage, points, now, answers=answers, topic=topic)


async def earn_as(
    member: Reader,
    storage: Storage,
    points: int,
    now: datetime,
    *,
    answers: int = 1,
    topic: str = "basics/decoding",
) -> None:
    """As `earn`, for somebody with a name of their own."""
    guild_id = member.guild_id or 0
    for number in range(answers):
        async with storage.write() as tx:
            membership = await meet(tx, member, now)
            settings = await tx.guilds.find(guild_id) or GuildSettings(guild_id)
            entry = LedgerEntry(
                key=f"test:{next(_NUMBERS)}",
                guild_id=guild_id,
                channel_id=CHANNEL,
                user_id=member.user_id,
                source="quiz",
                attempt_id=None,
                question_id="q1",
                item_id="q1.one",
                revision="r",
                topic=topic,
                season=settings.season,
                local_date=now.astimezone(settings.zone).date(),
                points=points if number == 0 else 0,
                reason="right",
                occurred_at=now,
                team_id=membership.team_id,
                right=1,
                written_at=now,
            )
            assert await tx.ledger.append(entry) is not None
            await tx.boards.add(entry)


async def make_team(world: World, name: str, now: datetime, *users: int) -> int:
    """Let the first member found a team and the others join it; returns its id."""
    team = await world.teams.create(reader(users[0]), GUILD, name, True, now)
    for user in users[1:]:
        await world.teams.join(reader(user), GUILD, team.id, now)
    return team.id
