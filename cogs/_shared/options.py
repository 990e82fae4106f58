"""Autocompletion that several commands share."""

from discord import app_commands

from bot.domain.localized import Language
from bot.domain.settings import language_of
from bot.services.schedules import ALL_TOPICS
from cogs._shared.context import Interaction
from cogs._shared.render import cut

MAX_CHOICES = 25
CHOICE_LIMIT = 100


def client_language(interaction: Interaction) -> Language:
    """Return the language of the client. Autocompletion asks on every key, so nothing is looked up for it."""
    return language_of(str(interaction.locale)) or "en"


async def complete_topic(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer topics by path or name in either language; only the last of several comma-separated ones is completed."""
    language = client_language(interaction)
    head, comma, last = current.replace("，", ",").rpartition(",")
    wanted = last.strip().casefold()
    choices = []
    everything = interaction.client.texts.get("daily.fields.all_topics", language)
    if not head and wanted in f"{ALL_TOPICS} {everything}".casefold():
        choices.append(app_commands.Choice(name=everything, value=ALL_TOPICS))
    for topic in interaction.client.services.bank.topics:
        haystack = f"{topic.path} {topic.name.zh} {topic.name.en}".casefold()
        if wanted in haystack:
            value = f"{head}{comma}{topic.path}"
            name = f"{head}{comma}{topic.name.get(language)} ({topic.path})"
            if len(value) <= CHOICE_LIMIT:
                choices.append(app_commands.Choice(name=cut(name, CHOICE_LIMIT), value=value))
    return choices[:MAX_CHOICES]
