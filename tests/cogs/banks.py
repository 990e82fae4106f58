"""Small banks that tests of the cogs ask from."""

from bot.domain.bank import QuestionBank
from bot.domain.topics import TopicNode, TopicTree
from tests.factories import make_multiple, make_numeric, make_ordering, make_question, make_single, make_text

KINDS = ("single", "multiple", "numeric", "ordering")
MAKERS = {"single": make_single, "multiple": make_multiple, "numeric": make_numeric, "ordering": make_ordering}


def make_small_bank() -> QuestionBank:
    """Four questions in two topics, told apart by their words."""
    words = {
        "early-stop": ("basics/overview", "早停", "early stopping"),
        "temperature": ("basics/decoding", "温度", "temperature"),
        "beam-search": ("basics/decoding", "束搜索", "beam search"),
        "warm-up": ("basics/overview", "学习率预热", "learning rate warm-up"),
    }
    questions = []
    for question_id, (topic, zh, en) in words.items():
        prompt = make_text((f"{zh}是什么？", f"What is {en}?"))
        questions.append(make_question(id=question_id, topic=topic, prompt=prompt))
    return QuestionBank(questions, make_tree())


def make_tree() -> TopicTree:
    """Two topics under one."""
    names = {"overview": ("概念", "Concepts"), "decoding": ("解码", "Decoding")}
    leaves = tuple(TopicNode(id=leaf, name=make_text(name)) for leaf, name in names.items())
    return TopicTree.from_nodes([TopicNode(id="basics", name=make_text(("基础", "Basics")), topics=leaves)])


def make_quiz_bank() -> QuestionBank:
    """One question a kind, named for it; its first item is of that kind."""
    questions = []
    for kind in KINDS:
        kinds = [kind, *(other for other in KINDS if other != kind)]
        items = [MAKERS[each](f"on-{kind}.{each}") for each in kinds]
        questions.append(make_question(id=f"on-{kind}", items=items, prompt=make_text((f"{kind}？", f"{kind}?"))))
    return QuestionBank(questions, make_tree())
