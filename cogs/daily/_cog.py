"""`/daily`: an admin's commands. Each checks, calls one service method, and says what is so now."""

import datetime as dt
from typing import Literal

import discord
from apscheduler.triggers.interval import IntervalTrigger
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.deliveries import LETTERS
from bot.domain.localized import Language
from bot.domain.schedules import Change
from bot.domain.slots import Days
from bot.domain.wall_clock import parse_time, parse_timezone, suggest_timezones
from bot.errors import BotError
from bot.services.schedules import topics_of
from cogs._shared.checks import missing_permissions, require_admin
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import MAX_CHOICES, complete_topic
from cogs._shared.render import stamp, text
from cogs.daily._corrections import Corrector, correct_text, void_text
from cogs.daily._messages import preview_message
from cogs.daily._poster import TICK, DailyPoster
from cogs.daily._status import setup_text, status_embed

HEARTBEAT_SECONDS = 60


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class DailyCog(commands.GroupCog, name="daily"):
    """Admin commands, and the tick that keeps the promise."""

    def __init__(self, bot: InterviewBot, poster: DailyPoster, corrector: Corrector) -> None:
        self._bot = bot
        self._poster = poster
        self._corrector = corrector
        self._schedules = bot.services.schedules
        self._deliveries = bot.services.deliveries
        self._corrections = bot.services.corrections

    async def cog_load(self) -> None:
        """Register the three jobs of the tick (at once on start, then every second) and the heartbeat."""
        now = self._bot.clock()
        for job in (self._poster.reconcile, self._poster.post, self._poster.reveal):
            self._bot.scheduler.add_job(
                job,
                IntervalTrigger(seconds=TICK.total_seconds()),
                next_run_time=now,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._bot.scheduler.add_job(
            self._beat, IntervalTrigger(seconds=HEARTBEAT_SECONDS), next_run_time=now, misfire_grace_time=None
        )
        self._bot.add_route("dn1", self.on_show_next)
        self._bot.add_route("de1", self.on_everyone)

    async def _beat(self) -> None:
        await self._bot.services.operations.beat(self._bot.clock())

    @app_commands.command(name="setup")
    async def setup_daily(
        self,
        interaction: Interaction,
        channel: discord.abc.GuildChannel,
        time: str,
        timezone: str,
        topic: str | None = None,
        difficulty: app_commands.Range[int, 1, 5] | None = None,
        days: Days | None = None,
        language: Language | None = None,
        mention: discord.Role | None = None,
        reveal_after_hours: app_commands.Range[float, 0.01, 47.0] | None = None,
        thread: bool | None = None,
        admin_channel: discord.TextChannel | None = None,
        feedback: Literal["after_reveal", "at_once"] | None = None,
    ) -> None:
        """Create the channel's schedule, or change what is named."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        change = Change(
            time=parse_time(time),
            timezone=parse_timezone(timezone),
            topics=tuple(topics_of(topic)) if topic is not None else None,
            difficulty=difficulty,
            days=days,
            language=language,
            # Mentioning everyone every day is asked about once more, below.
            mention_role_id=mention.id if mention and not mention.is_default() else None,
            reveal_after=dt.timedelta(hours=reveal_after_hours) if reveal_after_hours is not None else None,
            thread=thread,
            admin_channel_id=admin_channel.id if admin_channel else None,
            feedback="delayed" if feedback == "after_reveal" else feedback,
        )
        everyone = mention is not None and mention.is_default()
        if everyone and not interaction.permissions.mention_everyone:
            raise BotError("daily.everyone")
        self._check_channel(context, channel, thread=bool(thread), role=mention)
        result = await self._schedules.setup(
            guild_id, channel.id, interaction.user.id, change, context.language, self._bot.clock()
        )
        if everyone:
            confirm = button(
                f"de1:{channel.id}", context.t("daily.setup.everyone_yes"), style=discord.ButtonStyle.danger
            )
            note = context.t("daily.setup.everyone")
            await context.reply(f"{setup_text(context, result)}\n\n{note}", view=rows([confirm]))
        else:
            await context.reply(setup_text(context, result))

    async def on_everyone(self, interaction: Interaction, arguments: list[str]) -> None:
        """`de1:<channel>`: the confirmation that each post is to mention everyone."""
        guild_id = require_admin(interaction)
        (channel_id,) = numbers(arguments, 1)
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        if not interaction.permissions.mention_everyone:
            raise BotError("daily.everyone")
        # The role @everyone has the server's id.
        change = Change(mention_role_id=guild_id)
        await self._schedules.get(guild_id, channel_id)
        result = await self._schedules.setup(
            guild_id, channel_id, interaction.user.id, change, context.language, self._bot.clock()
        )
        await context.reply(setup_text(context, result))

    @app_commands.command(name="status")
    async def status(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Show how the channel's schedule does; the next question hides behind a button, since admins play too."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        status = await self._schedules.status(guild_id, _channel_id(interaction, channel))
        upcoming = self._schedules.upcoming(status.schedule, self._bot.clock(), 1)
        view = rows([button(f"dn1:{status.schedule.channel_id}", context.t("daily.status.show_next"))])
        await context.reply(embed=status_embed(context, status, upcoming), view=view)

    @app_commands.command(name="preview")
    async def preview(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Show the next post privately, spending nothing."""
        require_admin(interaction)
        context = await open_context(interaction)
        await self._preview(context, _channel_id(interaction, channel))

    async def on_show_next(self, interaction: Interaction, arguments: list[str]) -> None:
        """`dn1:<channel>`: the button of `/daily status`."""
        require_admin(interaction)
        (channel_id,) = numbers(arguments, 1)
        await self._preview(await open_context(interaction), channel_id)

    async def _preview(self, context: Context, channel_id: int) -> None:
        post = await self._deliveries.preview(context.interaction.guild_id or 0, channel_id)
        topic = text(self._bot.services.bank.topics.name(post.delivery.topic), post.delivery.language)
        await context.reply(**preview_message(context, topic, post))

    @app_commands.command(name="pause")
    async def pause(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Stop posting until `/daily resume`."""
        await self._change(interaction, channel, "pause")

    @app_commands.command(name="resume")
    async def resume(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Post again from the next slot on."""
        await self._change(interaction, channel, "resume")

    @app_commands.command(name="remove")
    async def remove(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Take the daily question out of the channel; points and history stay."""
        await self._change(interaction, channel, "remove")

    async def _change(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | None,
        verb: Literal["pause", "resume", "remove"],
    ) -> None:
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        method = {"pause": self._schedules.pause, "resume": self._schedules.resume, "remove": self._schedules.remove}
        schedule = await method[verb](guild_id, _channel_id(interaction, channel), self._bot.clock())
        when = discord.utils.format_dt(schedule.next_due_at, "F") if schedule.next_due_at else ""
        await context.reply(context.t(f"daily.{verb}.done", channel=f"<#{schedule.channel_id}>", when=when))

    @app_commands.command(name="now")
    async def now(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Post today's question at once, or link to it when it is posted already."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        channel_id = _channel_id(interaction, channel)
        result = await self._deliveries.claim_now(guild_id, channel_id, self._bot.clock())
        place = f"<#{channel_id}>"
        if result.post is not None:
            sent = await self._poster.send(result.post)
            key = "daily.now.posted" if sent else "daily.now.trying"
            await context.reply(context.t(key, channel=place))
        elif result.existing is not None and result.existing.message_id is not None:
            url = f"https://discord.com/channels/{guild_id}/{channel_id}/{result.existing.message_id}"
            await context.reply(context.t("daily.now.already", url=url))
        else:
            await self._deliveries.channel_changed([channel_id], self._bot.clock())
            await context.reply(context.t("daily.now.trying", channel=place))

    @app_commands.command(name="skip")
    async def skip(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Leave the next question out, and only that one."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        skipped = await self._schedules.skip(guild_id, _channel_id(interaction, channel), self._bot.clock())
        due_at, place = skipped.schedule.next_due_at, f"<#{skipped.schedule.channel_id}>"
        when, relative = (stamp(due_at, "F"), stamp(due_at, "R")) if due_at is not None else ("—", "—")
        left_out = stamp(skipped.slot.due_at, "F")
        await context.reply(context.t("daily.skip.done", channel=place, skipped=left_out, when=when, relative=relative))

    @app_commands.command(name="void")
    async def void(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        """Withdraw the latest question: it counts for nobody, and nobody loses points."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        mending = await self._corrections.void(guild_id, _channel_id(interaction, channel), self._bot.clock())
        await context.reply(void_text(context, mending, await self._corrector.bring_in_line(mending.delivery.id)))

    @app_commands.command(name="correct")
    async def correct(
        self,
        interaction: Interaction,
        option: Literal["A", "B", "C", "D", "E"],
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Make another option of the latest question the right one."""
        guild_id = require_admin(interaction)
        context = await open_context(interaction)
        await context.acknowledge()
        channel_id, position = _channel_id(interaction, channel), LETTERS.index(option)
        mending = await self._corrections.correct(guild_id, channel_id, position, self._bot.clock())
        failed = await self._corrector.bring_in_line(mending.delivery.id)
        await context.reply(correct_text(context, mending, option, failed))

    @setup_daily.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)

    @setup_daily.autocomplete("timezone")
    async def complete_timezone(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer IANA names, near matches too."""
        return [app_commands.Choice(name=name, value=name) for name in suggest_timezones(current, MAX_CHOICES)]

    def _check_channel(
        self, context: Context, channel: discord.abc.GuildChannel, *, thread: bool, role: discord.Role | None
    ) -> None:
        if not isinstance(channel, discord.TextChannel):
            raise BotError("daily.not_text_channel", channel=channel.mention)
        missing = missing_permissions(channel, thread=thread, role=role)
        if missing:
            names = context.t("list_separator").join(context.t(f"permissions.{name}") for name in missing)
            raise BotError("daily.missing_permissions", channel=channel.mention, permissions=names)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """An overwrite may have been mended: try the channel's waiting slots at once."""
        await self._deliveries.channel_changed([after.id], self._bot.clock())

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role may have been mended."""
        if before.permissions != after.permissions:
            await self._try_guild(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Our own member is told of without any intent: it may have been given a role."""
        if self._bot.user is not None and after.id == self._bot.user.id and before.roles != after.roles:
            await self._try_guild(after.guild.id)

    async def _try_guild(self, guild_id: int) -> None:
        """Try all of the server's waiting slots at once."""
        channel_ids = [schedule.channel_id for schedule in await self._schedules.list_guild(guild_id)]
        await self._deliveries.channel_changed(channel_ids, self._bot.clock())


def _channel_id(interaction: Interaction, channel: discord.TextChannel | None) -> int:
    """The channel named, or the current one."""
    return channel.id if channel is not None else interaction.channel_id or 0
