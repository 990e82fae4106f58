"""`/doctor`: which permission is missing in which channel."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.schedules import Schedule
from bot.services.schedules import ScheduleService
from cogs._shared.checks import missing_permissions, require_admin
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.render import DESCRIPTION_LIMIT, GREEN, RED, cut


class DoctorCog(commands.Cog):
    """One command, for admins."""

    def __init__(self, schedules: ScheduleService) -> None:
        self._schedules = schedules

    @app_commands.command(name="doctor")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def doctor(self, interaction: Interaction) -> None:
        """Check every channel that has a daily question."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        lines = [self._examine(context, schedule) for schedule in await self._schedules.list_guild(guild_id)]
        well = all(line.startswith("✅") for line in lines)
        embed = discord.Embed(
            title=context.t("doctor.title"),
            description=cut("\n".join(lines) or context.t("doctor.nothing"), DESCRIPTION_LIMIT),
            colour=GREEN if well else RED,
        )
        embed.set_footer(text=context.t("doctor.footer"))
        await context.reply(embed=embed)

    def _examine(self, context: Context, schedule: Schedule) -> str:
        place = f"<#{schedule.channel_id}>"
        guild = context.interaction.guild
        channel = guild.get_channel(schedule.channel_id) if guild else None
        if guild is None or channel is None:
            return f"❌ {place} {context.t('doctor.gone')}"
        role = guild.get_role(schedule.mention_role_id) if schedule.mention_role_id else None
        missing = missing_permissions(channel, thread=schedule.thread, role=role)
        if missing:
            names = context.t("list_separator").join(context.t(f"permissions.{name}") for name in missing)
            return f"❌ {place} {context.t('doctor.missing', permissions=names)}"
        if schedule.paused:
            return f"✅ {place} {context.t('doctor.paused')}"
        return f"✅ {place} {context.t('doctor.well')}"


async def setup(bot: InterviewBot) -> None:
    """Called by discord.py."""
    await bot.add_cog(DoctorCog(bot.services.schedules))
