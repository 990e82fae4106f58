"""`/leaderboard` and `/profile`: private, shared on demand, and never a ping."""

import random

import pytest

from .banks import make_quiz_bank
from .boards import board, reader_of
from .quizzing import answer_right, start
from .test_daily_post import click, key_position
from .world import by_prefix, custom_ids, everything, told

HOSTILE = {
    "markdown": ("**bold** _it_ `code` ~~no~~ ||spoiler||", "\\*\\*bold\\*\\*"),
    "everyone": ("@everyone @here", "@\u200beveryone"),
    "mentions": ("<@1> <@&2> <#3> </quiz:4>", "\\<@1> \\<@&2> \\<#3>"),
    "masked link": ("[free](https://evil.example)", "\\[free]"),
    "bare link": ("https://evil.example", "https:\u200b//"),
    "direction": ("\u202eevil\u202c \u2066x\u2069", "evil x"),
    "zalgo": ("Z" + "\u0315\u0351\u034b\u0342" * 20 + "o", "o"),
    "lines": ("one\n# two\n> three", "one # two > three"),
    "invisible": ("\u200b\u200e\ufeff", "?"),
    "very long": ("W" * 100, "W" * 59 + "…"),
    "emoji": ("👩‍💻 安", "👩‍💻 安"),
}


async def let_answer(world, *right: bool) -> None:
    """One daily question, answered by the first members, and revealed."""
    post = await world.post()
    key = key_position(world)
    for member, knows in zip(world.members, right, strict=False):
        await click(world, member, post, key if knows else (key + 1) % 4)
    await world.reveal()


async def profile(world, actor=None, **options):
    return told(await world.slash(actor or world.ann, "profile", **options))


def pings(world, message) -> list:
    stored = world.env.backend.get_message(message.channel.id, message.id)
    return [*stored.ping_user_ids, *stored.ping_role_ids, *([True] if stored.mention_everyone else [])]


# ----------------------------------------------------------------- leaderboard


async def test_an_empty_board_says_how_to_get_on_it(local_world):
    reply = await board(local_world)
    assert reply.embeds[0].description == local_world.t("leaderboard.empty")
    assert local_world.t("choices.window.week") in reply.embeds[0].title


async def test_a_board_ranks_by_points_and_marks_the_reader(local_world):
    await let_answer(local_world, True, False, True)
    reply = await board(local_world, local_world.ben)
    lines = reply.embeds[0].description.splitlines()
    assert [line.strip("*").split(" · ")[0] for line in lines] == ["🥇 Ann", "🥇 Cleo", "🥉 Ben"]
    assert [line.startswith("**") for line in lines] == [False, False, True]
    assert local_world.t("leaderboard.points", count=10) in lines[0]
    assert local_world.t("leaderboard.points", count=2) in lines[2]
    assert local_world.t("leaderboard.footer", count=3) in reply.embeds[0].footer.text
    assert not local_world.posts()[2:], "a board is private"


async def test_nothing_of_an_open_question_is_on_a_board_or_in_a_profile(world):
    post = await world.post()
    before = everything(await board(world)), everything(await profile(world))
    await click(world, world.ann, post, key_position(world))
    assert everything(await board(world)) == before[0]
    # That one answered, and how often, is no secret; whether it was right is.
    after = everything(await profile(world)).replace("1 day", "0 days").replace("1 answer\n", "0 answers\n")
    assert after == before[1]


async def test_one_point_is_one_point(world):
    await let_answer(world, True)
    assert world.t("leaderboard.footer", count=1) in (await board(world)).embeds[0].footer.text


@pytest.mark.parametrize("window", ["week", "month", "all"])
async def test_every_window_has_its_title_and_period(local_world, window):
    await let_answer(local_world, True)
    embed = (await board(local_world, window=window)).embeds[0]
    assert local_world.t(f"choices.window.{window}") in embed.title
    period = {"week": "2026-W48", "month": "2026-11", "all": ""}[window]
    assert period in embed.footer.text
    assert "Ann" in embed.description


