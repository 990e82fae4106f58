"""One storm: a fan-out of posts and then of reveals, with kills and faults at seeded points, to its end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import web

from bot.app import App
from bot.client import wall_clock
from bot.domain.deliveries import RevealState, SlotState
from tests.crash.fleet import Fleet, tally
from tests.loopback.faults import Effect, Proceed, after, drop, hang, instead, status
from tests.process.bot_process import BotProcess

SEND = "/channels/{channel}/messages"
# A lease outlasts a send that has timed out by more than a busy machine needs to take the request off the wire.
RULES = {"lease": 1.5, "send_timeout": 0.5, "first_retry": 0.2, "longest_retry": 0.5, "tick": 0.1}
# Far more than a storm ever takes; then something hangs.
PATIENCE = 240.0
# A kill this long after an answer falls into what follows it: confirming, the next claim, the next send.
LATEST_DELAY = 0.08


@dataclass(frozen=True)
class Weather:
    """What a storm is made of. `kills` in the posts' half and again in the reveals'; shares are of send requests."""

    channels: int
    kills: int
    processes: int = 1
    lost: float = 0.0
    refused: float = 0.0


@dataclass
class Outcome:
    """What a storm left. `missed` and `doubled` count channels, posts and reveals together."""

    kills: int = 0
    requests: int = 0
    missed: int = 0
    doubled: int = 0
    steps: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        steps = ", ".join(f"{name} {count}" for name, count in sorted(self.steps.items()))
        return f"{self.kills} kills ({steps}), {self.requests} sends: {self.missed} missed, {self.doubled} doubled"


class Storm:
    """Runs processes of the bot against a fleet until all is posted and revealed, killing them on the way."""

    def __init__(self, fleet: Fleet, weather: Weather, rng: Random) -> None:
        self._fleet = fleet
        self._weather = weather
        self._rng = rng
        self._running: list[BotProcess] = []
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        """Go through both halves and count what is there."""
        discord = self._fleet.discord
        async with self._fleet.books() as app:
            await self._fleet.make_due(app)
            try:
                await self._half(app, lambda slot, reveal: slot is SlotState.POSTED)
                await self._fleet.close_all(app, wall_clock())
                await self._half(app, lambda slot, reveal: reveal is RevealState.POSTED)
                # Time for a second post or reveal, if there were to be one.
                discord.faults.clear()
                await self._keep_running()
                await asyncio.sleep(2 * RULES["lease"])
            finally:
                await asyncio.gather(*(process.kill() for process in self._running))
        for counts in (self._fleet.posts(), self._fleet.reveals()):
            missed, doubled = tally(counts)
            self.outcome.missed += missed
            self.outcome.doubled += doubled
        self.outcome.requests = len(discord.journal.select("POST", SEND))
        return self.outcome

    async def _half(self, app: App, done: Callable[[SlotState | None, RevealState | None], bool]) -> None:
        left = self._weather.kills
        async with asyncio.timeout(PATIENCE):
            while not all(done(*state) for state in await self._fleet.states(app)):
                await self._keep_running()
                if left and not self._armed():
                    left -= 1
                    self._arm()
                await asyncio.sleep(0.05)

    async def _keep_running(self) -> None:
        self._running = [process for process in self._running if process.running]
        while len(self._running) < self._weather.processes:
            environment = self._fleet.environment()
            started = await BotProcess.start("run", folder=self._fleet.folder, environment=environment, rules=RULES)
            self._running.append(started)

    def _armed(self) -> bool:
        return any(order.times == 1 and order.hits == 0 for order in self._fleet.discord.faults.orders)

    def _arm(self) -> None:
        """Order one kill some requests from now; the lasting faults stand behind it."""
        faults = self._fleet.discord.faults
        faults.clear()
        step = self._rng.choice(("before send", "during send", "after send", "between", "while looking"))
        method = "GET" if step == "while looking" else "POST"
        kill = self._killer(step)
        delay = self._rng.uniform(0, LATEST_DELAY)
        effects: dict[str, Effect] = {
            "before send": instead(kill),
            "during send": after(kill) if self._rng.random() < 0.5 else instead(kill),
            "after send": after(kill),
            "between": _later(kill, delay),
            "while looking": instead(kill),
        }
        # Looks happen only after a kill, so a process that looks for nothing is killed at a send instead.
        skip = 0 if method == "GET" else self._rng.randrange(0, 12)
        faults.add(method, SEND, effects[step], skip=skip)
        if method == "GET":
            faults.add("POST", SEND, after(self._killer("after send")), skip=self._rng.randrange(4, 16))
        weather = self._weather
        if weather.lost:
            faults.add("POST", SEND, drop(commit=True), times=None, where=self._chance(weather.lost))
            faults.add("POST", SEND, hang(commit=True), times=None, where=self._chance(weather.lost / 4))
        if weather.refused:
            faults.add("POST", SEND, status(502), times=None, where=self._chance(weather.refused))

    def _killer(self, step: str) -> Callable[[], Any]:
        victim = self._rng.randrange(self._weather.processes)

        async def kill() -> None:
            alive = [process for process in self._running if process.running]
            if alive:
                self.outcome.kills += 1
                self.outcome.steps[step] = self.outcome.steps.get(step, 0) + 1
                await alive[victim % len(alive)].kill()

        return kill

    def _chance(self, share: float) -> Callable[[Any], bool]:
        return lambda body: self._rng.random() < share


def _later(callback: Callable[[], Any], seconds: float) -> Effect:
    """Do what was asked, answer, and call back some time after."""

    async def effect(request: web.Request, proceed: Proceed) -> web.StreamResponse:
        response = await proceed()

        async def wait() -> None:
            await asyncio.sleep(seconds)
            await callback()

        effect.task = asyncio.ensure_future(wait())  # type: ignore[attr-defined]  # kept from the collector
        return response

    return effect
