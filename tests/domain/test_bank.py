"""Look-ups and filters of the bank, and the tree of topics."""

import pytest

from bot.domain.localized import Localized, other
from bot.domain.topics import TopicNode, TopicTree, is_below, prefixes
from tests.factories import make_bank, make_question, make_text

BANK = make_bank(
    make_question(id="b", topic="basics/overview", difficulty=1),
    make_question(id="a", topic="basics/decoding", difficulty=3),
    make_question(id="old", topic="basics/decoding", relevance="legacy"),
    make_question(id="new", topic="diffusion", status="draft"),
    make_question(id="c", topic="basics/decoding-speed", difficulty=3),
)
TREE = TopicTree.from_nodes(
    [
        TopicNode(id="x", name=make_text("X"), topics=(TopicNode(id="y", name=make_text(("歪", "Y"))),)),
        TopicNode(id="z", name=make_text("Z")),
    ]
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["b", "a", "c"]),
        ({"legacy": True}, ["b", "a", "old", "c"]),
        ({"drafts": True}, ["b", "a", "new", "c"]),
        ({"topics": ("basics",)}, ["b", "a", "c"]),
        ({"topics": ("basics/decoding",)}, ["a", "old"]),  # naming the very topic asks for its legacy too
        ({"topics": ("basics/decoding", "basics/overview")}, ["b", "a", "old"]),
        ({"topics": ("basics/dec",)}, []),
        ({"difficulty": 3}, ["a", "c"]),
        ({"difficulty": 3, "topics": ("basics/overview",)}, []),
    ],
)
def test_select_keeps_the_order_of_the_files(asked: dict, found: list[str]) -> None:
    assert [question.id for question in BANK.select(None, **asked)] == found


def test_find_takes_drafts_and_legacy_too_and_none_for_what_is_not_there() -> None:
    assert len(BANK) == len(list(BANK)) == 5
    for question_id in ("a", "old", "new"):
        question = BANK.find(question_id, 1)
        assert question is not None
        assert question.id == question_id
    assert BANK.find("nothing", 1) is None


def test_items_are_found_by_their_id() -> None:
    item = BANK.find_item("a.single", 1)
    assert item is not None
    assert (item.id, item.question_id) == ("a.single", "a")
    assert BANK.find_item("a.nothing", 1) is None
    assert BANK.find_item("nothing.single", 1) is None


def test_a_tree_knows_its_paths_in_the_authors_order() -> None:
    assert [(topic.path, topic.leaf) for topic in TREE] == [("x", False), ("x/y", True), ("z", True)]
    assert "x/y" in TREE
    assert "y" not in TREE
    found = TREE.find("x/y")
    assert found is not None
    assert found.name == Localized(zh="歪", en="Y")
    assert TREE.find("y") is None


def test_a_topic_that_is_gone_names_itself() -> None:
    assert TREE.name("x/y").zh == "歪"
    assert TREE.name("gone/away") == Localized(zh="gone/away", en="gone/away")


@pytest.mark.parametrize(
    ("path", "ancestor", "below"),
    [("a/b", "a", True), ("a/b", "a/b", True), ("a/bc", "a/b", False), ("a", "a/b", False), ("ab", "a", False)],
)
def test_is_below(path: str, ancestor: str, below: bool) -> None:
    assert is_below(path, ancestor) is below


def test_prefixes_go_from_the_root_to_the_path() -> None:
    assert prefixes("a/b/c") == ("a", "a/b", "a/b/c")
    assert prefixes("a") == ("a",)


def test_every_language_has_another() -> None:
    assert (other("zh"), other("en")) == ("en", "zh")
    assert make_text(("甲", "A")).get(other("zh")) == "A"
