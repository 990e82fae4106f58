"""Boards of past weeks, months and seasons: offered, typed, stepped through by buttons, shared."""

import pytest

from cogs.leaderboard._targets import Target

from .boards import board, earn, footer_of, lines_of
from .test_leaderboard import pings
from .world import by_prefix, custom_ids, everything, told

WEEK = {"en": "This week 2026-W48 · 23–29 Nov", "zh": "本周 2026-W48 · 11月23日–29日"}
LAST_WEEK = {"en": "2026-W47 · 16–22 Nov", "zh": "2026-W47 · 11月16日–22日"}
W40 = {"en": "2026-W40 · 28 Sep – 4 Oct", "zh": "2026-W40 · 9月28日–10月4日"}
W53 = {"en": "2026-W53 · 28 Dec 2026 – 3 Jan 2027", "zh": "2026-W53 · 2026年12月28日–2027年1月3日"}
MONTH = {"en": "This month 2026-11 · Nov 2026", "zh": "本月 2026-11 · 2026年11月"}
LAST_MONTH = {"en": "2026-10 · Oct 2026", "zh": "2026-10 · 2026年10月"}


async def offered(world, typed="", **filled):
    choices = await world.ann.autocomplete(world.channel, "leaderboard", "period", typed, **filled)
    return [(choice["name"], choice["value"]) for choice in choices]


async def season(world, action, **options):
    """Let a season start or end."""
    services, now = world.bot.services.seasons, world.clock.now()
    if action == "start":
        return await services.start(world.guild.id, world.admin.id, options["name"], str, "en", now)
    return await services.end(world.guild.id, options["number"], world.admin.id, now)


# -------------------------------------------------------------------- offered


async def test_weeks_are_offered_unless_another_window_was_chosen(local_world):
    language = local_world.language
    weeks = await offered(local_world)
    assert len(weeks) == 25
    assert weeks[0] == (WEEK[language], "2026-W48")
    assert weeks[1] == (LAST_WEEK[language], "2026-W47")
    assert (W40[language], "2026-W40") in weeks
    months = await offered(local_world, window="month")
    assert months[:2] == [(MONTH[language], "2026-11"), (LAST_MONTH[language], "2026-10")]
    assert len(months) == 25
    assert await offered(local_world, window="all") == []
    assert await offered(local_world, window="season") == []


async def test_a_week_over_new_year_names_both_years(local_world):
    local_world.wait(days=42)
    assert (W53[local_world.language], "2026-W53") in await offered(local_world)


async def test_the_calendar_is_that_of_the_servers_zone(world):
    """Sunday 2026-11-29, 17:00 UTC, is Monday in Shanghai."""
    await world.slash(world.admin, "settings server", timezone="Asia/Shanghai")
    world.wait(days=6, hours=9)
    assert (await offered(world))[0][1] == "2026-W49"


async def test_what_is_typed_narrows_the_offer(local_world):
    assert [value for _, value in await offered(local_world, "w4")] == [f"2026-W{n}" for n in range(48, 39, -1)]
    assert [value for _, value in await offered(local_world, "2026-11-17")] == ["2026-W47"]
    assert [value for _, value in await offered(local_world, "2020-02-29")] == ["2020-W09"]
    assert await offered(local_world, "2026-12-24") == []
    assert await offered(local_world, "nonsense") == []


async def test_seasons_are_offered_by_name_newest_first(local_world):
    await season(local_world, "start", name="Spring **bold**")
    local_world.wait(days=10)
    await season(local_world, "end", number=1)
    await season(local_world, "start", name="秋季赛")
    both = await offered(local_world, window="season")
    assert [value for _, value in both] == ["s2", "s1"]
    assert "秋季赛" in both[0][0]
    assert local_world.t("choices.window.season") in both[0][0]
    assert both[1][0].startswith("Spring **bold** · ")
    assert [value for _, value in await offered(local_world, "秋", window="season")] == ["s2"]
    assert [value for _, value in await offered(local_world, "2026-11-24", window="season")] == ["s1"]


# ---------------------------------------------------------------------- shown


