"""The gateway: HELLO, IDENTIFY, READY, GUILD_CREATE, heartbeats, RESUME, and ways to break it.

Frames go out as text, which a client accepts although it has asked for compression.
"""

import contextlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.loopback.journal import Journal
from tests.loopback.timings import Timings
from tests.loopback.world import Guild, World

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 7, 9, 10, 11
_AUTHENTICATION_FAILED = 4004


@dataclass(eq=False)
class Session:
    """One IDENTIFY. `sent` is what went out or would have, by sequence number, for RESUME."""

    id: str
    shard: tuple[int, int]
    intents: int
    ready_at: datetime
    socket: web.WebSocketResponse | None
    sent: list[dict[str, Any]] = field(default_factory=list)
    resumes: int = 0
    heartbeats: int = 0

    def serves(self, guild_id: int | None) -> bool:
        """Events outside servers go to shard 0."""
        number, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == number


class Gateway:
    """All connections, those of the past too, in `sessions` by order of IDENTIFY.

    While `refusing` is set no new connection is taken; `refused` counts those.
    """

    def __init__(self, world: World, timings: Timings, journal: Journal, token: str) -> None:
        self._world = world
        self._timings = timings
        self._journal = journal
        self._token = token
        self._connections: dict[web.WebSocketResponse, web.Request] = {}
        self.url = ""
        self.sessions: list[Session] = []
        self.refusing = False
        self.refused = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.refusing:
            self.refused += 1
            self._journal.changed()
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._connections[socket] = request
        session: Session | None = None
        try:
            interval = int(self._timings.heartbeat_interval.total_seconds() * 1000)
            await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": interval}, "s": None, "t": None})
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    session = await self._receive(socket, session, json.loads(frame.data))
        except ConnectionError:
            pass  # the client has gone; it may come back with RESUME
        finally:
            self._connections.pop(socket, None)
            if session is not None and session.socket is socket:
                session.socket = None
            self._journal.changed()
        return socket

    async def wait_ready(self, count: int = 1, timeout: float = 30) -> Session:  # noqa: ASYNC109
        """Wait until `count` sessions in all have been sent READY, and return the latest of them."""
        await self._journal.until(lambda: len(self.sessions) >= count, f"READY number {count}", timeout)
        return self.sessions[count - 1]

    async def wait_gone(self, session: Session, timeout: float = 20) -> None:  # noqa: ASYNC109
        """Wait until a session has no connection."""
        await self._journal.until(lambda: session.socket is None, "end of the connection", timeout)

    async def dispatch(self, event: str, data: dict[str, Any], guild_id: int | None = None) -> int:
        """Send an event to the sessions of its shard that are connected or may resume; returns how many got it."""
        receivers = [session for session in self.sessions if session.serves(guild_id)]
        sent = [await self._send(session, event, data) for session in receivers]
        return sum(sent)

    async def announce(self, guild: Guild) -> None:
        """GUILD_CREATE: the bot has joined, or the server is back."""
        await self.dispatch("GUILD_CREATE", guild.gateway_payload(), guild.id)

    def drop(self) -> None:
        """Cut every connection as a broken network does; sessions may be resumed."""
        for request in self._connections.values():
            if request.transport is not None:
                request.transport.abort()

    async def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        await self._control({"op": _RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Invalidate every session (op 9)."""
        sessions, frame = list(self.sessions), {"op": _INVALID, "d": resumable, "s": None, "t": None}
        await self._control(frame)
        if not resumable:
            for session in sessions:
                session.id = ""

    async def close(self, code: int = 4000) -> None:
        """Close every connection with a code."""
        for socket in list(self._connections):
            await socket.close(code=code, drain=False)

    async def _control(self, frame: dict[str, Any]) -> None:
        for session in self.sessions:
            if session.socket is not None:
                with contextlib.suppress(ConnectionError):
                    await session.socket.send_json(frame)

    async def _receive(
        self, socket: web.WebSocketResponse, session: Session | None, frame: dict[str, Any]
    ) -> Session | None:
        op: int = frame["op"]
        data: Any = frame.get("d")
        if op == _HEARTBEAT:
            if session is not None:
                session.heartbeats += 1
            await socket.send_json({"op": _ACK, "d": None, "s": None, "t": None})
        elif op in (_IDENTIFY, _RESUME) and data["token"] != self._token:
            await socket.close(code=_AUTHENTICATION_FAILED, message=b"Authentication failed.")
        elif op == _IDENTIFY:
            session = await self._identify(socket, data)
        elif op == _RESUME:
            session = await self._resume(socket, data)
        return session

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Session:
        shard = tuple(data.get("shard") or (0, 1))
        now = self._world.snowflakes.clock()
        session = Session(secrets.token_hex(16), (shard[0], shard[1]), data["intents"], now, socket)
        guilds = [guild for guild in self._world.guilds.values() if session.serves(guild.id)]
        ready = {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._world.application_id), "flags": 0},
        }
        await self._send(session, "READY", ready)
        session.ready_at = self._world.snowflakes.clock()
        self.sessions.append(session)
        self._journal.changed()
        for guild in guilds:
            if self._world.bot.id in guild.members:
                await self._send(session, "GUILD_CREATE", guild.gateway_payload())
        return session

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Session | None:
        session = next((known for known in self.sessions if known.id == data["session_id"] and known.id), None)
        if session is None:
            await socket.send_json({"op": _INVALID, "d": False, "s": None, "t": None})
            return None
        session.socket = socket
        for missed in session.sent[data["seq"] :]:
            await socket.send_json(missed)
        session.resumes += 1
        await self._send(session, "RESUMED", {})
        self._journal.changed()
        return session

    async def _send(self, session: Session, event: str, data: dict[str, Any]) -> bool:
        frame = {"op": _DISPATCH, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(frame)
        if session.socket is None:
            return False
        try:
            await session.socket.send_json(frame)
        except ConnectionError:
            session.socket = None
            return False
        return True
