"""Languages and calendars: of members, of servers (decisions 19, 24)."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.localized import Language
from bot.domain.readers import Reader
from bot.domain.settings import LARGEST_TEAM, SMALLEST_TEAM, GuildSettings
from bot.domain.wall_clock import parse_timezone
from bot.errors import BotError
from bot.services.presence import meet
from bot.storage import Storage

# Members remembered as seen today; past that the memory starts anew, which costs a write each.
SEEN_KEPT = 50_000


class PreferenceService:
    """What members and admins set with `/settings`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._seen: dict[tuple[int, int], date] = {}

    async def language_for(
        self,
        user_id: int,
        guild_id: int | None,
        channel_id: int | None,
        locale: str | None,
        *,
        post: Language | None = None,
    ) -> Language:
        """Return the language of a private reply. `post` is the language of the post that was clicked, if one was."""
        async with self._storage.read() as tx:
            hints = await tx.members.language_hints(user_id, channel_id, guild_id, locale)
        return replace(hints, place=post or hints.place).choose()

    async def note_seen(self, reader: Reader, now: datetime) -> None:
        """Remember that a member acts in a server: sealing in direct messages follows it. Once a day and process."""
        if reader.guild_id is None:
            return
        key, today = (reader.guild_id, reader.user_id), now.date()
        if self._seen.get(key) == today:
            return
        if len(self._seen) >= SEEN_KEPT:
            self._seen.clear()
        self._seen[key] = today
        async with self._storage.write() as tx:
            await meet(tx, reader, now)

    def forget(self, user_id: int) -> None:
        """Note a member anew when they act next: everything on them was deleted."""
        for key in [key for key in self._seen if key[1] == user_id]:
            del self._seen[key]

    async def set_language(self, user_id: int, language: Language | None, now: datetime) -> None:
        """Set a member's language everywhere; None goes back to following the channel and the client."""
        async with self._storage.write() as tx:
            await tx.members.set_language(user_id, language, now)

    async def guild(self, guild_id: int) -> GuildSettings:
        """Return a server's settings, defaults before it has any."""
        async with self._storage.read() as tx:
            return await tx.guilds.find(guild_id) or GuildSettings(guild_id)

    async def set_guild(
        self,
        guild_id: int,
        timezone: str | None,
        language: Language | None,
        now: datetime,
        *,
        team_approval: bool | None = None,
        team_size: int | None = None,
    ) -> GuildSettings:
        """Change what is named of a server's settings.

        Raises:
            BotError: `daily.unknown_timezone`, `team.bad_size`; nothing is changed.
        """
        zone = parse_timezone(timezone) if timezone is not None else None
        if team_size is not None and not SMALLEST_TEAM <= team_size <= LARGEST_TEAM:
            raise BotError("team.bad_size", smallest=SMALLEST_TEAM, largest=LARGEST_TEAM)
        async with self._storage.write() as tx:
            await tx.guilds.change(guild_id, zone, language, now, team_approval=team_approval, team_size=team_size)
            return await tx.guilds.find(guild_id) or GuildSettings(guild_id)
