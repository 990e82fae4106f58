"""Boards with somebody on them: members with points and teams, without answering questions for each."""

from typing import Any

from bot.domain.readers import Reader
from bot.storage import Storage
from tests.services.earning import earn_as

from .world import World, told


def reader_of(world: World, member: Any) -> Reader:
    """The member as the bot sees them."""
    return Reader(member.id, member.user.global_name or "?", world.guild.id, world.channel.id)


def storage_of(world: World) -> Storage:
    """The bot's own database."""
    return world.bot.services.leaderboard._storage


async def earn(world: World, member: Any, points: int, **options: Any) -> None:
    """Let a member earn points now."""
    await earn_as(reader_of(world, member), storage_of(world), points, world.clock.now(), **options)


def newcomers(world: World, count: int, name: str = "Member") -> list[Any]:
    """Let so many members come, called `Member 1`, `Member 2` …"""
    return [
        world.guild.add_member(world.env.create_user(f"{name.lower()}{n}", global_name=f"{name} {n}"))
        for n in range(1, count + 1)
    ]


async def crowd(world: World, count: int) -> list[Any]:
    """Let so many members have ever fewer points: the last one has one."""
    members = newcomers(world, count)
    for place, member in enumerate(members):
        await earn(world, member, count - place)
    return members


async def team_of(world: World, name: str, *members: Any, points: int = 0, answers: int = 3) -> int:
    """Let the first member found a team, the others join it, and everybody earn so many points for it."""
    teams, now = world.bot.services.teams, world.clock.now()
    team = await teams.create(reader_of(world, members[0]), world.guild.id, name, True, now)
    for member in members[1:]:
        await teams.join(reader_of(world, member), world.guild.id, team.id, now)
    for member in members if points else ():
        await earn(world, member, points, answers=answers)
    return int(team.id)


async def board(world: World, actor: Any = None, **options: Any) -> Any:
    """What `/leaderboard` says, to Ann if nobody else is named."""
    return told(await world.slash(actor or world.ann, "leaderboard", **options))


def lines_of(message: Any) -> list[str]:
    """The lines of a board."""
    return str(message.embeds[0].description).splitlines()


def footer_of(message: Any) -> str:
    """What stands under a board."""
    return str(message.embeds[0].footer.text)
