"""What the daily question looks like: the post, the private reply, the reveal."""

from typing import Any

import discord

from bot.domain.deliveries import LETTERS, DailyPost, Delivery, RevealPost, Tally
from bot.domain.localized import Language, other
from bot.domain.texts import Texts
from bot.services.answers import AnswerReceipt, PracticeResult
from cogs._shared.components import button, rows
from cogs._shared.context import Context
from cogs._shared.render import (
    AMBER,
    BLUE,
    DESCRIPTION_LIMIT,
    GREEN,
    RED,
    cut,
    item_body,
    ordered,
    plain,
    reason_lines,
    stamp,
    text,
)
from cogs.daily._chart import Chart, chart_bars, chart_line


def post_message(texts: Texts, topic: str, post: DailyPost | RevealPost) -> dict[str, Any]:
    """Return the public post. Its answer buttons carry the only custom_ids that begin with `d1:` (decision 3)."""
    delivery, language = post.delivery, post.delivery.language
    embed = discord.Embed(
        title=texts.get("daily.post.title", language, date=delivery.local_date.isoformat(), topic=topic),
        description=_post_body(texts, post),
        colour=BLUE,
    )
    told_at_once = delivery.feedback == "at_once"
    embed.set_footer(text=texts.get("daily.post.footer_at_once" if told_at_once else "daily.post.footer", language))
    answers = [
        button(f"d1:{delivery.id}:{position}", LETTERS[position], style=discord.ButtonStyle.primary)
        for position in range(len(delivery.option_order))
    ]
    switch = button(f"dl1:{delivery.id}:{other(language)}", texts.get("language.switch", language), row=1)
    return {"embed": embed, "view": rows([*answers, switch])}


def _post_body(texts: Texts, post: DailyPost | RevealPost) -> str:
    delivery, language = post.delivery, post.delivery.language
    parts = []
    if post.question is not None:
        asked = text(post.question.prompt, language).replace("\n", "\n> ")
        parts.append(f"> {asked}")
    parts.append(item_body(post.item, delivery.option_order, language))
    if delivery.closes_at is not None:
        parts.append(
            texts.get(
                "daily.post.closes",
                language,
                when=stamp(delivery.closes_at),
                relative=stamp(delivery.closes_at, "R"),
            )
        )
    return cut("\n\n".join(parts), DESCRIPTION_LIMIT)


def answer_message(context: Context, receipt: AnswerReceipt) -> dict[str, Any]:
    """Return the private reply to a click: the receipt, or with feedback at once whether it is right, and why."""
    return verdict_message(context, receipt) if receipt.final else receipt_message(context, receipt)


def verdict_message(context: Context, receipt: AnswerReceipt) -> dict[str, Any]:
    """Return what a member is told at once of a choice that is final."""
    delivery, language = receipt.delivery, context.language
    position = receipt.position or 0
    options = ordered(receipt.item, delivery.option_order)
    chosen = options[position]
    verdict = "daily.practice.right" if chosen.correct else "daily.practice.wrong"
    lines = [context.t(verdict, letter=LETTERS[position]), *mending_notes(context, delivery)]
    if delivery.closes_at is not None:
        when, relative = stamp(delivery.closes_at), stamp(delivery.closes_at, "R")
        lines.append(context.t("daily.answer.final", when=when, relative=relative))
    lines += ["", reason_lines(options, language, chosen=[chosen.id], mark_chosen=context.t("answer.yours"))]
    embed = discord.Embed(description=cut("\n".join(lines), DESCRIPTION_LIMIT), colour=GREEN if chosen.correct else RED)
    explain = button(f"ra1:{delivery.id}", context.t("daily.reveal.full"), style=discord.ButtonStyle.primary)
    switch = button(f"dl1:{delivery.id}:{other(language)}", context.t("language.switch"))
    return {"embed": embed, "view": rows([explain, switch])}


