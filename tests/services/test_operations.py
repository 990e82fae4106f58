"""Heartbeats and the registration of commands."""

from tests.services.world import DAY, EIGHT, HOUR, World


async def test_a_process_beats_in_a_row_of_its_own(world: World, other_process: World) -> None:
    for hour in range(3):
        await world.operations.beat(EIGHT + hour * HOUR)
    await other_process.operations.beat(EIGHT + HOUR)
    rows = {row["owner"]: (row["started_at"], row["beat_at"]) for row in await world.rows("heartbeats")}
    assert rows == {"one": (EIGHT, EIGHT + 2 * HOUR), "two": (EIGHT + HOUR, EIGHT + HOUR)}
    async with world.storage.read() as tx:
        assert await tx.operations.uptimes(EIGHT + 2 * HOUR) == [(EIGHT, EIGHT + 2 * HOUR)]


async def test_commands_are_registered_when_they_changed(world: World, other_process: World) -> None:
    assert await world.operations.commands_changed(1, "hash")
    await world.operations.commands_registered(1, "hash", EIGHT)
    assert not await other_process.operations.commands_changed(1, "hash")
    assert await world.operations.commands_changed(1, "other hash")
    assert await world.operations.commands_changed(2, "hash"), "every application registers for itself"
    await world.operations.commands_registered(1, "other hash", EIGHT + DAY)
    assert not await world.operations.commands_changed(1, "other hash")
    assert (await world.row("command_registrations"))["registered_at"] == EIGHT + DAY
