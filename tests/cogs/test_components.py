"""Stale and tampered buttons: one clear sentence for whoever pressed, and nothing written."""

import sqlite3

import discord
import pytest

from .test_daily_post import attempts
from .world import MODAL, by_prefix, custom_ids, everything, told

HUGE = "9" * 19
TOO_BIG_FOR_A_DATABASE = str(2**63)
# Every route with well-formed arguments that name nothing of this member's: see `world_with_targets`.
ROUTES: dict[str, list[str]] = {
    "d1": ["1", "0"],
    "dp1": ["1", "0", "en"],
    "dc1": ["1", "en"],
    "dg1": ["1", "1", "en"],
    "dl1": ["1", "zh"],
    "dn1": ["1"],
    "de1": ["1"],
    "ra1": ["1"],
    "rw1": ["1"],
    "rj1": ["1"],
    "qc1": ["1", "0", "0"],
    "qt1": ["1", "0", "0"],
    "qs1": ["1", "0", "0"],
    "qn1": ["1", "0"],
    "qm1": ["1", "0"],
    "qx1": ["1"],
    "qe1": ["1"],
    "qr1": ["0"],
    "qa1": ["1"],
    "bs1": ["day", "-"],
    "bs2": ["m", "w", "2026-W99", "-"],
    "bv1": ["t", "s", "s1", "-"],
    "ps1": ["1"],
    "ks1": ["no-such-question"],
    "ka1": ["no-such-question"],
    "kp1": ["no-such-question"],
    "rq1": ["1"],
    "rv1": ["2"],
    "pd1": ["1", "1"],
    "ph1": ["1", "1"],
    "pu1": ["1", "1"],
    "se1": ["1", "1"],
    "sf1": ["1"],
    "ta1": ["1"],
    "tj1": ["1"],
    "tl1": ["1"],
    "tp1": ["1"],
    "tr1": ["1"],
    "tv1": ["1", "0"],
    "tx1": ["disband", "1", "0"],
}
BAD_NUMBERS = (
    "",
    "-1",
    "x",
    "1.5",
    "1e3",
    " 1",
    "１",
    "²",
    HUGE,
    TOO_BIG_FOR_A_DATABASE,
    "9" * 60,
    "0x1",
    "1;--",
    "None",
)
UNKNOWN = (
    "",
    ":",
    "::",
    "zz9:1",
    "d0:1:0",
    "d2:1:0",
    "D1:1:0",
    "d1 :1:0",
    "d",
    "1",
    "d1;1;0",
    "x" * 100,
    "按钮:1",
    "\u202ed1:1:0",
)
FOR_ADMINS = ("dn1", "de1", "ph1", "pu1", "se1", "ta1", "tr1")
MANAGER = discord.Permissions(manage_guild=True)
# What may be said besides that the button is stale: a well-formed button whose thing is gone.
OTHERS = ("errors.quiz.none", "errors.daily.not_set_up", "errors.question.unknown", "errors.admin_only")


@pytest.fixture
async def targets(local_world):
    """Delivery 1 belongs to another server, and quiz 1 to another member; this server and Ann have nothing."""
    world = local_world
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("daily")
    owner = elsewhere.add_member(world.admin.user, roles=[elsewhere.create_role("m", permissions=MANAGER)])
    await owner.slash(channel, "daily setup", channel=channel, time="9:00", timezone="UTC")
    await owner.slash(channel, "daily now", channel=channel)
    await world.slash(world.ben, "quiz start")
    assert world.sql("SELECT id FROM deliveries") == [(1,)]
    assert world.sql("SELECT id FROM quiz_sessions") == [(1,)]
    return world


def bad_arguments(prefix: str) -> list[list[str]]:
    good = ROUTES[prefix]
    bad = [[], *(good[:count] for count in range(len(good))), [*good, "0"], [*good, "en", "en"]]
    for index in range(len(good)):
        bad += [[*good[:index], value, *good[index + 1 :]] for value in BAD_NUMBERS]
    bad.append([value.upper() if value in ("en", "zh") else value for value in good[:-1]] + ["EN"])
    return bad


async def refusal(world, actor, custom_id: str, **options) -> str:
    reply = told(await world.press(actor, custom_id, **options))
    assert not reply.embeds, custom_id
    return reply.content


def test_every_route_is_tried(world):
    assert set(world.bot.routes) == set(ROUTES)


