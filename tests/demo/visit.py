"""What a member does on the demo's page, and what the page must answer; for the tests and the README's pictures."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from bot.content.locales import load_texts
from bot.content.questions import read_questions
from bot.domain.kinds import Item, MultipleItem, NumericItem, OrderingItem, SingleItem
from bot.domain.localized import Language, Localized
from bot.domain.mathtext import render_inline
from bot.domain.texts import Texts

from .page import ROOT, DemoPage, Message

PATIENCE = 80.0  # of waits for the question and its reveal
# What Discord would have turned into something else.
# A placeholder that nobody filled has a name; braces of a formula that no line can show have none.
RAW = re.compile(r"^(-# |> |#+ )|\*\*|```|<[t@#:/]|\$|\{[a-z_]+\}", re.MULTILINE)


@functools.cache
def texts() -> Texts:
    return load_texts(ROOT / "content")


@functools.cache
def items() -> list[Item]:
    return [item for loaded in read_questions(ROOT / "content").questions for item in loaded.question.items]


@dataclass(frozen=True)
class Book:
    """What the page must say: the catalogue in one language, and the bank to tell right from wrong."""

    language: Language

    def t(self, key: str, **args: object) -> str:
        """A message of the catalogue as it looks on the page."""
        return re.sub(r"\*\*|`", "", texts().get(key, self.language, **args))

    def item(self, message: Message) -> Item:
        """The item whose stem stands in a message."""
        said = squash(message.text)
        return max((item for item in items() if self._shown(item.stem) in said), key=lambda item: len(item.stem.zh))

    def letters(self, item: Item, message: Message, language: Language | None = None) -> dict[str, str]:
        """Option id → the letter it has in a message."""
        lines = re.findall(r"^([A-F])\. (.*)$", message.text, re.MULTILINE)
        for key in (unmarked, unspaced, squash):
            # Options may differ by spaces or signs alone; where the page writes those otherwise, letters have to do.
            known = {
                key(render_inline(option.text.get(language or self.language), markdown=False)): option.id
                for option in item.options
            }
            if len(known) == len(item.options) and all(key(text) in known for _, text in lines):
                return {known[key(text)]: letter for letter, text in lines}
        raise AssertionError(f"{item.id}: the options are not those of the message: {lines}")

    def _shown(self, text: Localized, language: Language | None = None) -> str:
        return squash(render_inline(text.get(language or self.language), markdown=False))


def unmarked(text: str) -> str:
    """Everything but the signs of markdown."""
    return " ".join(re.sub(r"[`*_~|\\]", "", text).split())


def unspaced(text: str) -> str:
    """Everything but spacing and the signs of markdown."""
    return unmarked(text).replace(" ", "")


def squash(text: str) -> str:
    """Letters and digits only: markdown and spacing are the page's business."""
    return re.sub(r"[\W_]", "", text).casefold()


