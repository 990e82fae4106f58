"""Neither missed nor doubled: the daily question through crashes, lost responses and outages, by the real process.

The loopback forgets nonces at once unless a test says otherwise, so that only looking can keep a post from doubling.
"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.deliveries import Delivery, RevealState, Slot, SlotState
from tests.loopback import LoopbackDiscord
from tests.loopback.faults import after, drop, hang, instead, rate_limit, status
from tests.loopback.interactions import buttons

from .bot_process import SHORT_RULES, BotProcess
from .conftest import Books, Place, Start

SEND = "/channels/{channel}/messages"
# More than a tick: time enough for a second post, if there were to be one.
A_TICK = 1.2
A_FEW_SHORT_TICKS = 0.5


@pytest.fixture(autouse=True)
def forgetful(discord: LoopbackDiscord) -> None:
    discord.timings.nonce_window = timedelta(0)


def posted(slot: Slot, delivery: Delivery) -> bool:
    return slot.state is SlotState.POSTED


def revealed(slot: Slot, delivery: Delivery) -> bool:
    return delivery.reveal_state is RevealState.POSTED


def markers(messages: list[dict[str, Any]]) -> list[str]:
    """The custom_ids of all answer buttons in the channel."""
    found = [button["custom_id"] for message in messages for button in buttons(message)]
    return [custom_id for custom_id in found if custom_id.startswith("d1:")]


async def test_a_due_slot_is_posted_once_and_revealed_once_over_restarts(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    bot = await start()
    _, delivery = await books.wait(posted)
    (post,) = place.channel.messages
    assert str(delivery.message_id) == post["id"]
    assert post["content"] == ""  # late, so it mentions nobody
    assert len(markers([post])) == len(delivery.option_order)
    await bot.stop()

    await books.close_now(delivery)
    bot = await start()
    await books.wait(revealed)
    await asyncio.sleep(A_TICK)
    await bot.stop()
    post_again, reveal = place.channel.messages
    assert post_again is post
    assert reveal["message_reference"]["message_id"] == post["id"]
    assert markers([reveal]) == []
    assert len(discord.journal.select("POST", SEND)) == 2


@pytest.mark.parametrize(
    ("fault", "times", "requests"),
    [
        pytest.param(drop(commit=True), 1, 1, id="lost response"),
        pytest.param(hang(commit=True), 1, 1, id="no response"),
        pytest.param(drop(), 1, 2, id="lost request"),
        pytest.param(rate_limit(0.2), 2, 3, id="rate limit"),
    ],
)
async def test_one_post_whatever_happens_to_its_request(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books, fault: Any, times: int, requests: int
) -> None:
    await books.make_due()
    discord.faults.add("POST", SEND, fault, times=times)
    await start(rules=SHORT_RULES)
    _, delivery = await books.wait(posted)
    (post,) = place.channel.messages
    assert str(delivery.message_id) == post["id"]
    assert len(discord.journal.select("POST", SEND)) == requests


async def test_a_burst_of_500_is_survived(discord: LoopbackDiscord, place: Place, start: Start, books: Books) -> None:
    await books.make_due()
    burst = discord.faults.add("POST", SEND, status(500), times=2)
    await start(rules=SHORT_RULES)
    _, delivery = await books.wait(posted)
    assert burst.hits == 2
    (post,) = place.channel.messages
    assert str(delivery.message_id) == post["id"]
    assert len(discord.journal.select("GET", SEND)) == 2  # looked each time, since a 500 leaves open what happened


@pytest.mark.parametrize("arrived", [True, False], ids=["after Discord has it", "before Discord has it"])
async def test_killed_between_send_and_confirm(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books, arrived: bool
) -> None:
    await books.make_due()
    running: list[BotProcess] = []

    async def kill() -> None:
        await running[0].kill()

    discord.faults.add("POST", SEND, after(kill) if arrived else instead(kill))
    # Over before the next process has read its first byte: its first tick, before it is connected, must cope.
    rules = {**SHORT_RULES, "lease": 0.2}
    running.append(await start(rules=rules))
    await running[0].wait()
    slot, _ = await books.wait(lambda slot, delivery: True)
    assert slot.state is SlotState.SENDING
    assert len(place.channel.messages) == int(arrived)

    # The first tick comes before the gateway; here the gateway does not come at all.
    discord.gateway.refusing = True
    await start(rules=rules)
    _, delivery = await books.wait(posted)
    (post,) = place.channel.messages
    assert str(delivery.message_id) == post["id"]
    assert len(discord.journal.select("POST", SEND)) == (1 if arrived else 2)
    assert discord.world.direct_channel(place.admin).messages == []  # nothing to be told

    discord.gateway.refusing = False
    await discord.gateway.wait_ready(2)


@pytest.mark.parametrize("deleted", [False, True], ids=["post is there", "post was deleted"])
async def test_a_reveal_whose_response_is_lost_is_not_doubled(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books, deleted: bool
) -> None:
    await books.make_due(thread=True)
    # As on the first tick of a start, and whenever the gateway is away: no server is in the cache.
    discord.gateway.refusing = True
    await start(rules=SHORT_RULES)
    _, delivery = await books.wait(posted)
    (post,) = place.channel.messages
    if deleted:
        place.channel.messages.clear()
    lost = discord.faults.add("POST", SEND, drop(commit=True))
    await books.close_now(delivery)
    _, delivery = await books.wait(revealed)
    assert lost.hits == 1
    *before, reveal = place.channel.messages
    assert before == ([] if deleted else [post])
    assert reveal["id"] == str(delivery.reveal_message_id)
    assert ("message_reference" in reveal) is not deleted
    await discord.journal.until(lambda: int(reveal["id"]) in discord.world.channels, "thread")


async def test_a_refused_post_is_told_to_the_admin_once_and_sent_when_the_permission_is_back(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    place.channel.grant(discord.world.bot, send_messages=False)
    await start()
    slot, _ = await books.wait(lambda slot, delivery: slot.state is SlotState.PENDING)
    assert slot.reason == "forbidden"
    (told,) = await discord.wait_messages(discord.world.direct_channel(place.admin))
    assert f"<#{place.channel.id}>" in told["content"]

    await discord.gateway.wait_ready()
    place.channel.grant(discord.world.bot, send_messages=True)
    await discord.gateway.dispatch("CHANNEL_UPDATE", place.channel.payload(), place.guild.id)
    await books.wait(posted)
    assert len(place.channel.messages) == 1
    assert len(discord.world.direct_channel(place.admin).messages) == 1


async def test_without_history_a_doubtful_post_is_held_and_never_sent_again(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    discord.faults.add("POST", SEND, drop(commit=True), where=lambda body: bool(body.get("components")))
    place.channel.grant(discord.world.bot, read_message_history=False)
    await start(rules=SHORT_RULES)
    slot, _ = await books.wait(lambda slot, delivery: slot.reason == "history")
    assert slot.state is SlotState.UNKNOWN
    await discord.wait_messages(discord.world.direct_channel(place.admin))
    await asyncio.sleep(A_FEW_SHORT_TICKS)
    assert len(place.channel.messages) == 1

    place.channel.grant(discord.world.bot, read_message_history=True)
    _, delivery = await books.wait(posted)
    assert [message["id"] for message in place.channel.messages] == [str(delivery.message_id)]


async def test_two_processes_by_mistake_post_once_and_answer_once(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books
) -> None:
    await books.make_due()
    await asyncio.gather(start(rules=SHORT_RULES), start(rules=SHORT_RULES))
    await discord.gateway.wait_ready(2)
    await books.wait(posted)
    (post,) = await discord.wait_messages(place.channel)
    reply = await discord.interactions.click(post, place.admin, label="B")
    callbacks = await discord.journal.wait_for("POST", "/interactions/{interaction}/{token}/callback", 2)
    await discord.journal.until(lambda: all(made.status for made in callbacks), "answer to both callbacks")
    assert sorted(made.status or 0 for made in callbacks) == [200, 400]
    assert reply.original is not None
    assert "B" in reply.original["embeds"][0]["description"]
    await asyncio.sleep(A_FEW_SHORT_TICKS)
    assert reply.changes == 1
    assert reply.follow_ups == []
    assert len(discord.journal.select("POST", SEND)) == 1