async def test_a_tampered_button_is_answered_in_one_sentence_and_writes_nothing(targets):
    before = targets.stored()
    allowed = {targets.t("errors.button.stale")}
    allowed |= {targets.t(key, id="{id}", channel_id="{id}") for key in OTHERS}
    for prefix in ROUTES:
        actor = targets.admin if prefix in FOR_ADMINS else targets.ann
        # All of them in one language; in the other, enough to see that the sentence is there.
        for arguments in bad_arguments(prefix)[: None if targets.language == "en" else 2]:
            custom_id = ":".join([prefix, *arguments])[:100]
            said = await refusal(targets, actor, custom_id)
            named = {said.replace(argument, "{id}") for argument in arguments if argument}
            named |= {said, said.replace("``", "`{id}`")}
            assert named & allowed, (custom_id, said)
    assert targets.stored() == before
    assert [post.content for post in targets.posts()] == ["note"], "something was said in public"


async def test_what_belongs_to_others_is_stale(targets):
    before = targets.stored()
    for prefix in ("d1", "dp1", "dc1", "dg1", "dl1", "ra1", "rw1", "rj1", "qc1", "qs1", "qx1", "qa1"):
        said = await refusal(targets, targets.ann, ":".join([prefix, *ROUTES[prefix]]))
        assert said == targets.t("errors.button.stale"), prefix
    assert targets.stored() == before


@pytest.mark.parametrize("kind", ["button", "dialog"])
async def test_an_unknown_button_is_answered_too(local_world, kind):
    before = local_world.stored()
    options = {"kind": MODAL} if kind == "dialog" else {}
    for custom_id in UNKNOWN:
        assert await refusal(local_world, local_world.ann, custom_id, **options) == local_world.t("errors.button.stale")
    assert local_world.stored() == before


async def test_a_position_that_the_post_does_not_have_is_stale(world):
    post = await world.post()
    delivery_id = by_prefix(post, "d1")[0].split(":")[1]
    for position in (4, 5, 99, 2**62):
        assert await refusal(world, world.ann, f"d1:{delivery_id}:{position}") == world.t("errors.button.stale")
    assert not attempts(world)


async def test_a_made_up_button_rewrites_no_public_message(world):
    """Every id that edits its own private message, pressed on the post that everybody sees."""
    post = await world.post()
    shown = everything(post)
    step = told(await world.slash(world.ann, "quiz start"))
    forged = ["dp1:1:0:en", "dc1:1:en", "dg1:1:0:en", "dl1:1:en", "kp1:temperature:en", "ka1:beam-search:en"]
    for custom_id in (*forged, *by_prefix(step, "qe1"), "qr1:0", "qa1:1", "ra1:1:en"):
        assert told(await world.press(world.ann, custom_id, post)).id != post.id
        assert everything(world.posts()[0]) == shown
        assert custom_ids(world.posts()[0]) == custom_ids(post)


async def test_a_delivery_of_another_server_cannot_be_answered_from_here(targets):
    assert await refusal(targets, targets.ann, "d1:1:0") == targets.t("errors.button.stale")
    assert not attempts(targets)


async def test_buttons_of_a_server_do_nothing_in_direct_messages(world):
    post = await world.post()
    user = world.ann.user
    message = world.env.backend.create_message(user.dm_channel.id, world.env.backend.bot_user.id, "forged")
    for custom_id in (*custom_ids(post), "ra1:1", "bs1:week:-", "ps1:0"):
        said = (await refusal(world, user, custom_id, message=message)).split(".")[0]
        assert said in (world.t("errors.button.stale").split(".")[0], world.t("errors.guild_only").split(".")[0])
    assert not attempts(world)


async def test_a_button_from_a_time_before_a_restart_that_lost_its_rows_is_stale(world):
    """A restored backup may know less than the messages in the channel."""
    post = await world.post()
    with sqlite3.connect(world.file) as connection:
        connection.execute("DELETE FROM deliveries")
    for custom_id in custom_ids(post):
        assert await refusal(world, world.ann, custom_id, message=post) == world.t("errors.button.stale")


async def test_no_custom_id_is_longer_than_discord_takes_nor_tells_an_answer(local_world):
    post = await local_world.post()
    messages = [post, told(await local_world.ann.click(post, custom_id=custom_ids(post)[0]))]
    messages += [told(await local_world.slash(local_world.ann, name)) for name in ("quiz start", "leaderboard")]
    messages.append(await local_world.reveal())
    for message in messages:
        assert custom_ids(message)
        for custom_id in custom_ids(message):
            assert len(custom_id) <= 100
            assert custom_id.isascii()
            for option in ("correct", "right", "true", "key"):
                assert option not in custom_id
        assert everything(message)