async def test_a_past_week_states_its_dates(local_world):
    await earn(local_world, local_world.ben, 5)
    local_world.wait(days=7)
    reply = await board(local_world, period="2026-W48")
    assert "Ben" in lines_of(reply)[0]
    days = {"en": "2026-W48 · 23–29 Nov", "zh": "2026-W48 · 11月23日–29日"}[local_world.language]
    assert footer_of(reply).startswith(days)
    title = local_world.t("leaderboard.week", number=48, year=2026)
    assert reply.embeds[0].title == local_world.t("leaderboard.title", window=title)
    same = await board(local_world, period=" 2026-11-24 ")
    assert everything(same) == everything(reply)
    month = await board(local_world, period="2026年10月", window="month")
    assert lines_of(month) == [local_world.t("leaderboard.empty_past")]
    october = {"en": "2026-10 · 1–31 Oct", "zh": "2026-10 · 10月1日–31日"}[local_world.language]
    assert footer_of(month).startswith(october)


@pytest.mark.parametrize(
    ("window", "period", "key"),
    [
        ("week", "2026-W49", "bad_week"),
        ("week", "2027-01-01", "bad_week"),
        ("week", "w" * 300, "bad_week"),
        ("month", "2026-13", "bad_month"),
        ("all", "2026-11", "no_periods"),
        ("season", "s1", "no_season"),
        ("season", None, "no_season"),
    ],
)
async def test_a_period_that_is_none_is_answered_in_one_sentence(local_world, window, period, key):
    options = {} if period is None else {"period": period}
    reply = await board(local_world, window=window, **options)
    example = {"bad_week": "2026-W48", "bad_month": "2026-11"}.get(key, "")
    shown = period if period is None or len(period) <= 200 else period[:199] + "…"
    said = local_world.t(f"errors.leaderboard.{key}", text=shown, example=example, day="2026-11-23")
    assert reply.content == said
    assert not reply.embeds
    assert reply.ephemeral


async def test_a_season_board_is_of_the_running_one_or_the_last(local_world):
    started = await season(local_world, "start", name="Spring")
    assert started.number == 1
    await earn(local_world, local_world.ann, 7)
    running = await board(local_world, window="season")
    assert "Ann" in lines_of(running)[0]
    assert "Spring" in running.embeds[0].title
    assert local_world.t("choices.window.season") in running.embeds[0].title
    local_world.wait(days=3)
    await season(local_world, "end", number=1)
    ended = await board(local_world, window="season")
    assert "Ann" in lines_of(ended)[0]
    assert local_world.t("leaderboard.ended") in footer_of(ended)
    days = {"en": "23 Nov – 26 Nov 2026", "zh": "2026年11月23日–11月26日"}[local_world.language]
    assert footer_of(ended).startswith(days)
    since = {"en": "since 23 Nov 2026", "zh": "2026年11月23日起"}[local_world.language]
    assert footer_of(running).startswith(since)
    assert local_world.t("leaderboard.ended") not in footer_of(running)
    note = local_world.t("leaderboard.note")
    assert (note in footer_of(running), note in footer_of(ended)) == (True, False)
    assert local_world.t("choices.window.season") not in ended.embeds[0].title
    assert everything(await board(local_world, window="season", period="SPRING")) == everything(ended)
    refused = await board(local_world, window="season", period="Summer")
    assert refused.content == local_world.t(
        "errors.leaderboard.bad_season", text="Summer", example="s1", day="2026-11-26"
    )


async def test_a_seasons_name_is_text(world):
    seasons = world.bot.services.seasons
    await seasons.start(
        world.guild.id, world.admin.id, "**Big** [x](https://evil.example)", str, "en", world.clock.now()
    )
    reply = await board(world, window="season")
    assert "\\*\\*Big\\*\\*" in reply.embeds[0].title
    assert "https://" not in reply.embeds[0].title
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    assert not pings(world, world.posts()[-1])
    assert len(world.posts()[-1].embeds[0].title) <= 256


# -------------------------------------------------------------------- buttons


