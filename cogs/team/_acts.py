"""What `/team manage` does: each act checks, asks first where it cannot be undone, does it, and says what is so now."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import discord

from bot.client import InterviewBot
from bot.errors import BotError
from bot.services.team_access import TeamRef
from cogs._shared.checks import require_admin, require_guild
from cogs._shared.context import Context
from cogs._shared.render import plain
from cogs.team._messages import question_message

Act = Literal["rename", "invite", "uninvite", "remove", "hand_over", "open", "close", "disband", "approve", "reject"]
# What a button asks for once more before it is done; unlinking a role is a command of its own.
CONFIRMED = ("remove", "hand_over", "disband", "reject", "unlink")
ABOUT_MEMBERS = ("invite", "uninvite", "remove", "hand_over")
FOR_ADMINS = ("approve", "reject", "unlink")
ACTS: Sequence[str] = get_args(Act)


def is_admin(context: Context) -> bool:
    """Whether the reader may manage the server."""
    return context.interaction.permissions.manage_guild


class TeamActs:
    """Runs acts; the commands and the buttons share it."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._captains = bot.services.team_captains
        self._admins = bot.services.team_admins

    async def start(
        self,
        context: Context,
        act: Act,
        team: str | None,
        name: str | None,
        member: discord.Member | discord.User | None,
    ) -> dict[str, Any]:
        """Do an act, or ask whether it is meant; returns the reply.

        Raises:
            BotError: `team.needs_name`, `team.needs_member`, `team.needs_team`, `team.bot`, `team.not_here`; what the
                services raise.
        """
        if act == "rename" and name is None:
            raise BotError("team.needs_name")
        if act in ABOUT_MEMBERS:
            if member is None:
                raise BotError("team.needs_member")
            if act == "invite" and member.bot:
                raise BotError("team.bot")
            if act == "invite" and not isinstance(member, discord.Member):
                raise BotError("team.not_here")
        if act in FOR_ADMINS:
            return await self._decide(context, act, team)
        if act in CONFIRMED:
            return await self._ask(context, act, team, member)
        return await self._do(context, act, team, name, member)

    async def ask_reject(self, context: Context, ref: TeamRef) -> dict[str, Any]:
        """Ask whether a team is really not wanted."""
        team = await self._admins.find_pending(require_admin(context.interaction), ref)
        return question_message(context, "reject", team.name, f"tx1:reject:{team.id}:0")

    async def ask_unlink(self, context: Context, role: discord.Role) -> dict[str, Any]:
        """Ask whether a role's team is to end."""
        team = await self._admins.find_linked(require_admin(context.interaction), role.id)
        return question_message(context, "unlink", team.name, f"tx1:unlink:{role.id}:0")

    async def confirmed(self, context: Context, act: str, subject: int, member: int) -> dict[str, Any]:
        """Do what the reader has confirmed. `subject` is the team's id, or the role's for unlinking."""
        guild_id, now, reader = require_guild(context.interaction), self._bot.clock(), context.reader
        admin = is_admin(context)
        if act in FOR_ADMINS:
            require_admin(context.interaction)
        if act == "remove":
            team = await self._captains.remove(reader, guild_id, subject, member, now, admin=admin)
        elif act == "hand_over":
            team = await self._captains.hand_over(reader, guild_id, subject, member, now, admin=admin)
        elif act == "disband":
            team = await self._captains.disband(reader, guild_id, subject, now, admin=admin)
        elif act == "reject":
            team = await self._admins.reject(reader, guild_id, subject, now)
        else:
            team = await self._admins.unlink(reader, guild_id, subject, now)
        return {"content": context.t(f"team.done.{act}", name=plain(team.name))}

    async def approve(self, context: Context, ref: TeamRef) -> dict[str, Any]:
        """Let a team count."""
        guild_id = require_admin(context.interaction)
        team = await self._admins.approve(context.reader, guild_id, ref, self._bot.clock())
        return {"content": context.t("team.approved", name=plain(team.name))}

    async def _decide(self, context: Context, act: Act, team: str | None) -> dict[str, Any]:
        require_admin(context.interaction)
        if team is None:
            raise BotError("team.needs_team")
        return await (self.approve(context, team) if act == "approve" else self.ask_reject(context, team))

    async def _ask(
        self, context: Context, act: Act, ref: str | None, member: discord.Member | discord.User | None
    ) -> dict[str, Any]:
        about = member if act in ABOUT_MEMBERS else None
        team = await self._captains.preview(
            context.reader,
            require_guild(context.interaction),
            ref,
            about.id if about is not None else None,
            admin=is_admin(context),
        )
        if act == "remove" and about is not None and about.id == team.captain_id == context.reader.user_id:
            raise BotError("team.remove_self")
        if act == "hand_over" and about is not None and about.id == team.captain_id:
            raise BotError("team.captain_already")
        custom_id = f"tx1:{act}:{team.id}:{about.id if about is not None else 0}"
        return question_message(context, act, team.name, custom_id, member=about)

    async def _do(
        self,
        context: Context,
        act: Act,
        ref: str | None,
        name: str | None,
        member: discord.Member | discord.User | None,
    ) -> dict[str, Any]:
        guild_id, now, admin = require_guild(context.interaction), self._bot.clock(), is_admin(context)
        reader = context.reader
        if act == "rename":
            old, new = await self._captains.rename(reader, guild_id, ref, name or "", now, admin=admin)
            return {"content": context.t("team.renamed", old=plain(old), name=plain(new))}
        if act in ("open", "close"):
            team = await self._captains.set_open(reader, guild_id, ref, act == "open", now, admin=admin)
            return {"content": context.t(f"team.entry.{act}", name=plain(team.name))}
        assert member is not None  # noqa: S101 - `start` has made sure of it
        invite = self._captains.invite if act == "invite" else self._captains.uninvite
        team = await invite(reader, guild_id, ref, member.id, now, admin=admin)
        told = context.t(f"team.invitation.{act}", name=plain(team.name), member=plain(member.display_name))
        return {"content": told}