def mending_notes(context: Context, delivery: Delivery) -> list[str]:
    """Return what must stand beside reasons and answers of a delivery that an admin mended. Never before a verdict."""
    if delivery.voided_at is not None:
        return [context.t("daily.mended.voided")]
    return [context.t("daily.mended.key")] if delivery.corrected_key is not None else []


def receipt_message(context: Context, receipt: AnswerReceipt) -> dict[str, Any]:
    """Return the private reply to a click: what is recorded, until when it may change. Never whether it is right."""
    delivery, language = receipt.delivery, context.language
    position = receipt.position or 0
    option = ordered(receipt.item, delivery.option_order)[position]
    lines = [
        context.t(
            "daily.answer.changed" if receipt.changed else "daily.answer.recorded",
            letter=LETTERS[position],
            option=text(option.text, language),
        )
    ]
    if delivery.closes_at is not None:
        lines.append(
            context.t(
                "daily.answer.until",
                when=stamp(delivery.closes_at),
                relative=stamp(delivery.closes_at, "R"),
            )
        )
    if receipt.guessed:
        lines.append(context.t("daily.answer.guessed"))
    guess = "daily.answer.unguess" if receipt.guessed else "daily.answer.guess"
    view = rows(
        [
            button(f"dc1:{delivery.id}:{language}", context.t("daily.answer.change")),
            button(f"dg1:{delivery.id}:{int(not receipt.guessed)}:{language}", context.t(guess)),
            button(f"dl1:{delivery.id}:{other(language)}", context.t("language.switch")),
        ]
    )
    return {"embed": discord.Embed(description="\n".join(lines), colour=BLUE), "view": view}


def choose_message(context: Context, receipt: AnswerReceipt) -> dict[str, Any]:
    """Return the question privately, in the reader's language and the post's order of options, to choose from."""
    delivery, language = receipt.delivery, context.language
    parts = []
    if receipt.question is not None:
        parts.append("> " + text(receipt.question.prompt, language).replace("\n", "\n> "))
    parts.append(item_body(receipt.item, delivery.option_order, language))
    if receipt.position is not None:
        parts.append(context.t("daily.answer.now", letter=LETTERS[receipt.position]))
    answers = [
        button(
            f"dp1:{delivery.id}:{position}:{language}",
            LETTERS[position],
            style=discord.ButtonStyle.success if position == receipt.position else discord.ButtonStyle.primary,
        )
        for position in range(len(delivery.option_order))
    ]
    switch = button(f"dl1:{delivery.id}:{other(language)}", context.t("language.switch"), row=1)
    embed = discord.Embed(description=cut("\n\n".join(parts), DESCRIPTION_LIMIT), colour=BLUE)
    return {"embed": embed, "view": rows([*answers, switch])}


def practice_message(context: Context, result: PracticeResult) -> dict[str, Any]:
    """Return the answer to a click that counts for nothing, and says why: as a rule one after the reveal."""
    delivery, language = result.delivery, context.language
    option = ordered(result.item, delivery.option_order)[result.position]
    key = "daily.practice.right" if option.correct else "daily.practice.wrong"
    lines = [
        context.t(key, letter=LETTERS[result.position]),
        f"-# {text(option.why, language)}",
        *mending_notes(context, delivery),
        context.t("daily.practice.erased" if result.erased else "daily.practice.note"),
    ]
    embed = discord.Embed(description="\n".join(lines), colour=GREEN if option.correct else RED)
    if result.erased:
        # What the buttons of a reveal lead to stays closed until there is one.
        return {"embed": embed}
    return {"embed": embed, "view": rows(reveal_buttons(context.bot.texts, delivery.id, language))}


