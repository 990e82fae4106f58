"""Messages: what Discord refuses, and how one looks when it is made."""

from typing import Any

from tests.loopback.answers import EMPTY_MESSAGE, ApiError, invalid
from tests.loopback.bodies import Files
from tests.loopback.snowflakes import time_of
from tests.loopback.world import Channel, User, World

EPHEMERAL = 64
LOADING = 128
_TEXT_LIMITS = {"title": 256, "description": 4096}
_BUTTON, _ROW, _LINK_STYLE = 2, 1, 5


def check_message(body: dict[str, Any], files: Files, *, empty: bool = False) -> None:
    """Raise ApiError as Discord refuses it. `empty`: an edit may leave things out.

    The limits are those of the documentation's pages on messages, embeds and components.
    """
    if len(body.get("content") or "") > 2000:
        raise invalid("content", "Must be 2000 or fewer in length.")
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid("nonce", "Must be 25 or fewer in length.")
    embeds = body.get("embeds") or []
    _check_embeds(embeds)
    components = body.get("components") or []
    _check_components(components)
    if not (empty or body.get("content") or embeds or components or files):
        raise ApiError(400, EMPTY_MESSAGE, "Cannot send an empty message")


def _check_embeds(embeds: list[dict[str, Any]]) -> None:
    if len(embeds) > 10:
        raise invalid("embeds", "Must be 10 or fewer in length.")
    total = 0
    for index, embed in enumerate(embeds):
        texts = {name: embed.get(name) or "" for name in _TEXT_LIMITS}
        for name, limit in _TEXT_LIMITS.items():
            if len(texts[name]) > limit:
                raise invalid(f"embeds.{index}.{name}", f"Must be {limit} or fewer in length.")
        footer = (embed.get("footer") or {}).get("text", "")
        if len(footer) > 2048:
            raise invalid(f"embeds.{index}.footer.text", "Must be 2048 or fewer in length.")
        fields = embed.get("fields") or []
        if len(fields) > 25:
            raise invalid(f"embeds.{index}.fields", "Must be 25 or fewer in length.")
        for number, field in enumerate(fields):
            for name, limit in (("name", 256), ("value", 1024)):
                if not 1 <= len(field[name]) <= limit:
                    raise invalid(f"embeds.{index}.fields.{number}.{name}", f"Must be between 1 and {limit} in length.")
        total += sum(map(len, texts.values())) + len(footer)
        total += sum(len(field["name"]) + len(field["value"]) for field in fields)
    if total > 6000:
        raise invalid("embeds", "Embed size exceeds maximum size of 6000")


def _check_components(rows: list[dict[str, Any]]) -> None:
    if len(rows) > 5:
        raise invalid("components", "Must be 5 or fewer in length.")
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row["type"] != _ROW or not 1 <= len(row["components"]) <= 5:
            raise invalid(f"components.{number}", "An action row holds 1 to 5 components.")
        for index, component in enumerate(row["components"]):
            path = f"components.{number}.components.{index}"
            if component["type"] == _BUTTON and len(component.get("label") or "") > 80:
                raise invalid(f"{path}.label", "Must be 80 or fewer in length.")
            if component.get("style") == _LINK_STYLE:
                continue
            custom_id = component.get("custom_id") or ""
            if not 1 <= len(custom_id) <= 100:
                raise invalid(f"{path}.custom_id", "Must be between 1 and 100 in length.")
            if custom_id in seen:
                raise invalid(f"{path}.custom_id", "Component custom id cannot be duplicated")
            seen.add(custom_id)


def make_message(
    world: World, channel: Channel | None, author: User, body: dict[str, Any], files: Files, flags: int = 0
) -> dict[str, Any]:
    """Return a new message; it is not put into the channel."""
    message_id = world.snowflakes.next()
    message: dict[str, Any] = {
        "id": str(message_id),
        "channel_id": str(channel.id) if channel else "0",
        "author": author.payload(),
        "timestamp": time_of(message_id).isoformat(),
        "edited_timestamp": None,
        "type": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": "@everyone" in (body.get("content") or ""),
        "mentions": [],
        "mention_roles": [],
        "content": "",
        "embeds": [],
        "components": [],
        "attachments": [],
        "flags": flags,
    }
    fill(world, message, body, files)
    if body.get("nonce") is not None:
        message["nonce"] = body["nonce"]
    return message


def fill(world: World, message: dict[str, Any], body: dict[str, Any], files: Files) -> None:
    """Put what a send or an edit names into a message; null empties, what is left out stays."""
    for name, nothing in (("content", ""), ("embeds", []), ("components", [])):
        if name in body:
            message[name] = body[name] if body[name] is not None else nothing
    kept = message["attachments"]
    if "attachments" in body:
        named = {str(entry["id"]) for entry in body["attachments"] or []}
        kept = [attachment for attachment in kept if attachment["id"] in named]
    message["attachments"] = kept + [
        {
            "id": str(world.snowflakes.next()),
            "filename": name,
            "size": len(data),
            "url": f"https://cdn.invalid/{name}",
            "proxy_url": f"https://cdn.invalid/{name}",
        }
        for name, data in files
    ]
