"""The least that a discord.py bot can be, with the options of ours: what every budget is measured from."""

import os

import discord
import yarl
from discord.ext import commands


def main() -> None:
    discord.http.Route.BASE = os.environ["MIANJING_DISCORD_API_URL"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["MIANJING_DISCORD_GATEWAY_URL"])
    bot = commands.Bot(
        command_prefix=commands.when_mentioned,
        help_command=None,
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
    )
    bot.run(os.environ["MIANJING_TOKEN"])


if __name__ == "__main__":
    main()
