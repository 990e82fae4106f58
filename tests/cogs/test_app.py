"""The composition root: from settings to a bot that answers, and closed without a trace."""

import random
import shutil
from datetime import timedelta

import pytest
import simcord

from bot.app import cog_names, delivery_rules, open_app, owner_name
from bot.content.faults import ContentError
from bot.errors import StartupError
from bot.settings import Settings, shipped_content_dir
from tests.factories import make_question, write_content

from .world import Clock, told


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A content folder of one question with the shipped texts, and an empty data folder."""
    content = write_content(tmp_path / "content", make_question())
    shutil.copytree(shipped_content_dir() / "locales", content / "locales")
    return Settings(_env_file=None, data_dir=tmp_path / "data", content_dir=content)


async def test_settings_become_a_bot_that_answers(settings):
    async with open_app(settings, rng=random.Random(0)) as app:
        bot = app.make_bot(clock=Clock(), background=False)
        async with simcord.run(bot) as env:
            guild = env.create_guild("Server")
            ann = guild.add_member(env.create_user("ann"))
            reply = told(await ann.slash(guild.create_text_channel("general"), "question random"))
            assert "early stopping" in reply.embeds[0].description
        await bot.close()
    assert (settings.data_dir / "mianjing.sqlite3").exists()


async def test_a_second_start_finds_what_the_first_one_stored(settings):
    for expected in (None, "zh"):
        async with open_app(settings) as app:
            language = await app.services.preferences.language_for(1, None, None, None)
            assert language == (expected or "en")
            await app.services.preferences.set_language(1, "zh", Clock().now())


async def test_faulty_content_is_named_before_anything_is_opened(settings):
    (settings.content_dir / "questions/basics/overview.yaml").write_text("- id: broken\n", encoding="utf-8")
    with pytest.raises(ContentError, match="broken"):
        async with open_app(settings):
            pass
    assert not (settings.data_dir / "mianjing.sqlite3").exists()


async def test_a_database_that_is_none_is_said_to_be(settings):
    (settings.data_dir).mkdir()
    (settings.data_dir / "mianjing.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StartupError, match="cannot be opened"):
        async with open_app(settings):
            pass


def test_every_feature_is_loaded_and_nothing_that_is_shared():
    names = cog_names()
    assert "cogs.daily" in names
    assert "cogs.errors" in names
    assert not [name for name in names if "._" in name]


def test_no_two_lives_of_a_process_have_one_name():
    """A lease of the dead one must not look like the living one's own."""
    assert owner_name() != owner_name()
    assert len(owner_name()) <= 80


def test_an_operator_chooses_how_late_a_question_may_come() -> None:
    assert delivery_rules(Settings(_env_file=None)).catch_up == timedelta(hours=6)
    assert delivery_rules(Settings(_env_file=None, catch_up_hours=2)).catch_up == timedelta(hours=2)
