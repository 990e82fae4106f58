"""Members of a server, as far as interactions have told: there is no members intent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A member in a server. `team_id` is the team that they earn points for now, None without one.

    `hidden`: opted out of boards. `left`: Discord said that they are gone, and they have not acted since.
    """

    guild_id: int
    user_id: int
    name: str
    hidden: bool
    left: bool
    last_seen_at: datetime
    team_id: int | None

    @property
    def shown(self) -> bool:
        """Whether boards, reveals and team pages name the member."""
        return not (self.hidden or self.left)
