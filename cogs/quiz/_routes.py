"""Buttons and the number dialog of a quiz. A session is in the database, so every one works after a restart."""

from collections.abc import Iterator
from typing import Any

import discord
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.kinds import NumericItem, Response
from bot.domain.quizzes import QuizStep
from bot.errors import BotError
from cogs._shared.components import numbers
from cogs._shared.context import Context, Interaction, open_context, raw_data
from cogs._shared.session_view import NOTHING, feedback_message, show_result, show_step, summary_message

# Discord shows at most this much of a dialog's title and of a field's label.
TITLE_LIMIT = 45


class QuizRoutes(commands.Cog):
    """Routes of a session's message."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._quizzes = bot.services.quizzes

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("qc1", self.on_choice)
        self._bot.add_route("qt1", self.on_toggle)
        self._bot.add_route("qs1", self.on_submit)
        self._bot.add_route("qn1", self.on_ask_number)
        self._bot.add_route("qm1", self.on_number)
        self._bot.add_route("qx1", self.on_next)
        self._bot.add_route("qe1", self.on_stop)
        self._bot.add_route("qr1", self.on_resume)
        self._bot.add_route("qa1", self.on_again)

    async def on_choice(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qc1:<session>:<position>:<displayed position>`: the answer to a single item."""
        session_id, position, picked = numbers(arguments, 3)
        context = await self._acknowledge(interaction)
        step = await self._quizzes.view(context.reader, session_id, position)
        await self._answer(context, step, _response(step, [picked]))

    async def on_toggle(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qt1:<session>:<position>:<picks>`: show the same question with these picks. Nothing is written."""
        session_id, position = numbers(arguments[:2], 2)
        picks = _picks(arguments)
        context = await self._acknowledge(interaction)
        step = await self._quizzes.view(context.reader, session_id, position)
        _response(step, picks)
        if step.place.done:
            # A second window of the same session: show where it really stands.
            await self._go_on(context, session_id)
        else:
            await context.reply(**await show_step(context, step, picks))

    async def on_submit(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qs1:<session>:<position>:<picks>`: the answer to a multiple or ordering item."""
        session_id, position = numbers(arguments[:2], 2)
        picks = _picks(arguments)
        context = await self._acknowledge(interaction)
        step = await self._quizzes.view(context.reader, session_id, position)
        await self._answer(context, step, _response(step, picks))

    async def on_ask_number(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qn1:<session>:<position>`: open the dialog; a dialog must be the first response, so nothing is deferred."""
        session_id, position = numbers(arguments, 2)
        context = await open_context(interaction)
        step = await self._quizzes.view(context.reader, session_id, position)
        if not isinstance(step.item, NumericItem):
            raise BotError("button.stale")
        label = context.t("quiz.number.label", unit=step.item.answer.unit or context.t("quiz.number.no_unit"))
        modal = discord.ui.Modal(
            title=context.t("quiz.number.title")[:TITLE_LIMIT],
            custom_id=f"qm1:{session_id}:{position}",
            timeout=None,
        )
        modal.add_item(
            discord.ui.TextInput(label=label[:TITLE_LIMIT], custom_id="value", max_length=40, placeholder="42")
        )
        # Stopped before it is sent, so that discord.py keeps nothing: the answer is routed by custom_id.
        modal.stop()
        await interaction.response.send_modal(modal)

    async def on_number(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qm1:<session>:<position>`: the dialog's answer. A text that is no number leaves the question as it is."""
        session_id, position = numbers(arguments, 2)
        context = await self._acknowledge(interaction)
        step = await self._quizzes.view(context.reader, session_id, position)
        if not isinstance(step.item, NumericItem):
            raise BotError("button.stale")
        entered = next(_values(raw_data(interaction).get("components", [])), "")
        value = step.item.parse(entered)
        if value is None:
            raise BotError("quiz.bad_number", text=discord.utils.escape_markdown(entered[:40]))
        await self._answer(context, step, Response(value=value))

    async def on_next(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qx1:<session>`: the next question, or the summary."""
        (session_id,) = numbers(arguments, 1)
        await self._go_on(await self._acknowledge(interaction), session_id)

    async def on_stop(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qe1:<session>`: end it (0: whichever is running)."""
        (session_id,) = numbers(arguments, 1)
        context = await self._acknowledge(interaction)
        summary = await self._quizzes.stop(context.reader, self._bot.clock(), session_id or None)
        await context.reply(**summary_message(context, summary))

    async def on_resume(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qr1:0`: go on with the running session."""
        numbers(arguments, 1)
        context = await self._acknowledge(interaction)
        result = await self._quizzes.resume(context.reader, self._bot.clock())
        await context.reply(**await show_result(context, result))

    async def on_again(self, interaction: Interaction, arguments: list[str]) -> None:
        """`qa1:<session>`: another session like that one."""
        (session_id,) = numbers(arguments, 1)
        context = await self._acknowledge(interaction)
        wish = await self._quizzes.wish_of(context.reader, session_id)
        step = await self._quizzes.start(context.reader, wish, self._bot.clock())
        await context.reply(**await show_step(context, step))

    async def _acknowledge(self, interaction: Interaction) -> Context:
        context = await open_context(interaction)
        await context.acknowledge(update=True)
        return context

    async def _answer(self, context: Context, step: QuizStep, response: Response) -> None:
        feedback = await self._quizzes.answer(
            context.reader, step.session.id, step.place.position, response, self._bot.clock()
        )
        await context.reply(**feedback_message(context, feedback))

    async def _go_on(self, context: Context, session_id: int) -> None:
        result = await self._quizzes.proceed(context.reader, session_id, self._bot.clock())
        await context.reply(**await show_result(context, result))


def _picks(arguments: list[str]) -> list[int]:
    """Read the picks that end a custom_id.

    Raises:
        BotError: `button.stale` unless they are different digits.
    """
    text = arguments[2] if len(arguments) == 3 else ""
    if text == NOTHING:
        return []
    if not (text.isascii() and text.isdigit()) or len(set(text)) != len(text):
        raise BotError("button.stale")
    return [int(digit) for digit in text]


def _response(step: QuizStep, picks: list[int]) -> Response:
    """Turn displayed positions into option ids.

    Raises:
        BotError: `button.stale` for a position that the item does not have.
    """
    order = step.place.option_order
    if any(pick >= len(order) for pick in picks):
        raise BotError("button.stale")
    return Response(tuple(order[pick] for pick in picks))


def _values(components: Any) -> Iterator[str]:
    """Find the texts in a dialog's raw components, whichever way Discord nests them."""
    for component in components:
        if "value" in component:
            yield str(component["value"])
        yield from _values(component.get("components", []))
        yield from _values([component["component"]] if "component" in component else [])