async def test_last_weeks_points_are_not_this_weeks(world):
    await let_answer(world, True)
    world.wait(days=7)
    assert (await board(world)).embeds[0].description == world.t("leaderboard.empty")
    assert "Ann" in (await board(world, window="all")).embeds[0].description


async def test_a_topic_has_a_board_of_its_own(local_world):
    await let_answer(local_world, True)
    (asked,) = local_world.sql("SELECT topic FROM deliveries")[0]
    other = "basics/overview" if asked == "basics/decoding" else "basics/decoding"
    mine = await board(local_world, topic=asked)
    name = local_world.content.bank.topics.name(asked).get(local_world.language)
    assert name in mine.embeds[0].title
    assert "Ann" in mine.embeds[0].description
    assert "Ann" in (await board(local_world, topic=" BASICS ")).embeds[0].description
    assert (await board(local_world, topic=other)).embeds[0].description == local_world.t("leaderboard.empty")


async def test_all_topics_as_offered_are_the_whole_board(local_world):
    await let_answer(local_world, True)
    offered = await local_world.ann.autocomplete(local_world.channel, "leaderboard", "topic", "")
    assert "all" in [choice["value"] for choice in offered]
    reply = await board(local_world, topic="all")
    assert "Ann" in reply.embeds[0].description
    assert by_prefix(reply, "bs2") == ["bs2:m:w:2026-W48:-"]


@pytest.mark.parametrize("topic", ["astrology", "basics/overview,basics/decoding", "-", "x" * 200])
async def test_an_unknown_topic_is_refused(local_world, topic):
    said = (await board(local_world, topic=topic)).content
    shown = topic if len(topic) <= 200 else topic[:199] + "…"
    assert said == local_world.t("errors.topic.unknown", topic=shown)


async def test_a_spelt_out_topic_still_fits_a_button(world):
    reply = await board(world, topic="  Basics/Overview  " + " " * 300)
    assert by_prefix(reply, "bs2") == ["bs2:m:w:2026-W48:basics/overview"]


async def test_who_is_below_the_top_sees_their_own_line(make_world):
    world = await make_world()
    crowd = [world.guild.add_member(world.env.create_user(f"m{n}", global_name=f"Member {n}")) for n in range(11)]
    post = await world.post()
    key = key_position(world)
    for member in crowd:
        await click(world, member, post, key)
    await click(world, world.ann, post, (key + 1) % 4)
    await world.reveal()
    lines = (await board(world)).embeds[0].description.splitlines()
    assert len(lines) == 12
    assert lines[10].startswith("🥇 Member 10")
    assert lines[11].startswith("**`12` Ann")


async def test_who_left_is_hidden_and_who_acts_again_is_back(world):
    await let_answer(world, True, True)
    world.wait(days=2)
    world.guild.remove_member(world.ben)
    said = (await board(world, world.ann)).embeds[0].description
    assert "Ann" in said
    assert "Ben" not in said
    returned = world.guild.add_member(world.ben.user)
    await world.slash(returned, "help")
    assert "Ben" in (await board(world)).embeds[0].description


async def test_a_board_does_not_depend_on_discord_saying_who_is_there(world):
    await let_answer(world, True, True)
    world.wait(days=2)
    world.env.inject_error("GET", "/guilds/*/members/*", status=500, times=None)
    said = (await board(world)).embeds[0].description
    assert "Ann" in said
    assert "Ben" in said


# --------------------------------------------------------------------- sharing


async def test_a_board_is_shared_by_a_button_and_pings_nobody(local_world):
    await let_answer(local_world, True, True)
    reply = await board(local_world)
    before = len(local_world.posts())
    result = await local_world.ann.click(reply, label=local_world.t("share"))
    shared = local_world.posts()[before:]
    assert len(shared) == 1
    assert not result.response.ephemeral
    assert shared[0].embeds[0].description.count("Ann") == 1
    assert not pings(local_world, shared[0])
    assert not custom_ids(shared[0])


async def test_a_shared_board_is_as_it_is_now(world):
    reply = await board(world)
    await let_answer(world, True)
    await world.restart()
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    assert "Ann" in world.posts()[-1].embeds[0].description


