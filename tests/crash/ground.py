"""A folder with a small bank and a migrated database for a fleet's processes."""

import shutil
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.settings import shipped_content_dir
from tests.crash.fleet import Fleet
from tests.crash.storm import Outcome, Storm, Weather
from tests.factories import write_content
from tests.loopback import LoopbackDiscord


def prepare(folder: Path) -> Path:
    """Write content and an empty data folder."""
    content = write_content(folder / "content")
    shutil.copytree(shipped_content_dir() / "locales", content / "locales")
    (folder / "data").mkdir()
    return folder


async def blow(folder: Path, weather: Weather, seed: int) -> Outcome:
    """Run one storm on a Discord of its own that forgets nonces at once: nothing but the bot prevents doubles."""
    async with LoopbackDiscord() as discord:
        discord.timings.nonce_window = timedelta(0)
        fleet = Fleet.make(discord, weather.channels, prepare(folder))
        return await Storm(fleet, weather, Random(seed)).run()
