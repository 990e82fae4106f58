"""simcord's Preview as a live page: wall clock, one language per member, news that appear by themselves.

Every private name of simcord that the demo needs is used in this file and in `projection.py`, so the version is
pinned to the digit.
Import it only when a demo starts; `bot.demo.run` turns a missing simcord into one clear sentence.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

import discord
import simcord
from aiohttp import web

from bot.demo.dress import dressed
from bot.errors import StartupError

SIMCORD_VERSION = "3.2.1"


def require_version(found: str) -> None:
    """Raise StartupError for any other simcord: the names used below are private and move."""
    if found != SIMCORD_VERSION:
        raise StartupError(
            f"The demo is made for simcord {SIMCORD_VERSION}, found {found}: pip install 'simcord=={SIMCORD_VERSION}'"
        )


require_version(simcord.__version__)

from simcord import _dpy_internals  # noqa: E402  (the version comes first)
from simcord._clock import Clock  # noqa: E402
from simcord.backend.access import can_access_message  # noqa: E402
from simcord.backend.cdn import CDN_BASE  # noqa: E402
from simcord.backend.models import User  # noqa: E402
from simcord.builders import ChannelHandle, UserHandle  # noqa: E402
from simcord.components import walk_components  # noqa: E402
from simcord.preview import Preview  # noqa: E402
from simcord.preview._commands import visible_leaf  # noqa: E402
from simcord.preview._pages import _Page  # noqa: E402
from simcord.preview._server import PreviewServer  # noqa: E402

from bot.demo import projection  # noqa: E402

projection.apply()

log = logging.getLogger(__name__)

TOKEN = "demo"  # noqa: S105  (part of the address; the same each time, so an open tab can be reloaded)
ACK_SECONDS = 3.0  # Discord drops an interaction that is not acknowledged by then
ANSWER_SECONDS = 0.4  # a deferred answer that comes by then is shown at once, a later one at the next refresh
KEEP_MESSAGES = 100  # per channel; publishing a page costs time for each of them
KEEP_INTERACTIONS = 200
KEEP_LOG_ENTRIES = 200
TOKEN_LIFETIME = timedelta(minutes=15)  # an interaction token's; what it may still use is not trimmed
AVATAR_SIDE = 64  # px, as cards ask for
GATHER_SECONDS = 0.1  # a burst of events becomes one refresh

FONT = Path(simcord.__file__).parent.joinpath("preview", "static", "fonts", "noto-sans-sc-v2.004.ttf")

_SHOWS_NEW_MESSAGE = frozenset({"response", "followup", "deferred", "message"})
_BY_MEMBER = frozenset({"click", "select", "modal_submit", "run_command", "send_message"})


class WallClock:
    """In place of simcord's virtual clock. Never runs backwards, so message ids keep their order."""

    def __init__(self) -> None:
        self._start = _dpy_internals.real_monotonic()
        self._last = datetime.now(UTC)
        self._standing_at: datetime | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the clock was made."""
        return _dpy_internals.real_monotonic() - self._start

    def now(self) -> datetime:
        """The present, aware UTC; inside `standing_at` its instant."""
        if self._standing_at is not None:
            return self._standing_at
        self._last = max(self._last, datetime.now(UTC))
        return self._last

    @contextlib.contextmanager
    def standing_at(self, instant: datetime) -> Iterator[None]:
        """Give messages sent inside the block another time. For a seed: whoever looks on would see ids go back."""
        self._standing_at = instant
        try:
            yield
        finally:
            self._standing_at = None

    def advance(self, seconds: float) -> None:
        """Nothing: real time advances by itself."""


class _Log(list[Any]):
    """A list that keeps its newest entries only and tells of each one appended."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, item: Any) -> None:
        super().append(item)
        if len(self) > 2 * KEEP_LOG_ENTRIES:
            del self[:-KEEP_LOG_ENTRIES]
        self._tell(item)


