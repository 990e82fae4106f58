"""What a session looks like: the question, the feedback, the summary. One private message, edited from step to step.

Shared by quizzes and reviews; its buttons are routed by `cogs/quiz`.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.deliveries import LETTERS
from bot.domain.kinds import MultipleItem, NumericItem, OrderingItem, SingleItem
from bot.domain.quizzes import QuizFeedback, QuizStep, QuizSummary
from cogs._shared.cards import add_item_card
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.job_list import job_lines
from cogs._shared.render import (
    AMBER,
    BLUE,
    DESCRIPTION_LIMIT,
    FIELD_LIMIT,
    GREEN,
    RED,
    cut,
    item_body,
    letters_of,
    number,
    ordered,
    reason_lines,
    right_letters,
    stamp,
    stem_lines,
    text,
)

# Stands for "nothing picked" in a custom_id, whose parts are never empty.
NOTHING = "n"
PRIMARY, SECONDARY, SUCCESS, DANGER = (
    discord.ButtonStyle.primary,
    discord.ButtonStyle.secondary,
    discord.ButtonStyle.success,
    discord.ButtonStyle.danger,
)


def encode(picks: Sequence[int]) -> str:
    """Write displayed positions as digits, in the order picked."""
    return "".join(map(str, picks)) or NOTHING


async def show_step(context: Context, step: QuizStep, picks: Sequence[int] = ()) -> dict[str, Any]:
    """Return a question with its controls and, where it needs one, its card of formulas."""
    message = step_message(context, step, picks)
    order = step.place.option_order
    return await add_item_card(context.bot, message, step.item, order, context.language)


async def show_result(context: Context, result: QuizStep | QuizSummary) -> dict[str, Any]:
    """Return what comes next in a session: a question, or the summary when none is left."""
    return await show_step(context, result) if isinstance(result, QuizStep) else summary_message(context, result)


def step_message(context: Context, step: QuizStep, picks: Sequence[int] = ()) -> dict[str, Any]:
    """Return a question with its controls. `picks` are displayed positions chosen so far (multiple, ordering)."""
    topic = context.bot.services.bank.topics.name(step.place.topic)
    embed = discord.Embed(
        title=context.t("quiz.step.title", number=step.number, total=step.session.total),
        description=item_body(step.item, step.place.option_order, context.language),
        colour=BLUE,
    )
    hint = context.t(f"quiz.step.{step.item.kind}")
    if step.deadline is not None:
        hint += "\n" + context.t("quiz.step.deadline", relative=stamp(step.deadline, "R"))
    embed.add_field(name="\u200b", value=hint, inline=False)
    stars = "★" * step.item.difficulty + "☆" * (5 - step.item.difficulty)
    embed.set_footer(text=f"{text(topic, context.language)} · {stars}")
    controls = _controls(context, step, list(picks))
    stop = button(f"qe1:{step.session.id}", context.t("quiz.stop.label"), row=4)
    return {"embed": embed, "view": rows([*controls, stop])}


def _controls(context: Context, step: QuizStep, picks: list[int]) -> list[discord.ui.Button[discord.ui.View]]:
    place = f"{step.session.id}:{step.place.position}"
    count = len(step.place.option_order)
    if isinstance(step.item, SingleItem):
        return [button(f"qc1:{place}:{n}", LETTERS[n], style=PRIMARY) for n in range(count)]
    if isinstance(step.item, NumericItem):
        return [button(f"qn1:{place}", context.t("quiz.step.enter"), style=PRIMARY)]
    if isinstance(step.item, MultipleItem):
        return [
            *(_toggle(place, n, picks) for n in range(count)),
            _submit(context, place, picks, ready=bool(picks)),
        ]
    chosen = " → ".join(LETTERS[n] for n in picks)
    return [
        *(_append(place, n, picks) for n in range(count)),
        _submit(context, place, picks, ready=len(picks) == count, chosen=chosen),
        button(f"qt1:{place}:{NOTHING}", context.t("quiz.step.reset"), disabled=not picks, row=3),
    ]


def _toggle(place: str, position: int, picks: list[int]) -> discord.ui.Button[discord.ui.View]:
    chosen = position in picks
    after = sorted(set(picks) ^ {position})
    return button(f"qt1:{place}:{encode(after)}", LETTERS[position], style=SUCCESS if chosen else SECONDARY)


def _append(place: str, position: int, picks: list[int]) -> discord.ui.Button[discord.ui.View]:
    if position in picks:
        label = f"{picks.index(position) + 1}. {LETTERS[position]}"
        # Disabled, so its custom_id only has to be unlike the others.
        return button(f"qt1:{place}:done{position}", label, style=SUCCESS, disabled=True)
    return button(f"qt1:{place}:{encode([*picks, position])}", LETTERS[position], style=PRIMARY)


def _submit(
    context: Context, place: str, picks: list[int], *, ready: bool, chosen: str = ""
) -> discord.ui.Button[discord.ui.View]:
    label = context.t("quiz.step.submit") + (f" ({chosen})" if chosen else "")
    return button(
        f"qs1:{place}:{encode(picks)}", label, style=DANGER if ready else SECONDARY, disabled=not ready, row=3
    )


def feedback_message(context: Context, feedback: QuizFeedback) -> dict[str, Any]:
    """Return what an answer gave: right or not, every option's reason, the points, and the way on."""
    language, item, order = context.language, feedback.item, feedback.place.option_order
    verdict = "right" if feedback.share == 1 else "partly" if feedback.share else "wrong"
    if feedback.late:
        verdict = "late"
    lines = [stem_lines(item, language)]
    if isinstance(item, NumericItem):
        lines += _numeric_lines(context, item, feedback)
    else:
        if isinstance(item, OrderingItem):
            options = list(item.options)
            lines.append(context.t("quiz.feedback.order", given=letters_of(item, order, feedback.options)))
            lines.append(context.t("quiz.feedback.right_order", key=right_letters(item, order)))
        else:
            options = ordered(item, order)
            lines.append(context.t("quiz.feedback.given", given=letters_of(item, order, feedback.options)))
        lines.append("")
        lines.append(reason_lines(options, language, chosen=feedback.options, ordering=isinstance(item, OrderingItem)))
    colour = GREEN if verdict == "right" else AMBER if verdict == "partly" else RED
    embed = discord.Embed(
        title=context.t(f"quiz.feedback.{verdict}", percent=round(100 * float(feedback.share))),
        description=cut("\n".join(lines), DESCRIPTION_LIMIT),
        colour=colour,
    )
    if feedback.due_at is not None:
        back = context.t("review.back", relative=stamp(feedback.due_at, "R"), date=stamp(feedback.due_at, "D"))
        embed.add_field(name=context.t("review.back_title"), value=back, inline=False)
    embed.set_footer(text=_points_text(context, feedback))
    on = "quiz.feedback.summary" if feedback.last else "quiz.feedback.next"
    controls = [
        button(f"qx1:{feedback.session.id}", context.t(on), style=PRIMARY),
        button(f"ka1:{feedback.place.question_id}", context.t("quiz.feedback.explain")),
    ]
    return {"embed": embed, "view": rows(controls)}


