"""`/team`: commands and buttons. All replies are private."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.errors import BotError
from bot.services.team_access import TeamRef
from cogs._shared.checks import require_admin, require_guild
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import Context, Interaction, open_context, reader_of
from cogs._shared.options import MAX_CHOICES
from cogs._shared.render import plain
from cogs.team._acts import CONFIRMED, Act, TeamActs, is_admin
from cogs.team._messages import list_message, page_message, question_message


@app_commands.guild_only()
class TeamCog(commands.GroupCog, name="team"):
    """Eight commands, and the buttons of the list, the page and the questions."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._teams = bot.services.teams
        self._admins = bot.services.team_admins
        self._acts = TeamActs(bot)

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("tl1", self.on_list)
        self._bot.add_route("tp1", self.on_page)
        self._bot.add_route("tj1", self.on_join)
        self._bot.add_route("tv1", self.on_leave)
        self._bot.add_route("ta1", self.on_approve)
        self._bot.add_route("tr1", self.on_reject)
        self._bot.add_route("tx1", self.on_confirmed)

    # ---------------------------------------------------------------- members

    @app_commands.command(name="create")
    async def create(self, interaction: Interaction, name: str, open: bool = True) -> None:
        """Found a team."""
        guild_id = require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        team = await self._teams.create(context.reader, guild_id, name, open, self._bot.clock())
        key = "pending" if team.state == "pending" else "open" if team.open else "closed"
        page = button(f"tp1:{team.id}", context.t("team.see"))
        await context.reply(context.t(f"team.created.{key}", name=plain(team.name)), view=rows([page]))

    @app_commands.command(name="join")
    async def join(self, interaction: Interaction, team: str) -> None:
        """Join a team that is open, or to which one is invited."""
        await self._join(interaction, team, update=False)

    async def on_join(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tj1:<team>`: join the team."""
        (team_id,) = numbers(arguments, 1)
        await self._join(interaction, team_id, update=True)

    async def _join(self, interaction: Interaction, ref: TeamRef, *, update: bool) -> None:
        guild_id = require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=update)
        team = await self._teams.join(context.reader, guild_id, ref, self._bot.clock())
        page = button(f"tp1:{team.id}", context.t("team.see"))
        await context.reply(context.t("team.joined", name=plain(team.name)), view=rows([page]))

    @join.autocomplete("team")
    async def complete_joinable(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer the teams that the reader could join, those that invited them first."""
        return await self._suggest(interaction, current, joinable=True)

    @app_commands.command(name="leave")
    async def leave(self, interaction: Interaction) -> None:
        """Leave one's team; the last member is asked first."""
        await self._leave(interaction, None, sure=False, update=False)

    async def on_leave(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tv1:<team>:<sure>`: leave the team; with sure 1 also as its last member."""
        team_id, sure = numbers(arguments, 2)
        if sure > 1:
            raise BotError("button.stale")
        await self._leave(interaction, team_id, sure=bool(sure), update=True)

    async def _leave(self, interaction: Interaction, team_id: int | None, *, sure: bool, update: bool) -> None:
        guild_id = require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=update)
        left = await self._teams.leave(context.reader, guild_id, team_id, self._bot.clock(), last_too=sure)
        if not left.done:
            custom_id = f"tv1:{left.team.id}:1"
            await context.reply(**question_message(context, "leave", left.team.name, custom_id))
            return
        key = "disbanded" if left.disbanded else "captain" if left.successor_id is not None else "member"
        await context.reply(context.t(f"team.left.{key}", name=plain(left.team.name)))

    # ------------------------------------------------------------------- look

    @app_commands.command(name="list")
    async def list_teams(self, interaction: Interaction) -> None:
        """Show the server's teams."""
        await self._list(interaction, 0, update=False)

    async def on_list(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tl1:<page>`: show a page of the list; the last one when there are fewer by now."""
        (page,) = numbers(arguments, 1)
        await self._list(interaction, page, update=True)

    async def _list(self, interaction: Interaction, page: int, *, update: bool) -> None:
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=update)
        await self._teams.arrive(context.reader, self._bot.clock())
        await self._reply_list(context, page)

    async def _reply_list(self, context: Context, page: int, content: str | None = None) -> None:
        admin = is_admin(context)
        found = await self._teams.listing(context.reader, require_guild(context.interaction), admin=admin)
        await context.reply(content, **list_message(context, found, page, admin=admin))

    @app_commands.command(name="show")
    async def show(self, interaction: Interaction, team: str | None = None) -> None:
        """Show a team's page; one's own without a name."""
        await self._show(interaction, team, update=False)

    async def on_page(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tp1:<team>`: show the team's page."""
        (team_id,) = numbers(arguments, 1)
        await self._show(interaction, team_id, update=True)

    async def _show(self, interaction: Interaction, ref: TeamRef | None, *, update: bool) -> None:
        guild_id = require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=update)
        await self._teams.arrive(context.reader, self._bot.clock())
        page = await self._teams.page(context.reader, guild_id, ref, self._bot.clock(), admin=is_admin(context))
        await context.reply(**page_message(context, page))

    # ----------------------------------------------------------------- manage

    @app_commands.command(name="manage")
    async def manage(
        self,
        interaction: Interaction,
        action: Act,
        name: str | None = None,
        member: discord.User | None = None,
        team: str | None = None,
    ) -> None:
        """Change one's team as its captain, or any team as an admin."""
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        await context.reply(**await self._acts.start(context, action, team, name, member))

    @show.autocomplete("team")
    @manage.autocomplete("team")
    async def complete_team(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer all teams."""
        return await self._suggest(interaction, current, joinable=False)

    async def on_confirmed(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tx1:<act>:<team, or role>:<member>`: do what was asked about."""
        if not arguments or arguments[0] not in CONFIRMED:
            raise BotError("button.stale")
        subject, member = numbers(arguments[1:], 2)
        require_guild(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        await context.reply(**await self._acts.confirmed(context, arguments[0], subject, member))

    # ----------------------------------------------------------------- admins

    async def on_approve(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ta1:<team>`: approve the team, and show the list as it is then."""
        (team_id,) = numbers(arguments, 1)
        require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        done = await self._acts.approve(context, team_id)
        await self._reply_list(context, 0, done["content"])

    async def on_reject(self, interaction: Interaction, arguments: list[str]) -> None:
        """`tr1:<team>`: ask whether the team is to be rejected."""
        (team_id,) = numbers(arguments, 1)
        require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        await context.reply(**await self._acts.ask_reject(context, team_id))

    @app_commands.command(name="link")
    async def link(self, interaction: Interaction, role: discord.Role, name: str) -> None:
        """Make a team of everybody who wears a role, or rename it."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        if role.is_default():
            raise BotError("team.role_everyone")
        if role.managed:
            raise BotError("team.role_managed")
        linking = await self._admins.link(context.reader, guild_id, role.id, name, self._bot.clock())
        key = "renamed" if linking.old_name is not None else "made"
        old = plain(linking.old_name) if linking.old_name is not None else ""
        told = context.t(f"team.link.{key}", name=plain(linking.name), role=role.mention, old=old)
        await context.reply(told)

    @app_commands.command(name="unlink")
    async def unlink(self, interaction: Interaction, role: discord.Role) -> None:
        """End the team of a role."""
        require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        await context.reply(**await self._acts.ask_unlink(context, role))

    async def _suggest(
        self, interaction: Interaction, current: str, *, joinable: bool
    ) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None:
            return []
        names = await self._teams.suggest(
            reader_of(interaction),
            interaction.guild_id,
            current,
            MAX_CHOICES,
            joinable=joinable,
            admin=interaction.permissions.manage_guild,
        )
        return [app_commands.Choice(name=name, value=name) for name in names]
