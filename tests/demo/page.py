"""Drives the demo's page as a person would: one Chromium, one page, explicit waits and no sleeps.

with started_demo(["-m", "bot", "demo", "--port", "0"]) as demo:  # from .started
    async with open_page(demo.url) as page:
        await page.view_as("Ben")
        await page.run("quiz start", topic="Attention", questions="3", seconds="30")
        await page.click("A")
        assert "right" in (await page.latest(ephemeral=True)).text
"""

import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
PATIENCE = 10.0  # the patience of every wait that is not given its own

_SETTLED = """() => { const s = window.simcordPreview; return Boolean(s && s.ready && !s.pendingAction
    && !s.pendingQuery && s.awaitingRevision === null); }"""
_ACTED = """(before) => { const s = window.simcordPreview;
    return Boolean(s && !s.pendingAction && s.lastAction && s.lastAction.requestId !== before); }"""
_MESSAGES = """() => { let author = ""; const found = [];
    const labels = (item, which) => [...item.querySelectorAll("button.component-button" + which)]
        .map((button) => button.innerText.trim());
    for (const item of document.querySelectorAll("#channel-message-list > [data-message-id]")) {
        author = item.querySelector(".message-author")?.textContent ?? author;
        const body = item.cloneNode(true);
        body.querySelectorAll(".message-header, .message-gutter-time, .message-edited-compact, "
            + ".message-ephemeral-note, .message-loading, .message-interaction-header, .message-reply, "
            + ".message-context-actions, .component-button").forEach((part) => part.remove());
        const read = () => body.innerText.replace(/\\n{2,}/g, "\\n").trim();
        item.after(body); const text = read();
        body.querySelectorAll("code, pre, .code-block-wrap").forEach((part) => part.remove());
        const prose = read(); body.remove();
        found.push({ id: item.dataset.messageId, author, text, prose,
            header: item.querySelector(".message-interaction-header")?.innerText ?? "",
            ephemeral: Boolean(item.querySelector(".message-ephemeral-note")),
            thinking: Boolean(item.querySelector(".message-loading")),
            images: [...item.querySelectorAll("img")]
                .filter((image) => !image.closest(".message-avatar, .message-reply")).length,
            buttons: labels(item, ":not(:disabled)"), disabled: labels(item, ":disabled") });
    }
    return found; }"""


@dataclass(frozen=True)
class Message:
    """One message as it stands on the page.

    `text` is what one reads below the author's name, embeds included and buttons not, `prose` the same without
    code; `header` is the line
    above it ("小安 used /quiz start"); `buttons` and `disabled` are the labels of the buttons one can press
    and of those one cannot.
    """

    id: str
    author: str
    text: str
    prose: str
    header: str
    ephemeral: bool
    thinking: bool
    images: int
    buttons: list[str]
    disabled: list[str]


