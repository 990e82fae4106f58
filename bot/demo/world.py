"""The demo's server and who is in it. Ids are the same at every start, only the channel's is new."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import simcord

    from bot.demo.realtime import RealtimeEnv

GUILD_ID = 1300000000000000001
XIAOAN_ID = 1300000000000000011
BEN_ID = 1300000000000000012
ADMIN_ID = 1300000000000000013
_FIRST_CLASSMATE_ID = 1300000000000000101
# Members whom nobody can be: they make the reveal's chart and the boards worth a look.
_CLASSMATES = ("林晓", "Mei", "周航", "Priya", "Tom", "阿哲")


@dataclass(frozen=True)
class Person:
    """One of the people to be. `locale` is the language of their Discord client."""

    user_id: int
    username: str
    name: str
    locale: str


@dataclass(frozen=True)
class World:
    """What a seed needs to know, as plain values.

    Attributes:
        locale: `zh-CN` or `en-US`: the server's language and the admin's.
        timezone: IANA name of the machine's zone; the page shows times in it.
        channel_id: the one channel; new at every start.
        people: in the order of the page's drop-down; the admin is last.
        classmates: the other members; nobody can be one of them.
        teams: names of the teams that the classmates are in, half of them in each.
        sent_at: messages sent inside its block carry this time. Not once the page is open.
    """

    locale: str
    timezone: str
    guild_id: int
    channel_id: int
    admin_id: int
    people: tuple[Person, ...]
    classmates: tuple[Person, ...]
    teams: tuple[str, str]
    sent_at: Callable[[datetime], AbstractContextManager[None]]


@dataclass(frozen=True)
class Stage:
    """The same for the driver: simcord's handles beside the plain values."""

    world: World
    channel: "simcord.ChannelHandle"
    viewers: "tuple[simcord.MemberActor, ...]"


_NAMES = {
    "zh-CN": {
        "bot": "面经",
        "guild": "面试自习室",
        "channel": "每日一题",
        "topic": "每天一道大模型面试题：先作答，再公布。输入 / 查看全部命令。",
        "admin": "管理员",
        "role": "算法岗",
    },
    "en-US": {
        "bot": "Mianjing",
        "guild": "Interview study room",
        "channel": "daily-question",
        "topic": "One LLM interview question a day: answer it, then see it revealed. Type / for commands.",
        "admin": "Admin",
        "role": "ML engineers",
    },
}
_TEAMS = {"zh-CN": ("梯度下降", "注意力小组"), "en-US": ("Gradient Descent", "Attention Please")}
LOCALES = tuple(_NAMES)


def build_stage(env: "RealtimeEnv", timezone: str) -> Stage:
    """Build the server in `env`, whose bot is not started yet; afterwards its clock is the wall clock.

    The owner is the admin, so manage_guild and every other permission is theirs. The bot has what a server
    grants it on invitation: everything but Administrator.
    """
    names = _NAMES[env.locale]
    xiaoan = Person(XIAOAN_ID, "xiaoan", "小安", "zh-CN")
    ben = Person(BEN_ID, "ben", "Ben", "en-US")
    admin = Person(ADMIN_ID, "admin", names["admin"], env.locale)
    people = (xiaoan, ben, admin) if env.locale == "zh-CN" else (ben, xiaoan, admin)
    env.name_bot(names["bot"], _avatar("面", "#5865f2"))
    users = {
        person.user_id: env.add_user(
            person.user_id, person.username, global_name=person.name, locale=person.locale, avatar=picture
        )
        for person, picture in (
            (xiaoan, _avatar("安", "#c2577a")),
            (ben, _avatar("B", "#2d7d9a")),
            (admin, _avatar("管" if env.locale == "zh-CN" else "A", "#5a6b3b")),
        )
    }
    guild = env.create_guild(names["guild"], id=GUILD_ID, owner=users[ADMIN_ID], preferred_locale=env.locale)
    # Something for `/team link`; made here, so that its id is the same at every start.
    role = guild.create_role(names["role"])
    viewers = tuple(
        guild.add_member(users[person.user_id], roles=() if person is admin else (role,)) for person in people
    )
    classmates = tuple(
        Person(_FIRST_CLASSMATE_ID + number, f"classmate{number + 1}", name, env.locale)
        for number, name in enumerate(_CLASSMATES)
    )
    for mate in classmates:
        guild.add_member(env.add_user(mate.user_id, mate.username, global_name=mate.name, locale=mate.locale))
    env.use_wall_clock()
    channel = guild.create_text_channel(names["channel"], topic=names["topic"])
    world = World(
        locale=env.locale,
        timezone=timezone,
        guild_id=GUILD_ID,
        channel_id=channel.id,
        admin_id=ADMIN_ID,
        people=people,
        classmates=classmates,
        teams=_TEAMS[env.locale],
        sent_at=env.sent_at,
    )
    return Stage(world, channel, viewers)


def _avatar(letter: str, colour: str) -> bytes:
    """A PNG, 128 px: one letter on a plain ground, in the font that comes with simcord."""
    from PIL import Image, ImageDraw, ImageFont

    from bot.demo.realtime import FONT

    image = Image.new("RGB", (128, 128), colour)
    font = ImageFont.truetype(FONT, 72)
    font.set_variation_by_axes([700])
    ImageDraw.Draw(image).text((64, 64), letter, fill="white", font=font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
