"""One interaction as our code sees it: who reads, in which language, and how to answer exactly once."""

from dataclasses import dataclass, field
from typing import Any

import discord

from bot.client import InterviewBot
from bot.domain.localized import Language
from bot.domain.readers import Reader

Interaction = discord.Interaction[InterviewBot]

# Another process has acknowledged the interaction already (decision 8) …
ALREADY_ACKNOWLEDGED = 40060
# … or it is older than three seconds and Discord has told the member that it failed.
UNKNOWN_INTERACTION = 10062
# In an interaction's extras when the member had everything deleted by it: it leaves no trace of its own.
ERASED = "erased"


class NotOursError(Exception):
    """The interaction belongs to another process or is gone: stop, write nothing, say nothing."""


@dataclass
class Context:
    """Made by `open_context`. `public` replies are seen by the channel; everything else is ephemeral."""

    interaction: Interaction
    language: Language
    _deferred: bool = field(default=False, init=False)

    @property
    def bot(self) -> InterviewBot:
        """The bot that received the interaction."""
        return self.interaction.client

    @property
    def reader(self) -> Reader:
        """The member who acts."""
        return reader_of(self.interaction)

    def t(self, key: str, /, **args: object) -> str:
        """Return a message in the reader's language."""
        return self.bot.texts.get(key, self.language, **args)

    async def acknowledge(self, *, update: bool = False, public: bool = False) -> None:
        """Tell Discord that an answer is coming, before anything is written (decision 8).

        `update` acknowledges a click on a private message, which will be edited, instead of promising a new private
        one; `public` promises one that the whole channel sees.

        Raises:
            NotOursError: If another process was faster, or three seconds are over.
        """
        # A public message is never edited by a click: with a made-up custom_id anybody could rewrite it.
        message = self.interaction.message
        try:
            if update and message is not None and message.flags.ephemeral:
                await self.interaction.response.defer()
            else:
                await self.interaction.response.defer(ephemeral=not public, thinking=True)
        except discord.HTTPException as error:
            if error.code in (ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION):
                raise NotOursError from error
            raise
        self._deferred = True

    async def reply(self, content: str | None = None, **message: Any) -> None:
        """Answer privately: fills the promised message, or edits the clicked one after `acknowledge(update=True)`."""
        if self._deferred:
            self._deferred = False
            message.setdefault("embeds", [message.pop("embed")] if "embed" in message else [])
            # An edited message keeps its pictures unless told otherwise.
            message["attachments"] = message.pop("files", [])
            await self.interaction.edit_original_response(content=content, view=message.pop("view", None), **message)
        elif self.interaction.response.is_done():
            await self.interaction.followup.send(content or "", ephemeral=True, **message)
        else:
            await self.interaction.response.send_message(content, ephemeral=True, **message)


def reader_of(interaction: Interaction) -> Reader:
    """Return who acts, with the roles that Discord sent along, highest first."""
    user = interaction.user
    roles = _role_ids(user) if isinstance(user, discord.Member) else ()
    return Reader(user.id, user.display_name, interaction.guild_id, interaction.channel_id, roles)


def _role_ids(member: discord.Member) -> tuple[int, ...] | None:
    # Every server has the role that bears its id. Without it the server has not been told of yet, after a start or an
    # outage: discord.py then lists no roles, although the member may wear some.
    if member.guild.get_role(member.guild.id) is None:
        return None
    return tuple(role.id for role in reversed(member.roles))


def raw_data(interaction: Interaction) -> dict[str, Any]:
    """Return the interaction's own data as Discord sent it."""
    return dict(interaction.data or {})


async def open_context(interaction: Interaction, *, post: Language | None = None) -> Context:
    """Find out which language the reader wants (decision 24). `post`: the language of the post that was clicked."""
    language = await interaction.client.services.preferences.language_for(
        interaction.user.id,
        interaction.guild_id,
        interaction.channel_id,
        str(interaction.locale),
        post=post,
    )
    return Context(interaction, language)
