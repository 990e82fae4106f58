"""A Discord on 127.0.0.1: REST and gateway as far as the bot uses them, with faults on order.

    async with LoopbackDiscord() as discord:
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild)
        ... start the bot with discord.environment() ...
        await discord.gateway.wait_ready()
        reply = await discord.interactions.slash("daily status", member, channel)

It is not a model of all of Discord. What it answers, it answers as Discord does, refusals included: limits of
messages and commands, permissions, the three seconds of an interaction, repeated nonces.
"""

from tests.loopback.answers import ApiError
from tests.loopback.server import LoopbackDiscord
from tests.loopback.timings import Timings
from tests.loopback.world import Channel, Guild, User, World

__all__ = ["ApiError", "Channel", "Guild", "LoopbackDiscord", "Timings", "User", "World"]
