"""Interactions: members act, the bot answers by callback, edit and follow-up."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.loopback.gateway import Gateway
from tests.loopback.journal import Journal
from tests.loopback.messages import LOADING
from tests.loopback.world import Channel, Role, User, World

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@dataclass(eq=False)
class Interaction:
    """One act of a member and what came of it.

    callback: the type of the acknowledgement, None before it. original: the message that answers it (for a click
    with an update: the clicked one). follow_ups: further ones. changes: how often any of these was set.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    created_at: datetime
    source: dict[str, Any] | None = None
    callback: int | None = None
    acknowledged_at: datetime | None = None
    original: dict[str, Any] | None = None
    follow_ups: list[dict[str, Any]] = field(default_factory=list)
    changes: int = 0
    choices: list[dict[str, Any]] | None = None
    modal: dict[str, Any] | None = None

    @property
    def answered(self) -> bool:
        """Whether the member sees an answer, not merely that one is coming."""
        if self.callback is None:
            return False
        if self.callback in (DEFERRED, DEFERRED_UPDATE):
            return self.changes > 0
        return True

    @property
    def thinking(self) -> bool:
        return self.original is not None and bool(self.original["flags"] & LOADING)


class Interactions:
    """Members' acts. Each method returns when the bot has answered, unless `wait=False`."""

    def __init__(self, world: World, journal: Journal, gateway: Gateway) -> None:
        self._world = world
        self._journal = journal
        self._gateway = gateway
        self.made: dict[str, Interaction] = {}

    async def slash(
        self, command: str, user: User, channel: Channel, *, wait: bool = True, **options: Any
    ) -> Interaction:
        """Run a registered command, `/daily setup` without the slash. Options may be channels, roles and users."""
        data = self._command_data(command, options, user, channel)
        return await self._inject(_COMMAND, user, channel, data, wait=wait)

    async def complete(
        self, command: str, user: User, channel: Channel, *, focused: str, **options: Any
    ) -> list[dict[str, Any]]:
        """Type into an option and return the choices offered."""
        data = self._command_data(command, options, user, channel, focused)
        made = await self._inject(_AUTOCOMPLETE, user, channel, data, wait=True)
        return made.choices or []

    async def click(
        self,
        message: dict[str, Any],
        user: User,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        wait: bool = True,
    ) -> Interaction:
        """Press a button of a message, by its label or its custom_id (which need not be one of the message's)."""
        channel = self._world.channels[int(message["channel_id"])]
        if custom_id is None:
            found = [button for button in buttons(message) if button.get("label") == label]
            assert found, f"no button {label!r} among {[button.get('label') for button in buttons(message)]}"
            assert not found[0].get("disabled"), f"the button {label!r} is disabled"
            custom_id = found[0]["custom_id"]
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._inject(_COMPONENT, user, channel, data, source=message, wait=wait)

    async def submit(self, opened: Interaction, values: dict[str, str], *, wait: bool = True) -> Interaction:
        """Fill in the modal that an interaction opened and send it; values by the custom_id of the field."""
        assert opened.modal is not None, "no modal was opened"
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": key, "value": value}]} for key, value in values.items()
        ]
        data = {"custom_id": opened.modal["custom_id"], "components": rows}
        return await self._inject(_MODAL, opened.user, opened.channel, data, source=opened.source, wait=wait)

    async def wait_answered(self, made: Interaction, changes: int = 0, timeout: float = 20) -> Interaction:  # noqa: ASYNC109
        """Wait until the member sees an answer; with `changes`, until it was set that often."""

        def enough() -> bool:
            return made.answered and made.changes >= changes

        await self._journal.until(enough, "answer to an interaction", timeout)
        return made

    async def _inject(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        *,
        source: dict[str, Any] | None = None,
        wait: bool,
    ) -> Interaction:
        snowflakes = self._world.snowflakes
        made = Interaction(
            snowflakes.next(), secrets.token_urlsafe(24), kind, user, channel, snowflakes.clock(), source
        )
        self.made[made.token] = made
        guild_id = channel.guild.id if channel.guild else None
        received = await self._gateway.dispatch("INTERACTION_CREATE", self._payload(made, data), guild_id)
        assert received, "no bot is connected"
        return await self.wait_answered(made) if wait else made

    def _payload(self, made: Interaction, data: dict[str, Any]) -> dict[str, Any]:
        channel, user = made.channel, made.user
        payload: dict[str, Any] = {
            "id": str(made.id),
            "application_id": str(self._world.application_id),
            "type": made.kind,
            "token": made.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.payload(),
            "locale": user.locale,
            "app_permissions": str(self._world.permissions(self._world.bot, channel).value),
            "entitlements": [],
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if made.source is not None:
            payload["message"] = made.source
        if channel.guild is None:
            return {**payload, "user": user.payload(), "authorizing_integration_owners": {}, "context": 1}
        permissions = self._world.permissions(user, channel)
        guild = channel.guild
        return {
            **payload,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": {**guild.member_payload(user), "permissions": str(permissions.value)},
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
        }

    def _command_data(
        self, path: str, values: dict[str, Any], user: User, channel: Channel, focused: str | None = None
    ) -> dict[str, Any]:
        first, *rest = path.split()
        command = next((known for known in self._world.commands if known["name"] == first), None)
        assert command is not None, f"/{first} is not among {[known['name'] for known in self._world.commands]}"
        node, chain = command, []
        for name in rest:
            node = next(option for option in node["options"] if option["name"] == name)
            chain.append(node)
        resolved: dict[str, dict[str, Any]] = {}
        options = [self._option(node, name, value, user, channel, resolved) for name, value in values.items()]
        for option in options:
            if option["name"] == focused:
                option["focused"] = True
        for step in reversed(chain):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        data = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        return {**data, "resolved": resolved} if resolved else data

    def _option(
        self,
        node: dict[str, Any],
        name: str,
        value: Any,
        user: User,
        channel: Channel,
        resolved: dict[str, dict[str, Any]],
    ) -> dict[str, Any]:
        known = {option["name"]: option["type"] for option in node.get("options") or []}
        assert name in known, f"no option {name} among {list(known)}"
        if isinstance(value, Channel):
            permissions = self._world.permissions(user, value)
            entry = {**value.payload(), "permissions": str(permissions.value)}
            resolved.setdefault("channels", {})[str(value.id)] = entry
            value = str(value.id)
        elif isinstance(value, Role):
            resolved.setdefault("roles", {})[str(value.id)] = value.payload()
            value = str(value.id)
        elif isinstance(value, User):
            resolved.setdefault("users", {})[str(value.id)] = value.payload()
            if channel.guild is not None and value.id in channel.guild.members:
                member = {key: entry for key, entry in channel.guild.member_payload(value).items() if key != "user"}
                resolved.setdefault("members", {})[str(value.id)] = {**member, "permissions": "0"}
            value = str(value.id)
        return {"name": name, "type": known[name], "value": value}


def buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the buttons of a message in reading order."""
    for row in message["components"]:
        yield from row["components"]
