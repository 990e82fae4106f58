"""What admins read about a schedule."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import discord

from bot.domain.deliveries import Delivery, Slot, SlotState
from bot.domain.figures import Figures
from bot.domain.schedules import Schedule
from bot.domain.slots import DueSlot
from bot.services.schedules import SetupResult, Status
from cogs._shared.context import Context
from cogs._shared.render import BLUE, RED, cut, stamp, text, whole_lines

# Later than this is shown as late; a tick comes every second.
ON_TIME = timedelta(seconds=60)
# A whole bank of topics would leave no room for the rest.
TOPICS_LIMIT = 300
# Slots that were given up for no fault of the sending; all other reasons are failures.
LEFT_OUT = frozenset({"by_admin", "stopped", "missed", "no_questions"})
_MARKS = {
    SlotState.POSTED: "✅",
    SlotState.SKIPPED: "⏭️",
    SlotState.PENDING: "⏳",
    SlotState.CLAIMED: "⏳",
    SlotState.SENDING: "⏳",
    SlotState.UNKNOWN: "❓",
}


def setup_text(context: Context, result: SetupResult) -> str:
    """Return the answer to `/daily setup`: what holds now, what changed, the next three due times."""
    schedule = result.schedule
    key = "daily.setup.created" if result.created else "daily.setup.changed"
    if not result.created and not result.changed:
        key = "daily.setup.unchanged"
    lines = [context.t(key, channel=f"<#{schedule.channel_id}>")]
    names = describe(context, schedule)
    shown = names if result.created else {name: names[name] for name in result.changed if name in names}
    lines += ["• " + _field(context, name, value) for name, value in shown.items()]
    lines.append(context.t("daily.setup.next"))
    lines += ["• " + _due(context, slot) for slot in result.upcoming]
    lines.append(context.t("daily.setup.hint"))
    return "\n".join(lines)


def describe(context: Context, schedule: Schedule) -> dict[str, str]:
    """Return the schedule's fields as people read them, by name, in the command's order."""
    topics = context.bot.services.bank.topics
    separator = context.t("list_separator")
    return {
        "time": f"{schedule.time:%H:%M}",
        "timezone": schedule.timezone,
        "topics": cut(
            separator.join(text(topics.name(path), context.language) for path in schedule.topics), TOPICS_LIMIT
        )
        or context.t("daily.fields.all_topics"),
        "difficulty": "★" * schedule.difficulty if schedule.difficulty else context.t("daily.fields.any"),
        "days": context.t(f"choices.days.{schedule.days}"),
        "language": context.t(f"choices.language.{schedule.language}"),
        "mention_role_id": _role(context, schedule),
        "reveal_after": _hours(context, schedule.reveal_after),
        "thread": context.t("daily.fields.yes" if schedule.thread else "daily.fields.no"),
        "admin_channel_id": f"<#{schedule.admin_channel_id}>"
        if schedule.admin_channel_id
        else context.t("daily.fields.none"),
        "feedback": context.t(
            "choices.feedback.at_once" if schedule.feedback == "at_once" else "choices.feedback.after_reveal"
        ),
    }


def status_embed(context: Context, status: Status, upcoming: Sequence[DueSlot]) -> discord.Embed:
    """Return how a schedule does: settings, what is in the way, the next slot, the latest ones."""
    schedule = status.schedule
    embed = discord.Embed(
        title=context.t("daily.status.title"),
        description=f"<#{schedule.channel_id}>",
        colour=RED if schedule.suspended_reason else BLUE,
    )
    fields = [_field(context, name, value) for name, value in describe(context, schedule).items()]
    embed.add_field(name=context.t("daily.status.settings"), value="\n".join(fields), inline=False)
    if schedule.suspended_reason:
        reason = context.t(f"daily.reason.{schedule.suspended_reason}")
        embed.add_field(name=context.t("daily.status.trouble"), value=reason, inline=False)
    dues = "\n".join(_due(context, slot) for slot in upcoming)
    due = context.t("daily.status.paused") if schedule.paused else dues
    embed.add_field(name=context.t("daily.status.next"), value=due or "—", inline=False)
    lines = [_slot_line(context, slot, delivery) for slot, delivery in status.recent]
    embed.add_field(
        name=context.t("daily.status.recent"),
        value=whole_lines("\n".join(lines)) or context.t("daily.status.none_yet"),
        inline=False,
    )
    if status.figures.due:
        name = context.t("daily.status.figures", count=status.figures.due)
        embed.add_field(name=name, value=figures_text(context, status.figures), inline=False)
    return embed


def figures_text(context: Context, figures: Figures) -> str:
    """Return what became of a schedule's latest slots: posted and how late, skipped and failed with reasons."""
    given_up = figures.skipped.items()
    skipped = {reason: count for reason, count in given_up if reason in LEFT_OUT}
    failed = {reason: count for reason, count in given_up if reason not in LEFT_OUT}
    lines = [context.t("daily.status.figures_posted", posted=figures.posted, due=figures.due)]
    if figures.late_median is not None and figures.late_p99 is not None:
        median, p99 = span_text(context, figures.late_median), span_text(context, figures.late_p99)
        lines.append(context.t("daily.status.figures_late", median=median, p99=p99))
    if skipped:
        lines.append(context.t("daily.status.figures_skipped", reasons=_reasons(context, skipped)))
    if failed:
        lines.append(context.t("daily.status.figures_failed", reasons=_reasons(context, failed)))
    if figures.waiting:
        lines.append(context.t("daily.status.figures_waiting", reasons=_reasons(context, figures.waiting)))
    return whole_lines("\n".join(lines))


