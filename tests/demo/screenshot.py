"""Takes the README's pictures from the running demo: `python -m tests.demo.screenshot`, or `make screenshot`.

The same member's window twice: yesterday's reveal and a quiz, and a moment later today's question, answered. The
questions are chosen, so that a new picture resembles the last one.
"""

import asyncio
import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

import yaml
from PIL import Image
from playwright.async_api import Browser

from bot.domain.kinds import Item, SingleItem
from bot.domain.localized import Language

from .page import ROOT, chromium, open_page
from .started import started_demo
from .visit import Book, Visit

WINDOW = (640, 900)  # pixels of the picture
SCALE = 0.88  # so that a whole reveal and a quiz fit
COLOURS = 192  # of the picture's palette: a quarter of the size, and no difference to the eye
DUE_IN = 25
QUESTIONS = frozenset(
    {
        "decoder-block-anatomy",
        "emergence-and-mirage",
        "llama-unbounded-length",
        "prefix-vs-causal",
        "repetition-loop",
        "textual-inversion-embedding",
    }
)
LANGUAGES: dict[str, Language] = {"zh-CN": "zh", "en-US": "en"}


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        _choose_questions(Path(folder) / "content")
        async with chromium() as browser:
            await asyncio.gather(*(_until_two_questions(browser, Path(folder), locale) for locale in LANGUAGES))
    return 0


def _choose_questions(content: Path) -> None:
    """Copy the content with these questions only."""
    shutil.copytree(ROOT / "content", content, ignore=shutil.ignore_patterns("questions"))
    for file in sorted((ROOT / "content").glob("questions/**/*.yaml")):
        found = [entry for entry in yaml.safe_load(file.read_text(encoding="utf-8")) if entry["id"] in QUESTIONS]
        if found:
            copy = content / file.relative_to(ROOT / "content")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


async def _until_two_questions(browser: Browser, folder: Path, locale: str) -> None:
    """Chance may make the quiz's question today's as well; then another picture is taken."""
    for attempt in range(5):
        if await picture(browser, folder, locale, folder / f"{locale}-{attempt}"):
            return
    raise SystemExit(f"no good picture in five attempts for {locale}")


async def picture(browser: Browser, folder: Path, locale: str, data: Path) -> bool:
    """Bring a demo to a telling state and keep the picture under `docs/`; False when it is not a good one."""
    book = Book(LANGUAGES[locale])
    arguments = ["-m", "bot", "demo", "--port", "0", "--locale", locale, "--data", str(data)]
    with started_demo(
        [*arguments, "--due-in", str(DUE_IN)],
        env={"MIANJING_CONTENT_DIR": str(folder / "content")},
        name=f"screenshot-{locale}",
    ) as demo:
        size = (round(WINDOW[0] / SCALE), round(WINDOW[1] / SCALE))
        async with open_page(demo.url, browser=browser, size=size, scale=SCALE) as page:
            member = Visit(page, book, f"screenshot-{locale}")
            yesterday = await member.yesterday()
            asked = await _feedback_on_a_choice(member)
            if asked is None:
                return False
            windows = [await _keep(member)]
            post = await member.today(yesterday)
            item = book.item(post)
            await member.answer(post, book.letters(item, post)[item.key.id])
            windows.append(await _keep(member))
    if item.question_id == asked.question_id:
        return False
    docs = ROOT / "docs"
    docs.mkdir(exist_ok=True)
    _side_by_side(windows).save(docs / f"screenshot-{book.language}.png", optimize=True)
    return True


async def _feedback_on_a_choice(visit: Visit) -> Item | None:
    """Answer quiz questions rightly until one was a choice of one, whose feedback is the most telling.

    None when no question of the quiz was.
    """
    await visit.page.run("quiz start")
    for number in range(1, 6):
        step = visit.t("quiz.step.title", number=number, total=5)
        message = await visit.page.wait_for(step)
        item = visit.book.item(message)
        await visit.respond(item, message, step, right=True)
        await visit.private(visit.t("quiz.feedback.right"))
        if isinstance(item, SingleItem):
            return item
        if number < 5:
            await visit.page.click(visit.t("quiz.feedback.next"))
    return None


async def _keep(visit: Visit) -> Image.Image:
    # Off the message, whose tools would show.
    await visit.page.page.mouse.move(0, 0)
    await visit.page.page.evaluate("document.activeElement.blur()")
    return Image.open(await visit.shot("window")).convert("RGB")


def _side_by_side(windows: list[Image.Image]) -> Image.Image:
    width, height = WINDOW
    whole = Image.new("RGB", (width * len(windows), height), "black")
    for number, window in enumerate(windows):
        line = 2 if number + 1 < len(windows) else 0
        whole.paste(window.crop((0, 0, width - line, height)), (width * number, 0))
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
