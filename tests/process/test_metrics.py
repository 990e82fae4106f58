"""Health and metrics of the running bot, when a port is set."""

import asyncio
import socket

import aiohttp
import pytest

from bot.domain.deliveries import SlotState
from tests.loopback import LoopbackDiscord

from .conftest import Books, Place, Start


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/{path}") as response:
        return response.status, await response.text()


async def test_health_follows_the_gateway_and_metrics_count_posts(
    discord: LoopbackDiscord, place: Place, start: Start, books: Books, port: int
) -> None:
    await books.make_due()
    discord.gateway.refusing = True
    await start(MIANJING_HTTP_PORT=str(port))
    await books.wait(lambda slot, delivery: slot.state is SlotState.POSTED)
    assert await get(port, "health") == (503, "not connected\n")
    discord.gateway.refusing = False
    await discord.gateway.wait_ready()
    async with asyncio.timeout(20):  # discord.py calls itself ready some seconds after the gateway does
        while (await get(port, "health"))[0] != 200:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.1)
    status, text = await get(port, "metrics")
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert status == 200
    assert (values["mianjing_slots_due"], values["mianjing_slots_posted"]) == ("1", "1")
    assert 60 < float(values['mianjing_slot_lateness_seconds{quantile="0.99"}']) < 600
    assert values["mianjing_servers"] == "1"
    assert discord.token not in text


async def test_a_port_that_is_taken_is_said_in_one_sentence(start: Start, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", port))
        taken.listen()
        finished = await (await start(MIANJING_HTTP_PORT=str(port))).wait()
    assert finished.code == 2
    assert f"MIANJING_HTTP_PORT {port} cannot be used" in finished.errors
    assert "Traceback" not in finished.errors
