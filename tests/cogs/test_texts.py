"""Every key that the code asks for is in the catalogues, and every key of the catalogues is asked for."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import bot
import cogs
from bot.domain.audits import AuditAction
from bot.domain.boards import WINDOWS
from bot.domain.deliveries import SlotState
from bot.domain.kinds import Item
from bot.domain.ledger import Reason, Source
from bot.domain.localized import LANGUAGES
from bot.domain.quizzes import PointsNote
from bot.domain.schedules import Change
from bot.domain.slots import Days
from bot.storage.traces import TRACES
from cogs._shared.checks import POST_PERMISSIONS, THREAD_PERMISSIONS
from cogs.help import SECTIONS
from cogs.leaderboard._targets import Scope
from cogs.team._acts import CONFIRMED

ROOTS = tuple(Path(package.__path__[0]) for package in (bot, cogs))
KINDS = tuple(get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Item)[0]))
REASONS = (
    "forbidden",
    "channel_gone",
    "history",
    "rate_limited",
    "refused",
    "no_answer",
    "no_questions",
    "missed",
    "stopped",
    "by_admin",
)

# What the holes of f-string keys can hold. A new one must be added here, so that its keys are compared.
FAMILIES: dict[str, tuple[str, ...]] = {
    "audit.actions.{}": get_args(AuditAction),
    "choices.days.{}": get_args(Days),
    "choices.language.{}": LANGUAGES,
    "choices.scope.{}": get_args(Scope),
    "choices.window.{}": WINDOWS,
    "daily.fields.{}": tuple("topics" if name == "topics" else name for name in Change.__slots__),
    "daily.reason.{}": REASONS,
    "daily.state.{}": tuple(SlotState),
    "daily.{}.done": ("pause", "resume", "remove"),
    "help.{}.text": SECTIONS,
    "help.{}.title": SECTIONS,
    "leaderboard.next.{}": ("week", "month", "season"),
    "leaderboard.previous.{}": ("week", "month", "season"),
    "permissions.{}": (*POST_PERMISSIONS, *THREAD_PERMISSIONS, "mention_everyone"),
    "points.reason.{}": get_args(Reason),
    "points.source.{}": get_args(Source),
    "points.{}.done": ("void", "restore"),
    "privacy.about.{}": ("file", "erased_at", "sealed", *(trace.section for trace in TRACES)),
    "privacy.boards.covers.{}": ("shown", "hidden"),
    "privacy.boards.unchanged.{}": ("shown", "hidden"),
    "privacy.boards.{}": ("shown", "hidden"),
    "privacy.delete.{}.text": ("goes", "stays", "after"),
    "privacy.delete.{}.title": ("goes", "stays", "after"),
    "quiz.feedback.{}": ("right", "partly", "wrong", "late"),
    "quiz.note.{}": get_args(PointsNote),
    "quiz.step.{}": KINDS,
    "team.ask.{}": (*CONFIRMED, "leave"),
    "team.created.{}": ("open", "closed", "pending"),
    "team.done.{}": CONFIRMED,
    "team.entry.{}": ("open", "close"),
    "team.invitation.{}": ("invite", "uninvite"),
    "team.left.{}": ("member", "captain", "disbanded"),
    "team.link.{}": ("made", "renamed"),
    "team.sure.{}": (*CONFIRMED, "leave"),
}
# Keys that are built from the commands themselves; test_commands.py looks at every one of them.
OF_COMMANDS = ("commands.", "choices.")
# Keys are passed on here, not written.
FORWARDING = (
    "bot/cli/schedule.py",
    "bot/domain/texts.py",
    "bot/localise.py",
    "cogs/_shared/context.py",
    "cogs/_shared/errors.py",
)


@dataclass(frozen=True)
class Use:
    """A key that the code asks for. A family has `{}` where an expression stands."""

    key: str
    arguments: frozenset[str]
    place: str
    error: bool


def sources() -> Iterator[tuple[str, ast.Module]]:
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            name = path.relative_to(root.parent).as_posix()
            if "migrations" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def written(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the texts that an expression can be, as far as they are written out."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from written(body, names)
            yield from written(orelse, names)
        case ast.Name(id=name) if name in names:
            yield from written(names[name], {})
        case ast.Subscript(value=ast.Name(id=name)) if isinstance(table := names.get(name), ast.Dict):
            for value in table.values:
                yield from written(value, names)


def asks_for_text(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr="t"):
            return True
        case ast.Attribute(attr="get", value=ast.Name(id="texts" | "t") | ast.Attribute(attr="texts" | "_texts")):
            return True
    return False


def uses() -> Iterator[Use]:
    for name, module in sources():
        if name in FORWARDING:
            continue
        for function in ast.walk(module):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            names: dict[str, list[ast.expr]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    names.setdefault(node.targets[0].id, []).append(node.value)
            for call in ast.walk(function):
                if not isinstance(call, ast.Call):
                    continue
                error = isinstance(call.func, ast.Name) and call.func.id == "BotError"
                if not (error or asks_for_text(call)) or not call.args:
                    continue
                arguments = frozenset(keyword.arg or "**" for keyword in call.keywords)
                place = f"{name}:{call.lineno}"
                first = call.args[0]
                candidates = names.get(first.id, []) if isinstance(first, ast.Name) else [first]
                for candidate in candidates:
                    flat = {key: values[0] for key, values in names.items()}
                    for key in written(candidate, flat):
                        yield Use(f"errors.{key}" if error else key, arguments, place, error)


@pytest.fixture(scope="session")
def used() -> frozenset[Use]:
    return frozenset(uses())


def members(key: str) -> list[str]:
    if "{}" not in key:
        return [key]
    return [key.replace("{}", value) for value in FAMILIES[key]]


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_the_walk_finds_what_it_is_meant_to_find(used):
    keys = {use.key for use in used}
    assert len(keys) > 100
    assert {"errors.button.stale", "daily.now.already", "quiz.note.{}", "daily.setup.created"} <= keys


def test_every_family_is_known(used):
    assert {use.key for use in used if "{}" in use.key} == set(FAMILIES)


def test_every_key_in_the_code_is_in_the_catalogues(used, texts):
    missing = [f"{use.place}: {key}" for use in used for key in members(use.key) if key not in texts]
    assert not missing


def test_every_text_in_a_cog_that_looks_like_a_key_is_one(texts):
    spaces = {key.partition(".")[0] for key in texts._catalogues["en"]}
    missing = []
    for name, module in sources():
        for node in ast.walk(module) if name.startswith("cogs/") else ():
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            looks_like_one = re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", node.value) and node.value.partition(".")[0] in spaces
            if looks_like_one and node.value not in texts and f"errors.{node.value}" not in texts:
                missing.append(f"{name}:{node.lineno}: {node.value}")
    assert not missing


def test_every_message_gets_its_placeholders(used, texts):
    faults = []
    for use in used:
        for key in members(use.key):
            for language in LANGUAGES:
                message = texts._catalogues[language].get(key, "")
                lacking = placeholders(message) - use.arguments
                if lacking and "**" not in use.arguments:
                    faults.append(f"{use.place}: {key} ({language}) also needs {sorted(lacking)}")
    assert not faults


def test_every_key_of_the_catalogues_is_asked_for(used, texts):
    asked = {key for use in used for key in members(use.key)}
    # A key that is chosen elsewhere than where it is used still stands somewhere in the code as a text.
    constants = {
        node.value
        for _name, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = [
        key
        for key in texts._catalogues["en"]
        if key not in asked
        and key.removesuffix(".one") not in asked
        and not {key, key.removesuffix(".one"), key.removeprefix("errors.")} & constants
        and not key.startswith(OF_COMMANDS)
    ]
    assert not unused


def test_only_numbers_have_a_singular(texts):
    for key, message in texts._catalogues["en"].items():
        if key.endswith(".one"):
            assert "count" in placeholders(texts._catalogues["en"][key.removesuffix(".one")]), key
            assert "{count}" in texts._catalogues["en"][key.removesuffix(".one")]
            assert placeholders(message) <= placeholders(texts._catalogues["en"][key.removesuffix(".one")])


def test_no_chinese_stands_in_a_cog():
    found = []
    for name, module in sources():
        if not name.startswith("cogs/"):
            continue
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(module)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(module):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in documentation:
                continue
            if re.search(r"[\u4e00-\u9fff]", node.value):
                found.append(f"{name}:{node.lineno}: {node.value}")
    assert not found
