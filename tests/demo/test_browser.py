"""The driver in a real Chromium, with a small bot: live, real time, several members at once."""

import asyncio
import re
import signal
import subprocess
import sys
import time

import pytest
import pytest_asyncio

from bot.demo import projection
from bot.demo.world import BEN_ID, XIAOAN_ID

from .page import ROOT, chromium, open_page
from .started import started_demo

TOY = ["-m", "tests.demo.toybot", "--port"]


browser_test = pytest.mark.browser
one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def demo():
    with started_demo([*TOY, "0"], env={"TOY_OLD_MESSAGES": "40"}) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser():
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(demo, browser):
    async with open_page(demo.url, browser=browser) as opened:
        yield opened
        assert opened.errors == []


@browser_test
@one_loop
async def test_it_starts_quickly_and_stands_at_the_newest_message(demo, page):
    assert demo.seconds < 3
    assert (await page.latest()).text.startswith("昨天的题 39")
    assert await page.at_bottom()
    await page.page.reload()
    await page.settled()
    assert await page.at_bottom()
    assert await page.page.title() == "Mianjing 面经"


@browser_test
@one_loop
async def test_the_address_works_without_its_fragment(demo, browser):
    async with open_page(demo.url.split("#")[0], browser=browser) as page:
        assert await page.viewers() == ["小安", "Ben", "管理员"]


@browser_test
@one_loop
async def test_background_messages_appear_by_themselves_in_real_time(page):
    begun = time.monotonic()
    await page.run("later", seconds="2")
    await page.wait_for("later is now")
    assert 2 <= time.monotonic() - begun < 5
    assert await page.at_bottom()
    assert (await page.latest()).author == "面经"


@browser_test
@one_loop
async def test_the_picker_speaks_each_member_s_language(page):
    offered = await page.commands()
    assert offered["ask"] == "出一道题。"
    assert "admin" not in offered
    await page.pick("ask")
    assert await page.suggestions("topic") == ["注意力", "训练"]
    await page.leave_picker()
    await page.view_as("Ben")
    assert (await page.commands())["ask"] == "Ask one question."
    await page.pick("ask")
    assert await page.suggestions("topic") == ["Attention", "Training"]
    await page.leave_picker()
    await page.pick("bank search")
    assert await page.suggestions("text", "州") == ["广州", "杭州"]
    await page.leave_picker()
    assert (await page.run("bank search", text="Berlin")).text == "found Berlin"
    await page.view_as("管理员")
    assert (await page.commands())["admin"] == "管理员专用。"
    assert (await page.run("admin")).text == "manage_guild True"


@browser_test
@one_loop
async def test_each_interaction_carries_its_member_s_language(page):
    for name, locale, user_id in (("小安", "zh-CN", XIAOAN_ID), ("Ben", "en-US", BEN_ID)):
        await page.view_as(name)
        said = (await page.run("counts")).text
        assert f"locale {locale} server zh-CN user {user_id}" in said
    ticks, jobs = map(int, re.search(r"ticks (\d+) jobs (\d+)", said).groups())
    assert ticks > 0
    assert jobs > 0


@browser_test
@one_loop
async def test_two_people_press_buttons_at_the_same_moment(demo, browser, page):
    asked = await page.run("ask", topic="注意力", count="3")
    assert asked.header == "小安 使用了 /ask"
    assert "att × 3" in asked.text
    assert asked.buttons == ["A", "B"]
    async with open_page(demo.url, browser=browser) as other:
        await other.view_as("Ben")
        await asyncio.gather(page.click("A"), other.click("B"))
        assert (await page.latest(ephemeral=True)).text == "你选了 A"
        assert (await other.latest(ephemeral=True)).text == "You chose B"
        await page.wait_for("Q: softmax? (2)")
        await other.wait_for("Q: softmax? (2)")
        private = [message.text for message in await other.messages(ephemeral=True)]
        assert "你选了 A" not in private
        assert other.errors == []


