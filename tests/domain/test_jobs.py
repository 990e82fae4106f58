from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.jobs import Posting, match, search

MONDAY = date(2026, 11, 23)


def posting(
    posting_id, topics=("basics",), *, places=(("北京", "Beijing", "cn"),), note=("招算法", "hires researchers")
):
    return Posting.model_validate(
        {
            "id": posting_id,
            "kind": "career-page",
            "company": {"zh": f"公司{posting_id}", "en": f"Company {posting_id}"},
            "title": {"zh": "招聘主页", "en": "Careers"},
            "url": f"https://{posting_id}.example/careers",
            "places": [{"zh": zh, "en": en, "region": region} for zh, en, region in places],
            "topics": list(topics),
            "note": {"zh": note[0], "en": note[1]},
            "as_of": "2026-11",
        }
    )


TOKYO = (("日本东京", "Tokyo, Japan", "asia"),)
REMOTE = (("远程", "Remote", "remote"), ("法国巴黎", "Paris, France", "eu"))
LAB = posting("lab")
VIDEO = posting("video", ["diffusion"], places=TOKYO, note=("视频生成", "Video generation"))
BOTH = posting("both", ["basics", "diffusion"], places=REMOTE)
SAMPLING = posting("sampling", ["diffusion/sampling"])
ALL = [LAB, VIDEO, BOTH, SAMPLING]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ALL),
        ({"text": ""}, ALL),
        ({"text": "  "}, ALL),
        ({"place": " "}, ALL),
        ({"text": "视频"}, [VIDEO]),
        ({"text": "VIDEO generation"}, [VIDEO]),
        ({"text": "ｖｉｄｅｏ"}, [VIDEO]),
        ({"text": "公司lab"}, [LAB]),
        ({"text": "tokyo video"}, [VIDEO]),
        ({"text": "paris video"}, []),
        ({"place": "北京"}, [LAB, SAMPLING]),
        ({"place": "beijing"}, [LAB, SAMPLING]),
        ({"place": "cn"}, [LAB, SAMPLING]),
        ({"place": "中国"}, [LAB, SAMPLING]),
        ({"place": "ASIA"}, [VIDEO]),  # a code: Asia without China
        ({"place": "Japan"}, [VIDEO]),
        ({"place": "remote"}, [BOTH]),
        ({"place": "远程"}, [BOTH]),
        ({"place": "欧洲"}, [BOTH]),
        ({"place": "Mars"}, []),
        ({"topic": "basics"}, [LAB, BOTH]),
        ({"topic": "basics/architecture"}, [LAB, BOTH]),
        ({"topic": "diffusion"}, [VIDEO, BOTH, SAMPLING]),
        ({"topic": "diffusion/sdxl"}, [VIDEO, BOTH]),
        ({"topic": "diffusion", "place": "eu", "text": "company"}, [BOTH]),
        ({"topic": "unknown"}, []),
    ],
)
def test_search(filters, expected):
    assert search(ALL, **filters) == expected


def test_match_puts_more_overlap_and_specialists_first():
    assert match(ALL, ["diffusion/sampling"], day=MONDAY, limit=9)[-1] == BOTH
    assert set(match(ALL, ["diffusion/sampling"], day=MONDAY, limit=9)) == {VIDEO, SAMPLING, BOTH}
    assert match(ALL, ["basics", "diffusion"], day=MONDAY, limit=1) == [BOTH]
    assert match(ALL, ["basics/overview"], day=MONDAY, limit=9) == [LAB, BOTH]


def test_match_keeps_to_filters():
    assert match(ALL, ["basics"], day=MONDAY, limit=9, place="eu") == [BOTH]
    assert match(ALL, ["basics"], day=MONDAY, limit=9, text="lab") == [LAB]
    assert match(ALL, ["basics"], day=MONDAY, limit=9, text="nothing") == []


@pytest.mark.parametrize("topics", [[], ["serving/kv-cache"]])
def test_without_overlap_all_take_turns(topics):
    assert set(match(ALL, topics, day=MONDAY, limit=9)) == set(ALL)


def test_limits():
    assert match(ALL, [], day=MONDAY, limit=0) == []
    assert match([], ["basics"], day=MONDAY, limit=5) == []
    assert len(match(ALL, [], day=MONDAY, limit=2)) == 2


def test_equals_take_turns():
    employers = [posting(f"p{n}") for n in range(10)]
    shown = Counter()
    for days in range(10):
        today = match(employers, ["basics"], day=MONDAY + timedelta(days), limit=3)
        assert today == match(employers, ["basics"], day=MONDAY + timedelta(days), limit=3)
        shown.update(employer.id for employer in today)
    assert set(shown.values()) == {3}
    assert set(match(employers, [], day=MONDAY, limit=3)).isdisjoint(
        match(employers, [], day=MONDAY + timedelta(1), limit=3)
    )


def test_the_order_of_the_file_favours_nobody():
    employers = [posting(f"p{n}") for n in range(10)]
    assert match(employers, [], day=MONDAY, limit=9) == match(employers[::-1], [], day=MONDAY, limit=9)


@given(st.text(max_size=20), st.text(max_size=20), st.dates(), st.integers(-1, 6))
def test_any_input_gives_postings(text, place, day, limit):
    found = match(ALL, ["diffusion"], day=day, limit=limit, place=place, text=text)
    assert set(found) <= set(search(ALL, place=place, text=text))
    assert len(found) <= max(limit, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://example.org"},
        {"url": "https://user@example.org/"},
        {"url": "https://example.org/a b"},
        {"url": "https://localhost/"},
        {"places": []},
        {"topics": []},
        {"kind": "rumour"},
        {"as_of": "2026-13"},
        {"salary": 1},
        {"places": [{"zh": "火星", "en": "Mars", "region": "mars"}]},
    ],
)
def test_a_wrong_posting_is_refused(change):
    with pytest.raises(ValidationError):
        Posting.model_validate(LAB.model_dump() | change)