@dataclass
class DemoPage:
    """The page of a running demo. `errors` collects what the browser's console calls an error."""

    page: Page
    errors: list[str] = field(default_factory=list)

    # ---------------------------------------------------------------- waiting

    async def settled(self, patience: float = PATIENCE) -> None:
        """Wait until the page has nothing under way."""
        await self.page.wait_for_function(_SETTLED, timeout=patience * 1000)

    async def wait_for(self, text: str | re.Pattern[str], patience: float = PATIENCE) -> Message:
        """Wait for a message that contains `text`; the newest such one."""
        await self._with(text).last.wait_for(timeout=patience * 1000)
        shown = await self.messages()
        wanted = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        return next(message for message in reversed(shown) if wanted.search(message.text))

    async def wait_gone(self, text: str | re.Pattern[str], patience: float = PATIENCE) -> None:
        """Wait until no message contains `text`."""
        await self._with(text).first.wait_for(state="detached", timeout=patience * 1000)

    def _with(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator("#channel-message-list > [data-message-id]").filter(has_text=text)

    async def _act(self, act: Any, patience: float) -> dict[str, Any]:
        """Await `act` and then the answer to it; an action that was refused is an AssertionError."""
        await self.settled(patience)
        before = await self.page.evaluate("window.simcordPreview.lastAction?.requestId ?? null")
        await act()
        await self.page.wait_for_function(_ACTED, arg=before, timeout=patience * 1000)
        receipt: dict[str, Any] = await self.page.evaluate("window.simcordPreview.lastAction")
        assert not receipt["rejected"], f"the page refused: {receipt['diagnostics']}"
        assert receipt["settlement"] == "settled", f"the action failed: {receipt}"
        await self.settled(patience)
        return receipt

    # ---------------------------------------------------------------- reading

    async def messages(self, *, ephemeral: bool | None = None) -> list[Message]:
        """The messages on the page, oldest first; only private or only public ones when asked."""
        found = [Message(**item) for item in await self.page.evaluate(_MESSAGES)]
        return [item for item in found if ephemeral is None or item.ephemeral == ephemeral]

    async def latest(self, *, ephemeral: bool | None = None) -> Message:
        """The newest message, or the newest private (or public) one."""
        return (await self.messages(ephemeral=ephemeral))[-1]

    async def at_bottom(self) -> bool:
        """Whether the newest message stands in view."""
        await self.settled()
        return bool(
            await self.page.evaluate(
                "(() => { const t = document.getElementById('channel-timeline');"
                " return t.scrollHeight - t.scrollTop - t.clientHeight <= 2; })()"
            )
        )

    async def viewers(self) -> list[str]:
        """The people one can be."""
        return await self.page.locator("#viewer-picker option").all_inner_texts()

    async def viewer(self) -> str:
        """Who one is."""
        return await self.page.locator("#viewer-picker option:checked").inner_text()

    async def commands(self) -> dict[str, str]:
        """What the picker offers: command name without the slash → description."""
        await self._type("/")
        await self.page.locator(".command-entry").first.wait_for(timeout=PATIENCE * 1000)
        found = await self.page.eval_on_selector_all(
            ".command-entry",
            "items => items.map(i => [i.querySelector('strong').textContent.slice(1),"
            " i.querySelector('.command-entry-description').textContent])",
        )
        await self._type("")
        return dict(found)

    # ----------------------------------------------------------------- acting

    async def view_as(self, name: str, patience: float = PATIENCE) -> None:
        """Be somebody else."""
        if await self.viewer() != name:
            await self._act(lambda: self.page.locator("#viewer-picker").select_option(label=name), patience)

    async def run(self, command: str, /, *, patience: float = PATIENCE, **options: str) -> Message:
        """Run a slash command through the picker and return the newest message afterwards.

        Options by name. For choices, autocomplete, members, channels and booleans (`True`) the value is typed
        and the entry with that label is taken, or else the first one offered.
        """
        await self.pick(command, patience=patience)
        for name, value in options.items():
            await self.set_option(name, value, patience=patience)
        await self._act(lambda: self.page.locator("#send-message").click(), patience)
        return await self.latest()

    async def pick(self, command: str, *, patience: float = PATIENCE) -> None:
        """Choose a command in the picker without running it."""
        await self.settled(patience)
        await self._type(f"/{command}")
        title = self.page.locator(".command-entry-title strong").get_by_text(f"/{command}", exact=True)
        await title.click(timeout=patience * 1000)
        await self.page.locator(".command-chip").wait_for(timeout=patience * 1000)

    async def set_option(self, name: str, value: str, *, patience: float = PATIENCE) -> None:
        """Fill one option of the picked command."""
        box = self.page.locator(f'.command-option-input[data-option="{name}"]')
        if not await box.count():
            await self.page.locator(".command-chip").click()
            await self._suggestion(name).click(timeout=patience * 1000)
        await box.fill(value, timeout=patience * 1000)
        if await box.get_attribute("role") == "combobox":
            popup = self.page.locator(".command-popup:not([hidden]) .command-suggestion")
            await popup.first.wait_for(timeout=patience * 1000)
            await self.settled(patience)
            exact = self._suggestion(value)
            await (exact if await exact.count() else popup).first.click(timeout=patience * 1000)

    async def suggestions(self, name: str, typed: str = "", *, patience: float = PATIENCE) -> list[str]:
        """What the picked command offers for an option after `typed`."""
        box = self.page.locator(f'.command-option-input[data-option="{name}"]')
        await box.focus()
        if typed:
            await box.fill(typed)
        popup = self.page.locator(".command-popup:not([hidden]) .command-suggestion")
        await popup.first.wait_for(timeout=patience * 1000)
        return await popup.locator(".command-suggestion-label").all_inner_texts()

    async def leave_picker(self) -> None:
        """Give up the picked command."""
        await self.page.locator(".command-context-close").click()
        await self._type("")

    async def click(self, label: str, *, within: str | None = None, patience: float = PATIENCE) -> None:
        """Press the button `label` in the newest message that has one, or the newest with text `within`."""
        await self._act(lambda: self.button(label, within=within).click(timeout=patience * 1000), patience)

    def button(self, label: str, *, within: str | None = None) -> Locator:
        """The enabled button `label` of the newest message that has it."""
        scope = self._with(within).last if within else self.page.locator("#channel-message-list")
        named = self.page.locator(".button-label").get_by_text(label, exact=True)
        return scope.locator("button.component-button:not(:disabled)").filter(has=named).last

    async def select(self, *labels: str, within: str | None = None, patience: float = PATIENCE) -> None:
        """Choose entries of the menu that has them, in the newest such message."""
        scope = self._with(within).last if within else self.page.locator("#channel-message-list")
        await self._act(lambda: self._choose(scope, labels, patience), patience)

    async def _choose(self, scope: Locator, labels: Sequence[str], patience: float) -> None:
        """Open the newest menu with these entries and choose them."""
        named = [self.page.locator(".option-label").get_by_text(label, exact=True) for label in labels]
        menu = scope.locator(".preview-select").filter(has=named[0]).last
        await menu.locator(".select-trigger").click(timeout=patience * 1000)
        for name in named:
            await menu.locator(".select-option").filter(has=name).click(timeout=patience * 1000)
        if await menu.locator(".select-apply").count():
            await menu.locator(".select-apply").click(timeout=patience * 1000)

    async def fill_modal(self, *values: str, patience: float = PATIENCE, submit: bool = True) -> None:
        """Fill the text fields of the open dialog in order, and submit it."""
        dialog = self.page.locator("#modal-root .modal-dialog")
        await dialog.wait_for(timeout=patience * 1000)
        for index, value in enumerate(values):
            await dialog.locator(".modal-input").nth(index).fill(value)
        if submit:
            await self._act(lambda: dialog.locator(".button-primary").click(), patience)

    async def choose_in_modal(self, *labels: str, patience: float = PATIENCE) -> None:
        """Tick boxes, or choose entries of a menu, in the open dialog without submitting it."""
        dialog = self.page.locator("#modal-root .modal-dialog")
        await dialog.wait_for(timeout=patience * 1000)
        boxes = dialog.locator(".choice-label").get_by_text(labels[0], exact=True)
        if not await boxes.count():
            await self._choose(dialog, labels, patience)
            return
        for label in labels:
            named = dialog.locator(".choice-label").get_by_text(label, exact=True)
            await named.click(timeout=patience * 1000)

    async def modal_values(self) -> list[str]:
        """What the text fields of the open dialog hold."""
        fields = self.page.locator("#modal-root .modal-input")
        return [await field.input_value() for field in await fields.all()]

    async def say(self, text: str, patience: float = PATIENCE) -> None:
        """Send a plain message."""
        await self._type(text)
        await self._act(lambda: self.page.locator("#send-message").click(), patience)

    async def _type(self, text: str) -> None:
        await self.page.locator("#channel-composer-input").fill(text, timeout=PATIENCE * 1000)

    def _suggestion(self, label: str) -> Locator:
        named = self.page.locator(".command-suggestion-label").get_by_text(label, exact=True)
        return self.page.locator(".command-popup:not([hidden]) .command-suggestion").filter(has=named)

    # --------------------------------------------------------------- pictures

    async def screenshot(self, name: str) -> Path:
        """A picture of the page under `artifacts/`."""
        await self.settled()
        path = ARTIFACTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)
        return path


