"""Who and what exists: users, servers, roles, channels, messages, and what members may do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from discord import Permissions

from tests.loopback.snowflakes import Clock, Snowflakes, wall_clock

TEXT, DIRECT, PUBLIC_THREAD = 0, 1, 11

# What @everyone has in a new server, as far as it matters here.
EVERYONE = Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    use_application_commands=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)


@dataclass(eq=False)
class User:
    """`locale` is what their client says in interactions."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    accepts_messages: bool = True

    def payload(self) -> dict[str, Any]:
        shared = {"avatar": None, "bot": self.bot, "public_flags": 0}
        return {"id": str(self.id), "username": self.name, "discriminator": "0", "global_name": self.name, **shared}


@dataclass(eq=False)
class Role:
    """The role @everyone has its server's id."""

    id: int
    name: str
    permissions: Permissions
    position: int = 1
    mentionable: bool = False
    managed: bool = False

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions.value),
            "position": self.position,
            "mentionable": self.mentionable,
            "managed": self.managed,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Overwrite:
    """What a channel grants to and takes from a role or a member, beyond the server."""

    role: bool
    allow: Permissions
    deny: Permissions


@dataclass(eq=False)
class Channel:
    """A text channel, a thread in one, or direct messages with `recipient`. `messages` come in order of their ids."""

    id: int
    kind: int
    name: str = ""
    guild: "Guild | None" = None
    recipient: User | None = None
    parent: "Channel | None" = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def grant(self, who: User | Role, **permissions: bool) -> None:
        """Allow (True) or deny (False) permissions to a member or a role."""
        self.overwrites[who.id] = Overwrite(
            isinstance(who, Role),
            Permissions(**{name: True for name, granted in permissions.items() if granted}),
            Permissions(**{name: True for name, granted in permissions.items() if not granted}),
        )

    def message(self, message_id: int | str) -> dict[str, Any] | None:
        return next((message for message in self.messages if message["id"] == str(message_id)), None)

    def payload(self) -> dict[str, Any]:
        latest = self.messages[-1]["id"] if self.messages else None
        data: dict[str, Any] = {"id": str(self.id), "type": self.kind, "last_message_id": latest, "flags": 0}
        if self.recipient is not None:
            return {**data, "recipients": [self.recipient.payload()]}
        assert self.guild is not None
        data |= {"name": self.name, "guild_id": str(self.guild.id), "rate_limit_per_user": 0}
        if self.parent is not None:
            archived_at = datetime.now(UTC).isoformat()
            return {
                **data,
                "parent_id": str(self.parent.id),
                "owner_id": str(self.guild.bot_id),
                "message_count": len(self.messages),
                "member_count": 1,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": archived_at,
                    "locked": False,
                },
            }
        overwrites = [
            {
                "id": str(target),
                "type": 0 if overwrite.role else 1,
                "allow": str(overwrite.allow.value),
                "deny": str(overwrite.deny.value),
            }
            for target, overwrite in self.overwrites.items()
        ]
        return {
            **data,
            "position": 0,
            "topic": None,
            "nsfw": False,
            "parent_id": None,
            "permission_overwrites": overwrites,
        }


