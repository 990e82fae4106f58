"""Seasons that are over: announced again, listed, and their final standings."""

from datetime import timedelta

from .seasons import announcements, confirm, default, play_season, run
from .test_daily_post import click, key_position
from .test_leaderboard import let_answer
from .world import START, everything, told

# ------------------------------------------------------------ announce and list


async def test_the_latest_season_that_ended_is_announced_again(local_world):
    for name in ("春招", "秋招"):
        await play_season(local_world, True, name=name)
        await confirm(local_world)
    await run(local_world, "start", name="第三个")
    reply = await run(local_world, "announce")
    assert "秋招" in reply.content
    titles = [post.embeds[0].title for post in announcements(local_world)]
    assert titles == [local_world.t("season.title", name=name) for name in ("春招", "秋招", "秋招")]


async def test_any_season_can_be_announced_by_its_name(world):
    for name in ("春招", "秋招"):
        await play_season(world, True, name=name)
        await confirm(world)
    for typed in ("s1", "春招", "1"):
        assert "春招" in (await run(world, "announce", season=typed)).content
    assert len(announcements(world)) == 5


async def test_what_cannot_be_announced(local_world):
    assert (await run(local_world, "announce")).content == local_world.t("errors.season.none_ended")
    await run(local_world, "start", name="春招")
    assert (await run(local_world, "announce", season="春招")).content == (
        local_world.t("errors.season.not_over", name="春招")
    )
    assert (await run(local_world, "announce", season="冬招")).content == (
        local_world.t("errors.season.unknown", season="冬招")
    )
    assert not announcements(local_world)


async def test_seasons_that_ended_are_offered(world):
    for name in ("春招", "Autumn"):
        await run(world, "start", name=name)
        await confirm(world)
    await run(world, "start", name="running")

    async def offered(typed: str) -> list[tuple[str, str]]:
        choices = await world.admin.autocomplete(world.channel, "season announce", "season", typed)
        return [(choice["name"], choice["value"]) for choice in choices]

    assert await offered("") == [("Autumn (s2)", "s2"), ("春招 (s1)", "s1")]
    assert await offered("AUT") == [("Autumn (s2)", "s2")]
    assert await offered("s1") == [("春招 (s1)", "s1")]
    assert await offered("x") == []


async def test_the_list_has_dates_and_winners(local_world):
    assert (await run(local_world, "list")).embeds[0].description == local_world.t("season.no_seasons")
    await play_season(local_world, True, True, False, name="春招")
    first = int(local_world.clock.now().timestamp())
    await confirm(local_world)
    await run(local_world, "start", name="没人来")
    await confirm(local_world)
    await run(local_world, "start", name="秋招")
    reply = await run(local_world, "list")
    since = local_world.t("leaderboard.since", first=f"<t:{first}:D>")
    assert reply.embeds[0].description.splitlines() == [
        f"**秋招** · {since} · {local_world.t('season.is_running')}",
        f"**没人来** · <t:{first}:D> – <t:{first}:D>",
        f"-# {local_world.t('season.nobody')}",
        f"**春招** · <t:{int(START.timestamp())}:D> – <t:{first}:D>",
        f"-# 🥇 Ann{local_world.t('list_separator')}Ben · {local_world.t('season.members', count=3)}",
    ]


async def test_a_list_of_many_seasons_fits_into_a_message(world):
    for number in range(30):
        await run(world, "start", name=f"{number:02d}" + "长" * 58)
        world.wait(days=1)
        await confirm(world)
    lines = (await run(world, "list")).embeds[0].description.splitlines()
    assert len("\n".join(lines)) <= 4096
    assert lines[0].startswith("**29")
    assert len([line for line in lines if line.startswith("**")]) >= 20


# ------------------------------------------------------------- final standings


async def test_final_standings_are_private_and_mark_the_reader(local_world):
    await play_season(local_world, True, False, True)
    await confirm(local_world)
    (post,) = announcements(local_world)
    before = len(local_world.posts())
    reply = told(await local_world.ben.click(post, custom_id="sf1:1"))
    assert reply.embeds[0].title == local_world.t("season.title", name=default(local_world))
    lines = reply.embeds[0].description.splitlines()
    assert [line.strip("*").split(" · ")[0] for line in lines] == ["🥇 Ann", "🥇 Cleo", "🥉 Ben"]
    assert [line.startswith("**") for line in lines] == [False, False, True]
    assert reply.embeds[0].footer.text == local_world.t("season.members", count=3)
    assert len(local_world.posts()) == before


async def test_they_are_the_same_years_later(world):
    await play_season(world, True, False)
    await confirm(world)
    (post,) = announcements(world)
    first = everything(told(await world.members[2].click(post, custom_id="sf1:1")))
    await let_answer(world, False, True)
    await run(world, "start")
    await let_answer(world, False, True)
    world.clock.elapsed += timedelta(days=900).total_seconds()
    await world.restart()
    assert everything(told(await world.members[2].click(post, custom_id="sf1:1"))) == first


async def test_a_reader_far_down_sees_their_neighbours(world):
    await run(world, "start")
    crowd = [world.guild.add_member(world.env.create_user(f"m{n}", global_name=f"M{n:02d}")) for n in range(12)]
    post = await world.post()
    key = key_position(world)
    for member in crowd:
        await click(world, member, post, key)
    await click(world, world.ann, post, (key + 1) % 4)
    await world.reveal()
    await confirm(world)
    (post,) = announcements(world)
    lines = told(await world.ann.click(post, custom_id="sf1:1")).embeds[0].description.splitlines()
    assert [line.split(" · ")[0] for line in lines[:10]] == [f"🥇 M{n:02d}" for n in range(10)]
    assert lines[-1].startswith("**`13` Ann")


async def test_standings_of_a_season_that_is_none(world):
    reply = told(await world.press(world.ann, "sf1:7"))
    assert reply.content == world.t("errors.season.unknown", season="7")
    direct = told(await world.press(world.ann.user, "sf1:7"))
    assert direct.content == world.t("errors.guild_only")