class RealtimeEnv(simcord.Env):
    """A virtual Discord in real time: timers are the bot's own, only acknowledgements are awaited."""

    def __init__(self, bot: Any, *, locale: str) -> None:
        unsharded = isinstance(bot, discord.AutoShardedClient) and bot.shard_count is None
        super().__init__(bot, check_errors=False, shard_count=1 if unsharded else None)
        self.locale = locale
        self.locales: dict[int, str] = {}
        self.changes = 0
        self.changed = asyncio.Event()
        self._webhook_calls: deque[str] = deque(maxlen=50)
        self.backend.transcript = _Log(self._note)
        self.backend.http_requests = _Log(lambda _: None)
        self.backend.subscribers.append(self._speak)

    def _note(self, entry: tuple[str, str, Any]) -> None:
        kind, name, _ = entry
        if kind == "HTTP" and "/webhooks/" in name:
            self._webhook_calls.append(name)
        if kind == "DROPPED" or (kind == "HTTP" and name.startswith("GET ")):
            return
        self.changes += 1
        self.changed.set()

    def _speak(self, event: str, payload: Mapping[str, Any]) -> None:
        """Runs before the bot's own feed: gives each interaction the language of the member behind it."""
        if event == "INTERACTION_CREATE":
            user = payload["member"]["user"] if "member" in payload else payload["user"]
            sent = cast("dict[str, Any]", payload)
            sent["locale"] = self.locale_of(int(user["id"]))
            if "guild_locale" in sent:
                sent["guild_locale"] = self.locale
            record = self.backend.interactions.get(int(payload["id"]))
            if record is not None and record.command_name:
                record.command_name = projection.full_name(payload["data"])

    def locale_of(self, user_id: int) -> str:
        """The language of one member's client; the server's when none was given."""
        return self.locales.get(user_id, self.locale)

    def use_wall_clock(self) -> None:
        """From here on ids and times are real. Before `start()`: later, tasks.loop would spin to catch up."""
        self.backend.clock = cast(Clock, WallClock())

    def sent_at(self, instant: datetime) -> contextlib.AbstractContextManager[None]:
        """Messages sent inside the block carry this time. Only after `use_wall_clock`."""
        return cast(WallClock, self.backend.clock).standing_at(instant)

    def name_bot(self, name: str, avatar: bytes) -> None:
        """Give the bot's account its name and picture."""
        self.backend.bot_user.name = name
        self._set_avatar(self.backend.bot_user, avatar)

    def add_user(
        self, user_id: int, name: str, *, global_name: str, locale: str, avatar: bytes | None = None
    ) -> UserHandle:
        """A user whose id is the same at every start, so that its rows in the database stay its own."""
        user = User(id=self.backend.reserve_id(user_id), name=name, global_name=global_name)
        self.backend.users[user.id] = user
        self.locales[user.id] = locale
        if avatar is not None:
            self._set_avatar(user, avatar)
        return UserHandle(self, user)

    def _set_avatar(self, user: User, png: bytes) -> None:
        user.avatar = f"{user.id:032x}"
        path = f"/avatars/{user.id}/{user.avatar}.png"
        self.backend.cdn._blobs[CDN_BASE + path] = png
        # The page asks the one, the bot for its cards the other.
        self.backend.cdn._blobs[f"{discord.Asset.BASE}{path}?size={AVATAR_SIDE}"] = png

    @contextlib.contextmanager
    def _bot_scope(self) -> Iterator[None]:
        """Keep the interaction adapter, never claim ownership: nothing of the bot is tracked or virtual."""
        adapter = self._webhook_adapter
        previous = _dpy_internals.set_webhook_adapter(adapter) if adapter is not None else None
        try:
            yield
        finally:
            if adapter is not None:
                _dpy_internals.reset_webhook_adapter(previous)

    async def _settle_internal(self, *, dispatch: str | None = None, **_: Any) -> None:
        """Wait for the newest interaction's acknowledgement, and a moment for what a deferred one promised."""
        if dispatch == "INTERACTION_CREATE":
            record = next(reversed(self.backend.interactions.values()))
            await self._until(lambda: record.responded, ACK_SECONDS)
            if record.deferred:
                await self._until(lambda: any(record.token in call for call in self._webhook_calls), ANSWER_SECONDS)
        await asyncio.sleep(0.01)  # lets the handler go on past its acknowledgement

    async def _until(self, condition: Callable[[], bool], seconds: float) -> None:
        end = _dpy_internals.real_monotonic() + seconds
        while not condition() and _dpy_internals.real_monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    def _capture_errors(self) -> None:
        """Leave the bot's error handlers alone: what it handles is handled."""

    def _record_error(self, error: BaseException) -> None:
        log.warning("simcord: %r", error)

    def trim(self) -> None:
        """Forget what no page shows and no token reaches, so that a demo can run for days."""
        backend = self.backend
        horizon = discord.utils.time_snowflake(self.now() - TOKEN_LIFETIME)
        for messages in backend.messages.values():
            for message_id in sorted(messages)[:-KEEP_MESSAGES]:
                for attachment in messages.pop(message_id).attachments:
                    backend.cdn._blobs.pop(attachment["url"], None)
        for interaction_id in list(backend.interactions)[:-KEEP_INTERACTIONS]:
            if interaction_id < horizon:
                backend.interaction_tokens.pop(backend.interactions.pop(interaction_id).token, None)
        if len(backend._sequences) > 10_000:  # ids of past milliseconds cannot come again
            backend._sequences = {ms: n for ms, n in backend._sequences.items() if ms >= horizon >> 22}
            backend._reserved_ids = {taken for taken in backend._reserved_ids if taken >= horizon}


