"""The bot as an operator runs it: another process, known by its output, its exit code and what Discord sees of it."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Short enough to wait for. A lease ends before the next process has started.
SHORT_RULES = {"lease": 0.6, "send_timeout": 0.5, "first_retry": 0.2, "longest_retry": 0.5, "tick": 0.1}


@dataclass(frozen=True)
class Finished:
    """What is left of a process. `errors` is its stderr, where its log goes."""

    code: int
    output: str
    errors: str


class BotProcess:
    """One run of one command. Whoever starts it also ends it, by `stop`, `kill` or `wait`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        # Read all the time: a full pipe would stop the bot.
        self._finished = asyncio.ensure_future(self._read())

    @classmethod
    async def start(
        cls, *command: str, folder: Path, environment: dict[str, str], rules: dict[str, float] | None = None
    ) -> "BotProcess":
        """Start `python -m bot COMMAND`, or with `rules` the launcher.

        `folder` is the current one, so that no `.env` of a developer is read. Of the caller's environment everything
        is handed on but the settings of the product.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MIANJING_")}
        arguments = ["-m", "bot", *command]
        if rules is not None:
            arguments = [str(Path(__file__).with_name("launcher.py")), json.dumps(rules)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def wait(self, seconds: float = 30) -> Finished:
        """Wait for the process to end by itself; one that does not is killed and fails the test."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(self._finished)
        except TimeoutError:
            finished = await self.kill()
            raise AssertionError(f"still running after {seconds} s:\n{finished.errors[-4000:]}") from None

    async def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15) -> Finished:
        """Ask the process to end, and wait."""
        if self.running:
            self._process.send_signal(number)
        return await self.wait(seconds)

    async def kill(self) -> Finished:
        """SIGKILL: no handler runs, nothing is written."""
        if self.running:
            self._process.kill()
        return await asyncio.shield(self._finished)

    async def _read(self) -> Finished:
        output, errors = await self._process.communicate()
        assert self._process.returncode is not None
        return Finished(self._process.returncode, output.decode(), errors.decode())
