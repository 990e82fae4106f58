"""The spans of time that Discord counts, settable, so that a test need not wait for them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass
class Timings:
    """Change any of these at any time.

    nonce_window: how long a repeated nonce of the same author yields the first message ("a few minutes").
    interaction_deadline: how long an interaction may stay unanswered.
    interaction_life: how long its token is good for follow-ups and edits.
    heartbeat_interval: what HELLO asks for.
    """

    nonce_window: timedelta = timedelta(minutes=5)
    interaction_deadline: timedelta = timedelta(seconds=3)
    interaction_life: timedelta = timedelta(minutes=15)
    heartbeat_interval: timedelta = timedelta(seconds=41.25)
