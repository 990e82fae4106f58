"""`/settings language`, `/settings server`, and in which language a reply comes."""

import pytest

from .world import everything, told


async def set_language(world, language: str, actor=None):
    return told(await world.slash(actor or world.ann, "settings language", language=language))


async def title_of_help(world, actor=None) -> str:
    return told(await world.slash(actor or world.ann, "help")).embeds[0].title


ENGLISH, CHINESE = "Mianjing 面经", "面经 Mianjing"


# ------------------------------------------------------------------------ members


async def test_the_answer_comes_in_the_language_chosen(world):
    assert (await set_language(world, "zh")).content == world.texts.get("settings.language", "zh", language="中文")
    assert await title_of_help(world) == CHINESE
    assert (await set_language(world, "en")).content == world.texts.get("settings.language", "en", language="English")
    assert await title_of_help(world) == ENGLISH


async def test_auto_follows_the_client_again(local_world):
    other = "zh" if local_world.language == "en" else "en"
    await set_language(local_world, other)
    reply = await set_language(local_world, "auto")
    name = local_world.t(f"choices.language.{local_world.language}")
    assert reply.content == local_world.t("settings.language", language=name)
    assert local_world.sql("SELECT language FROM member_settings") == [(None,)]


async def test_a_language_is_ones_own_everywhere(world):
    await set_language(world, "zh")
    assert await title_of_help(world, world.ben) == ENGLISH
    await world.restart()
    assert await title_of_help(world) == CHINESE
    direct = told(await world.ann.user.slash("help"))
    assert direct.embeds[0].title == CHINESE


async def test_it_can_be_set_in_direct_messages(world):
    told(await world.ann.user.slash("settings language", language="zh"))
    assert await title_of_help(world) == CHINESE


@pytest.mark.parametrize(
    ("client", "expected"),
    [("zh-CN", CHINESE), ("zh-TW", CHINESE), ("en-GB", ENGLISH), ("ja", ENGLISH), ("fr", ENGLISH)],
)
async def test_any_chinese_client_reads_chinese_and_others_english(world, client, expected):
    world.locales[world.ann.id] = client
    assert await title_of_help(world) == expected


async def test_a_channels_language_comes_before_the_clients(world):
    await world.set_up(language="zh")
    assert await title_of_help(world) == CHINESE
    await set_language(world, "en")
    assert await title_of_help(world) == ENGLISH


# ------------------------------------------------------------------------- server


async def test_the_servers_settings_are_shown_and_changed(local_world):
    async def server(**options):
        return told(await local_world.slash(local_world.admin, "settings server", **options)).content

    def said(timezone: str, language: str, approval: str = "off", size: int = 50) -> str:
        name = local_world.t(f"choices.language.{language}")
        told = local_world.t(f"settings.approval_{approval}")
        return local_world.t("settings.server", timezone=timezone, language=name, approval=told, size=size)

    before = local_world.stored()
    assert await server() == said("UTC", "en")
    assert local_world.stored() == before, "looking changes nothing"
    assert await server(timezone="asia/shanghai") == said("Asia/Shanghai", "en")
    assert await server(language="zh") == said("Asia/Shanghai", "zh")
    assert await server(team_approval=True) == said("Asia/Shanghai", "zh", "on")
    assert await server(team_size=2) == said("Asia/Shanghai", "zh", "on", 2)
    assert await server(team_approval=False, team_size=500) == said("Asia/Shanghai", "zh", "off", 500)
    stored = "SELECT timezone, language, team_approval, team_size FROM guilds"
    assert local_world.sql(stored) == [("Asia/Shanghai", "zh", 0, 500)]


@pytest.mark.parametrize("size", [1, 501, -3])
async def test_a_team_size_out_of_range_changes_nothing(world, size):
    before = world.stored()
    root = world.env.backend.commands[None]["settings", 1]
    options = [{"type": 1, "name": "server", "options": [{"type": 4, "name": "team_size", "value": size}]}]
    data = {"id": root["id"], "name": "settings", "type": 1, "options": options}
    reply = told(await world.send(world.admin, 2, data))
    assert reply.content == world.t("errors.team.bad_size", smallest=2, largest=500)
    assert world.stored() == before


async def test_an_unknown_zone_changes_nothing(local_world):
    before = local_world.stored()
    reply = told(await local_world.slash(local_world.admin, "settings server", timezone="xyzzy", language="zh"))
    assert reply.content == local_world.t("errors.daily.unknown_timezone", text="xyzzy")
    assert local_world.stored() == before


async def test_zones_are_offered(world):
    offered = await world.admin.autocomplete(world.channel, "settings server", "timezone", "tokyo")
    assert offered == [{"name": "Asia/Tokyo", "value": "Asia/Tokyo"}]


async def test_the_first_daily_question_seeds_the_servers_calendar_and_later_ones_do_not(world):
    await world.set_up(timezone="Asia/Shanghai", language="zh")
    assert world.sql("SELECT timezone, language FROM guilds") == [("Asia/Shanghai", "zh")]
    other = world.guild.create_text_channel("other")
    await world.set_up(other, timezone="Europe/Berlin", language="en")
    assert world.sql("SELECT timezone, language FROM guilds") == [("Asia/Shanghai", "zh")]


# --------------------------------------------------------------------------- help


async def test_help_names_every_command_a_newcomer_needs_privately(local_world):
    reply = told(await local_world.slash(local_world.ann, "help"))
    said = everything(reply)
    for command in ("/quiz start", "/quiz resume", "/leaderboard", "/profile", "/question search", "/jobs latest"):
        assert f"`{command}`" in said
    assert not local_world.posts()
    known = {f"/{name}" for name in local_world.admin.available_commands(local_world.channel)}
    import re

    for named in re.findall(r"`(/[a-z -]+)`", said):
        assert named in known, f"{named} is no command"
