"""Everything that goes wrong ends in one private sentence; nothing leaks, and nothing is written for somebody else."""

import re

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.domain.texts import Texts
from bot.errors import BotError
from bot.localise import describe_commands

from .test_daily_post import attempts
from .world import COMMAND, by_prefix, custom_ids, everything, told

SECRET = "postgresql://mianjing:hunter2@db/prod"
CALLBACK = "/interactions/*/callback"
# Another process was faster; the member waited too long.
ANSWERED_ELSEWHERE, EXPIRED = (400, 40060), (404, 10062)


def break_service(world, monkeypatch, service: str, method: str, error: Exception) -> None:
    async def broken(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(getattr(world.bot.services, service), method, broken)


def incident_in(text: str) -> str:
    (incident,) = re.findall(r"`([0-9a-f]{8})`", text)
    return incident


# ------------------------------------------------------------------------ bugs


@pytest.mark.parametrize("command", ["question random", "quiz start"])
async def test_a_bug_in_a_command_is_an_incident(local_world, monkeypatch, log_watch, command):
    """Before an acknowledgement (`/question`), and after one (`/quiz`)."""
    service, method = {"question random": ("questions", "random"), "quiz start": ("quizzes", "start")}[command]
    break_service(local_world, monkeypatch, service, method, RuntimeError(SECRET))
    reply = told(await local_world.slash(local_world.ann, command))
    incident = incident_in(reply.content)
    assert reply.content == local_world.t("errors.bug", incident=incident)
    assert SECRET not in everything(reply)
    (logged,) = log_watch.take()
    assert incident in logged
    assert SECRET in logged
    assert f"/{command}" in logged


async def test_a_bug_behind_a_button_is_an_incident(local_world, monkeypatch, log_watch):
    post = await local_world.post()
    break_service(local_world, monkeypatch, "answers", "answer", RuntimeError(SECRET))
    reply = told(await local_world.ann.click(post, custom_id=custom_ids(post)[0]))
    assert reply.content == local_world.t("errors.bug", incident=incident_in(reply.content))
    (logged,) = log_watch.take()
    assert incident_in(reply.content) in logged
    assert custom_ids(post)[0] in logged


async def test_a_database_that_is_gone_is_said_in_the_clients_language(local_world, monkeypatch, log_watch):
    break_service(local_world, monkeypatch, "preferences", "language_for", OSError("disk is full"))
    reply = told(await local_world.slash(local_world.ann, "help"))
    assert reply.content == local_world.t("errors.bug", incident=incident_in(reply.content))
    assert len(log_watch.take()) == 2


async def test_a_refusal_stays_a_refusal_without_a_database(local_world, monkeypatch, log_watch):
    """The language cannot be looked up, so that it is an incident; but it is said, and privately."""
    break_service(local_world, monkeypatch, "preferences", "language_for", OSError("disk is full"))
    reply = told(await local_world.press(local_world.ann, "nonsense"))
    assert reply.content.startswith(local_world.t("errors.bug", incident="-").split("`")[0])
    assert log_watch.take()


async def test_a_member_who_cannot_be_noted_is_answered_all_the_same(world, monkeypatch, log_watch):
    break_service(world, monkeypatch, "preferences", "note_seen", OSError("disk is full"))
    assert told(await world.slash(world.ann, "help")).embeds
    (logged,) = log_watch.take()
    assert "could not be noted" in logged


async def test_two_incidents_have_two_names(world, monkeypatch, log_watch):
    break_service(world, monkeypatch, "questions", "random", RuntimeError(SECRET))
    replies = [told(await world.slash(world.ann, "question random")).content for _ in range(2)]
    assert incident_in(replies[0]) != incident_in(replies[1])
    assert len(log_watch.take()) == 2


# -------------------------------------------------------------------- refusals


async def test_a_refusal_before_an_acknowledgement_is_private(local_world):
    result = await local_world.slash(local_world.ann, "question random", topic="astrology")
    assert told(result).content == local_world.t("errors.topic.unknown", topic="astrology")
    assert not result.followups
    assert not local_world.posts()


async def test_a_refusal_after_an_acknowledgement_is_private(local_world):
    result = await local_world.slash(local_world.ann, "quiz start", topic="astrology")
    assert told(result).content == local_world.t("errors.topic.unknown", topic="astrology")
    assert not result.deferred
    assert not local_world.posts()


async def test_a_refused_click_leaves_its_message_as_it_was(world):
    post = await world.post()
    reply = told(await world.ann.click(post, custom_id=custom_ids(post)[0]))
    before = everything(reply)
    await world.reveal()
    result = await world.ann.click(reply, custom_id=by_prefix(reply, "dc1")[0])
    assert told(result).content == world.t("errors.answer.closed")
    assert told(result).id != reply.id
    assert everything(reply) == before


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (BotError("quiz.none"), "errors.quiz.none"),
        (app_commands.MissingPermissions(["manage_guild"]), "errors.admin_only"),
        (app_commands.NoPrivateMessage(), "errors.guild_only"),
        (
            app_commands.TransformerError("x", discord.AppCommandOptionType.string, app_commands.Transformer()),
            "errors.bad_option",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
async def test_what_discord_py_raises_has_a_sentence_too(local_world, monkeypatch, error, key):
    command = local_world.bot.tree.get_command("help")

    async def raising(_binding, _interaction):
        raise error

    monkeypatch.setattr(command, "_callback", raising)
    assert told(await local_world.slash(local_world.ann, "help")).content == local_world.t(key)


async def test_options_of_an_older_command_are_explained(local_world):
    """Clients keep an old version of the commands for a while."""
    root = local_world.env.backend.commands[None]["question", 1]
    data = {"id": root["id"], "name": "question", "type": 1, "options": [{"name": "show", "type": 1, "options": []}]}
    reply = told(await local_world.send(local_world.ann, COMMAND, data))
    assert reply.content == local_world.t("errors.bad_option")


# ------------------------------------------------------ answered elsewhere, too late


@pytest.mark.parametrize(("status", "code"), [ANSWERED_ELSEWHERE, EXPIRED])
@pytest.mark.parametrize(
    "command",
    [
        ("daily setup", {"time": "10:00", "timezone": "UTC"}),
        ("daily pause", {}),
        ("daily remove", {}),
        ("daily now", {}),
        ("settings language", {"language": "zh"}),
        ("settings server", {"language": "zh"}),
        ("quiz start", {}),
        ("quiz stop", {}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else str(value),
)
async def test_a_command_that_was_answered_elsewhere_writes_nothing(world, command, status, code):
    await world.set_up()
    await world.slash(world.admin, "quiz start")
    name, options = command
    if name == "daily setup":
        options = {"channel": world.channel, **options}
    before, posts = world.stored(), len(world.posts())
    world.env.inject_error("POST", CALLBACK, status=status, code=code)
    result = await world.slash(world.admin, name, **options)
    assert not result.acknowledged
    assert not result.followups
    assert world.stored() == before
    assert len(world.posts()) == posts


@pytest.mark.parametrize(("status", "code"), [ANSWERED_ELSEWHERE, EXPIRED])
async def test_a_click_that_was_answered_elsewhere_writes_nothing(world, status, code):
    post = await world.post()
    reply = told(await world.ann.click(post, custom_id=custom_ids(post)[0]))
    chooser = told(await world.ann.click(reply, custom_id=by_prefix(reply, "dc1")[0]))
    before = world.stored()
    for actor, message, custom_id in (
        (world.ben, post, custom_ids(post)[1]),
        (world.ann, chooser, by_prefix(chooser, "dp1")[2]),
        (world.ann, reply, f"dg1:1:1:{world.language}"),
    ):
        world.env.inject_error("POST", CALLBACK, status=status, code=code)
        result = await world.press(actor, custom_id, message)
        assert not result.acknowledged
        assert not result.followups
        assert world.stored() == before


@pytest.mark.parametrize(("status", "code"), [ANSWERED_ELSEWHERE, EXPIRED])
async def test_a_quiz_answer_that_was_taken_elsewhere_writes_nothing(world, status, code):
    step = told(await world.slash(world.ann, "quiz start"))
    before = world.stored()
    for custom_id in ("qc1:1:0:0", "qs1:1:0:0", "qx1:1", "qe1:1", "qr1:0", "qa1:1", "qm1:1:0"):
        world.env.inject_error("POST", CALLBACK, status=status, code=code)
        result = await world.press(world.ann, custom_id, step)
        assert not result.followups
    assert world.stored() == before


async def test_two_processes_that_get_the_same_click_record_it_once(world):
    """The second acknowledgement is refused by Discord, and its process says and writes nothing."""
    post = await world.post()
    first, second = await world.at_once((world.ann, custom_ids(post)[0], post), (world.ann, custom_ids(post)[0], post))
    assert len(attempts(world)) == 1
    assert everything(told(first)) == everything(told(second))


async def test_a_reply_that_discord_refuses_is_reported_not_swallowed(world, log_watch):
    world.env.inject_error("PATCH", "/webhooks/*", status=400, code=50035)
    reply = told(await world.slash(world.ann, "quiz start"))
    assert incident_in(reply.content)
    assert "50035" in log_watch.take()[0]


async def test_an_error_message_that_discord_refuses_ends_there(world, caplog):
    world.env.inject_error("POST", CALLBACK, status=500, times=None)
    result = await world.press(world.ann, "nonsense")
    assert not result.acknowledged
    assert "could not be delivered" in caplog.text


# --------------------------------------------------------------------- start-up


async def test_half_a_bot_is_worse_than_none(make_world, monkeypatch):
    monkeypatch.setattr("bot.app.cog_names", lambda: ["cogs.errors", "cogs.no_such_cog"])
    with pytest.raises(commands.ExtensionNotFound, match=r"cogs\.no_such_cog"):
        await make_world()


async def test_a_missing_description_stops_the_start(world):
    catalogues = {language: dict(known) for language, known in world.texts._catalogues.items()}
    del catalogues["en"]["commands.help.description"]
    with pytest.raises(KeyError, match=r"commands\.help\.description"):
        describe_commands(world.bot.tree, Texts(catalogues))
