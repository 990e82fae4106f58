"""How simcord turns messages into what the page shows: at a tenth of the cost, and as Discord itself would.

Beside `realtime.py` the only file that uses simcord's private names.
"""

import functools
import importlib
import pickle
from collections.abc import Mapping
from typing import Any

import discord

from bot.demo.blocks import Token, blocks

WINDOW = 30  # messages on the page
_CACHED_TEXTS = 4096
_SUBCOMMANDS = frozenset(
    {discord.AppCommandOptionType.subcommand.value, discord.AppCommandOptionType.subcommand_group.value}
)


def apply() -> None:
    """Change simcord for this process; once is enough."""
    _show_less()
    _parse_as_discord()


def _part(name: str) -> dict[str, Any]:
    return vars(importlib.import_module(f"simcord.preview._{name}"))


def _show_less() -> None:
    """Publishing a page costs time for each message on it; all of it is taken from the bot's own event loop."""
    navigation = _part("snapshot")["_message_navigation"]

    def newest(preview: Any, page: Any, visible: list[Any]) -> Any:
        return navigation(preview, page, visible[-WINDOW:])

    _part("snapshot")["_message_navigation"] = newest
    for name in ("pages", "snapshot", "action_plans"):
        _part(name)["HISTORY_WINDOW_SIZE"] = WINDOW


def _parse_as_discord() -> None:
    """In place of CommonMark's paragraphs: Discord's lines, also in embeds, whose mentions Discord shows as well."""
    markdown = _part("markdown")
    parse, policies = markdown["markdown_tokens"], markdown["_FIELD_POLICIES"]
    for profile in ("embed_description", "embed_field_value"):
        policies[profile] |= {"mentions": True, "commands": True}

    def parse_text(text: str, profile: str, context: Any) -> list[Token]:
        policy = policies.get(profile, policies["message"])
        if policy["mode"] != "blocks":
            return list(parse(text, profile, context=context))
        parser = markdown["_markdown_parser"](policy, context)
        parser.disable("entity")
        lines_only = {**policy, "subtext": False}

        def inline(part: str) -> list[Token]:
            return list(markdown["_blocks"](parser.parseInline(part, {"context": context}), lines_only))

        return blocks(text, inline)

    @functools.lru_cache(_CACHED_TEXTS)
    def parsed(text: str, profile: str, context: bytes) -> bytes:
        return pickle.dumps(parse_text(text, profile, pickle.loads(context)))  # noqa: S301

    def tokens(value: Any, profile: str = "message", *, context: Any = None) -> Any:
        text = "" if value is None else str(value)
        # A copy: callers change what they get.
        return pickle.loads(parsed(text, profile, pickle.dumps(context or {})))  # noqa: S301

    for name in ("messages", "component_projection", "queries", "snapshot"):
        _part(name)["markdown_tokens"] = tokens


def full_name(command: Mapping[str, Any]) -> str:
    """The command as Discord names it above the answer: `quiz start`, where simcord says `quiz`."""
    below = next((option for option in command.get("options") or () if option["type"] in _SUBCOMMANDS), None)
    return f"{command['name']} {full_name(below)}" if below else str(command["name"])


def in_language(source: Mapping[str, Any], key: str, locale: str) -> str:
    """A command's, option's or choice's text; simcord itself shows the default only."""
    localised = source.get(f"{key}_localizations") or {}
    return str(localised.get(locale) or source.get(key, ""))
