"""`python -m bot run`: start, registration of commands, stop, and what it says when it cannot start."""

import signal
from pathlib import Path

from bot.client import wall_clock
from bot.domain.deliveries import SlotState
from tests.loopback import LoopbackDiscord
from tests.loopback.faults import delay, hang, status

from .conftest import Books, Place, Start

COMMANDS = "/applications/{application}/commands"


async def test_registers_its_commands_once_and_again_when_they_changed(
    discord: LoopbackDiscord, start: Start, books: Books
) -> None:
    bot = await start()
    await discord.gateway.wait_ready(1)
    assert (await bot.stop()).code == 0
    bot = await start()
    await discord.gateway.wait_ready(2)
    assert (await bot.stop()).code == 0
    assert len(discord.journal.select("PUT", COMMANDS)) == 1
    names = [command["name"] for command in discord.world.commands]
    assert {"daily", "quiz", "leaderboard", "question", "jobs", "help", "doctor"} <= set(names)
    assert all(command["description_localizations"]["zh-CN"] for command in discord.world.commands)

    # As if another version of the bot had registered other commands.
    await books.app.services.operations.commands_registered(discord.world.application_id, "other", wall_clock())
    bot = await start()
    await discord.gateway.wait_ready(3)
    await bot.stop()
    assert len(discord.journal.select("PUT", COMMANDS)) == 2

    finished = await (await start("commands", "sync")).wait()
    assert finished.code == 0
    assert finished.output == f"registered {len(names)} commands\n"
    assert len(discord.journal.select("PUT", COMMANDS)) == 3
    assert len(discord.gateway.sessions) == 3  # it does not connect
    assert names == [command["name"] for command in discord.world.commands]


async def test_starts_with_the_shipped_content_in_an_empty_folder_and_asks_for_one_intent(
    discord: LoopbackDiscord, place: Place, start: Start, tmp_path: Path
) -> None:
    bot = await start(MIANJING_CONTENT_DIR=None, MIANJING_DATA_DIR=str(tmp_path / "new" / "data"))
    session = await discord.gateway.wait_ready()
    assert session.intents == 1  # guilds, and nothing privileged
    reply = await discord.interactions.slash("question search", place.admin, place.channel, text="attention")
    assert reply.original is not None
    assert reply.original["embeds"]
    assert (await bot.stop(signal.SIGINT)).code == 0


async def test_stops_before_it_is_connected(discord: LoopbackDiscord, start: Start) -> None:
    discord.faults.add("GET", "/users/@me", hang())
    bot = await start()
    await discord.journal.wait_for("GET", "/users/@me")
    finished = await bot.stop()
    assert finished.code == 0
    assert "Traceback" not in finished.errors


async def test_stops_while_it_waits_to_connect_again(discord: LoopbackDiscord, start: Start) -> None:
    bot = await start()
    session = await discord.gateway.wait_ready()
    discord.gateway.refusing = True
    discord.gateway.drop()
    await discord.journal.until(lambda: discord.gateway.refused, "refused connection")
    finished = await bot.stop()
    assert finished.code == 0
    assert session.socket is None