def reveal_message(texts: Texts, post: RevealPost, chart: Chart | None = None) -> dict[str, Any]:
    """Return the short public reveal; everything longer is behind private buttons (decision 26).

    Its `files` hold the chart; without one the text draws it.
    """
    delivery, language = post.delivery, post.delivery.language
    voided, files = delivery.voided_at is not None, chart.files() if chart is not None else []
    embed = discord.Embed(
        title=texts.get("daily.reveal.title", language, date=delivery.local_date.isoformat()),
        description=texts.get("daily.reveal.voided", language)
        if voided
        else cut("\n".join(_answer_lines(texts, post, pictured=bool(files))), DESCRIPTION_LIMIT),
        colour=AMBER if voided else GREEN,
    )
    if files:
        embed.set_image(url=f"attachment://{files[0].filename}")
    return {"embed": embed, "view": rows(reveal_buttons(texts, delivery.id, language)), "files": files}


def correction_message(texts: Texts, post: RevealPost) -> dict[str, Any]:
    """Return the reply to a reveal that was mended. Its only button is how it is known again."""
    delivery, language = post.delivery, post.delivery.language
    date, title = delivery.local_date.isoformat(), texts.get("daily.correction.title", language)
    if delivery.voided_at is not None:
        body = texts.get("daily.correction.voided", language, date=date)
    else:
        letter = LETTERS[delivery.option_order.index(post.item.key.id)]
        option = text(post.item.key.text, language)
        body = texts.get("daily.correction.key", language, date=date, letter=letter, option=option)
    embed = discord.Embed(title=title, description=cut(body, DESCRIPTION_LIMIT), colour=AMBER)
    return {"embed": embed, "view": rows([button(f"rw1:{delivery.id}", texts.get("daily.reveal.reasons", language))])}


def _answer_lines(texts: Texts, post: RevealPost, *, pictured: bool) -> list[str]:
    delivery, language, tally = post.delivery, post.delivery.language, post.tally
    letter, option = LETTERS[delivery.option_order.index(post.item.key.id)], text(post.item.key.text, language)
    # The author's reason for this option was written when it was a wrong one.
    corrected = delivery.corrected_key is not None
    lines = [
        texts.get("daily.reveal.answer", language, letter=letter, option=option),
        texts.get("daily.reveal.corrected", language) if corrected else text(post.item.key.why, language),
        "",
        _share_line(texts, tally, language),
    ]
    if tally.public:
        lines.append(chart_line(post) if pictured else chart_bars(post))
        if tally.names:
            lines.append(_names(texts, tally, language))
    return lines


def reveal_buttons(texts: Texts, delivery_id: int, language: Language) -> list[discord.ui.Button[discord.ui.View]]:
    """Return the private buttons of a reveal."""
    return [
        button(f"ra1:{delivery_id}", texts.get("daily.reveal.full", language), style=discord.ButtonStyle.primary),
        button(f"rw1:{delivery_id}", texts.get("daily.reveal.reasons", language)),
        button(f"rj1:{delivery_id}", texts.get("daily.reveal.jobs", language)),
    ]


def _share_line(texts: Texts, tally: Tally, language: Language) -> str:
    if tally.total == 0:
        return texts.get("daily.reveal.nobody", language)
    if not tally.public:
        return texts.get("daily.reveal.few", language, count=tally.total)
    percent = round(100 * tally.right / tally.total)
    return texts.get("daily.reveal.share", language, right=tally.right, total=tally.total, percent=percent)


def _names(texts: Texts, tally: Tally, language: Language) -> str:
    names = texts.get("list_separator", language).join(plain(name) for name in tally.names)
    if tally.more_names:
        return texts.get("daily.reveal.names_more", language, names=names, more=tally.more_names)
    return texts.get("daily.reveal.names", language, names=names)


def preview_message(context: Context, topic: str, post: DailyPost) -> dict[str, Any]:
    """Return what would be posted, without buttons, and with options in the author's order."""
    embed = post_message(context.bot.texts, topic, post)["embed"]
    embed.colour = AMBER
    return {"content": context.t("daily.preview.note"), "embed": embed}
