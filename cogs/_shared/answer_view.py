"""The full answer to a question: explanation, key points, formulas, sources. Shared by reveals and `/question`."""

import io
from typing import Any

import discord

from bot.domain.localized import Language
from bot.domain.mathtext import render_inline
from bot.domain.questions import Question
from bot.pictures.formula import speech
from cogs._shared.context import Context
from cogs._shared.render import BLUE, DESCRIPTION_LIMIT, FIELD_LIMIT, code_block, cut, text, whole_lines

FORMULA_FILE = "formulas.png"


async def full_answer(context: Context, question: Question, language: Language) -> dict[str, Any]:
    """Return the message that explains a question, with its formulas as one card (or as LaTeX if that fails)."""
    t = context.bot.texts
    embed = discord.Embed(
        title=cut(text(question.prompt, language), 256),
        description=cut(text(question.answer, language), DESCRIPTION_LIMIT),
        colour=BLUE,
    )
    points = "\n".join(f"• {text_of(point.zh, point.en, language)}" for point in question.key_points)
    embed.add_field(name=t.get("answer.key_points", language), value=cut(points, FIELD_LIMIT), inline=False)
    if question.correction is not None:
        embed.add_field(
            name=t.get("answer.correction", language),
            value=cut(text(question.correction, language), FIELD_LIMIT),
            inline=False,
        )
    for follow_up in question.follow_ups:
        embed.add_field(
            name=cut("↪ " + text(follow_up.ask, language), 256),
            value=cut(text(follow_up.answer, language), FIELD_LIMIT),
            inline=False,
        )
    sources = "\n".join(f"[{source.title}]({source.url})" for source in question.sources)
    embed.add_field(name=t.get("answer.sources", language), value=whole_lines(sources) or "—", inline=False)
    embed.set_footer(text=t.get("answer.as_of", language, month=question.as_of, id=question.id))
    return {"embeds": [embed, *_code(question, language)], "files": await _formulas(context, question, embed, language)}


def text_of(zh: str, en: str, language: Language) -> str:
    """Return one of two texts that are not a Localized, formulas in Unicode."""
    return render_inline(zh if language == "zh" else en)


async def _formulas(
    context: Context, question: Question, embed: discord.Embed, language: Language
) -> list[discord.File]:
    if not question.formulas:
        return []
    png = await context.bot.cards.png(question.formulas)
    if png is None:
        latex = "```latex\n" + "\n".join(question.formulas) + "\n```"
        embed.add_field(
            name=context.bot.texts.get("answer.formulas", language), value=cut(latex, FIELD_LIMIT), inline=False
        )
        return []
    embed.set_image(url=f"attachment://{FORMULA_FILE}")
    spoken = cut("; ".join(speech(formula, language) for formula in question.formulas), 1024)
    return [discord.File(io.BytesIO(png), FORMULA_FILE, description=spoken)]


def _code(question: Question, language: Language) -> list[discord.Embed]:
    return [
        discord.Embed(
            title=cut(text(code.caption, language), 256),
            description=code_block(code),
            colour=BLUE,
        )
        for code in question.code
    ]