async def test_buttons_lead_back_and_forth(local_world):
    world = local_world
    await earn(world, world.ben, 5)
    world.wait(days=7)
    reply = await board(world)
    labels = [world.t(key) for key in ("choices.scope.teams", "leaderboard.previous.week", "share")]
    assert [line for line in everything(reply).splitlines() if line in labels] == labels
    assert by_prefix(reply, "bv1") == ["bv1:t:w:2026-W49:-", "bv1:m:w:2026-W48:-"]
    result = await world.ann.click(reply, label=world.t("leaderboard.previous.week"))
    assert not result.followups, "the private message itself is turned over"
    assert "Ben" in lines_of(reply)[0]
    assert by_prefix(reply, "bv1") == ["bv1:t:w:2026-W48:-", "bv1:m:w:2026-W47:-", "bv1:m:w:2026-W49:-"]
    assert len(reply.attachments) == 1
    await world.restart()
    await world.ann.click(reply, label=world.t("leaderboard.next.week"))
    assert lines_of(reply) == [world.t("leaderboard.empty")]
    assert not reply.attachments, "no picture of another week is left"


async def test_all_time_has_no_neighbours_and_a_season_has_those_there_are(world):
    everything_ever = await board(world, window="all", topic="basics")
    assert custom_ids(everything_ever) == ["bv1:t:a:-:basics", "bs2:m:a:-:basics"]
    for number in (1, 2):
        await season(world, "start", name=f"Season no. {number}")
        if number == 1:
            await season(world, "end", number=1)
    newest = await board(world, window="season")
    assert by_prefix(newest, "bv1") == ["bv1:t:s:s2:-", "bv1:m:s:s1:-"]
    await world.ann.click(newest, label=world.t("leaderboard.previous.season"))
    assert by_prefix(newest, "bv1") == ["bv1:t:s:s1:-", "bv1:m:s:s2:-"]


async def test_what_is_shared_is_the_period_that_was_shown(local_world):
    world = local_world
    await earn(world, world.ben, 5)
    reply = await board(world)
    world.wait(days=7)
    await world.restart()
    await world.ann.click(reply, label=world.t("share"))
    shared = world.posts()[-1]
    assert "Ben" in lines_of(shared)[0]
    assert world.t("leaderboard.week", number=48, year=2026) in shared.embeds[0].title
    assert custom_ids(shared) == []


async def test_a_button_of_the_first_version_still_shares(world):
    await earn(world, world.ben, 5)
    for custom_id in ("bs1:week:-", "bs1:all:basics/decoding"):
        await world.press(world.ann, custom_id)
        assert "Ben" in lines_of(world.posts()[-1])[0]


def test_the_longest_topic_fits_into_a_button():
    longest = Target("members", "season", "s" + "9" * 9, "x" * 80)
    assert len(longest.custom_id("bv1")) <= 100


@pytest.mark.parametrize("prefix", ["bs2", "bv1"])
@pytest.mark.parametrize(
    "arguments",
    [
        "m:w:2026-W49:-",
        "m:w:2026-w48:-",
        "m:w:2026-11-23:-",
        "m:w:-:-",
        "m:m:2026-W48:-",
        "m:a:2026-11:-",
        "m:a::-",
        "m:s:s1:-",
        "m:s:1:-",
        "m:s:-:-",
        "x:w:2026-W48:-",
        "members:week:2026-W48:-",
        "m:w:2026-W48:astrology",
        "m:w:2026-W48:Basics",
        "m:w:2026-W48:",
        "m:w:2026-W48:-:-",
        "m:w:2026-W48",
        "m:w:２０２６-W48:-",
        "",
    ],
)
async def test_a_tampered_button_is_stale_and_says_nothing_in_public(world, prefix, arguments):
    said = told(await world.press(world.ann, f"{prefix}:{arguments}"))
    assert said.content == world.t("errors.button.stale")
    assert [post.content for post in world.posts()] == ["note"]


async def test_a_made_up_button_turns_over_no_public_message(world):
    await earn(world, world.ben, 5)
    reply = await board(world)
    await world.ann.click(reply, custom_id=by_prefix(reply, "bs2")[0])
    shared = world.posts()[-1]
    before = everything(shared)
    answer = told(await world.press(world.ben, "bv1:m:w:2026-W47:-", shared))
    assert answer.ephemeral
    assert everything(world.posts()[-1]) == before