@dataclass(eq=False)
class Guild:
    """A server. `members` maps a user's id to their roles beside @everyone."""

    id: int
    name: str
    locale: str
    owner: User
    bot_id: int
    everyone: Role
    roles: list[Role]
    channels: list[Channel] = field(default_factory=list)
    members: dict[int, tuple[User, list[Role]]] = field(default_factory=dict)

    def member_payload(self, user: User) -> dict[str, Any]:
        _, roles = self.members[user.id]
        return {
            "user": user.payload(),
            "nick": None,
            "avatar": None,
            "roles": [str(role.id) for role in roles],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def payload(self) -> dict[str, Any]:
        """As `GET /guilds/{id}` gives it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "owner_id": str(self.owner.id),
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "features": [],
            "preferred_locale": self.locale,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "afk_timeout": 300,
            "system_channel_flags": 0,
        }

    def gateway_payload(self) -> dict[str, Any]:
        """As GUILD_CREATE gives it to a bot without the members intent: of all members only the bot itself."""
        own, _ = self.members[self.bot_id]
        threads = [channel.payload() for channel in self.channels if channel.parent is not None]
        return {
            **self.payload(),
            "unavailable": False,
            "large": False,
            "member_count": len(self.members),
            "joined_at": "2026-01-01T00:00:00+00:00",
            "members": [self.member_payload(own)],
            "channels": [channel.payload() for channel in self.channels if channel.parent is None],
            "threads": threads,
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


class World:
    """Everything that exists. Tests build it before the bot starts, or announce changes through the gateway."""

    def __init__(self, clock: Clock = wall_clock) -> None:
        self.snowflakes = Snowflakes(clock)
        self.application_id = self.snowflakes.next()
        self.bot = User(self.application_id, "Mianjing", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: list[dict[str, Any]] = []

    def add_user(self, name: str = "Xiaoan", *, locale: str = "en-US") -> User:
        user = User(self.snowflakes.next(), name, locale)
        self.users[user.id] = user
        return user

    def add_guild(
        self, name: str = "Study room", *, locale: str = "en-US", bot_permissions: Permissions | None = None
    ) -> Guild:
        """Add a server with its owner and the bot, which has what @everyone has and `bot_permissions`."""
        owner = self.add_user(f"Owner of {name}")
        guild_id = self.snowflakes.next()
        everyone = Role(guild_id, "@everyone", EVERYONE, position=0)
        own = Role(self.snowflakes.next(), self.bot.name, bot_permissions or Permissions.none(), managed=True)
        guild = Guild(guild_id, name, locale, owner, self.bot.id, everyone, [everyone, own])
        guild.members = {owner.id: (owner, []), self.bot.id: (self.bot, [own])}
        self.guilds[guild_id] = guild
        return guild

    def add_role(self, guild: Guild, name: str, permissions: Permissions | None = None) -> Role:
        role = Role(self.snowflakes.next(), name, permissions or Permissions.none(), position=len(guild.roles))
        guild.roles.append(role)
        return role

    def add_member(self, guild: Guild, name: str = "Xiaoan", *roles: Role, locale: str = "en-US") -> User:
        user = self.add_user(name, locale=locale)
        guild.members[user.id] = (user, list(roles))
        return user

    def add_channel(self, guild: Guild, name: str = "daily-question") -> Channel:
        return self._add(Channel(self.snowflakes.next(), TEXT, name, guild))

    def add_thread(self, parent: Channel, name: str, *, thread_id: int | None = None) -> Channel:
        thread_id = thread_id or self.snowflakes.next()
        return self._add(Channel(thread_id, PUBLIC_THREAD, name, parent.guild, parent=parent))

    def direct_channel(self, user: User) -> Channel:
        """Return the bot's channel with a user; it is made once."""
        known = (channel for channel in self.channels.values() if channel.recipient is user)
        return next(known, None) or self._add(Channel(self.snowflakes.next(), DIRECT, recipient=user))

    def remove_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        if channel.guild is not None:
            channel.guild.channels.remove(channel)

    def permissions(self, user: User, channel: Channel) -> Permissions:
        """Return what a member may do in a channel, as Discord computes it. A stranger to the server may nothing."""
        if channel.parent is not None:
            return self.permissions(user, channel.parent)
        guild = channel.guild
        if guild is None:
            return EVERYONE if user in (self.bot, channel.recipient) else Permissions.none()
        if user.id not in guild.members:
            return Permissions.none()
        _, roles = guild.members[user.id]
        granted = guild.everyone.permissions.value
        for role in roles:
            granted |= role.permissions.value
        if user is guild.owner or Permissions(granted).administrator:
            return Permissions.all()
        # First what is said of everyone, then of all the member's roles together, then of the member.
        for targets in ([guild.id], [role.id for role in roles], [user.id]):
            overwrites = [channel.overwrites[target] for target in targets if target in channel.overwrites]
            for overwrite in overwrites:
                granted &= ~overwrite.deny.value
            for overwrite in overwrites:
                granted |= overwrite.allow.value
        return Permissions(granted)

    def _add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels.append(channel)
        return channel
