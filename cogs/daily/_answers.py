"""Clicks on posts, on private replies, and on reveals."""

from typing import Any

import discord
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.localized import LANGUAGES, Language, other
from bot.errors import BotError
from bot.services.answers import AnswerReceipt
from cogs._shared.answer_view import full_answer
from cogs._shared.cards import add_item_card
from cogs._shared.components import button, numbers, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.job_list import job_lines
from cogs._shared.render import BLUE, DESCRIPTION_LIMIT, cut, ordered, reason_lines
from cogs.daily._messages import answer_message, choose_message, mending_notes, practice_message


class AnswerRoutes(commands.Cog):
    """Routes of the daily question's buttons. Every handler parses strictly and calls one service method."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._answers = bot.services.answers

    async def cog_load(self) -> None:
        """Register the routes; the numbers in their names are versions of the custom_id's format."""
        self._bot.add_route("d1", self.on_answer)
        self._bot.add_route("dp1", self.on_private_answer)
        self._bot.add_route("dc1", self.on_change)
        self._bot.add_route("dg1", self.on_guess)
        self._bot.add_route("dl1", self.on_language)
        self._bot.add_route("ra1", self.on_full_answer)
        self._bot.add_route("rw1", self.on_reasons)
        self._bot.add_route("rj1", self.on_jobs)

    async def on_answer(self, interaction: Interaction, arguments: list[str]) -> None:
        """A letter on the public post: `d1:<delivery>:<displayed position>`."""
        delivery_id, position = numbers(arguments, 2)
        context = await open_context(interaction)
        await context.acknowledge()
        await self._record(context, delivery_id, position)

    async def on_private_answer(self, interaction: Interaction, arguments: list[str]) -> None:
        """A letter in a private message: `dp1:<delivery>:<displayed position>:<language>`."""
        (delivery_id, position), language = numbers(arguments[:2], 2), _language(arguments, 2)
        context = Context(interaction, language)
        await context.acknowledge(update=True)
        await self._record(context, delivery_id, position)

    async def _record(self, context: Context, delivery_id: int, position: int) -> None:
        result = await self._answers.answer(context.reader, delivery_id, position, self._bot.clock())
        if isinstance(result, AnswerReceipt):
            await context.reply(**answer_message(context, result))
        else:
            await context.reply(**practice_message(context, result))

    async def on_change(self, interaction: Interaction, arguments: list[str]) -> None:
        """`dc1:<delivery>:<language>`: show the options again, privately."""
        (delivery_id,), language = numbers(arguments[:1], 1), _language(arguments, 1)
        context = Context(interaction, language)
        await context.acknowledge(update=True)
        receipt = await self._answers.view(context.reader, delivery_id)
        if not receipt.delivery.is_open(self._bot.clock()):
            raise BotError("answer.closed")
        await self._choose(context, receipt)

    async def on_guess(self, interaction: Interaction, arguments: list[str]) -> None:
        """`dg1:<delivery>:<0 or 1>:<language>`: "I guessed", or taking it back."""
        (delivery_id, guessed), language = numbers(arguments[:2], 2), _language(arguments, 2)
        context = Context(interaction, language)
        await context.acknowledge(update=True)
        receipt = await self._answers.set_guessed(context.reader, delivery_id, bool(guessed), self._bot.clock())
        await context.reply(**answer_message(context, receipt))

    async def on_language(self, interaction: Interaction, arguments: list[str]) -> None:
        """`dl1:<delivery>:<language>`: the question in the other language, same order of options.

        On the public post this opens a private message; in a private one it replaces what is shown.
        """
        (delivery_id,), language = numbers(arguments[:1], 1), _language(arguments, 1)
        context = Context(interaction, language)
        await context.acknowledge(update=True)
        await self._choose(context, await self._answers.view(context.reader, delivery_id))

    async def _choose(self, context: Context, receipt: AnswerReceipt) -> None:
        if receipt.final:
            await context.reply(**answer_message(context, receipt))
            return
        message = choose_message(context, receipt)
        order = receipt.delivery.option_order
        await context.reply(**await add_item_card(self._bot, message, receipt.item, order, context.language))

    async def on_full_answer(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ra1:<delivery>[:<language>]`: the reference answer with formulas and sources."""
        context, receipt = await self._open_reveal(interaction, arguments)
        if receipt.question is None:
            raise BotError("question.gone")
        message = await full_answer(context, receipt.question, context.language)
        note = "\n".join(mending_notes(context, receipt.delivery)) or None
        await context.reply(note, **message, view=self._switch(context, "ra1", receipt.delivery.id))

    async def on_reasons(self, interaction: Interaction, arguments: list[str]) -> None:
        """`rw1:<delivery>[:<language>]`: every option with its reason, and the reader's own choice."""
        context, receipt = await self._open_reveal(interaction, arguments)
        order = receipt.delivery.option_order
        chosen = [] if receipt.position is None else [order[receipt.position]]
        options, yours = ordered(receipt.item, order), context.t("answer.yours")
        reasons = reason_lines(options, context.language, chosen=chosen, mark_chosen=yours)
        body = "\n\n".join([*mending_notes(context, receipt.delivery), reasons])
        embed = discord.Embed(
            title=context.t("daily.reveal.reasons"), description=cut(body, DESCRIPTION_LIMIT), colour=BLUE
        )
        await context.reply(embed=embed, view=self._switch(context, "rw1", receipt.delivery.id))

    async def on_jobs(self, interaction: Interaction, arguments: list[str]) -> None:
        """`rj1:<delivery>[:<language>]`: postings that match the question's topic."""
        context, receipt = await self._open_reveal(interaction, arguments)
        postings = self._bot.services.jobs.for_topics([receipt.delivery.topic], self._bot.clock(), 5)
        embed = discord.Embed(
            title=context.t("daily.reveal.jobs"), description=job_lines(postings, context.language), colour=BLUE
        )
        await context.reply(embed=embed, view=self._switch(context, "rj1", receipt.delivery.id))

    async def _open_reveal(self, interaction: Interaction, arguments: list[str]) -> tuple[Context, AnswerReceipt]:
        (delivery_id,) = numbers(arguments[:1], 1)
        if len(arguments) == 1:
            context = await open_context(interaction)
            await context.acknowledge()
        else:
            context = Context(interaction, _language(arguments, 1))
            await context.acknowledge(update=True)
        return context, await self._answers.revealed(context.reader, delivery_id)

    def _switch(self, context: Context, prefix: str, delivery_id: int) -> Any:
        custom_id = f"{prefix}:{delivery_id}:{other(context.language)}"
        return rows([button(custom_id, context.t("language.switch"))])


def _language(arguments: list[str], index: int) -> Language:
    """Read the language that ends a custom_id.

    Raises:
        BotError: `button.stale` for anything else.
    """
    if len(arguments) != index + 1:
        raise BotError("button.stale")
    for language in LANGUAGES:
        if arguments[index] == language:
            return language
    raise BotError("button.stale")
