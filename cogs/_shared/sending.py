"""What Discord's answers to a send mean, and how a message of ours is known again."""

import aiohttp
import discord

# What leaves open whether Discord has the message: the connection broke, or no answer came.
DOUBTFUL = (TimeoutError, aiohttp.ClientError, OSError, discord.DiscordServerError)
# What Discord surely has not done.
REFUSED = (discord.HTTPException, discord.RateLimited)
_REASONS: dict[type[Exception], str] = {
    discord.Forbidden: "forbidden",
    discord.NotFound: "channel_gone",
}


def reason_of(error: Exception) -> str:
    """Return the last part of the key under `daily.reason` that tells an admin what went wrong."""
    if isinstance(error, discord.RateLimited) or getattr(error, "status", 0) == 429:
        return "rate_limited"
    if isinstance(error, DOUBTFUL):
        return "no_answer"
    return _REASONS.get(type(error), "refused")


def custom_ids(message: discord.Message) -> list[str]:
    """Return the custom_ids of a message's buttons."""
    found = []
    for row in message.components:
        for component in getattr(row, "children", ()):
            custom_id = getattr(component, "custom_id", None)
            if custom_id:
                found.append(str(custom_id))
    return found
