"""What the daily question looks like: the post, the private reply, the reveal."""

from typing import Any

import discord

from bot.domain.deliveries import LETTERS, DailyPost, RevealPost, Tally
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
    stamp,
    text,
)

BAR = 12


def post_message(texts: Texts, topic: str, post: DailyPost | RevealPost) -> dict[str, Any]:
    """Return the public post. Its answer buttons carry the only custom_ids that begin with `d1:` (decision 3)."""
    delivery, language = post.delivery, post.delivery.language
    embed = discord.Embed(
        title=texts.get("daily.post.title", language, date=delivery.local_date.isoformat(), topic=topic),
        description=_post_body(texts, post),
        colour=BLUE,
    )
    embed.set_footer(text=texts.get("daily.post.footer", language))
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
    """Return the answer to a click after the reveal: it counts for nothing and says so."""
    delivery, language = result.delivery, context.language
    option = ordered(result.item, delivery.option_order)[result.position]
    key = "daily.practice.right" if option.correct else "daily.practice.wrong"
    lines = [
        context.t(key, letter=LETTERS[result.position]),
        f"-# {text(option.why, language)}",
        context.t("daily.practice.note"),
    ]
    embed = discord.Embed(description="\n".join(lines), colour=GREEN if option.correct else RED)
    return {"embed": embed, "view": rows(reveal_buttons(context.bot.texts, delivery.id, language))}


def reveal_message(texts: Texts, post: RevealPost) -> dict[str, Any]:
    """Return the short public reveal; everything longer is behind private buttons (decision 26)."""
    delivery, language, tally = post.delivery, post.delivery.language, post.tally
    position = delivery.option_order.index(post.item.key.id)
    lines = [
        texts.get(
            "daily.reveal.answer",
            language,
            letter=LETTERS[position],
            option=text(post.item.key.text, language),
        ),
        text(post.item.key.why, language),
        "",
        _share_line(texts, tally, language),
    ]
    if tally.public:
        lines.append(_chart(post))
        if tally.names:
            lines.append(_names(texts, tally, language))
    embed = discord.Embed(
        title=texts.get("daily.reveal.title", language, date=delivery.local_date.isoformat()),
        description=cut("\n".join(lines), DESCRIPTION_LIMIT),
        colour=GREEN,
    )
    return {"embed": embed, "view": rows(reveal_buttons(texts, delivery.id, language))}


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


def _chart(post: RevealPost) -> str:
    lines = []
    for position, option in enumerate(ordered(post.item, post.delivery.option_order)):
        count = post.tally.by_option.get(option.id, 0)
        share = count / post.tally.total
        bar = "█" * round(BAR * share) + "░" * (BAR - round(BAR * share))
        lines.append(f"{LETTERS[position]} {bar} {round(100 * share):>3}% {'✓' if option.correct else ''}".rstrip())
    return "```\n" + "\n".join(lines) + "\n```"


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
