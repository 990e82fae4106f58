"""The loopback answers as Discord does where tests of the bot rely on it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.loopback import Channel, LoopbackDiscord
from tests.loopback.answers import (
    ALREADY_ACKNOWLEDGED,
    CANNOT_REPLY_WITHOUT_HISTORY,
    INVALID_FORM_BODY,
    MISSING_PERMISSIONS,
    UNKNOWN_INTERACTION,
)
from tests.loopback.faults import drop, hang, rate_limit, status

DEFER, EPHEMERAL = 5, 64


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def discord(clock: Clock) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(clock=clock) as discord:
        yield discord


@pytest.fixture
def channel(discord: LoopbackDiscord) -> Channel:
    return discord.world.add_channel(discord.world.add_guild())


class Caller:
    """Asks as a bot does; gives status and JSON."""

    def __init__(self, discord: LoopbackDiscord, session: aiohttp.ClientSession) -> None:
        self._discord = discord
        self._session = session
        self.headers: dict[str, str] = {}

    async def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self._discord.token}"}
        request = self._session.request(method, self._discord.api_url + path, json=body, headers=headers)
        async with request as response:
            self.headers = dict(response.headers)
            return response.status, (await response.json() if response.status != 204 else None)


@pytest.fixture
async def call(discord: LoopbackDiscord) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(discord, session)


def messages(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


async def test_a_repeated_nonce_yields_the_first_message_within_its_window(
    discord: LoopbackDiscord, channel: Channel, call: Caller, clock: Clock
) -> None:
    body = {"content": "once", "nonce": "d1", "enforce_nonce": True}
    _, first = await call("POST", messages(channel), body)
    clock.now += discord.timings.nonce_window
    assert await call("POST", messages(channel), body) == (200, first)
    assert (await call("POST", messages(channel), {**body, "enforce_nonce": False}))[1]["id"] != first["id"]
    clock.now += discord.timings.nonce_window + timedelta(seconds=1)
    assert (await call("POST", messages(channel), body))[1]["id"] != first["id"]
    assert len(channel.messages) == 3


async def test_history_goes_on_from_the_oldest_and_comes_newest_first(channel: Channel, call: Caller) -> None:
    ids = [(await call("POST", messages(channel), {"content": str(number)}))[1]["id"] for number in range(5)]
    _, page = await call("GET", f"{messages(channel)}?after={ids[0]}&limit=2")
    assert [message["id"] for message in page] == [ids[2], ids[1]]
    _, latest = await call("GET", f"{messages(channel)}?limit=2")
    assert [message["id"] for message in latest] == [ids[4], ids[3]]


async def test_without_the_permission_history_is_empty_and_a_reply_is_refused(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    _, message = await call("POST", messages(channel), {"content": "here"})
    channel.grant(discord.world.bot, read_message_history=False)
    assert await call("GET", messages(channel)) == (200, [])
    reply = {"content": "to you", "message_reference": {"message_id": message["id"]}}
    code, refusal = await call("POST", messages(channel), reply)
    assert (code, refusal["code"]) == (400, CANNOT_REPLY_WITHOUT_HISTORY)


async def test_the_members_overwrite_wins_over_the_roles_and_theirs_over_everyones(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    assert channel.guild is not None
    channel.grant(channel.guild.everyone, send_messages=False)
    code, refusal = await call("POST", messages(channel), {"content": "?"})
    assert (code, refusal["code"]) == (403, MISSING_PERMISSIONS)
    own = channel.guild.roles[1]
    channel.grant(own, send_messages=True)
    assert (await call("POST", messages(channel), {"content": "!"}))[0] == 200
    channel.grant(discord.world.bot, send_messages=False)
    assert (await call("POST", messages(channel), {"content": "?"}))[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        {"content": "x", "nonce": "n" * 26},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "A", "custom_id": "c" * 101}]}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "A", "custom_id": "c"}] * 2}]},
    ],
)
async def test_what_breaks_a_limit_is_refused(channel: Channel, call: Caller, body: Any) -> None:
    code, refusal = await call("POST", messages(channel), body)
    assert (code, refusal["code"]) == (400, INVALID_FORM_BODY)
    assert channel.messages == []


async def test_an_interaction_is_acknowledged_once_and_in_time(
    discord: LoopbackDiscord, channel: Channel, call: Caller, clock: Clock
) -> None:
    assert channel.guild is not None
    made = await click(discord, channel)
    callback = f"/interactions/{made.id}/{made.token}/callback"
    defer = {"type": DEFER, "data": {"flags": EPHEMERAL}}
    assert (await call("POST", callback, defer))[0] == 204
    assert made.thinking
    assert not made.answered
    code, refusal = await call("POST", callback, defer)
    assert (code, refusal["code"]) == (400, ALREADY_ACKNOWLEDGED)
    original = f"/webhooks/{discord.world.application_id}/{made.token}/messages/@original"
    assert (await call("PATCH", original, {"content": "done"}))[0] == 200
    assert made.answered
    assert made.original is not None
    assert made.original["content"] == "done"
    assert channel.messages == []  # ephemeral

    late = await click(discord, channel)
    clock.now += discord.timings.interaction_deadline + timedelta(milliseconds=1)
    code, refusal = await call("POST", f"/interactions/{late.id}/{late.token}/callback", defer)
    assert (code, refusal["code"]) == (404, UNKNOWN_INTERACTION)


async def test_a_late_edit_is_refused(discord: LoopbackDiscord, channel: Channel, call: Caller, clock: Clock) -> None:
    made = await click(discord, channel)
    await call("POST", f"/interactions/{made.id}/{made.token}/callback", {"type": DEFER})
    clock.now += discord.timings.interaction_life + timedelta(seconds=1)
    original = f"/webhooks/{discord.world.application_id}/{made.token}/messages/@original"
    assert (await call("PATCH", original, {"content": "too late"}))[0] == 401


async def test_faults_strike_as_often_as_ordered_and_where(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    discord.limits.per_channel = 100
    discord.faults.add("POST", "/channels/{channel}/messages", status(500), times=2, skip=1)
    sent = [(await call("POST", messages(channel), {"content": "x"}))[0] for _ in range(4)]
    assert sent == [200, 500, 500, 200]
    discord.faults.add("POST", "/channels/{channel}/messages", status(503), where=lambda body: body["content"] == "y")
    sent = [(await call("POST", messages(channel), {"content": text}))[0] for text in "xyy"]
    assert sent == [200, 503, 200]
    assert len(channel.messages) == 4


async def test_a_rate_limit_looks_like_discords_own(discord: LoopbackDiscord, channel: Channel, call: Caller) -> None:
    discord.faults.add("GET", "/channels/{channel}", rate_limit(0.5, everywhere=True))
    code, body = await call("GET", f"/channels/{channel.id}")
    assert (code, body["retry_after"], body["global"]) == (429, 0.5, True)
    assert call.headers["Via"]
    assert call.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("commit", [True, False])
async def test_a_dropped_request_is_done_or_not_as_ordered(
    discord: LoopbackDiscord, channel: Channel, call: Caller, commit: bool
) -> None:
    discord.faults.add("POST", "/channels/{channel}/messages", drop(commit=commit))
    with pytest.raises(aiohttp.ClientError):
        await call("POST", messages(channel), {"content": "x"})
    assert len(channel.messages) == int(commit)
    assert discord.journal.exchanges[-1].status is None


async def test_a_hanging_request_is_not_answered_and_holds_up_nobody(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    discord.faults.add("POST", "/channels/{channel}/messages", hang(commit=True))
    hanging = asyncio.create_task(call("POST", messages(channel), {"content": "x"}))
    await discord.wait_messages(channel)
    assert (await call("GET", messages(channel)))[0] == 200
    assert not hanging.done()
    hanging.cancel()


async def test_waiting_in_vain_says_for_what(discord: LoopbackDiscord, call: Caller) -> None:
    await call("GET", "/users/@me")
    with pytest.raises(AssertionError, match=r"no 1 × GET /gateway within 0.01 s.*\n.*GET /users/@me → 200"):
        await discord.journal.wait_for("GET", "/gateway", timeout=0.01)


async def test_only_the_bots_own_token_opens(discord: LoopbackDiscord) -> None:
    async with aiohttp.ClientSession() as session, session.get(discord.api_url + "/users/@me") as response:
        assert response.status == 401


async def click(discord: LoopbackDiscord, channel: Channel) -> Any:
    """Press a button without any bot being connected: only REST is looked at."""
    assert channel.guild is not None

    async def everybody_got_it(*event: Any) -> int:
        return 1

    discord.gateway.dispatch = everybody_got_it  # type: ignore[assignment,method-assign]
    message = {"id": "1", "channel_id": str(channel.id), "components": []}
    return await discord.interactions.click(message, channel.guild.owner, custom_id="x", wait=False)


async def test_five_messages_in_five_seconds_a_channel_and_the_headers_say_so(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    assert channel.guild is not None
    other = discord.world.add_channel(channel.guild)
    sent, left = [], []
    for _ in range(6):
        sent.append((await call("POST", messages(channel), {"content": "x"}))[0])
        left.append(call.headers.get("X-RateLimit-Remaining"))
    assert sent == [200, 200, 200, 200, 200, 429]
    assert left[:5] == ["4", "3", "2", "1", "0"]
    assert 0.5 < float(call.headers["Retry-After"]) <= 1
    assert call.headers["X-RateLimit-Scope"] == "user"
    assert (await call("POST", messages(other), {"content": "x"}))[0] == 200
    assert discord.limits.refused == [messages(channel)]
    assert len(channel.messages) == 5


async def test_fifty_calls_a_second_and_answers_to_interactions_are_exempt(
    discord: LoopbackDiscord, channel: Channel, call: Caller
) -> None:
    discord.limits.clock = lambda: 0.0  # no time passes, so nothing is refilled
    codes = [(await call("GET", f"/channels/{channel.id}"))[0] for _ in range(51)]
    assert codes == [200] * 50 + [429]
    assert call.headers["X-RateLimit-Global"] == "true"
    made = await click(discord, channel)
    assert (await call("POST", f"/interactions/{made.id}/{made.token}/callback", {"type": DEFER}))[0] == 204
