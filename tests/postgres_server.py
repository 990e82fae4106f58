"""A throw-away PostgreSQL server on a socket in a temporary directory.

PostgreSQL refuses to run as root, so under root it runs as an unprivileged user that every system has.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROLE = "mianjing"
OLDEST = 15
# Nothing here outlives the session, so nothing needs to survive a power cut.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "log_min_messages": "warning",
}
_START_SECONDS = 30.0


def find_binaries() -> Path | None:
    """Return the folder of the newest server's binaries, or None when none of at least version 15 is installed."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    newest = max(folders, key=_version, default=None)
    return newest if newest is not None and _version(newest) >= OLDEST else None


class PostgresServer:
    """Use as a context manager: the server runs inside the block, and nothing is left after it."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = _unprivileged_user() if os.getuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        # Not below pytest's own temporary folder: only root may enter that one, and a socket's path must be short.
        self.socket_dir = Path(tempfile.mkdtemp(prefix="mianjing-pg-"))
        self._data = self.socket_dir / "data"
        self._log = self.socket_dir / "server.log"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """Return the address of a database as the bot is given it."""
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={self.socket_dir}"

    def stop(self) -> None:
        """End the server at once and delete everything."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _start(self) -> None:
        if self._user is not None:
            os.chown(self.socket_dir, self._user.pw_uid, self._user.pw_gid)
        created = subprocess.run(
            [
                *(self._binaries / "initdb", "--pgdata", self._data, "--username", ROLE),
                *("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **self._as_user(),
        )
        if created.returncode:
            raise RuntimeError(f"initdb failed: {created.stdout.decode(errors='replace')}")
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, "-k", self.socket_dir, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._as_user(),
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        ready = [self._binaries / "pg_isready", "--quiet", "--host", self.socket_dir]
        while subprocess.run(ready, check=False, **self._as_user()).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {self._log.read_text(errors='replace')}")
            time.sleep(0.05)

    def _as_user(self) -> dict[str, object]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        arguments: dict[str, object] = {"cwd": self.socket_dir, "env": environment, "stdin": subprocess.DEVNULL}
        if self._user is not None:
            arguments |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return arguments


def _version(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 if there is none that can be used."""
    if not (folder / "initdb").exists():
        return 0
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r" (\d+)", answer)
    return int(found[1]) if found else 0


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
