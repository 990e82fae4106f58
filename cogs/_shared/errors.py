"""One place for everything that goes wrong in an interaction: the reader always gets one clear sentence."""

import logging
import secrets

import discord
from discord import app_commands

from bot.domain.settings import language_of
from bot.errors import BotError
from cogs._shared.context import (
    ALREADY_ACKNOWLEDGED,
    UNKNOWN_INTERACTION,
    Interaction,
    NotOursError,
    open_context,
    raw_data,
)
from cogs._shared.render import cut

# A sentence repeats what a member typed, but never a page of it: Discord refuses messages over 2,000 characters.
ARGUMENT_LIMIT = 200

log = logging.getLogger(__name__)


async def report(interaction: Interaction, error: BaseException) -> None:
    """Answer an error privately. Expected ones say what to do; anything else is a bug with an incident id, logged."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, NotOursError) or _too_late(error):
        log.info("an interaction was answered elsewhere or too late")
        return
    if isinstance(error, BotError):
        log.info("refused: %s", error)
        await _answer(interaction, error.key, **error.message_args)
    elif isinstance(error, app_commands.MissingPermissions):
        await _answer(interaction, "errors.admin_only")
    elif isinstance(error, app_commands.NoPrivateMessage):
        await _answer(interaction, "errors.guild_only")
    elif isinstance(error, app_commands.TransformerError | app_commands.CommandSignatureMismatch):
        await _answer(interaction, "errors.bad_option")
    else:
        incident = secrets.token_hex(4)
        log.error("incident %s in %s", incident, _place(interaction), exc_info=error)
        await _answer(interaction, "errors.bug", incident=incident)


async def _answer(interaction: Interaction, key: str, **args: object) -> None:
    args = {name: cut(value, ARGUMENT_LIMIT) if isinstance(value, str) else value for name, value in args.items()}
    try:
        try:
            context = await open_context(interaction)
            text = context.t(f"errors.{key}" if f"errors.{key}" in interaction.client.texts else key, **args)
        except Exception:
            # The database may be what failed; the client's own locale is always known.
            log.exception("no language for an error message")
            language = language_of(str(interaction.locale)) or "en"
            text = interaction.client.texts.get("errors.bug", language, incident=args.get("incident", "-"))
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except (discord.HTTPException, discord.InteractionResponded) as failure:
        log.warning("an error message could not be delivered: %s", failure)


def _too_late(error: BaseException) -> bool:
    codes = (ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION)
    return isinstance(error, discord.HTTPException) and error.code in codes


def _place(interaction: Interaction) -> str:
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    return f"component {raw_data(interaction).get('custom_id', '?')}"
