"""A member's own data: the file that they are given, and the mark that an erasure leaves (decision 23)."""

import gzip
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

# The largest file that Discord takes from a bot is 10 MiB; the request around it is somewhat larger than the file.
FILE_LIMIT = 9 * 1024 * 1024
FORMAT, VERSION = "mianjing-member-data", 1
# Discord's ids are larger than the numbers that most readers of JSON keep exactly, so these are written as text.
_SNOWFLAKES = frozenset({"user_id", "guild_id", "channel_id", "admin_channel_id", "mention_role_id", "role_id"})

Row = dict[str, Any]
ByteSource = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Everything stored on a member, by section: a section is a list of rows, oldest first.

    `erased_at` is when the member last had everything deleted, None if never.
    """

    user_id: int
    sections: Mapping[str, Sequence[Row]]
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file to be sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ErasureBook:
    """What is known of erasures apart from any member: must outlive a restore.

    `keys`: the secrets that ids were hashed with, as hexadecimal digits by name; `marks`: when the member behind a hash
    had everything deleted.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)


def member_hash(key: str, user_id: int) -> str:
    """Return the HMAC-SHA256 of a member's decimal id, as hexadecimal digits. `key`: hexadecimal digits."""
    return hmac.new(bytes.fromhex(key), str(user_id).encode(), hashlib.sha256).hexdigest()


def make_alias(random_bytes: ByteSource) -> int:
    """Return a random negative number of 62 bits, to stand in the ledger for a member who is erased."""
    return -1 - (int.from_bytes(random_bytes(8), "big") >> 2)


def render(data: PersonalData, about: Mapping[str, str], exported_at: datetime) -> bytes:
    """Write the data as JSON: UTF-8, indented, keys in a fixed order, times ISO 8601 in UTC.

    `about` explains the file and each section, in the reader's language.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": exported_at,
        "user_id": data.user_id,
        "erased_at": data.erased_at,
        "about": dict(about),
        "data": data.sections,
    }
    return json.dumps(_plain(document), ensure_ascii=False, indent=2).encode() + b"\n"


def pack(content: bytes, name: str, limit: int = FILE_LIMIT) -> list[ExportFile]:
    """Return the files, none larger than `limit` bytes, that carry a JSON text to its reader.

    One `.json` as a rule; one `.json.gz` when that is too large; when that is too, parts of it, which put together in
    the order of their names are that file.
    """
    if len(content) <= limit:
        return [ExportFile(f"{name}.json", content)]
    # Without the time of packing, so that the same data gives the same bytes.
    packed = gzip.compress(content, mtime=0)
    if len(packed) <= limit:
        return [ExportFile(f"{name}.json.gz", packed)]
    parts = range(0, len(packed), limit)
    return [
        ExportFile(f"{name}.json.gz.part{number:02d}", packed[start : start + limit])
        for number, start in enumerate(parts, start=1)
    ]


def _plain(value: Any, name: str = "") -> Any:
    """Turn a value into what JSON knows."""
    if isinstance(value, Mapping):
        return {key: _plain(inner, key) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, name) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if name in _SNOWFLAKES and isinstance(value, int):
        return str(value)
    return value