def _reasons(context: Context, counts: Mapping[str, int]) -> str:
    said = []
    for reason, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        told = context.t(f"daily.reason.{reason}") if reason else context.t("daily.state.claimed")
        said.append(context.t("daily.status.figures_reason", reason=told, number=count))
    return context.t("list_separator").join(said)


def span_text(context: Context, span: timedelta) -> str:
    """Return a span as people say it, in at most two units."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return context.t("daily.span.seconds", seconds=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours == 0:
        return context.t("daily.span.minutes", minutes=minutes)
    return context.t("daily.span.hours", hours=hours, minutes=minutes)


def _slot_line(context: Context, slot: Slot, delivery: Delivery | None) -> str:
    line = f"{_MARKS[slot.state]} `{slot.local_date.isoformat()}` {context.t(f'daily.state.{slot.state}')}"
    if slot.state is SlotState.POSTED and slot.posted_at is not None:
        late = slot.posted_at - slot.due_at
        if late > ON_TIME:
            line += " · " + context.t("daily.status.late", minutes=round(late.total_seconds() / 60))
        if delivery is not None and delivery.message_id is not None:
            url = f"https://discord.com/channels/{delivery.guild_id}/{delivery.channel_id}/{delivery.message_id}"
            line += f" · [{context.t('daily.status.link')}]({url})"
        if delivery is not None and delivery.voided_at is not None:
            line += " · " + context.t("daily.status.voided")
        if delivery is not None and delivery.revealed_at is not None:
            line += " · " + context.t("daily.status.revealed")
    elif slot.reason:
        line += " · " + context.t(f"daily.reason.{slot.reason}")
    return line


def _role(context: Context, schedule: Schedule) -> str:
    if schedule.mention_role_id is None:
        return context.t("daily.fields.none")
    return "@everyone" if schedule.mention_role_id == schedule.guild_id else f"<@&{schedule.mention_role_id}>"


def _hours(context: Context, span: timedelta | None) -> str:
    if span is None:
        return context.t("daily.fields.reveal_default")
    if span < timedelta(hours=1):
        return context.t("daily.fields.minutes", minutes=f"{span.total_seconds() / 60:.2g}")
    return context.t("daily.fields.hours", hours=f"{span.total_seconds() / 3600:g}")


def _field(context: Context, name: str, value: str) -> str:
    return context.t("daily.fields.line", name=context.t(f"daily.fields.{name}"), value=value)


def _due(context: Context, slot: DueSlot) -> str:
    return context.t("daily.status.due", when=stamp(slot.due_at, "F"), relative=stamp(slot.due_at, "R"))
