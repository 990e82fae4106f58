"""What admins see of points. Names are text, never mentions; which option a member chose is shown nowhere."""

from typing import Any, Literal

import discord

from bot.domain.audits import AuditEntry
from bot.domain.flags import FlagRules, Flags
from bot.domain.ledger import LedgerRecord
from bot.domain.localized import Language
from bot.domain.texts import Texts
from bot.services.points import Amended, AuditPage, HistoryPage, Suggestion
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.options import CHOICE_LIMIT
from cogs._shared.render import AMBER, BLUE, DESCRIPTION_LIMIT, cut, plain, stamp, whole_lines

# So that a page fits one embed, whatever people are called and write.
NAME_LIMIT, REASON_LIMIT = 40, 200


def history_message(context: Context, page: HistoryPage, name: str | None) -> dict[str, Any]:
    """Return a page of a member's events with the buttons that lead on. `name`: as the command was given it."""
    lines = [_event_line(context, record, page) for record in page.records]
    who = person(context.bot.texts, context.language, page.user_id, page.name or name)
    embed = discord.Embed(
        title=context.t("points.history.title", name=who),
        description=cut("\n".join(lines) or context.t("points.history.empty"), DESCRIPTION_LIMIT),
        colour=BLUE,
    )
    embed.set_footer(text=context.t("points.history.footer", page=page.page, pages=page.pages))
    newer = button(
        f"ph1:{page.user_id}:{max(page.page - 1, 1)}", context.t("points.history.newer"), disabled=page.page == 1
    )
    older = button(
        f"ph1:{page.user_id}:{page.page + 1}", context.t("points.history.older"), disabled=page.page == page.pages
    )
    return {"embed": embed, "view": rows([newer, older] if page.pages > 1 else [])}


def _event_line(context: Context, record: LedgerRecord, page: HistoryPage) -> str:
    entry = record.entry
    reason = context.t(f"points.reason.{entry.reason}", of=entry.amends_id)
    source = context.t(f"points.source.{entry.source}")
    parts = [f"{entry.local_date} · {source} · `{entry.question_id}` · **{entry.points:+d}** · {reason}"]
    if entry.team_id is not None and entry.team_id in page.teams:
        parts.append(plain(cut(page.teams[entry.team_id], NAME_LIMIT)))
    if record.voided:
        parts.append(f"**{context.t('points.history.voided')}**")
    return f"`#{record.id}` " + " · ".join(parts)


def amended_message(context: Context, verb: Literal["void", "restore"], amended: Amended) -> str:
    """Say what was taken back or given back, and what follows."""
    entry, texts = amended.records[0].entry, context.bot.texts
    said = context.t(
        f"points.{verb}.done",
        events=context.t("list_separator").join(f"#{record.id}" for record in amended.records),
        points=context.t("leaderboard.points", count=abs(amended.points)),
        name=person(texts, context.language, amended.user_id, amended.name),
        source=context.t(f"points.source.{entry.source}"),
        date=entry.local_date,
        question=entry.question_id,
    )
    if amended.team is not None:
        key = "points.team" if verb == "void" else "points.team_restored"
        said += "\n" + context.t(key, team=plain(amended.team))
    return f"{said}\n-# {context.t('points.void.after')}" if verb == "void" else said


def choice_name(texts: Texts, language: Language, suggestion: Suggestion) -> str:
    """Return an event as one line of a list, which shows no markdown."""
    entry = suggestion.record.entry
    name = suggestion.name or person(texts, language, entry.user_id, None)
    said = texts.get(
        "points.choice",
        language,
        id=suggestion.record.id,
        name=cut(name, NAME_LIMIT),
        source=texts.get(f"points.source.{entry.source}", language),
        date=entry.local_date,
        question=entry.question_id,
        points=texts.get("leaderboard.points", language, count=entry.points),
    )
    return cut(said, CHOICE_LIMIT)


def audit_message(context: Context, page: AuditPage, user_id: int, before_id: int) -> dict[str, Any]:
    """Return some acts with the buttons that lead on. `user_id` and `before_id` are 0 for all and from the newest."""
    title = context.t("audit.title")
    if user_id:
        name = person(context.bot.texts, context.language, user_id, page.names.get(user_id))
        title = context.t("audit.title_of", name=name)
    lines = [_act_line(context, entry, page) for entry in page.entries]
    description = cut("\n".join(lines) or context.t("audit.nothing"), DESCRIPTION_LIMIT)
    buttons = []
    if before_id:
        buttons.append(button(f"pu1:{user_id}:0", context.t("audit.newest")))
    if page.older:
        buttons.append(button(f"pu1:{user_id}:{page.entries[-1].id}", context.t("audit.older")))
    return {"embed": discord.Embed(title=title, description=description, colour=BLUE), "view": rows(buttons)}


def _act_line(context: Context, entry: AuditEntry, page: AuditPage) -> str:
    def who(user_id: int | None) -> str:
        name = page.names.get(user_id) if user_id is not None else None
        return person(context.bot.texts, context.language, user_id or 0, name)

    what = context.t(
        f"audit.actions.{entry.action}",
        member=who(entry.subject_id),
        event=entry.ledger_id,
        team=plain(cut(entry.team or "?", NAME_LIMIT)),
    )
    line = context.t("audit.line", when=stamp(entry.created_at), actor=who(entry.actor_id), what=what)
    return f"{line}\n-# {plain(cut(entry.reason, REASON_LIMIT))}" if entry.reason else line


def flags_message(context: Context, flags: Flags, rules: FlagRules) -> discord.Embed:
    """Return what is worth a look: figures, where to look, and that they prove nothing."""
    fast = [
        context.t(
            "points.flags.fast",
            name=person(context.bot.texts, context.language, one.user_id, one.name),
            fast=one.fast,
            answers=one.answers,
            percent=100 * one.fast // one.answers,
        )
        + _where(context, one.user_id)
        for one in flags.fast
    ]
    accounts = [
        context.t(
            "points.flags.account",
            name=person(context.bot.texts, context.language, one.user_id, one.name),
            rank=one.rank,
            window=context.t(f"choices.window.{one.window}"),
            count=one.age.days,
        )
        + _where(context, one.user_id)
        for one in flags.accounts
    ]
    sections = []
    if fast:
        seconds = f"{rules.fast.total_seconds():g}"
        sections += ["", f"__{context.t('points.flags.fast_title', seconds=seconds)}__", *fast]
    if accounts:
        sections += ["", f"__{context.t('points.flags.accounts_title')}__", *accounts]
    said = [context.t("points.flags.intro"), *sections] if sections else [context.t("points.flags.nothing")]
    embed = discord.Embed(
        title=context.t("points.flags.title"),
        description=whole_lines("\n".join(said), DESCRIPTION_LIMIT),
        colour=AMBER,
    )
    key = "points.flags.footer" if flags.complete else "points.flags.footer_part"
    embed.set_footer(text=context.t(key, days=rules.span.days, count=rules.quizzes))
    return embed


def _where(context: Context, user_id: int) -> str:
    return "\n-# " + context.t("points.flags.look", id=user_id)


def person(texts: Texts, language: Language, user_id: int, name: str | None) -> str:
    """Return a member's name, made harmless; who had their data deleted, and who never acted here, have none."""
    if user_id <= 0:
        return texts.get("points.erased", language)
    return plain(cut(name, NAME_LIMIT)) if name else texts.get("points.unknown", language, id=user_id)
