"""`python -m bot run` with other delivery rules: `launcher.py '{"lease": 2}'`, in seconds.

`stop` is how long a stop waits for what is under way, `tick` the time between two looks at what is due.

The product takes its rules from `open_app` alone, so that no operator can weaken them; waiting for a lease of half
a minute is nothing for a test.
"""

import functools
import json
import sys
from datetime import timedelta

import bot.app
import bot.client
import cogs.daily._cog
from bot.__main__ import main
from bot.domain.deliveries import DeliveryRules

if __name__ == "__main__":
    seconds = json.loads(sys.argv[1])
    bot.client.STOP_SECONDS = seconds.pop("stop", bot.client.STOP_SECONDS)
    cogs.daily._cog.TICK = timedelta(seconds=seconds.pop("tick", cogs.daily._cog.TICK.total_seconds()))
    rules = DeliveryRules(**{name: timedelta(seconds=value) for name, value in seconds.items()})
    bot.app.open_app = functools.partial(bot.app.open_app, rules=rules)
    sys.exit(main(["run"]))
