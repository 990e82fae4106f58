"""Who is on a board: whether they are still in the server, and for its card their user name and picture.

Without the members intent nothing is cached, so Discord is asked; what a card needs is kept for a while.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.pictures.values import Person

# Nobody waits longer for a board because Discord is slow to say who is there.
ASK_SECONDS = 5
# A card does not wait longer for pictures: those that are late are initials.
SECONDS = 2.0
AT_ONCE = 10
SIDE = 64  # px
KEPT = timedelta(hours=6)
KEPT_USERS, KEPT_PICTURES = 5_000, 1_000
# Larger ones are no 64-pixel PNG.
MOST_BYTES = 64 * 1024

User = discord.User | discord.Member


@dataclass(frozen=True, slots=True)
class _Known:
    user_name: str
    avatar: discord.Asset | None
    asked_at: datetime


class People:
    """Looks members up for cards. Nothing here is ever an error: a member who is not found has an initial."""

    def __init__(self) -> None:
        self._users: OrderedDict[tuple[int, int], _Known] = OrderedDict()
        # By the hash that Discord gives each picture: another picture has another one.
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._places = asyncio.Semaphore(AT_ONCE)

    def meet(self, guild_id: int, user: User, now: datetime) -> None:
        """Remember a user that Discord has told of."""
        avatar = getattr(user, "guild_avatar", None) or user.avatar
        self._users[guild_id, user.id] = _Known(user.name, avatar, now)
        self._users.move_to_end((guild_id, user.id))
        while len(self._users) > KEPT_USERS:
            self._users.popitem(last=False)

    def forget(self, user_id: int) -> None:
        """Forget a member who had everything deleted, in all servers."""
        for key in [key for key in self._users if key[1] == user_id]:
            known = self._users.pop(key)
            if known.avatar is not None:
                self._pictures.pop(known.avatar.key, None)

    async def find(self, guild: discord.Guild | None, names: Mapping[int, str], now: datetime) -> dict[int, Person]:
        """Return the members of these ids, drawn under these names, within SECONDS."""
        if guild is None:
            return {user_id: _person(user_id, name, None, None) for user_id, name in names.items()}
        await _within(SECONDS, [self._look_up(guild, user_id, now) for user_id in names])
        found = {}
        for user_id, name in names.items():
            known = self._users.get((guild.id, user_id))
            picture = self._pictures.get(known.avatar.key) if known and known.avatar else None
            found[user_id] = _person(user_id, name, known, picture)
        return found

    async def _look_up(self, guild: discord.Guild, user_id: int, now: datetime) -> None:
        async with self._places:
            try:
                known = self._users.get((guild.id, user_id))
                if known is None or now - known.asked_at > KEPT:
                    self.meet(guild.id, await guild.fetch_member(user_id), now)
                    known = self._users[guild.id, user_id]
                if known.avatar is not None:
                    await self._fetch(known.avatar)
            except (discord.DiscordException, OSError):
                return

    async def _fetch(self, avatar: discord.Asset) -> None:
        if avatar.key in self._pictures:
            self._pictures.move_to_end(avatar.key)
            return
        data = await avatar.replace(size=SIDE, format="png").read()
        if len(data) <= MOST_BYTES:
            self._pictures[avatar.key] = data
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)


async def who_is_there(guild: discord.Guild, user_ids: Iterable[int]) -> dict[int, bool]:
    """Return which of these members are in the server and which are not; of whom Discord did not say, nothing."""
    asked = list(user_ids)
    answers = await asyncio.gather(*(_is_member(guild, user_id) for user_id in asked))
    return {user_id: answer for user_id, answer in zip(asked, answers, strict=True) if answer is not None}


async def _is_member(guild: discord.Guild, user_id: int) -> bool | None:
    """Whether Discord knows the member; None when it did not say."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    except (discord.HTTPException, TimeoutError, OSError):
        return None
    return True


def _person(user_id: int, name: str, known: _Known | None, picture: bytes | None) -> Person:
    return Person(user_id, name, known.user_name if known else f"user {user_id % 10_000:04d}", picture)


async def _within(seconds: float, work: list[Coroutine[Any, Any, None]]) -> None:
    """Run all at once; what is not done in time is given up."""
    if not work:
        return
    tasks = [asyncio.create_task(one) for one in work]
    try:
        _, late = await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
    if late:
        await asyncio.wait(late)