class Visit:
    """A member's page. `name` begins the names of its pictures."""

    def __init__(self, page: DemoPage, book: Book, name: str) -> None:
        self.page = page
        self.book = book
        self.t = book.t
        self._name = name
        self._shots = 0

    async def shot(self, what: str) -> Path:
        """Keep a picture, once nothing on the page looks unfinished."""
        assert [found[0] for message in await self.page.messages() for found in RAW.finditer(message.prose)] == []
        self._shots += 1
        return await self.page.screenshot(f"{self._name}-{self._shots:02}-{what}")

    async def yesterday(self) -> str:
        """Yesterday's question and reveal are there from the start; returns its date."""
        post, reveal = (await self.page.messages())[:2]
        date = re.search(r"\d{4}-\d\d-\d\d", post.text)[0]
        assert post.text.startswith(self.t("daily.post.title", date=date, topic=""))
        assert reveal.text.startswith(self.t("daily.reveal.title", date=date))
        assert self.t("daily.reveal.share", right=4, total=6, percent=67) in reveal.text
        assert reveal.buttons == [self.t(f"daily.reveal.{name}") for name in ("full", "reasons", "jobs")]
        item = self.book.item(post)
        assert f"{self.book.letters(item, post)[item.key.id]}. " in reveal.text.splitlines()[1]
        body = await self.page.page.locator(".embed-description").first.inner_text()
        assert "\n\nA. " in body, "an empty line between the question and its options"
        await self.shot("yesterday")
        return date

    async def today(self, yesterday: str) -> Message:
        """The question that comes by itself."""
        title = re.compile(self.t("daily.post.title", date=rf"(?!{yesterday})\d{{4}}-\d\d-\d\d", topic=""))
        post = await self.page.wait_for(title, PATIENCE)
        assert await self.page.at_bottom()
        await self.shot("today")
        return post

    async def answer(self, post: Message, letter: str) -> Message:
        """Press a letter of the public post; the reply is private and tells nothing."""
        await self.page.click(letter, within=post.text.splitlines()[0])
        reply = await self.private(self.t("daily.answer.recorded", letter=letter, option=""))
        self.tells_nothing(reply)
        return reply

    async def private(self, text: str) -> Message:
        """The newest private message, as soon as it begins with `text`."""
        await self.page.wait_for(text)
        reply = await self.page.latest(ephemeral=True)
        assert reply.text.startswith(text)
        return reply

    async def change(self, letter: str) -> None:
        """Change the answer through the private reply."""
        await self.page.click(self.t("daily.answer.change"))
        now = self.t("daily.answer.now", letter="")
        choices = await self.page.wait_for(now)
        assert letter in choices.buttons
        self.tells_nothing(choices)
        await self.page.click(letter, within=now)
        self.tells_nothing(await self.private(self.t("daily.answer.changed", letter=letter, option="")))
        await self.shot("changed")

    def tells_nothing(self, reply: Message) -> None:
        assert reply.ephemeral
        told = [self.t("quiz.feedback.right"), self.t("quiz.feedback.wrong"), "✅", "❌", "✓", "◀"]
        assert [word for word in told if word in reply.text] == []

    async def other_language(self, post: Message) -> None:
        """The post's other language, privately, with its options in the same order."""
        other: Language = "en" if self.book.language == "zh" else "zh"
        await self.page.click(self.t("language.switch"), within=post.text.splitlines()[0])
        translated = await self.page.wait_for(texts().get("daily.answer.now", other, letter="").strip(" *”。.")[:8])
        item = self.book.item(post)
        assert self.book.letters(item, translated, other) == self.book.letters(item, post)
        assert self.t("language.switch") not in translated.buttons
        await self.shot("other-language")

    async def reveal(self, post: Message, answers: int) -> None:
        """The reveal comes by itself, and everything longer is behind its buttons."""
        date = re.search(r"\d{4}-\d\d-\d\d", post.text)[0]
        title = self.t("daily.reveal.title", date=date)
        shown = await self.page.wait_for(title, PATIENCE)
        item = self.book.item(post)
        letters = self.book.letters(item, post)
        key, *rest = shown.text.splitlines()[1:]
        assert key.startswith(f"{letters[item.key.id]}. ")
        assert squash(render_inline(item.key.why.get(self.book.language), markdown=False)) in squash(rest[0])
        count = self.t("daily.reveal.few.one") if answers == 1 and self.book.language == "en" else ""
        assert (count or self.t("daily.reveal.few", count=answers)) in shown.text
        await self.shot("reveal")

        await self.page.click(self.t("daily.reveal.full"), within=title)
        full = await self.page.wait_for(self.t("answer.key_points"))
        assert full.ephemeral
        assert await self.links(self.t("answer.sources")) >= 1
        await self.shot("full-answer")

        await self.page.click(self.t("daily.reveal.reasons"), within=title)
        reasons = squash((await self.private(self.t("daily.reveal.reasons"))).text)
        for option in item.options:
            assert squash(render_inline(option.why.get(self.book.language), markdown=False)) in reasons
        await self.shot("reasons")

        await self.page.click(self.t("daily.reveal.jobs"), within=title)
        await self.private(self.t("daily.reveal.jobs"))
        assert await self.links(self.t("daily.reveal.jobs")) >= 1
        await self.shot("jobs")

    async def links(self, text: str) -> int:
        """How many links the newest message with `text` holds."""
        message = self.page.page.locator("#channel-message-list > [data-message-id]").filter(has_text=text).last
        return await message.locator("a[href^=http]").count()

    async def quiz(self, *, right: bool) -> int:
        """Five questions, whichever kinds come, up to the summary; returns the points earned."""
        await self.page.run("quiz start")
        earned = 0
        for number in range(1, 6):
            step = self.t("quiz.step.title", number=number, total=5)
            message = await self.page.wait_for(step)
            assert message.ephemeral
            item = self.book.item(message)
            if number == 1:
                await self.shot("quiz-question")
            await self.respond(item, message, step, right=right)
            feedback = await self.private(self.t("quiz.feedback.right" if right else "quiz.feedback.wrong"))
            await self.shot(f"quiz-{item.kind}")
            earned += self.check_feedback(item, feedback, right=right)
            await self.page.click(self.t("quiz.feedback.summary" if number == 5 else "quiz.feedback.next"))
        summary = await self.private(self.t("quiz.summary.title", right=5 if right else 0, total=5))
        assert self.points(summary.text) == earned
        assert await self.links(self.t("quiz.summary.points_title")) >= 1
        await self.shot("quiz-summary")
        return earned

    async def respond(self, item: Item, message: Message, step: str, *, right: bool) -> None:
        if isinstance(item, NumericItem):
            await self.page.click(self.t("quiz.step.enter"), within=step)
            await self.page.fill_modal(f"{item.answer.value if right else item.mistakes[0].value:f}")
            return
        letters = self.book.letters(item, message)
        ids = [option.id for option in item.options]
        if isinstance(item, OrderingItem):
            picks = ids if right else ids[::-1]
        else:
            picks = [option.id for option in item.options if option.correct == right]
            picks = picks[: 1 if isinstance(item, SingleItem) or not right else None]
        for pick in picks:
            await self.page.click(letters[pick], within=step)
        if isinstance(item, MultipleItem | OrderingItem):
            chosen = " → ".join(letters[pick] for pick in picks)
            label = self.t("quiz.step.submit")
            await self.page.click(f"{label} ({chosen})" if isinstance(item, OrderingItem) else label, within=step)

    def check_feedback(self, item: Item, feedback: Message, *, right: bool) -> int:
        """A reason for everything, and the points; returns those."""
        reasons = [item.why] if isinstance(item, NumericItem) else [option.why for option in item.options]
        for why in reasons:
            assert squash(render_inline(why.get(self.book.language), markdown=False)) in squash(feedback.text)
        points = self.points(feedback.text)
        assert points == (item.difficulty if right else 0)
        return points

    def points(self, text: str) -> int:
        return int(re.search(r"^\+(\d+) (?:分|points?)$", text, re.MULTILINE)[1])

    async def board(self, window: str) -> list[str]:
        """The lines of a board: `week` or `all`."""
        label = self.t(f"choices.window.{window}")
        await self.page.run("leaderboard", window=label)
        shown = await self.private(self.t("leaderboard.title", window=label))
        await self.shot(f"leaderboard-{window}")
        return re.findall(r"^.+ · \d+ (?:分|points?) · .*$", shown.text, re.MULTILINE)

    async def tour(self) -> None:
        """Everything that needs no daily question."""
        for name, options, said in (
            ("jobs latest", {}, "jobs.latest"),
            ("question search", {"text": "LoRA"}, "question.found"),
            ("help", {}, "help.intro"),
            ("profile", {}, "profile.streak"),
        ):
            await self.page.run(name, **options)
            shown = await self.page.wait_for(self.t(said, text="LoRA"))
            assert shown.ephemeral
            assert shown.header.endswith(f"/{name}")
            await self.shot(name.replace(" ", "-"))

    async def administer(self, admin: str, member: str) -> None:
        """The admin's two reports; nobody else is offered them."""
        assert not {"daily status", "doctor"} & set(await self.page.commands())
        await self.page.view_as(admin)
        await self.page.run("daily status")
        status = await self.private(self.t("daily.status.title"))
        assert len(re.findall(rf"^✅ [\d-]+ {self.t('daily.state.posted')}", status.text, re.MULTILINE)) == 2
        await self.shot("daily-status")
        await self.page.run("doctor")
        assert self.t("doctor.well") in (await self.private(self.t("doctor.title"))).text
        await self.shot("doctor")
        await self.page.view_as(member)