async def test_a_shared_profile_is_ones_own_without_accuracy_for_others(local_world):
    await let_answer(local_world, True)
    reply = await profile(local_world)
    result = await local_world.ann.click(reply, label=local_world.t("share"))
    shared = local_world.posts()[-1]
    assert not result.response.ephemeral
    assert "Ann" in shared.embeds[0].title
    assert not pings(local_world, shared)


async def test_a_refused_share_is_private(local_world):
    reply = await board(local_world)
    for custom_id in ("bs1:week:astrology", "bs1:day:-", "bs1:season:-", "bs2:m:w:2026-W49:-", "ps1:1"):
        result = await local_world.press(local_world.ann, custom_id, reply)
        assert told(result).ephemeral
    assert [post for post in local_world.posts() if post.content != "note"] == []


# --------------------------------------------------------------------- profile


async def test_ones_own_profile_shows_points_rank_streak_and_accuracy(local_world):
    await let_answer(local_world, False, True)
    said = everything(await profile(local_world))
    points = local_world.t("leaderboard.points", count=2)
    assert said.count(local_world.t("profile.standing", points=points, rank=2)) >= 3
    assert local_world.t("profile.days", count=1) in said
    assert local_world.t("profile.accuracy") in said
    assert "(0/1)" in said
    assert local_world.t("profile.footer") in said


async def test_somebody_elses_profile_shows_no_accuracy(local_world):
    await let_answer(local_world, False, True)
    reply = await profile(local_world, member=local_world.ben)
    said = everything(reply)
    assert "Ben" in reply.embeds[0].title
    assert local_world.t("leaderboard.points", count=10) in said
    assert local_world.t("profile.accuracy") not in said
    assert not by_prefix(reply, "ps1"), "only one's own is shared"


async def test_a_member_who_hides_is_hidden(local_world):
    await let_answer(local_world, True, True)
    ben, now = reader_of(local_world, local_world.ben), local_world.clock.now()
    await local_world.bot.services.privacy.show_on_boards(ben, False, now)
    reply = await profile(local_world, member=local_world.ben)
    assert reply.content == local_world.t("errors.profile.hidden")
    assert "Ben" not in (await board(local_world)).embeds[0].description
    # Their own they may see.
    assert (await profile(local_world, local_world.ben)).embeds


async def test_a_profile_of_somebody_unknown_is_empty_not_an_error(world):
    said = everything(await profile(world, member=world.members[5]))
    assert "Fay" in said
    assert said.count("—") == 3


async def test_a_quiz_shows_at_once_and_counts_as_answers(make_world):
    world = await make_world(bank=make_quiz_bank(), rng=random.Random(0))
    await answer_right(world, await start(world, questions=1), 0)
    assert "(1/1)" in everything(await profile(world))
    assert "Ann" in (await board(world)).embeds[0].description


async def test_a_streak_grows_day_by_day_and_one_miss_a_week_is_forgiven(world):
    await world.set_up()
    expected = [1, 2, 2, 3]
    for day, streak in enumerate(expected):
        post = await world.next_post()
        if day != 2:
            await click(world, world.ann, post, 0)
        await world.reveal()
        said = everything(await profile(world))
        assert world.t("profile.days", count=streak) in said


# ------------------------------------------------------------------------ names


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_names_are_text(world, kind):
    name, expected = HOSTILE[kind]
    member = world.guild.add_member(world.env.create_user("hostile", global_name=name))
    post = await world.post()
    await click(world, member, post, key_position(world))
    await world.reveal()
    shown = await board(world, member)
    said = shown.embeds[0].description
    assert expected in said
    assert len(said.splitlines()) == 1
    assert len(said) < 300
    assert not {"\u202e", "\u202c", "\u2066", "\u2069", "\ufeff"} & set(said)
    for public in ("bs2", "ps1"):
        reply = shown if public == "bs2" else await profile(world, member)
        await member.click(reply, custom_id=by_prefix(reply, public)[0])
        assert not pings(world, world.posts()[-1])
    assert len(world.posts()[-1].embeds[0].title) <= 256