class LivePreview(Preview):
    """One channel in the browser. Follows the newest message and speaks each member's language."""

    def __init__(
        self, env: RealtimeEnv, channel: ChannelHandle, viewers: Sequence[Any], port: int, timezone: str
    ) -> None:
        size: dict[str, Any] = {"layout": "channel", "display": "responsive", "width": 960, "height": 720}
        place: dict[str, Any] = {"locale": env.locale, "timezone": timezone, "port": port}
        super().__init__(env, channel, tuple(viewers), presentation_time=None, assets=None, **size, **place)
        self.capability = TOKEN
        self._world = env
        self._server = _DressedServer(self, port)
        self._lock = asyncio.Lock()
        self._published: dict[str, int] = {}  # by page id: the env's `changes` it shows
        self._revisions: dict[str, tuple[Any, int]] = {}  # by page id: newest request, the revision it got
        self._controls: dict[tuple[str, int], tuple[list[Any], int]] = {}  # buttons, since which revision

    async def pump(self) -> None:
        """Show what happened in the background, until cancelled."""
        while True:
            await self._world.changed.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._world.changed.clear()
            async with self._lock:
                try:
                    self._world.trim()
                    self._advance_presentation_time()
                    self._publish_message_pages(reason="refresh")
                except Exception:  # a page that cannot be shown must not end the demo
                    log.exception("the demo page was not refreshed")

    def _publish(self, page: _Page, *, reason: Any = "action") -> None:
        self.locale = self._world.locale_of(page.viewer.id)
        super()._publish(page, reason=reason)
        self._published[page.id] = self._world.changes
        self._localise(page)
        self._note_controls(page)

    def _publish_message_pages(self, *, reason: str = "action") -> None:
        """Publish the pages that show less than what happened; nobody looks at simcord's own one."""
        for page in tuple(self._pages.values()):
            behind = self._published.get(page.id, -1) != self._world.changes
            if page is not self._python and page.id in self._pages and (behind or page is self._action_page):
                self._publish(page, reason=reason)
        for page_id in self._published.keys() - self._pages.keys():
            del self._published[page_id]
            self._revisions.pop(page_id, None)
            self._controls = {key: value for key, value in self._controls.items() if key[0] != page_id}

    def _localise(self, page: _Page) -> None:
        """Descriptions and choices in the member's language; simcord itself shows the default only."""
        for entry in page.command_catalog.get("entries", []):
            found = visible_leaf(self, page, entry["commandId"], entry["path"])
            if found is None:
                continue
            leaf = found[2]
            entry["description"] = projection.in_language(leaf, "description", self.locale)
            for shown, option in zip(entry["options"], leaf.get("options") or [], strict=True):
                shown["description"] = projection.in_language(option, "description", self.locale)
                for choice, source in zip(shown["choices"], option.get("choices") or [], strict=True):
                    choice["name"] = projection.in_language(source, "name", self.locale)

    def _initial_target(self, viewer: Any, channel_id: int) -> int | None:
        """The newest message this viewer may see, not simcord's newest of the bot."""
        messages = self.env.backend.messages.get(channel_id, {})
        for message_id in sorted(messages, reverse=True):
            if can_access_message(self.env, channel_id, messages[message_id], viewer, history=True):
                return message_id
        return None

    def _open_page(self, viewer_id: Any = None, target_id: Any = None) -> _Page:
        source = cast(_Page, self._python)
        viewer = self.viewers[0] if viewer_id is None else self._viewer(viewer_id)
        source.target_id, source.window_end_id = self._initial_target(viewer, self.channel.id), None
        return super()._open_page(viewer_id, target_id)

    def _finish_action(self, page: _Page, action: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Whoever did something sees what came of it: down to the newest message, as in Discord."""
        result = super()._finish_action(page, action, *args, **kwargs)
        new = {item["kind"] for item in result["outcomes"] if item.get("messageId")} & _SHOWS_NEW_MESSAGE
        if new and action.kind in _BY_MEMBER:
            page.target_id, page.window_end_id = self._initial_target(page.viewer, page.channel_id), None
        return result

    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self._lock:  # actions and refreshes never overlap
            page = self._pages.get(context_id or "")
            if page is not None and isinstance(body, Mapping) and "published_revision" in body:
                body = {**body, "published_revision": self._revision(page, body)}
            return await super()._action(context_id, body)

    def _revision(self, page: _Page, body: Mapping[str, Any]) -> int:
        """The revision to act on: that the browser's is behind is no reason to refuse a click.

        It is one only for a message whose buttons changed since: the same place may hold another button.
        """
        request, seen, target = body.get("request_id"), body["published_revision"], body.get("target_id")
        if self._revisions.get(page.id, (None, 0))[0] != request:  # else: a repetition must look the same
            fresh = True
            if body.get("kind") in ("click", "select") and str(target).isdecimal() and isinstance(seen, int):
                shown, since = self._controls.get((page.id, int(str(target))), ([], 0))
                fresh = since <= seen and shown == self._buttons(page, int(str(target)))
            self._revisions[page.id] = (request, page.revision if fresh else -1)
        return self._revisions[page.id][1]

    def _note_controls(self, page: _Page) -> None:
        shown = [int(message_id) for message_id in page.snapshot.get("timeline", [])]
        for key in [key for key in self._controls if key[0] == page.id and key[1] not in shown]:
            del self._controls[key]
        for message_id in shown:
            buttons = self._buttons(page, message_id)
            known = self._controls.get((page.id, message_id))
            if known is None or known[0] != buttons:
                self._controls[page.id, message_id] = (buttons, page.revision if known else 0)

    def _buttons(self, page: _Page, message_id: int) -> list[Any]:
        message = self.env.backend.messages.get(page.channel_id, {}).get(message_id)
        return [part.get("custom_id") for part in walk_components(message.components)] if message else []


class _DressedServer(PreviewServer):
    """simcord's server; the page wears the demo's name and language."""

    _STATIC_FILES: ClassVar = {**PreviewServer._STATIC_FILES, "/favicon.ico": "favicon.ico"}

    async def _static(self, request: Any) -> Any:
        if request.path == "/favicon.ico":
            return web.Response(status=204)
        response = await super()._static(request)
        if response.content_type in ("text/html", "text/css", "application/javascript"):
            preview = cast(LivePreview, self.preview)
            response.text = dressed(request.path, response.text, preview._world.locale, preview.capability)
        return response


@contextlib.asynccontextmanager
async def live_page(
    env: RealtimeEnv,
    channel: ChannelHandle,
    viewers: Sequence[simcord.MemberActor],
    *,
    port: int,
    timezone: str,
) -> AsyncIterator[LivePreview]:
    """Serve `channel` on the loopback interface until the block ends; `page.url` is its address.

    Args:
        env: started already.
        channel: the one channel on the page.
        viewers: whom one can be, the first one at the start.
        port: 0 takes a free one; StartupError when it is taken.
        timezone: IANA name, for the times on the page.
    """
    preview = LivePreview(env, channel, viewers, port, timezone)
    try:
        await preview.__aenter__()
    except simcord.SetupError as error:
        raise StartupError(f"The demo page could not start: {error}") from error
    pump = asyncio.create_task(preview.pump(), name="demo page")
    try:
        yield preview
    finally:
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)
        await preview.close()
