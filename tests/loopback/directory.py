"""Routes of the application itself, its commands, users, servers and members."""

import re
from typing import Any

from aiohttp import web

from tests.loopback.answers import (
    CANNOT_MESSAGE_USER,
    MISSING_ACCESS,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    ApiError,
    answer,
    invalid,
)
from tests.loopback.bodies import BODY
from tests.loopback.journal import Journal
from tests.loopback.world import Guild, World

_NAME = re.compile(r"[-_'\w]{1,32}")
_SUBCOMMAND, _GROUP = 1, 2


class DirectoryRoutes:
    """`gateway_url` is asked when a bot asks where the gateway is: the port is known only when the server runs."""

    def __init__(self, world: World, journal: Journal) -> None:
        self._world = world
        self._journal = journal
        self.gateway_url = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/users/@me", self.me),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/gateway/bot", self.gateway),
            web.get("/applications/{application}/commands", self.commands),
            web.put("/applications/{application}/commands", self.put_commands),
            web.get("/users/{user}", self.user),
            web.post("/users/@me/channels", self.open_direct),
            web.get("/guilds/{guild}", self.guild),
            web.get("/guilds/{guild}/channels", self.guild_channels),
            web.get("/guilds/{guild}/roles", self.guild_roles),
            web.get("/guilds/{guild}/members/{user}", self.member),
        ]

    async def me(self, request: web.Request) -> web.Response:
        return answer({**self._world.bot.payload(), "verified": True, "mfa_enabled": False, "flags": 0, "email": None})

    async def application(self, request: web.Request) -> web.Response:
        owner = {"id": "1", "username": "owner", "discriminator": "0", "global_name": None, "avatar": None}
        return answer(
            {
                "id": str(self._world.application_id),
                "name": self._world.bot.name,
                "description": "",
                "icon": None,
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "00" * 32,
                "owner": owner,
                "team": None,
                "flags": 0,
                "summary": "",
            }
        )

    async def gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return answer({"url": self.gateway_url, "shards": 1, "session_start_limit": limit})

    async def commands(self, request: web.Request) -> web.Response:
        return answer(self._world.commands)

    async def put_commands(self, request: web.Request) -> web.Response:
        """Replace all commands; a command that had the same name keeps its id."""
        if request.match_info["application"] != str(self._world.application_id):
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        ids = {command["name"]: command["id"] for command in self._world.commands}
        commands = request[BODY]
        if len(commands) > 100:
            raise invalid("_", "Maximum number of application commands reached (100).")
        for index, command in enumerate(commands):
            _check_command(command, str(index))
        if len({command["name"] for command in commands}) < len(commands):
            raise invalid("_", "Application command names must be unique")
        version = str(self._world.snowflakes.next())
        self._world.commands = [
            {
                "type": 1,
                **command,
                "id": ids.get(command["name"]) or str(self._world.snowflakes.next()),
                "application_id": str(self._world.application_id),
                "version": version,
            }
            for command in commands
        ]
        self._journal.changed()
        return answer(self._world.commands)

    async def user(self, request: web.Request) -> web.Response:
        user = self._world.users.get(int(request.match_info["user"]))
        if user is None:
            raise ApiError(404, UNKNOWN_USER, "Unknown User")
        return answer(user.payload())

    async def open_direct(self, request: web.Request) -> web.Response:
        user = self._world.users.get(int(request[BODY]["recipient_id"]))
        if user is None:
            raise ApiError(400, UNKNOWN_USER, "Unknown User")
        if user is self._world.bot:
            raise ApiError(400, CANNOT_MESSAGE_USER, "Cannot send messages to this user")
        return answer(self._world.direct_channel(user).payload())

    async def guild(self, request: web.Request) -> web.Response:
        return answer(self._guild(request).payload())

    async def guild_channels(self, request: web.Request) -> web.Response:
        return answer([channel.payload() for channel in self._guild(request).channels if channel.parent is None])

    async def guild_roles(self, request: web.Request) -> web.Response:
        return answer([role.payload() for role in self._guild(request).roles])

    async def member(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        user_id = int(request.match_info["user"])
        if user_id not in guild.members:
            raise ApiError(404, UNKNOWN_MEMBER, "Unknown Member")
        return answer(guild.member_payload(guild.members[user_id][0]))

    def _guild(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(int(request.match_info["guild"]))
        if guild is None:
            raise ApiError(404, UNKNOWN_GUILD, "Unknown Guild")
        if self._world.bot.id not in guild.members:
            raise ApiError(403, MISSING_ACCESS, "Missing Access")
        return guild


def _check_command(command: dict[str, Any], path: str) -> None:
    """Refuse what Discord refuses in a slash command or an option, its translations included."""
    for where, name in _translations(command, "name"):
        if not _NAME.fullmatch(name) or name != name.lower():
            raise invalid(f"{path}.{where}", "Command name is invalid")
    for where, text in _translations(command, "description"):
        if not 1 <= len(text) <= 100:
            raise invalid(f"{path}.{where}", "Must be between 1 and 100 in length.")
    for kind in ("options", "choices"):
        if len(command.get(kind) or []) > 25:
            raise invalid(f"{path}.{kind}", "Must be 25 or fewer in length.")
    for index, choice in enumerate(command.get("choices") or []):
        for where, text in _translations(choice, "name"):
            if not 1 <= len(text) <= 100:
                raise invalid(f"{path}.choices.{index}.{where}", "Must be between 1 and 100 in length.")
    optional = False
    for index, entry in enumerate(command.get("options") or []):
        _check_command(entry, f"{path}.options.{index}")
        if entry["type"] in (_SUBCOMMAND, _GROUP):
            continue
        if entry.get("required") and optional:
            raise invalid(f"{path}.options.{index}", "Required options must be placed before non-required options")
        optional = optional or not entry.get("required")


def _translations(entry: dict[str, Any], field: str) -> list[tuple[str, str]]:
    localized = entry.get(f"{field}_localizations") or {}
    return [(field, entry.get(field, "")), *((f"{field}_localizations.{key}", text) for key, text in localized.items())]
