"""Postings for a search, for topics, and for nothing in particular."""

from datetime import timedelta

import pytest

from bot.domain.jobs import Posting
from bot.errors import BotError
from bot.services.jobs import LIMIT, JobService
from tests.services.world import NINE, make_questions

SINGAPORE = {"zh": "新加坡", "en": "Singapore", "region": "asia"}
SHANGHAI = {"zh": "上海", "en": "Shanghai", "region": "cn"}
TOKYO = {"zh": "Tokyo", "en": "Tokyo", "region": "asia"}


def make_posting(n: int) -> Posting:
    """Odd ones ask about decoding, even ones about basics in general; every third is in Singapore."""
    return Posting.model_validate(
        {
            "id": f"company-{n}",
            "kind": "career-page",
            "company": {"zh": f"公司{n}", "en": f"Company {n}"},
            "title": {"zh": "招聘主页", "en": "Careers"},
            "url": f"https://example.com/{n}",
            "places": [SINGAPORE, SHANGHAI] if n % 3 == 0 else [SHANGHAI],
            "topics": ["basics/decoding"] if n % 2 else ["basics/overview"],
            "note": {"zh": "训练", "en": "training"},
            "as_of": "2026-11",
        }
    )


@pytest.fixture
def jobs() -> JobService:
    return JobService([make_posting(n) for n in range(30)], make_questions(2))


def test_the_latest_change_from_day_to_day(jobs: JobService) -> None:
    today = jobs.latest(NINE)
    assert len({posting.id for posting in today}) == LIMIT
    assert jobs.latest(NINE + timedelta(hours=1)) == today
    assert jobs.latest(NINE + timedelta(days=1)) != today
    assert len(jobs.latest(NINE, 3)) == 3


def test_topics_bring_their_postings_first(jobs: JobService) -> None:
    found = jobs.for_topics(["basics/decoding"], NINE)
    assert len(found) == 3
    assert {posting.topics for posting in found} == {("basics/decoding",)}
    assert len(jobs.for_topics([], NINE)) == 3


def test_a_search_fits_everything_asked_for(jobs: JobService) -> None:
    found = jobs.search("company", "新加坡", "basics/decoding")
    assert [posting.id for posting in found] == [f"company-{n}" for n in (3, 9, 15, 21, 27)]
    assert len(jobs.search(None, None, None)) == LIMIT


@pytest.mark.parametrize(
    ("asked", "key"), [((None, None, "cooking"), "topic.unknown"), (("gardening", None, None), "jobs.none")]
)
def test_what_cannot_be_found_is_named(jobs: JobService, asked: tuple, key: str) -> None:
    with pytest.raises(BotError) as caught:
        jobs.search(*asked)
    assert caught.value.key == key


def test_places_are_offered_most_frequent_first_in_both_languages(jobs: JobService) -> None:
    assert jobs.places() == ["上海 Shanghai", "新加坡 Singapore"]
    tokyo = make_posting(1).model_copy(update={"places": (make_posting(1).places[0].model_copy(update=TOKYO),)})
    assert JobService([tokyo], make_questions(1)).places() == ["Tokyo"]
