"""Every message that the shipped bank can lead to, in both languages, within Discord's limits and without raw LaTeX."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from simcord.components import validate_message_state

from bot.content.loading import Content, load_content
from bot.domain.deliveries import DailyPost, Delivery, RevealPost, RevealState, Slot, SlotState, Tally
from bot.domain.kinds import Item, NumericItem, SingleItem
from bot.domain.localized import LANGUAGES, Language
from bot.domain.questions import Question
from bot.domain.quizzes import QuizFeedback, QuizItem, QuizLine, QuizSession, QuizStep, QuizSummary
from bot.services.answers import AnswerReceipt, PracticeResult
from bot.services.jobs import JobService
from bot.services.questions import Found
from bot.settings import shipped_content_dir
from cogs._shared.answer_view import full_answer
from cogs._shared.cards import add_item_card
from cogs._shared.context import Context
from cogs._shared.render import ordered, reason_lines, text
from cogs._shared.session_view import feedback_message, show_step, summary_message
from cogs.daily._messages import (
    choose_message,
    correction_message,
    post_message,
    practice_message,
    preview_message,
    receipt_message,
    reveal_message,
    verdict_message,
)
from cogs.question._cog import QuestionCog

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SNOWFLAKE = 2**63 - 1
# Names as long as Discord allows, and as long as escaping can make them.
NAMES = tuple("*" * 32 for _ in range(10))


class Cards:
    """Stands for drawing: a picture each time, or none at all."""

    def __init__(self, png: bytes | None) -> None:
        self._png = png

    async def png(self, _formulas: object) -> bytes | None:
        return self._png

    options_png = png


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return load_content(shipped_content_dir(), tmp_path_factory.mktemp("cache"))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(params=[b"png", None], ids=["drawn", "not drawn"])
def context(request: pytest.FixtureRequest, shipped: Content, language: Language) -> Context:
    services = SimpleNamespace(bank=shipped.bank, jobs=JobService(shipped.postings, shipped.bank), questions=None)
    bot: Any = SimpleNamespace(texts=shipped.texts, services=services, cards=Cards(request.param), clock=lambda: NOW)
    return Context(SimpleNamespace(client=bot), language)  # type: ignore[arg-type]


# ---------------------------------------------------------------------- what is shown


def delivery_of(question: Question, item: SingleItem, language: Language) -> Delivery:
    return Delivery(
        id=SNOWFLAKE,
        slot_id=1,
        guild_id=SNOWFLAKE,
        channel_id=SNOWFLAKE,
        local_date=date(2026, 11, 23),
        language=language,
        question_id=question.id,
        topic=question.topic,
        item_id=item.id,
        revision=item.revision,
        option_order=tuple(reversed([option.id for option in item.options])),
        cycle=0,
        message_id=SNOWFLAKE,
        closes_at=NOW + timedelta(hours=23.5),
        closed_at=None,
        reveal_state=RevealState.WAITING,
        reveal_message_id=None,
        reveal_claimed_at=None,
        revealed_at=None,
    )


async def daily_messages(context: Context, question: Question, item: SingleItem) -> list[dict[str, Any]]:
    language, texts = context.language, context.bot.texts
    delivery = delivery_of(question, item, language)
    topic = context.bot.services.bank.topics.name(question.topic).get(language)
    slot = Slot(1, SNOWFLAKE, delivery.local_date, NOW, SlotState.SENDING, None, 0, NOW, None)
    schedule: Any = SimpleNamespace(thread=False, mention_role_id=None)
    post = DailyPost(slot, delivery, schedule, item, question, late=False)
    tally = Tally({option.id: 10 for option in item.options}, 10 * len(item.options), 10, NAMES, 90)
    receipts = [
        AnswerReceipt(delivery, item, question, position, True, changed, 1)
        for position in range(len(item.options))
        for changed in (False, True)
    ]
    # A reveal that was corrected, and one that was withdrawn, with what stands beside both.
    told = replace(delivery, feedback="at_once", corrected_key=item.key.id)
    mended = [
        RevealPost(one, schedule, item, question, tally)
        for one in (told, replace(told, voided_at=NOW, correction_needed=True))
    ]
    chooser = choose_message(context, receipts[0])
    reasons = reason_lines(ordered(item, delivery.option_order), language, chosen=[item.key.id])
    return [
        await add_item_card(context.bot, post_message(texts, topic, post), item, delivery.option_order, language),
        await add_item_card(context.bot, chooser, item, delivery.option_order, language),
        *(receipt_message(context, receipt) for receipt in receipts),
        *(practice_message(context, PracticeResult(delivery, item, question, n, n)) for n in range(len(item.options))),
        reveal_message(texts, RevealPost(delivery, schedule, item, question, tally)),
        *(reveal_message(texts, one) for one in mended),
        *(correction_message(texts, one) for one in mended),
        *(verdict_message(context, replace(receipt, delivery=one.delivery)) for one in mended for receipt in receipts),
        preview_message(context, topic, post),
        {"embed": discord.Embed(title=context.t("daily.reveal.reasons"), description=reasons)},
    ]


SESSION = QuizSession(SNOWFLAKE, 1, 1, 1, "solo", (), None, 300, "running", NOW, None, 25)


async def quiz_messages(context: Context, question: Question, item: Item) -> list[dict[str, Any]]:
    order = tuple(reversed([option.id for option in getattr(item, "options", ())]))
    place = QuizItem(24, question.id, question.topic, item.id, item.revision, order, NOW, None, False, 0, None)
    step = QuizStep(SESSION, place, item, 25, NOW + timedelta(seconds=300))
    if isinstance(item, NumericItem):
        answers = [((), value) for value in (item.answer.value, *(mistake.value for mistake in item.mistakes), 1e300)]
    else:
        answers = [(order, None), (order[:1], None)]
    messages = [await show_step(context, step, picks) for picks in ((), range(len(order)))]
    for options, value in answers:
        for share in (Fraction(0), Fraction(1, 3), Fraction(1)):
            feedback = QuizFeedback(
                session=SESSION,
                place=place,
                item=item,
                number=25,
                options=options,
                value=value,
                share=share,
                last=True,
                repeated=False,
                late=False,
            )
            messages.append(feedback_message(context, feedback))
        messages.append(feedback_message(context, replace(feedback, late=True)))
        messages.append(feedback_message(context, replace(feedback, place=replace(place, note="same_question"))))
    return messages


async def question_messages(context: Context, question: Question) -> list[dict[str, Any]]:
    cog = QuestionCog(context.bot)
    answer = await full_answer(context, question, context.language)
    short = discord.Embed(description=text(question.short, context.language))
    return [
        {**answer, "view": cog._controls(context, question, "ka1")},
        cog._prompt(context, Found(question, sealed=False)),
        cog._prompt(context, Found(question, sealed=True)),
        {"embed": short, "view": cog._controls(context, question, "ks1")},
    ]


# ------------------------------------------------------------------------- what is asked


def embeds_of(message: dict[str, Any]) -> list[discord.Embed]:
    return [*message.get("embeds", ()), *([message["embed"]] if "embed" in message else [])]


def texts_of(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "content", message.get("content") or ""
    for embed in embeds_of(message):
        yield "title", embed.title or ""
        yield "description", embed.description or ""
        yield "footer", embed.footer.text or ""
        for field in embed.fields:
            yield "field name", field.name or ""
            yield "field", field.value or ""


# A command of LaTeX, outside code; `\_` and the like are how Discord is told to show a sign as it is.
LATEX = re.compile(r"\\[A-Za-z]{2,}")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def faults_in(message: dict[str, Any], place: str) -> Iterator[str]:
    embeds = [embed.to_dict() for embed in embeds_of(message)]
    components = message["view"].to_components() if "view" in message else []
    try:
        validate_message_state(components, flags=0, content=message.get("content"), embeds=embeds)
    except ValueError as error:
        yield f"{place}: {error}"
    for embed in embeds_of(message):
        if not (embed.title or embed.description):
            yield f"{place}: an embed without title and description"
        yield from (f"{place}: an empty field" for field in embed.fields if not field.name or not field.value)
    for name, said in texts_of(message):
        shown = CODE.sub("", said)
        if re.search(r"\$(?!\d)", shown) or LATEX.search(shown):
            yield f"{place}: raw LaTeX in its {name}: {shown[:200]}"
        if name != "title" and said.endswith("…"):
            yield f"{place}: the {name} is cut short: {said[-60:]}"
    for file in message.get("files", ()):
        if len(file.description or "") > 1024:
            yield f"{place}: alt text of {len(file.description)} characters"


async def test_every_daily_question(context, shipped):
    faults = []
    for question in shipped.bank:
        for item in question.singles:
            for number, message in enumerate(await daily_messages(context, question, item)):
                faults += faults_in(message, f"{item.id} daily message {number}")
    assert not faults, "\n".join(faults)


async def test_every_quiz_item(context, shipped):
    faults = []
    for question in shipped.bank:
        for item in question.items:
            for number, message in enumerate(await quiz_messages(context, question, item)):
                faults += faults_in(message, f"{item.id} quiz message {number}")
    assert not faults, "\n".join(faults)


async def test_every_question_with_its_answer(context, shipped):
    faults = []
    for question in shipped.bank:
        for number, message in enumerate(await question_messages(context, question)):
            faults += faults_in(message, f"{question.id} message {number}")
    assert not faults, "\n".join(faults)


async def test_the_longest_summary_and_search(context, shipped):
    questions = sorted(shipped.bank, key=lambda question: -len(question.prompt.get(context.language)))
    lines = tuple(QuizLine(q.id, q.topic, Fraction(1, 3), 1) for q in questions[:25])
    for state in ("finished", "stopped"):
        summary = QuizSummary(replace(SESSION, state=state), lines)
        assert not [*faults_in(summary_message(context, summary), state)]
    cog = QuestionCog(context.bot)
    found = "\n".join(cog._line(context, n + 1, Found(q, sealed=True)) for n, q in enumerate(questions[:10]))
    assert len(found) <= 4096


def test_the_whole_bank_was_looked_at(shipped):
    assert len(shipped.bank) >= 45
    assert {item.kind for question in shipped.bank for item in question.items} == {
        "single",
        "multiple",
        "numeric",
        "ordering",
    }
