"""What holds for the code as a whole, and that the documents say what the code does."""

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest

from bot.client import INVITE_PERMISSIONS
from bot.settings import Settings
from cogs._shared.checks import POST_PERMISSIONS, THREAD_PERMISSIONS
from tests.cogs.test_commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for package in ("bot", "cogs") for path in (ROOT / package).rglob("*.py"))
# Alembic writes a migration as one function; nobody reads it twice.
WRITTEN_BY_A_TOOL = ("bot/storage/migrations/versions/",)
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
README = ROOT / "README.md"
READMES = sorted(ROOT.glob("README*.md"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


# ------------------------------------------------------------------------ size


def test_no_module_is_longer_than_can_be_kept_in_mind():
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen():
    long = {}
    for path in MODULES:
        if name_of(path).startswith(WRITTEN_BY_A_TOOL):
            continue
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                long[f"{name_of(path)}:{function.lineno} {function.name}"] = length
    assert long == {}


# ----------------------------------------------------------------------- layers


def test_import_contracts_hold():
    """The contracts stand in pyproject.toml; this is the command that developers run."""
    command = Path(sys.executable).with_name("lint-imports")
    if not command.exists():
        pytest.skip("import-linter is not installed")
    result = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


def test_cogs_do_not_import_each_other():
    """What two cogs need stands in `cogs._shared`; a feature can be taken out by deleting its folder."""
    features = {path.name for path in (ROOT / "cogs").iterdir() if path.is_dir() and not path.name.startswith("_")}
    found = []
    for path in MODULES:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "cogs":
            continue
        own = parts[1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("cogs."):
                target = node.module.split(".")[1]
                if target in features and target != own:
                    found.append(f"{name_of(path)}:{node.lineno} imports {node.module}")
    assert not found


# ------------------------------------------------------------------------ typing


def test_every_function_of_the_cogs_is_typed_throughout():
    """discord.py reads options off the annotations, so that a missing one is another command."""
    untyped = []
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] != "cogs":
            continue
        for function in functions(path):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            missing = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            if missing or function.returns is None:
                untyped.append(f"{name_of(path)}:{function.lineno} {function.name} {missing}")
    assert not untyped


def test_commands_and_handlers_take_our_own_interaction():
    """It knows the bot's type, so that mypy sees what a callback does with it."""
    found = []
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] != "cogs":
            continue
        for function in functions(path):
            for argument in function.args.args:
                if argument.arg == "interaction" and ast.unparse(argument.annotation or ast.Name("?")) != "Interaction":
                    found.append(f"{name_of(path)}:{function.lineno} {function.name}")
    assert not found


def test_time_and_chance_are_arguments():
    """Only the composition root and the demo may ask the machine for them."""
    allowed = ("bot/app.py", "bot/client.py", "bot/cli/", "bot/demo/", "cogs/_shared/errors.py")
    calls = re.compile(r"datetime\.now\(|utcnow\(|time\.time\(|date\.today\(|random\.(?!Random|SystemRandom)\w+\(")
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in MODULES
        if not name_of(path).startswith(allowed)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if calls.search(line.partition("#")[0]) and not line.strip().startswith("@")
    ]
    assert not found


# --------------------------------------------------------------------- documents


def variables() -> set[str]:
    return {f"MIANJING_{name.upper()}" for name in Settings.model_fields}


def table_under(heading: str) -> list[str]:
    """Return the first table below a heading of the README, line by line."""
    section = README.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = itertools.dropwhile(lambda line: not line.startswith("|"), section.splitlines())
    return list(itertools.takewhile(lambda line: line.startswith("|"), table))


def test_the_readme_describes_every_setting_and_no_other():
    table = "\n".join(table_under("Configuration"))
    assert set(re.findall(r"`(MIANJING_[A-Z_]+)`", table)) == variables()


def test_the_example_environment_names_every_setting_and_no_other():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [match[1] for line in lines if (match := re.match(r"(?:# ?)?(MIANJING_[A-Z_]+)=", line))]
    assert len(named) == len(set(named))
    assert set(named) == variables()


def test_the_example_environment_can_be_used_as_it_is(tmp_path):
    """Copied and left alone, it starts nothing but what runs without a token; nothing in it is misread."""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name == "MIANJING_TOKEN":
            assert value == "", "no token belongs into the repository"
    copied = tmp_path / ".env"
    copied.write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    settings = Settings(_env_file=copied)
    assert settings.database.startswith("sqlite+aiosqlite:///")
    assert settings.discord_api_url is None


def documented_commands() -> dict[str, str]:
    """Return the slash commands of the table, each with the text of its row's first column."""
    cells = [row.split(" | ")[0] for row in table_under("Commands")]
    return {name: cell for cell in cells for name in re.findall(r"`/([a-z -]+?)`", cell)}


def test_the_readme_names_every_command_and_no_other():
    assert set(documented_commands()) == set(COMMANDS)


def test_options_in_the_readme_are_the_commands():
    """A row with one command may list its options: required ones bare, optional ones in brackets, in order."""
    checked = 0
    for name, cell in documented_commands().items():
        listed = re.findall(r"`(\[?[a-z_]+\]?(?: \[?[a-z_]+\]?)*)`", cell)
        if not listed or cell.count("`/") > 1:
            continue
        expected = [option if said.get("required") else f"[{option}]" for option, _kind, said in COMMANDS[name]]
        assert listed[0].split() == expected, name
        checked += 1
    assert checked


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_a_readme_names_no_command_that_is_not_there(readme):
    named = re.findall(r"`/([a-z]+(?: [a-z-]+)?)(?=[ `])", readme.read_text(encoding="utf-8"))
    roots = {name.split()[0] for name in COMMANDS}
    assert named
    assert not [name for name in named if name not in COMMANDS and name not in roots]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_invite_link_asks_for_what_is_checked_and_no_more(readme):
    text = readme.read_text(encoding="utf-8")
    assert f"permissions={INVITE_PERMISSIONS}" in text
    wanted = discord.Permissions(**dict.fromkeys(POST_PERMISSIONS, True))
    assert wanted.value == INVITE_PERMISSIONS
    wanted.update(**dict.fromkeys(THREAD_PERMISSIONS, True))
    assert str(wanted.value) in text
    assert not wanted.administrator
