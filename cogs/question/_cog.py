"""`/question show|search|random`. The prompt first: whoever wants to think before reading, can."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import InterviewBot
from bot.domain.localized import LANGUAGES, Language, other
from bot.domain.mathtext import render_inline
from bot.domain.questions import Question
from bot.errors import BotError
from bot.services.questions import Found
from bot.services.schedules import topics_of
from cogs._shared.answer_view import full_answer
from cogs._shared.components import button, rows
from cogs._shared.context import Context, Interaction, open_context
from cogs._shared.options import CHOICE_LIMIT, MAX_CHOICES, client_language, complete_topic
from cogs._shared.render import BLUE, DESCRIPTION_LIMIT, cut, plain, text


class QuestionCog(commands.GroupCog, name="question"):
    """Read-only; what is open as a daily question here shows its prompt and nothing else."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._questions = bot.services.questions

    async def cog_load(self) -> None:
        """Register the routes."""
        self._bot.add_route("ks1", self.on_short)
        self._bot.add_route("ka1", self.on_answer)
        self._bot.add_route("kp1", self.on_prompt)

    @app_commands.command(name="show")
    async def show(self, interaction: Interaction, id: str) -> None:
        """Show one question."""
        context = await open_context(interaction)
        found = await self._questions.show(context.reader, id)
        await context.reply(**self._prompt(context, found))

    @app_commands.command(name="random")
    async def random(self, interaction: Interaction, topic: str | None = None) -> None:
        """Show any question."""
        context = await open_context(interaction)
        question = await self._questions.random(context.reader, topics_of(topic or ""))
        await context.reply(**self._prompt(context, Found(question, sealed=False)))

    @app_commands.command(name="search")
    async def search(self, interaction: Interaction, text: app_commands.Range[str, 1, 100]) -> None:
        """List the best matches."""
        context = await open_context(interaction)
        found = await self._questions.search(context.reader, text)
        if not found:
            raise BotError("question.no_match", text=plain(text))
        embed = discord.Embed(
            title=context.t("question.found", text=plain(text)),
            description=cut(
                "\n".join(self._line(context, n + 1, hit) for n, hit in enumerate(found)), DESCRIPTION_LIMIT
            ),
            colour=BLUE,
        )
        controls = [button(f"kp1:{hit.question.id}", str(n + 1)) for n, hit in enumerate(found)]
        await context.reply(embed=embed, view=rows(controls))

    @show.autocomplete("id")
    async def complete_id(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer questions by id or prompt."""
        language = client_language(interaction)
        found = self._questions.suggest(current, interaction.guild_id, MAX_CHOICES)
        return [
            app_commands.Choice(
                name=cut(render_inline(question.prompt.get(language), markdown=False), CHOICE_LIMIT),
                value=question.id,
            )
            for question in found
        ]

    @random.autocomplete("topic")
    async def complete_topic(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Offer topics."""
        return await complete_topic(interaction, current)

    async def on_prompt(self, interaction: Interaction, arguments: list[str]) -> None:
        """`kp1:<question>[:<language>]`: the prompt, privately."""
        context, found = await self._open(interaction, arguments)
        await context.reply(**self._prompt(context, found))

    async def on_short(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ks1:<question>[:<language>]`: what one would say in thirty seconds."""
        context, found = await self._open(interaction, arguments)
        question = self._unsealed(found)
        embed = discord.Embed(
            title=cut(text(question.prompt, context.language), 256),
            description=text(question.short, context.language),
            colour=BLUE,
        )
        await context.reply(embed=embed, view=self._controls(context, question, "ks1"))

    async def on_answer(self, interaction: Interaction, arguments: list[str]) -> None:
        """`ka1:<question>[:<language>]`: the full answer."""
        context, found = await self._open(interaction, arguments)
        question = self._unsealed(found)
        message = await full_answer(context, question, context.language)
        await context.reply(**message, view=self._controls(context, question, "ka1"))

    async def _open(self, interaction: Interaction, arguments: list[str]) -> tuple[Context, Found]:
        """Parse, acknowledge, and look the question up again: it may have been sealed since the message was made."""
        if len(arguments) == 1:
            context = await open_context(interaction)
            await context.acknowledge()
        elif len(arguments) == 2:
            context = Context(interaction, _language(arguments[1]))
            await context.acknowledge(update=True)
        else:
            raise BotError("button.stale")
        return context, await self._questions.show(context.reader, arguments[0])

    def _unsealed(self, found: Found) -> Question:
        if found.sealed:
            raise BotError("question.sealed")
        return found.question

    def _prompt(self, context: Context, found: Found) -> dict[str, Any]:
        question, language = found.question, context.language
        topics = self._bot.services.bank.topics
        embed = discord.Embed(description=f"**{text(question.prompt, language)}**", colour=BLUE)
        stars = "★" * question.difficulty + "☆" * (5 - question.difficulty)
        embed.set_footer(text=f"{text(topics.name(question.topic), language)} · {stars} · {question.id}")
        if found.sealed:
            embed.add_field(name="🔒", value=context.t("question.sealed_note"), inline=False)
            return {"embed": embed, "view": rows([])}
        return {"embed": embed, "view": self._controls(context, question, "kp1")}

    def _controls(self, context: Context, question: Question, here: str) -> discord.ui.View:
        language = context.language
        labels = {"ks1": "question.short", "ka1": "question.answer"}
        controls = [
            button(f"{prefix}:{question.id}:{language}", context.t(label), style=discord.ButtonStyle.primary)
            for prefix, label in labels.items()
            if prefix != here
        ]
        switch = button(f"{here}:{question.id}:{other(language)}", context.t("language.switch"))
        return rows([*controls, switch])

    def _line(self, context: Context, number: int, hit: Found) -> str:
        prompt = cut(text(hit.question.prompt, context.language), 160)
        return f"{number}. {prompt}\n-# `{hit.question.id}`" + (" 🔒" if hit.sealed else "")


def _language(code: str) -> Language:
    for language in LANGUAGES:
        if code == language:
            return language
    raise BotError("button.stale")