# ------------------------------------------------------------------- browsers


def find_chromium() -> str | None:
    """A Chromium to start: MIANJING_CHROMIUM, the system's, or playwright's own (then the empty string)."""
    named = os.environ.get("MIANJING_CHROMIUM")
    if named:
        return named
    for candidate in (
        "/usr/bin/chromium",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ):
        found = shutil.which(candidate)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return "" if any(cache.glob("chromium*")) else None


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium; pytest skips with the reason when there is none."""
    executable = find_chromium()
    if executable is None:
        import pytest

        pytest.skip("no Chromium found: install one, or name it in MIANJING_CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable or None,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def open_page(
    url: str, *, browser: Browser | None = None, size: tuple[int, int] = (1280, 900), scale: float = 1
) -> AsyncIterator[DemoPage]:
    """The demo at `url` in a fresh browser context, ready; in a Chromium of its own unless given one."""
    async with contextlib.AsyncExitStack() as opened:
        if browser is None:
            browser = await opened.enter_async_context(chromium())
        width, height = size
        context = await browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
        opened.push_async_callback(context.close)
        page = await context.new_page()
        demo = DemoPage(page)
        page.on("console", lambda said: demo.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: demo.errors.append(str(error)))
        await page.goto(url)
        await demo.settled(30)
        yield demo


# ----------------------------------------------------------------- processes
