"""Who acts: one member as seen in one interaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """A member, and where the interaction took place. `guild_id` is None in direct messages.

    `role_ids` are the member's roles in the server, highest first: Discord sends them with every interaction. None
    when they are not known: then nothing follows from them.
    """

    user_id: int
    name: str
    guild_id: int | None
    channel_id: int | None
    role_ids: tuple[int, ...] | None = ()
