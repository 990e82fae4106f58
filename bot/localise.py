"""Names commands from the catalogues, so that no description stands in code (decisions 24, 29)."""

from typing import Any

import discord
from discord import app_commands

from bot.domain.texts import Texts


class CatalogueTranslator(app_commands.Translator):
    """Gives discord.py the Chinese for strings whose message is English and whose `key` names the catalogue entry."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the text for Simplified and Traditional Chinese clients; others see English."""
        key = string.extras.get("key")
        if key is None or locale not in (discord.Locale.chinese, discord.Locale.taiwan_chinese):
            return None
        return self._texts.get(key, "zh")


def command_name(command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> str:
    """Return the key of a command in the catalogues: `quiz.start` for `/quiz start`."""
    return command.qualified_name.replace(" ", ".")


def describe_commands(tree: app_commands.CommandTree[Any], texts: Texts) -> None:
    """Fill in every description, option and choice. Done once, when all cogs are loaded.

    Raises:
        KeyError: If the catalogue lacks one; a test loads all commands.
    """

    def text(key: str) -> app_commands.locale_str:
        return app_commands.locale_str(texts.get(key, "en"), key=key)

    for command in tree.walk_commands():
        key = f"commands.{command_name(command)}"
        _set_description(command, text(f"{key}.description"))
        if isinstance(command, app_commands.Command):
            # discord.py has no public way to describe an option after the decorator has run.
            for name, parameter in command._params.items():
                parameter.description = text(f"{key}.{name}")
                for choice in parameter.choices or ():
                    label = text(f"choices.{name}.{choice.value}")
                    choice._locale_name, choice.name = label, label.message


def _set_description(
    command: app_commands.Command[Any, ..., Any] | app_commands.Group, text: app_commands.locale_str
) -> None:
    command._locale_description = text
    command.description = text.message