async def test_stops_when_what_is_under_way_is_done_and_leaves_nothing_open(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    discord.faults.add("POST", "/channels/{channel}/messages", delay(0.7))
    bot = await start(PYTHONWARNINGS="default::ResourceWarning")
    session = await discord.gateway.wait_ready()
    await discord.wait_messages(place.channel)
    finished = await bot.stop()
    assert finished.code == 0
    assert finished.output == ""
    for sign in ("Traceback", "Unclosed", "ResourceWarning", "never awaited"):
        assert sign not in finished.errors
    await discord.gateway.wait_gone(session)
    slot, _ = await books.wait(lambda slot, delivery: True)
    assert slot.state is SlotState.POSTED


async def test_a_send_that_hangs_does_not_hold_up_the_stop(
    discord: LoopbackDiscord, start: Start, books: Books
) -> None:
    await books.make_due()
    discord.faults.add("POST", "/channels/{channel}/messages", hang())
    bot = await start(rules={"stop": 0.3})
    await discord.journal.wait_for("POST", "/channels/{channel}/messages")
    finished = await bot.stop()
    assert finished.code == 0
    assert "Traceback" not in finished.errors
    slot, _ = await books.wait(lambda slot, delivery: True)
    assert slot.state is SlotState.SENDING  # as after a crash: the next start looks for it


async def test_no_token_is_one_sentence(start: Start) -> None:
    finished = await (await start(MIANJING_TOKEN=None)).wait()
    assert finished.code == 2
    assert finished.output == ""
    assert finished.errors.startswith("MIANJING_TOKEN is not set")
    assert finished.errors.count("\n") == 1


async def test_a_token_that_discord_refuses_is_one_sentence(discord: LoopbackDiscord, start: Start) -> None:
    finished = await (await start(MIANJING_TOKEN="wrong", MIANJING_LOG_LEVEL="WARNING")).wait()
    assert finished.code == 2
    assert finished.errors.startswith("Discord does not accept MIANJING_TOKEN")
    assert finished.errors.count("\n") == 1
    assert discord.journal.exchanges[0].status == 401


async def test_a_setting_that_cannot_be_read_is_named_without_its_value(start: Start) -> None:
    finished = await (await start(MIANJING_LOG_LEVEL="very loud")).wait()
    assert finished.code == 2
    assert finished.errors.startswith("MIANJING_LOG_LEVEL: ")
    assert "very loud" not in finished.errors
    assert "Traceback" not in finished.errors


async def test_discord_being_down_at_the_start_ends_without_a_traceback(discord: LoopbackDiscord, start: Start) -> None:
    discord.faults.add("GET", "/users/@me", status(503), times=None)
    finished = await (await start()).wait()
    assert finished.code == 2
    assert "Traceback" not in finished.errors


async def test_broken_content_is_refused_in_the_words_of_bank_check(start: Start, content: Path) -> None:
    file = content / "questions" / "basics" / "overview.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("difficulty: ", "difficulty: 9", 1).replace("kind: single", "kind: guess", 1))
    checked = await (await start("bank", "check", str(content))).wait()
    finished = await (await start()).wait()
    assert checked.code == finished.code == 1
    faults = [line for line in checked.output.splitlines()[:-1] if ": warning: " not in line]
    assert len(faults) >= 2
    assert all(f"{file.name}:" in line for line in faults)
    assert finished.errors.splitlines() == faults
    assert finished.output == ""


async def test_a_broken_message_catalogue_is_refused_too(start: Start, content: Path) -> None:
    (content / "locales" / "en.yaml").write_text("daily: [unclosed", encoding="utf-8")
    finished = await (await start()).wait()
    assert finished.code == 1
    assert "en.yaml:1: " in finished.errors
    assert "Traceback" not in finished.errors


async def test_an_unusable_database_is_one_sentence(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    finished = await (await start(MIANJING_DATA_DIR=str(tmp_path / "file"))).wait()
    assert finished.code == 2
    assert finished.errors.count("\n") == 1
    assert "Traceback" not in finished.errors


async def test_the_token_is_nowhere_in_the_output(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    bot = await start(MIANJING_LOG_LEVEL="DEBUG")
    session = await discord.gateway.wait_ready()
    (post,) = await discord.wait_messages(place.channel)
    reply = await discord.interactions.click(post, place.admin, label="A")
    assert reply.original is not None
    discord.gateway.drop()
    await discord.journal.until(lambda: session.resumes, "RESUME")
    await discord.interactions.slash("daily status", place.admin, place.channel)
    finished = await bot.stop()
    assert finished.code == 0
    assert "DEBUG" in finished.errors
    for part in (discord.token, discord.token.rpartition(".")[2]):
        assert part not in finished.output + finished.errors
    # Nor are the tokens by which one may answer in the bot's name.
    assert not [made.token for made in discord.interactions.made.values() if made.token in finished.errors]
