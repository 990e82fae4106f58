"""The figures in `/daily status`: what became of the last thirty posts, in words that an admin reads at a glance."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from cogs._shared.context import Context
from cogs.daily._status import span_text

from .test_daily_setup import NINE
from .world import told


async def figures(world) -> tuple[str, str] | None:
    embed = told(await world.slash(world.admin, "daily status")).embeds[0]
    known = [world.t(f"daily.status.{name}") for name in ("settings", "next", "recent", "trouble")]
    found = [(field.name, field.value) for field in embed.fields if field.name not in known]
    return found[0] if found else None


async def test_before_the_first_slot_there_are_none(local_world):
    await local_world.set_up()
    assert await figures(local_world) is None


async def test_they_count_posted_late_skipped_failed_and_waiting(local_world):
    await local_world.set_up()
    local_world.go_to(NINE)
    await local_world.tick()
    local_world.go_to(NINE + timedelta(days=1, seconds=40))
    await local_world.tick()
    local_world.go_to(NINE + timedelta(days=2, minutes=90))
    await local_world.tick()
    await local_world.slash(local_world.admin, "daily skip")
    # Five days of outage: four are over, the fifth is refused, and given up after six hours.
    local_world.forbid("send_messages")
    local_world.go_to(NINE + timedelta(days=7))
    await local_world.tick()
    for _ in range(8):
        local_world.wait(hours=1)
        await local_world.tick()
    local_world.go_to(NINE + timedelta(days=8))
    await local_world.tick()
    t = local_world.t

    def counted(reason: str, number: int) -> str:
        return t("daily.status.figures_reason", number=number, reason=t(f"daily.reason.{reason}"))

    name, value = await figures(local_world)
    assert name == t("daily.status.figures", count=9)
    skipped = t("list_separator").join([counted("missed", 3), counted("by_admin", 1)])
    assert value.splitlines() == [
        t("daily.status.figures_posted", posted=3, due=9),
        t("daily.status.figures_late", median=t("daily.span.seconds", seconds=40), p99=ninety(local_world)),
        t("daily.status.figures_skipped", reasons=skipped),
        t("daily.status.figures_failed", reasons=counted("forbidden", 1)),
        t("daily.status.figures_waiting", reasons=counted("forbidden", 1)),
    ]


def ninety(world) -> str:
    return world.t("daily.span.hours", hours=1, minutes=30)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3540, "59 min"),
        (3599, "1 h 0 min"),
        (21_599, "6 h 0 min"),
    ],
)
async def test_a_span_is_said_in_its_own_unit(world, seconds, said):
    context = Context(SimpleNamespace(client=world.bot), "en")
    assert span_text(context, timedelta(seconds=seconds)) == said
