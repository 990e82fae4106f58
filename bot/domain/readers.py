"""Who acts: one member as seen in one interaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """A member, and where the interaction took place. `guild_id` is None in direct messages."""

    user_id: int
    name: str
    guild_id: int | None
    channel_id: int | None
