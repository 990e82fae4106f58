"""Who may do what. Discord hides admin roots, but subcommands can be shown to anyone, so code checks too."""

import discord

from bot.errors import BotError
from cogs._shared.context import Interaction

# What a daily question needs in its channel; reading history is how a doubtful post is found again (decision 3).
POST_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
)
THREAD_PERMISSIONS = ("create_public_threads", "send_messages_in_threads")


def require_admin(interaction: Interaction) -> int:
    """Return the server's id.

    Raises:
        BotError: `errors.guild_only` in direct messages, `errors.admin_only` without Manage Server.
    """
    guild_id = require_guild(interaction)
    if not interaction.permissions.manage_guild:
        raise BotError("admin_only")
    return guild_id


def require_guild(interaction: Interaction) -> int:
    """Return the server's id.

    Raises:
        BotError: `errors.guild_only` in direct messages.
    """
    if interaction.guild_id is None:
        raise BotError("guild_only")
    return interaction.guild_id


def missing_permissions(
    channel: discord.abc.GuildChannel, *, thread: bool, role: discord.Role | None = None
) -> list[str]:
    """Return what the bot lacks in a channel, as names of `discord.Permissions`, in the order of asking."""
    wanted = [*POST_PERMISSIONS, *(THREAD_PERMISSIONS if thread else ())]
    if role is not None and not role.mentionable:
        wanted.append("mention_everyone")
    granted = channel.permissions_for(channel.guild.me)
    return [name for name in wanted if not getattr(granted, name)]
