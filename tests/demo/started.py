"""Starts a demo as a process of its own, as a visitor would, and stops it again."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .page import ARTIFACTS, ROOT


@dataclass(frozen=True)
class StartedDemo:
    """A demo in its own process. `seconds` passed between its start and the address it printed; `log` is its stderr."""

    url: str
    seconds: float
    process: subprocess.Popen[str]
    log: Path

    def stop(self, number: int = signal.SIGTERM, patience: float = 15) -> int:
        """Signal it and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(patience)


@contextlib.contextmanager
def started_demo(
    arguments: Sequence[str], *, env: dict[str, str] | None = None, patience: float = 30, name: str = "demo"
) -> Iterator[StartedDemo]:
    """Run `python ARGUMENTS` in the project's root until it prints an address; stop it afterwards.

    What it says on stderr is kept as `artifacts/NAME.log`.
    """
    log = ARTIFACTS / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        try:
            url = _address(process, begun + patience, log)
            yield StartedDemo(url, time.monotonic() - begun, process, log)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def _address(process: subprocess.Popen[str], deadline: float, log: Path) -> str:
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], 0.2)
        if ready:
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
            if found:
                return found[0]
            if not line and process.poll() is not None:
                break
    raise AssertionError(f"the demo printed no address: {log.read_text(encoding='utf-8')[-2000:]}")
