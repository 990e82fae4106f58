"""Services on both databases."""

from collections.abc import Callable

import pytest

from bot.domain.bank import QuestionBank
from bot.storage import Database
from tests.services.world import MakeWorld, World, make_questions


@pytest.fixture
def make_world(open_database: Callable[[], Database]) -> MakeWorld:
    """Start one more process on the test's database, for example with another owner, bank or rules."""

    def make(owner: str = "one", bank: QuestionBank | None = None, **options: object) -> World:
        return World(open_database(), make_questions() if bank is None else bank, owner, **options)

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """A process whose bank holds q1 to q6."""
    return make_world()


@pytest.fixture
def other_process(make_world: MakeWorld) -> World:
    """A second process on the same database."""
    return make_world("two")