def _numeric_lines(context: Context, item: NumericItem, feedback: QuizFeedback) -> list[str]:
    language, unit = context.language, item.answer.unit
    suffix = f" {unit}" if unit and unit != "%" else unit
    lines = [
        context.t("quiz.feedback.given", given=f"{number(feedback.value or 0.0)}{suffix}"),
        context.t("quiz.feedback.key", key=f"{number(item.answer.value)}{suffix}"),
    ]
    mistake = item.mistake_for(feedback.value) if feedback.value is not None and feedback.share != 1 else None
    if mistake is not None:
        lines.append(f"❌ {text(mistake.why, language)}")
    return [*lines, "", text(item.why, language)]


def _points_text(context: Context, feedback: QuizFeedback) -> str:
    if feedback.place.note is not None:
        limit = {"limit": context.bot.services.scoring.quiz_daily_limit} if feedback.place.note == "limit" else {}
        return context.t(f"quiz.note.{feedback.place.note}", **limit)
    return context.t("quiz.feedback.points", count=feedback.place.points)


def summary_message(context: Context, summary: QuizSummary) -> dict[str, Any]:
    """Return the end of a session: a line a question, the points, and jobs for the topics that it touched."""
    bank, language = context.bot.services.bank, context.language
    lines = []
    for line in summary.lines:
        mark = "✅" if line.share == 1 else "🟡" if line.share else "❌"
        question = bank.find(line.question_id, summary.session.guild_id)
        title = text(question.prompt, language) if question else line.question_id
        lines.append(f"{mark} {cut(title, 90)}\n-# `{line.question_id}`")
    quiz = summary.session.mode == "solo"
    finished = "quiz.summary.title" if quiz else "review.summary.title"
    stopped = "quiz.summary.stopped" if quiz else "review.summary.stopped"
    embed = discord.Embed(
        title=context.t(
            finished if summary.session.state == "finished" else stopped,
            right=summary.right,
            total=len(summary.lines),
        ),
        description=cut("\n".join(lines) or context.t("quiz.summary.nothing"), DESCRIPTION_LIMIT),
        colour=GREEN,
    )
    embed.add_field(
        name=context.t("quiz.summary.points_title"),
        value=context.t("quiz.feedback.points", count=summary.points),
        inline=False,
    )
    if summary.lines:
        postings = context.bot.services.jobs.for_topics(summary.topics, context.bot.clock(), 3)
        embed.add_field(
            name=context.t("daily.reveal.jobs"), value=job_lines(postings, language, FIELD_LIMIT), inline=False
        )
    # Another review is of what is due then, another quiz like this one.
    again = {"solo": f"qa1:{summary.session.id}", "review": "rv1:0", "mistakes": "rv1:1"}[summary.session.mode]
    label = context.t("quiz.summary.again" if quiz else "review.summary.again")
    return {"embed": embed, "view": rows([button(again, label, style=PRIMARY)])}


def running_offer(context: Context) -> dict[str, Any]:
    """Return what is said to whoever wants a session while another one runs."""
    controls = [
        button("qr1:0", context.t("quiz.resume.label"), style=PRIMARY),
        button("qe1:0", context.t("quiz.stop.label")),
    ]
    return {"content": context.t("errors.quiz.running"), "view": rows(controls)}
