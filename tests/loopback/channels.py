"""Routes of channels, messages and threads."""

from datetime import datetime
from typing import Any

from aiohttp import web
from discord import Permissions

from tests.loopback.answers import (
    CANNOT_MESSAGE_USER,
    CANNOT_REPLY_WITHOUT_HISTORY,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    ApiError,
    answer,
    invalid,
)
from tests.loopback.bodies import BODY, FILES
from tests.loopback.journal import Journal
from tests.loopback.messages import check_message, fill, make_message
from tests.loopback.timings import Timings
from tests.loopback.world import Channel, World

_REPLY = 19


class ChannelRoutes:
    """The bot's own view: every permission asked for here is the bot's."""

    def __init__(self, world: World, timings: Timings, journal: Journal) -> None:
        self._world = world
        self._timings = timings
        self._journal = journal
        self._nonces: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def routes(self) -> list[web.RouteDef]:
        message = "/channels/{channel}/messages/{message}"
        return [
            web.get("/channels/{channel}", self.get),
            web.get("/channels/{channel}/messages", self.history),
            web.post("/channels/{channel}/messages", self.send),
            web.get(message, self.get_message),
            web.patch(message, self.edit),
            web.delete(message, self.delete),
            web.post(message + "/threads", self.start_thread),
        ]

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._channel(request, "view_channel").payload())

    async def history(self, request: web.Request) -> web.Response:
        """Newest first, at most `limit`; `after` begins with the oldest. Without the permission: 200 and nothing."""
        channel = self._channel(request, "view_channel")
        if not self._granted(channel).read_message_history:
            return answer([])
        limit = int(request.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise invalid("limit", "Must be between 1 and 100.")
        found = list(channel.messages)
        if "before" in request.query:
            found = [message for message in found if int(message["id"]) < int(request.query["before"])]
        if "after" in request.query:
            found = [message for message in found if int(message["id"]) > int(request.query["after"])][:limit]
        return answer(found[-limit:][::-1])

    async def get_message(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "view_channel", "read_message_history")
        return answer(self._message(request, channel))

    async def send(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "view_channel")
        body, files = request[BODY], request[FILES]
        needed = ["send_messages_in_threads" if channel.parent else "send_messages"]
        needed += ["embed_links"] if body.get("embeds") else []
        needed += ["attach_files"] if files else []
        self._require(channel, *needed)
        if channel.recipient is not None and not channel.recipient.accepts_messages:
            raise ApiError(403, CANNOT_MESSAGE_USER, "Cannot send messages to this user")
        check_message(body, files)
        repeated = self._repeated(body)
        if repeated is not None:
            return answer(repeated)
        message = make_message(self._world, channel, self._world.bot, body, files)
        self._refer(channel, message, body)
        channel.messages.append(message)
        if body.get("nonce") is not None:
            self._nonces[str(body["nonce"])] = (self._world.snowflakes.clock(), message)
        self._journal.changed()
        return answer(message)

    async def edit(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "view_channel")
        message = self._message(request, channel)
        if message["author"]["id"] != str(self._world.bot.id):
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        check_message(request[BODY], request[FILES], empty=True)
        fill(self._world, message, request[BODY], request[FILES])
        message["edited_timestamp"] = self._world.snowflakes.clock().isoformat()
        self._journal.changed()
        return answer(message)

    async def delete(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "view_channel")
        message = self._message(request, channel)
        if message["author"]["id"] != str(self._world.bot.id):
            self._require(channel, "manage_messages")
        channel.messages.remove(message)
        self._journal.changed()
        return web.Response(status=204)

    async def start_thread(self, request: web.Request) -> web.Response:
        """A thread that grows from a message has the message's id."""
        channel = self._channel(request, "view_channel")
        message = self._message(request, channel)
        self._require(channel, "create_public_threads")
        name = request[BODY].get("name", "")
        if not 1 <= len(name) <= 100:
            raise invalid("name", "Must be between 1 and 100 in length.")
        thread_id = int(message["id"])
        if thread_id in self._world.channels:
            raise ApiError(400, THREAD_EXISTS, "A thread has already been created for this message")
        thread = self._world.add_thread(channel, name, thread_id=thread_id)
        self._journal.changed()
        return answer(thread.payload(), 201)

    def _granted(self, channel: Channel) -> Permissions:
        return self._world.permissions(self._world.bot, channel)

    def _require(self, channel: Channel, *permissions: str) -> None:
        granted = self._granted(channel)
        for name in permissions:
            if not getattr(granted, name):
                code = MISSING_ACCESS if name == "view_channel" else MISSING_PERMISSIONS
                words = "Missing Access" if name == "view_channel" else "Missing Permissions"
                raise ApiError(403, code, words)

    def _channel(self, request: web.Request, *permissions: str) -> Channel:
        channel = self._world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise ApiError(404, UNKNOWN_CHANNEL, "Unknown Channel")
        self._require(channel, *permissions)
        return channel

    def _message(self, request: web.Request, channel: Channel) -> dict[str, Any]:
        message = channel.message(request.match_info["message"])
        if message is None:
            raise ApiError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return message

    def _repeated(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return the message that the bot has sent with this nonce within the window, if it asks for the check."""
        if not body.get("enforce_nonce") or body.get("nonce") is None:
            return None
        sent_at, message = self._nonces.get(str(body["nonce"]), (None, None))
        if sent_at is None or self._world.snowflakes.clock() - sent_at > self._timings.nonce_window:
            return None
        return message

    def _refer(self, channel: Channel, message: dict[str, Any], body: dict[str, Any]) -> None:
        """Make the message a reply. One to a message that is gone is refused, or stays an ordinary message."""
        reference = body.get("message_reference")
        if reference is None:
            return
        if not self._granted(channel).read_message_history:
            raise ApiError(400, CANNOT_REPLY_WITHOUT_HISTORY, "Cannot reply without permission to read message history")
        target = channel.message(reference["message_id"])
        if target is None:
            if reference.get("fail_if_not_exists", True):
                raise invalid("message_reference", "Unknown message")
            return
        message["type"] = _REPLY
        message["message_reference"] = {"message_id": target["id"], "channel_id": str(channel.id), "type": 0}
        if channel.guild is not None:
            message["message_reference"]["guild_id"] = str(channel.guild.id)
        message["referenced_message"] = target
