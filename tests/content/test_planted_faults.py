"""A folder with a fault in every question: one precise line each from `bank check`, all in one run, no traceback."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from bot.__main__ import main
from tests.factories import make_question, write_content

Entry = dict[str, Any]
CHARACTERS = "松竹梅兰菊荷桂榆槐柳杏桃李枫柏樟桐杉楠椿藤葵芦苇蒲荻萱芷茉莉棠榴枣柿橘柚梨栗桑茶麻稻麦粟黍"


@dataclass(frozen=True)
class Planted:
    """A fault: how it is planted, in which field it must be told, with which words, on the line that holds `mark`.

    Without a mark it is told where the entry begins.
    """

    name: str
    plant: Callable[[Entry], object]
    field: str
    words: str
    mark: str = ""
    raw: tuple[str, str] = ("", "")


def options(entry: Entry, item: int = 0) -> list[Entry]:
    found: list[Entry] = entry["items"][item]["options"]
    return found


def put(entry: Any, *path: Any) -> None:
    """Set the value at a path: the last step but one is the key, the last the value."""
    *steps, key, value = path
    for step in steps:
        entry = entry[step]
    entry[key] = value


def texts(entry: Entry, *pairs: tuple[str, str], item: int = 0) -> None:
    for option, (zh, en) in zip(options(entry, item), pairs, strict=False):
        option["text"] = {"zh": zh, "en": en}


LONG_ZH = "停下训练、丢掉最后几步、恢复验证损失最低时保存的那一份权重并重新评估"
FAULTS = (
    Planted("a field is missing", lambda e: e.pop("answer"), "answer", "is missing"),
    Planted("a field nobody knows", lambda e: put(e, "dificulty", 3), "dificulty", "is not a known field", "dificulty"),
    Planted(
        "difficulty 9", lambda e: put(e, "difficulty", 9), "difficulty", "less than or equal to 5", "difficulty: 9"
    ),
    Planted("a seed that is none", lambda e: put(e, "seed", ["78"]), "seed[0]", "does not match", "- '78'"),
    Planted("no month", lambda e: put(e, "as_of", "2026"), "as_of", "does not match", "as_of"),
    Planted("an unknown form", lambda e: put(e, "form", "essay"), "form", "must be", "form: essay"),
    Planted("an unknown track", lambda e: put(e, "tracks", ["cooking"]), "tracks[0]", "must be", "- cooking"),
    Planted("no tracks", lambda e: put(e, "tracks", []), "tracks", "too few entries", "tracks: []"),
    Planted("an unknown kind", lambda e: put(e, "items", 0, "kind", "essay"), "items[0]", "has the kind 'essay'"),
    Planted("no key", lambda e: put(options(e), 0, "correct", False), "items[0]", "exactly one"),
    Planted("two keys", lambda e: put(options(e), 1, "correct", True), "items[0]", "exactly one"),
    Planted("two options only", lambda e: put(e, "items", 0, "options", options(e)[:2]), "items[0].options", "too few"),
    Planted("an item of another", lambda e: put(e, "items", 0, "id", "other.single"), "", "does not begin with"),
    Planted("one id twice", lambda e: put(e, "items", 1, "id", e["items"][0]["id"]), "", "two items have the id"),
    Planted(
        "an unknown topic", lambda e: put(e, "topic", "basics/cooking"), "topic", "is not in", "topic: basics/cook"
    ),
    Planted("a branch as topic", lambda e: put(e, "topic", "basics"), "topic", "has subtopics", "topic: basics\n"),
    Planted("no English", lambda e: e["prompt"].pop("en"), "prompt.en", "is missing"),
    Planted("no Chinese reason", lambda e: options(e)[1]["why"].pop("zh"), "items[0].options[1].why.zh", "is missing"),
    Planted("nothing to refuse", lambda e: e["key_points"][0].pop("refuses"), "key_points[0].refuses", "is missing"),
    Planted("no source", lambda e: put(e, "sources", []), "sources", "too few entries", "sources: []"),
    Planted("a source without URL", lambda e: e["sources"][0].pop("url"), "sources[0].url", "is missing"),
    Planted(
        "an insecure URL", lambda e: put(e, "sources", 0, "url", "http://a.org"), "sources[0].url", "match", "url: h"
    ),
    Planted(
        "an option twice",
        lambda e: put(options(e), 2, "text", copy.deepcopy(options(e)[1]["text"])),
        "items[0]",
        "two options have the id",
    ),
    Planted(
        "options alike",
        lambda e: texts(
            e,
            ("停下并恢复权重", "Stop here"),
            ("在这一步把学习率提高到原来的十倍并继续训练", "Raise it"),
            ("在这一步把学习率提高到原来的十倍并继续训练吧", "Lower it"),
        ),
        "items[0].options[2].text.zh",
        "has nearly the same text",
        "zh: 在这一步把学习率提高到原来的十倍并继续训练吧",
    ),
    Planted(
        "a reason twice",
        lambda e: put(options(e), 2, "why", "en", options(e)[1]["why"]["en"]),
        "items[0].options[2].why.en",
        "is the reason of options[1] again",
    ),
    Planted(
        "a long key",
        lambda e: put(options(e), 0, "text", "zh", LONG_ZH),
        "items[0].options[0].text.zh",
        "that tells it",
        LONG_ZH,
    ),
    Planted(
        "a letter named",
        lambda e: put(options(e), 1, "why", "zh", "混淆了两者，故选 B"),
        "items[0].options[1].why.zh",
        "by letter",
        "故选 B",
    ),
    Planted(
        "a place named",
        lambda e: put(options(e), 1, "why", "en", "It repeats the first option."),
        "items[0].options[1].why.en",
        "by place",
        "the first option",
    ),
    Planted(
        "all of the above",
        lambda e: texts(
            e, *[(f"说法{n}", f"Claim {w}") for n, w in zip("甲乙丙", "xyz", strict=True)], ("以上都对", "Other")
        ),
        "items[0].options[3].text.zh",
        "refers to the other options",
        "以上都对",
    ),
    Planted(
        "other numbers",
        lambda e: put(e, "items", 0, "stem", "en", "Loss rises for 7 steps. What first?"),
        "items[0].stem",
        "differ in numbers",
    ),
    Planted(
        "other formulas",
        lambda e: put(
            e, "items", 1, "stem", {"zh": f"{e['id']} 用 $a+b$ 算是多少？", "en": f"By $a-b$, what is {e['id']}?"}
        ),
        "items[1].stem",
        "differ in formulas",
    ),
    Planted(
        "Chinese in English",
        lambda e: put(e, "short", "en", "Stop once 验证损失 stalls and restore the best weights."),
        "short.en",
        "not English",
        "验证损失 stalls",
    ),
    Planted(
        "English for Chinese",
        lambda e: put(e, "short", "zh", "Stop once validation loss stalls and restore the best weights you kept."),
        "short.zh",
        "no Chinese",
    ),
    Planted(
        "an open formula", lambda e: put(e, "short", "en", "Stop at $t now."), "short.en", "without a partner", "$t now"
    ),
    Planted(
        "raw LaTeX", lambda e: put(e, "short", "en", r"Stop at \theta now."), "short.en", "outside $…$", "theta now"
    ),
    Planted(
        "Chinese in a formula", lambda e: put(e, "formulas", [r"\text{损失}"]), "formulas[0]", "holds Chinese", "损失}"
    ),
    Planted(
        "a broken formula", lambda e: put(e, "formulas", [r"\frac{1}{"]), "formulas[0]", "cannot be drawn", "frac{1}{"
    ),
    Planted("work left over", lambda e: put(e, "short", "en", "TODO: say it."), "short.en", "TODO", "TODO: say it"),
    Planted(
        "an endless option",
        lambda e: put(options(e), 1, "text", "en", "word " * 45),
        "items[0].options[1].text.en",
        "a post takes 200",
        "word word word",
    ),
    Planted(
        "a stub for an answer",
        lambda e: put(
            e, "answer", "en", e["answer"]["en"][:200] + " best weights validation no longer falls optimistic"
        ),
        "answer.en",
        "needs at least 100",
    ),
    Planted(
        "an alias that the answer lacks",
        lambda e: put(e, "key_points", 0, "any", [["剪枝", "best weights"]]),
        "key_points[0].any[0]",
        "holds none of these",
    ),
    Planted(
        "a rejected phrase in the answer",
        lambda e: put(e, "key_points", 0, "reject", ["测试集"]),
        "key_points[0].reject",
        "holds the rejected phrase",
    ),
    Planted(
        "a refused answer that earns the point",
        lambda e: put(e, "key_points", 0, "refuses", "zh", "恢复最优权重再训一轮"),
        "key_points[0].refuses.zh",
        "earns the point",
        "恢复最优权重再训一轮",
    ),
    Planted(
        "a mistake that is right",
        lambda e: put(e, "items", 1, "mistakes", 0, "value", 4.05),
        "items[1].mistakes[0].value",
        "would be accepted as right",
        "value: 4.05",
    ),
    Planted(
        "a tolerance that reaches a mistake",
        lambda e: (put(e, "items", 1, "answer", "tolerance", 0.6), put(e, "items", 1, "mistakes", 1, "value", 1.0)),
        "items[1].answer.tolerance",
        "not under half the way",
        "tolerance: 0.6",
    ),
    Planted(
        "a numbered step",
        lambda e: put(options(e, 3), 0, "text", "zh", "第一步：训练若干步"),
        "items[3].options[0].text.zh",
        "tells its place",
        "第一步",
    ),
    Planted("a radical", lambda e: put(e, "short", "zh", "验证损失不再下降就停⻢"), "short.zh", "write 马", "就停⻢"),
    Planted(
        "an unseen sign", lambda e: put(e, "short", "zh", "验证损失\u200b不再下降就停"), "short.zh", "delete it", "就停"
    ),
    Planted(
        "a control character",
        lambda e: put(e, "short", "zh", "CONTROL"),
        "short.zh",
        "control character",
        "heta",
        raw=("zh: CONTROL", r'zh: "\theta 不再下降"'),
    ),
    Planted(
        "a key twice",
        lambda e: put(e, "as_of", "2026-10"),
        "as_of",
        "this key stands twice",
        "as_of: 2026-11",
        raw=("as_of: 2026-10", "as_of: 2026-10\n  as_of: 2026-11"),
    ),
)


def entry_of(number: int) -> tuple[Entry, str]:
    """Return the sample question with texts of its own, so that no two repeat each other, and its id."""
    word = "".join(CHARACTERS[(7 * number + step * (number + 3)) % len(CHARACTERS)] for step in range(6))
    question_id = f"q{number:02}"
    entry = make_question(id=question_id).model_dump(mode="json")
    entry["prompt"] = {
        "zh": f"什么是{word}？它有什么代价？",
        "en": f"What is {word_en(number)}, and what does it cost?",
    }
    for item in entry["items"]:
        item.pop("code", None)
        item["stem"] = {"zh": f"对于{word}，{item['stem']['zh']}", "en": f"For {word_en(number)}: {item['stem']['en']}"}
        for option in item.get("options", ()):
            option.pop("id")
    options(entry)[0]["text"]["en"] = "Restore the best weights"  # not the longest
    entry.pop("correction")
    entry.pop("code")
    return entry, question_id


def word_en(number: int) -> str:
    return "".join(
        "bcdfghjklmnpqrstvwz"[(number * step + step) % 19] + "aeiou"[(number + step) % 5] for step in range(1, 6)
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str, list[int]]:
    """Write the folder, run the check once; return its lines, the file's text and where each entry begins."""
    folder = write_content(tmp_path_factory.mktemp("planted"), make_question(id="clean"))
    parts, starts, line = [], [], 1
    for number, planted in enumerate(FAULTS):
        entry, _ = entry_of(number)
        planted.plant(entry)
        part = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=10_000)
        part = part.replace(*planted.raw) if planted.raw[0] else part
        starts.append(line)
        line += part.count("\n")
        parts.append(part)
    file = folder / "questions/basics/overview.yaml"
    file.write_text("".join(parts), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: lines.append(" ".join(map(str, words))))
        code = main(["bank", "check", folder.name])
    assert code == 1
    return lines, "".join(parts), starts


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 40
    assert len({planted.name for planted in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[planted.name for planted in FAULTS])
def test_every_fault_has_one_precise_line(told: tuple[list[str], str, list[int]], number: int) -> None:
    lines, text, starts = told
    planted = FAULTS[number]
    mine = [line for line in lines if re.search(rf": q{number:02}: ", line) and ": warning: " not in line]
    assert len(mine) == 1, "\n".join(mine) or "nothing was told"
    (fault,) = mine
    place, _, rest = fault.partition(f": q{number:02}: ")
    line = int(place.rpartition(":")[2])
    assert planted.words in rest
    if planted.field:
        assert rest.startswith(f"{planted.field}: ")
    end = starts[number + 1] if number + 1 < len(starts) else text.count("\n") + 1
    assert starts[number] <= line < end
    if planted.mark:
        assert planted.mark.rstrip("\n") in text.splitlines()[line - 1]


def test_nothing_else_is_told(told: tuple[list[str], str, list[int]]) -> None:
    lines, _, _ = told
    errors = [line for line in lines[:-1] if ": warning: " not in line]
    assert len(errors) == len(FAULTS), "\n".join(errors)
    assert re.fullmatch(rf"\d+ questions: {len(FAULTS)} errors, \d+ warnings", lines[-1])
    assert not any("Traceback" in line for line in lines)
