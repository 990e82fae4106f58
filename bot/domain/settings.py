"""Preferences of servers and members, and the order in which a language is chosen (decision 24)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.localized import Language

SMALLEST_TEAM, LARGEST_TEAM = 2, 500


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """A server's calendar, language and teams.

    `season` is the number of the season that runs, 0 while none does. `team_approval`: an admin approves a team before
    it counts. `team_size`: how many members a team may have, linked ones aside.
    """

    guild_id: int
    timezone: str = "UTC"
    language: Language = "en"
    season: int = 0
    team_approval: bool = False
    team_size: int = 50

    @property
    def zone(self) -> ZoneInfo:
        """The server's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class LanguageHints:
    """What is known about the language someone reads, strongest first."""

    member: Language | None = None
    place: Language | None = None
    locale: str | None = None
    guild: Language | None = None

    def choose(self) -> Language:
        """Return the member's setting, else the post's or channel's, else the client's, else the server's."""
        return self.member or self.place or language_of(self.locale) or self.guild or "en"


def language_of(locale: str | None) -> Language | None:
    """Return the language for a client locale: any zh is Chinese, anything else English, None unknown."""
    if not locale:
        return None
    return "zh" if locale.lower().startswith("zh") else "en"
