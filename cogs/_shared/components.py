"""Buttons that outlive processes: plain data on the way out, routed by custom_id on the way in."""

from collections.abc import Iterable

import discord

from bot.errors import BotError

# A custom_id has at most 100 characters, so reading it costs nothing; a database takes no number above this.
LARGEST_ID = 2**63 - 1


def button(
    custom_id: str,
    label: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
    disabled: bool = False,
    row: int | None = None,
) -> discord.ui.Button[discord.ui.View]:
    """Make a button. Its custom_id is `<prefix><version>:<arguments>`, at most 100 characters."""
    return discord.ui.Button(custom_id=custom_id, label=label, style=style, emoji=emoji, disabled=disabled, row=row)


def rows(items: Iterable[discord.ui.Button[discord.ui.View]]) -> discord.ui.View:
    """Make a view that discord.py sends and forgets.

    It is stopped before it is sent: otherwise discord.py would keep every post's view for ever, although clicks are
    routed by custom_id and need none.
    """
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def numbers(arguments: list[str], count: int) -> list[int]:
    """Read a custom_id's arguments strictly.

    Raises:
        BotError: `button.stale` unless there are exactly `count` plain numbers: an old version, or tampering.
    """
    if len(arguments) != count or not all(a.isascii() and a.isdigit() for a in arguments):
        raise BotError("button.stale")
    values = [int(argument) for argument in arguments]
    if any(value > LARGEST_ID for value in values):
        raise BotError("button.stale")
    return values