@browser_test
@one_loop
async def test_late_answers_expiry_errors_and_pictures(page):
    assert (await page.run("slow")).thinking
    assert not (await page.wait_for("thought it over")).thinking
    assert (await page.run("fail")).text == "sorry, that went wrong"
    assert (await page.run("expire")).buttons == ["soon gone"]
    assert (await page.wait_for("expired")).disabled == ["soon gone"]
    assert (await page.run("picture")).images == 1
    assert await page.page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
    await page.say("大家好")
    assert (await page.latest()).author == "小安"
    assert await page.at_bottom()


@browser_test
@one_loop
async def test_a_dialog_keeps_its_draft_while_the_channel_moves_on(page):
    await page.run("later", seconds="1")
    await page.run("note")
    await page.fill_modal("一条笔记", submit=False)
    await page.choose_in_modal("scale", "mask")
    await page.choose_in_modal("hard")
    await page.wait_for("later is now")
    assert await page.modal_values() == ["一条笔记"]
    await page.fill_modal()
    await page.wait_for("noted:")
    assert (await page.latest()).text == "noted: 一条笔记 ['scale', 'mask', 'hard']"


@browser_test
@one_loop
async def test_menus(page):
    shown = await page.run("menu")
    assert shown.text.startswith("选一个")
    await page.select("RoPE")
    assert (await page.latest()).text == "chosen RoPE"
    await page.select("x", "z", within="选一个")
    assert (await page.latest()).text == "chosen x, z"


@browser_test
@one_loop
async def test_relative_times_tick(page):
    await page.run("ask", topic="训练")
    times = page.page.locator("time.discord-timestamp").last
    assert await times.inner_text() in ("1分钟后", "2分钟后")
    await times.evaluate("time => { time.dateTime = new Date(Date.now() + 30500).toISOString(); }")
    await page.page.wait_for_function(
        "time => /^(29|30)秒钟后$/.test(time.textContent)", arg=await times.element_handle()
    )


@browser_test
@one_loop
async def test_whoever_reads_older_messages_is_left_there_until_they_do_something(page):
    await page.run("flood", count="12", files="True")
    await page.wait_for("line 11")
    assert await page.at_bottom(), "pictures that load late do not push it away"
    await page.run("later", seconds="1")
    await page.page.locator("#channel-timeline").evaluate("timeline => { timeline.scrollTop -= 900; }")
    await page.wait_for("later is now")
    assert not await page.at_bottom()
    await page.page.locator("#new-messages").click()
    assert await page.at_bottom()
    await page.page.locator("#channel-timeline").evaluate("timeline => { timeline.scrollTop -= 900; }")
    await page.say("我在这里")
    assert await page.at_bottom()


@browser_test
@one_loop
async def test_a_full_channel_stays_quick_and_at_its_newest_message(page):
    await page.run("flood", count="130")
    await page.wait_for("line 129", patience=20)
    await page.settled()
    assert len(await page.messages()) == projection.WINDOW
    assert await page.at_bottom()
    begun = time.monotonic()
    await page.run("counts")
    assert time.monotonic() - begun < 3


def test_a_second_demo_on_the_same_port_says_what_to_do(demo):
    port = demo.url.split(":")[2].split("/")[0]
    second = subprocess.run([sys.executable, *TOY, port], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert second.returncode == 1
    assert re.fullmatch(rf"Port {port} on 127\.0\.0\.1 is not free .*\n", second.stderr)
    assert second.stdout == ""


@browser_test
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_and_the_page_comes_back_with_the_next_one(number):
    with started_demo([*TOY, "0", "--locale", "en-US"]) as demo:
        port = demo.url.split(":")[2].split("/")[0]
        async with open_page(demo.url) as page:
            assert await page.viewers() == ["Ben", "小安", "Admin"]
            assert await page.viewer() == "Ben"
            await page.view_as("小安")
            assert demo.stop(number) == 0
            status = page.page.locator("#action-status").get_by_text("Connection interrupted")
            await status.wait_for()
            with started_demo([*TOY, port, "--locale", "en-US"], env={"TOY_OLD_MESSAGES": "5"}):
                await page.wait_for("昨天的题 4")
                assert await page.viewer() == "小安"
