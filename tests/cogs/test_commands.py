"""What Discord is told about the commands: names, options, ranges, choices, both languages, and when."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER = 3, 4, 5, 6, 7, 8, 10
SUBCOMMAND = 1
MANAGE_GUILD = 1 << 5
TEXT_CHANNEL = 0

REQUIRED = {"required": True}
COMPLETED = {"autocomplete": True}
TOPIC = ("topic", STRING, COMPLETED)
DIFFICULTY = ("difficulty", INTEGER, {"min_value": 1, "max_value": 5})
LANGUAGE = ("language", STRING, {"choices": ["zh", "en"]})
HERE = (("channel", CHANNEL, {}),)
TEAM_ACTS = ["rename", "invite", "uninvite", "remove", "hand_over", "open", "close", "disband", "approve", "reject"]
REASON = ("reason", STRING, REQUIRED | {"min_length": 1, "max_length": 200})
AMENDING = (("event", STRING, REQUIRED | COMPLETED), REASON)

# Every command with its options in order; whatever is not said here (required, ranges, choices) is not there.
COMMANDS: dict[str, tuple[tuple[str, int, dict[str, Any]], ...]] = {
    "daily setup": (
        ("channel", CHANNEL, REQUIRED),
        ("time", STRING, REQUIRED),
        ("timezone", STRING, REQUIRED | COMPLETED),
        TOPIC,
        DIFFICULTY,
        ("days", STRING, {"choices": ["all", "weekdays", "weekends"]}),
        LANGUAGE,
        ("mention", ROLE, {}),
        ("reveal_after_hours", NUMBER, {"min_value": 0.01, "max_value": 47}),
        ("thread", BOOLEAN, {}),
        ("admin_channel", CHANNEL, {}),
        ("feedback", STRING, {"choices": ["after_reveal", "at_once"]}),
    ),
    "daily status": HERE,
    "daily preview": HERE,
    "daily pause": HERE,
    "daily resume": HERE,
    "daily remove": HERE,
    "daily now": HERE,
    "daily skip": HERE,
    "daily void": HERE,
    "daily correct": (("option", STRING, REQUIRED | {"choices": ["A", "B", "C", "D", "E"]}), *HERE),
    "quiz start": (
        TOPIC,
        DIFFICULTY,
        ("questions", INTEGER, {"min_value": 1, "max_value": 25}),
        ("seconds", INTEGER, {"min_value": 0, "max_value": 300}),
        ("mode", STRING, {"choices": ["solo"]}),
    ),
    "quiz resume": (),
    "quiz stop": (),
    "review": (("mistakes", BOOLEAN, {}),),
    "leaderboard": (
        ("scope", STRING, {"choices": ["members", "teams"]}),
        ("window", STRING, {"choices": ["week", "month", "season", "all"]}),
        TOPIC,
        ("period", STRING, COMPLETED),
    ),
    "profile": (("member", USER, {}),),
    "question show": (("id", STRING, REQUIRED | COMPLETED),),
    "question search": (("text", STRING, REQUIRED | {"min_length": 1, "max_length": 100}),),
    "question random": (TOPIC,),
    "jobs latest": (),
    "jobs search": (
        ("text", STRING, {"min_length": 1, "max_length": 100}),
        ("place", STRING, {"min_length": 1, "max_length": 60} | COMPLETED),
        TOPIC,
    ),
    "points history": (("member", USER, REQUIRED), ("page", INTEGER, {"min_value": 1, "max_value": 10_000})),
    "points void": AMENDING,
    "points restore": AMENDING,
    "points audit": (("member", USER, {}),),
    "points flags": (),
    "privacy export": (),
    "privacy delete": (),
    "privacy boards": (("show", BOOLEAN, REQUIRED),),
    "settings language": (("language", STRING, REQUIRED | {"choices": ["zh", "en", "auto"]}),),
    "settings server": (
        ("timezone", STRING, COMPLETED),
        LANGUAGE,
        ("team_approval", BOOLEAN, {}),
        ("team_size", INTEGER, {"min_value": 2, "max_value": 500}),
    ),
    "team create": (("name", STRING, REQUIRED), ("open", BOOLEAN, {})),
    "team join": (("team", STRING, REQUIRED | COMPLETED),),
    "team leave": (),
    "team list": (),
    "team show": (("team", STRING, COMPLETED),),
    "team manage": (
        ("action", STRING, REQUIRED | {"choices": [*TEAM_ACTS]}),
        ("name", STRING, {}),
        ("member", USER, {}),
        ("team", STRING, COMPLETED),
    ),
    "team link": (("role", ROLE, REQUIRED), ("name", STRING, REQUIRED)),
    "team unlink": (("role", ROLE, REQUIRED),),
    "season start": (("name", STRING, {"min_length": 1, "max_length": 60}),),
    "season end": HERE,
    "season announce": (("season", STRING, {"min_length": 1, "max_length": 100} | COMPLETED), *HERE),
    "season list": (),
    "help": (),
    "doctor": (),
}
FOR_ADMINS = ("daily", "doctor", "points", "season")
FOR_SERVERS = (*FOR_ADMINS, "leaderboard", "profile", "team")
# Discord's own limits and pattern.
TEXT_LIMIT = 100
NAME = re.compile(r"[a-z0-9_-]{1,32}")


@pytest.fixture
def registered(world) -> dict[str, dict[str, Any]]:
    """The top-level commands as the simulated Discord keeps them."""
    return {name: payload for (name, _kind), payload in world.env.backend.commands[None].items()}


def leaves(registered: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, payload in registered.items():
        below = [option for option in payload.get("options", ()) if option["type"] == SUBCOMMAND]
        if not below:
            yield name, payload
        for option in below:
            yield f"{name} {option['name']}", option


def nodes(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield payload
    for option in payload.get("options", ()):
        yield from nodes(option)


def shape(option: dict[str, Any]) -> tuple[str, int, dict[str, Any]]:
    said: dict[str, Any] = {}
    for key in ("required", "autocomplete", "min_value", "max_value", "min_length", "max_length"):
        if option.get(key) is not None and option[key] is not False:
            said[key] = option[key]
    if option.get("choices"):
        said["choices"] = [choice["value"] for choice in option["choices"]]
    return option["name"], option["type"], said


def test_every_command_has_its_options_types_ranges_and_choices(registered):
    found = {name: tuple(map(shape, leaf.get("options", ()))) for name, leaf in leaves(registered)}
    for name, options in COMMANDS.items():
        assert found[name] == options, name
    assert set(found) == set(COMMANDS)


def test_no_command_has_a_required_option_after_an_optional_one(registered):
    for name, leaf in leaves(registered):
        required = [bool(option.get("required")) for option in leaf.get("options", ())]
        assert required == sorted(required, reverse=True), name


def test_names_are_plain_and_unique(registered):
    names = [name for name, _leaf in leaves(registered)]
    assert max(Counter(names).values()) == 1
    for payload in registered.values():
        for node in nodes(payload):
            assert NAME.fullmatch(node["name"]), node["name"]
            # Command mentions always show the default name, so no client is told another one.
            assert not node.get("name_localizations"), node["name"]


def test_every_description_and_choice_is_there_in_both_languages_within_the_limits(registered):
    for payload in registered.values():
        for node in nodes(payload):
            english, chinese = node["description"], node["description_localizations"]["zh-CN"]
            assert 1 <= len(english) <= TEXT_LIMIT, node
            assert english.isascii() or "–" in english, english
            assert 1 <= len(chinese) <= TEXT_LIMIT, node
            assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
            assert node["description_localizations"]["zh-TW"] == chinese
            for choice in node.get("choices", ()):
                assert 1 <= len(choice["name"]) <= TEXT_LIMIT
                assert 1 <= len(choice["name_localizations"]["zh-CN"]) <= TEXT_LIMIT


def test_choices_are_told_by_the_catalogue_not_by_their_values(registered):
    for name, leaf in leaves(registered):
        for option in leaf.get("options", ()):
            for choice in option.get("choices", ()):
                assert choice["name"] != choice["value"], f"{name} {option['name']}"


def test_admins_roots_are_hidden_from_others_and_server_commands_from_direct_messages(registered):
    for name, payload in registered.items():
        expected = str(MANAGE_GUILD) if name in FOR_ADMINS else None
        permissions = payload.get("default_member_permissions")
        assert (str(permissions) if permissions is not None else None) == expected, name
        assert (payload.get("contexts") == [0] or payload.get("dm_permission") is False) == (name in FOR_SERVERS), name


def test_members_see_no_admin_command(world):
    commands = world.ann.available_commands(world.channel)
    assert "quiz start" in commands
    assert not [name for name in commands if name.split()[0] in FOR_ADMINS]
    assert "daily setup" in world.admin.available_commands(world.channel)
    assert {name.split()[0] for name in world.ann.user.available_commands()} == {
        name.split()[0] for name in COMMANDS
    }.difference(FOR_SERVERS)


# ------------------------------------------------------------- registration


def registrations(world) -> int:
    return len([r for r in world.requests("PUT", "/applications/") if r.path.endswith("/commands")])


async def test_commands_are_registered_when_they_changed_and_only_then(world):
    assert registrations(world) == 1
    await world.restart()
    assert registrations(world) == 1
    world.bot.tree.get_command("help").description = "Another description"
    assert await world.bot.sync_commands(force=False)
    assert registrations(world) == 2
    assert not await world.bot.sync_commands(force=False)
    assert registrations(world) == 2


async def test_commands_are_registered_again_on_demand(world):
    assert await world.bot.sync_commands(force=True)
    assert registrations(world) == 2


async def test_a_changed_translation_is_a_change(world):
    catalogue = dict(world.texts._catalogues["zh"])
    catalogue["commands.help.description"] = "换了一句话"
    world.texts._catalogues["zh"], kept = catalogue, world.texts._catalogues["zh"]
    try:
        assert await world.bot.sync_commands(force=False)
    finally:
        world.texts._catalogues["zh"] = kept


async def test_a_bot_that_is_told_not_to_registers_nothing(make_world):
    quiet = await make_world(register_commands=False)
    assert registrations(quiet) == 0


def test_two_cogs_cannot_take_the_same_route(world):
    with pytest.raises(ValueError, match="two cogs want the route d1"):
        world.bot.add_route("d1", lambda *_: None)
