"""Routes by which a bot answers interactions. They carry the interaction's own token and no other."""

from typing import Any

from aiohttp import web

from tests.loopback.answers import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    ApiError,
    answer,
    invalid,
)
from tests.loopback.bodies import BODY, FILES, Files
from tests.loopback.interactions import (
    CHOICES,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
    Interactions,
)
from tests.loopback.journal import Journal
from tests.loopback.messages import EPHEMERAL, LOADING, check_message, fill, make_message
from tests.loopback.timings import Timings
from tests.loopback.world import World


class CallbackRoutes:
    """Acknowledged once, within the deadline; edited and followed up for the life of the token."""

    def __init__(self, world: World, timings: Timings, journal: Journal, interactions: Interactions) -> None:
        self._world = world
        self._timings = timings
        self._journal = journal
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        webhook = "/webhooks/{application}/{token}"
        return [
            web.post("/interactions/{interaction}/{token}/callback", self.callback),
            web.post(webhook, self.follow_up),
            web.get(webhook + "/messages/{message}", self.get),
            web.patch(webhook + "/messages/{message}", self.edit),
            web.delete(webhook + "/messages/{message}", self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        made = self._interactions.made.get(request.match_info["token"])
        now = self._world.snowflakes.clock()
        if made is None or str(made.id) != request.match_info["interaction"]:
            raise ApiError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        if made.callback is not None:
            raise ApiError(400, ALREADY_ACKNOWLEDGED, "Interaction has already been acknowledged.")
        if now - made.created_at > self._timings.interaction_deadline:
            raise ApiError(404, UNKNOWN_INTERACTION, "Unknown interaction")
        kind, data = request[BODY]["type"], request[BODY].get("data") or {}
        self._apply(made, kind, data, request[FILES])
        made.callback, made.acknowledged_at = kind, now
        self._journal.changed()
        if request.query.get("with_response") not in ("1", "true", "True"):
            return web.Response(status=204)
        resource: dict[str, Any] = {"type": kind}
        if made.original is not None and kind in (MESSAGE, UPDATE):
            resource["message"] = made.original
        described = {
            "id": str(made.id),
            "type": made.kind,
            "response_message_id": made.original["id"] if made.original else None,
            "response_message_loading": made.thinking,
            "response_message_ephemeral": bool(made.original and made.original["flags"] & EPHEMERAL),
        }
        return answer({"interaction": described, "resource": resource})

    async def follow_up(self, request: web.Request) -> web.Response:
        """The first follow-up of a deferred answer becomes the answer."""
        made = self._alive(request)
        body, files = request[BODY], request[FILES]
        check_message(body, files)
        if made.thinking and made.original is not None:
            self._settle(made.original, body, files)
            message = made.original
        else:
            message = self._message(made, body, files, body.get("flags", 0) & EPHEMERAL)
            made.follow_ups.append(message)
        return self._changed(made, message)

    async def get(self, request: web.Request) -> web.Response:
        return answer(self._named(self._alive(request), request.match_info["message"]))

    async def edit(self, request: web.Request) -> web.Response:
        made = self._alive(request)
        message = self._named(made, request.match_info["message"])
        check_message(request[BODY], request[FILES], empty=not message["flags"] & LOADING)
        self._settle(message, request[BODY], request[FILES])
        return self._changed(made, message)

    async def delete(self, request: web.Request) -> web.Response:
        made = self._alive(request)
        message = self._named(made, request.match_info["message"])
        if message in made.channel.messages:
            made.channel.messages.remove(message)
        if message in made.follow_ups:
            made.follow_ups.remove(message)
        else:
            made.original = None
        self._changed(made, message)
        return web.Response(status=204)

    def _apply(self, made: Interaction, kind: int, data: dict[str, Any], files: Files) -> None:
        ephemeral = data.get("flags", 0) & EPHEMERAL
        if kind == MESSAGE:
            check_message(data, files)
            made.original = self._message(made, data, files, ephemeral)
        elif kind == DEFERRED:
            made.original = self._message(made, {}, [], ephemeral | LOADING)
        elif kind == DEFERRED_UPDATE and made.source is not None:
            made.original = made.source
        elif kind == UPDATE and made.source is not None:
            check_message(data, files, empty=True)
            fill(self._world, made.source, data, files)
            made.original = made.source
        elif kind == CHOICES:
            made.choices = data["choices"]
            if len(made.choices) > 25:
                raise invalid("data.choices", "Must be 25 or fewer in length.")
        elif kind == MODAL:
            made.modal = data
        else:
            raise invalid("type", f"{kind} does not answer this interaction")

    def _message(self, made: Interaction, body: dict[str, Any], files: Files, flags: int) -> dict[str, Any]:
        """Make an answer. Ephemeral ones are nowhere but in the member's client."""
        message = make_message(self._world, made.channel, self._world.bot, body, files, flags)
        message["webhook_id"] = str(self._world.application_id)
        message["application_id"] = str(self._world.application_id)
        if not flags & EPHEMERAL:
            made.channel.messages.append(message)
        return message

    def _settle(self, message: dict[str, Any], body: dict[str, Any], files: Files) -> None:
        fill(self._world, message, body, files)
        message["flags"] &= ~LOADING

    def _changed(self, made: Interaction, message: dict[str, Any]) -> web.Response:
        made.changes += 1
        self._journal.changed()
        return answer(message)

    def _alive(self, request: web.Request) -> Interaction:
        made = self._interactions.made.get(request.match_info["token"])
        if made is None or made.callback is None:
            raise ApiError(404, UNKNOWN_WEBHOOK, "Unknown Webhook")
        if self._world.snowflakes.clock() - made.created_at > self._timings.interaction_life:
            raise ApiError(401, INVALID_WEBHOOK_TOKEN, "Invalid Webhook Token")
        return made

    def _named(self, made: Interaction, name: str) -> dict[str, Any]:
        if name == "@original":
            found = made.original
        else:
            known = [*made.follow_ups, *([made.original] if made.original else [])]
            found = next((message for message in known if message["id"] == name), None)
        if found is None:
            raise ApiError(404, UNKNOWN_MESSAGE, "Unknown Message")
        return found
