"""What tests of `/season` do again and again."""

from .test_leaderboard import let_answer
from .world import by_prefix, told


async def run(world, verb: str, **options):
    return told(await world.slash(world.admin, f"season {verb}", **options))


async def confirm(world, asked=None, actor=None):
    asked = asked or await run(world, "end")
    return told(await (actor or world.admin).click(asked, custom_id=by_prefix(asked, "se1")[0]))


async def play_season(world, *right: bool, **options) -> None:
    """A season with one daily question, answered by the first members."""
    await run(world, "start", **options)
    await let_answer(world, *right)


def announcements(world, channel=None):
    return [post for post in world.posts(channel) if post.embeds and (post.embeds[0].title or "").startswith("🏆")]


def field(message, name: str) -> list[str]:
    return next((field.value.splitlines() for field in message.embeds[0].fields if field.name == name), [])


def default(world, number: int = 1) -> str:
    return world.t("season.default_name", number=number)
