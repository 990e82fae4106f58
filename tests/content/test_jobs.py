from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.content.faults import ContentError
from bot.content.jobs import load_postings, read_jobs
from bot.content.questions import read_questions
from bot.domain.localized import Localized
from bot.domain.topics import Topic, TopicTree

CONTENT = Path(__file__).parents[2] / "content"
TOPICS = TopicTree([Topic(path="basics", name=Localized(zh="基础", en="Basics"), leaf=True)])
GOOD = """\
- id: acme
  kind: career-page
  company: {zh: 极致, en: Acme}
  title: {zh: 招聘, en: Careers}
  url: https://acme.example/careers
  places: [{zh: 北京, en: Beijing, region: cn}]
  topics: [basics]
  note: {zh: 招人, en: Hires}
  as_of: 2026-11
"""


def read(tmp_path, *texts):
    (tmp_path / "jobs").mkdir()
    for number, text in enumerate(texts):
        (tmp_path / "jobs" / f"{number}.yaml").write_text(text, encoding="utf-8")
    return read_jobs(tmp_path, TOPICS)


def messages(loading, tmp_path):
    return [str(fault).replace(f"{tmp_path}/", "") for fault in loading.faults]


@pytest.fixture(scope="module")
def postings():
    return load_postings(CONTENT, read_questions(CONTENT).topics)


def test_the_shipped_postings_are_many_and_mostly_in_asia(postings):
    employers = [posting for posting in postings if posting.kind == "career-page"]
    assert len(employers) >= 36
    asian = [p for p in employers if any(place.region in ("cn", "asia") for place in p.places)]
    assert 2 * len(asian) >= len(employers)
    assert {posting.kind for posting in postings} == {"career-page", "board"}


def test_the_shipped_postings_are_unique_and_https(postings):
    assert len({posting.id for posting in postings}) == len(postings)
    assert len({posting.url.rstrip("/") for posting in postings}) == len(postings)
    for posting in postings:
        parts = urlsplit(posting.url)
        assert parts.scheme == "https"
        assert "." in parts.netloc
        assert not parts.fragment


def test_every_topic_branch_has_postings(postings):
    roots = {topic.split("/")[0] for posting in postings for topic in posting.topics}
    assert {"basics", "diffusion"} <= roots


def test_notes_are_one_line(postings):
    assert not [p.id for p in postings if "\n" in p.note.zh + p.note.en or len(p.note.en) > 260]


def test_the_source_documents_own_link_is_there(postings):
    assert "https://sjtujoining.com/" in {posting.url for posting in postings}


def test_a_good_file(tmp_path):
    loading = read(tmp_path, GOOD)
    assert [posting.id for posting in loading.postings] == ["acme"]
    assert not loading.faults
    assert load_postings(tmp_path, TOPICS) == tuple(loading.postings)


def test_no_jobs_are_no_fault(tmp_path):
    assert load_postings(tmp_path, TOPICS) == ()


def test_every_fault_is_told_with_its_line(tmp_path):
    other = GOOD.replace("acme", "other").replace("topics: [basics]", "topics: [basics, cooking]")
    loading = read(
        tmp_path,
        GOOD + other,
        GOOD,
        "- just text\n",
        "id: acme\n",
        "- id: [\n",
        GOOD.replace("https://acme.example", "http://third.example").replace("  as_of: 2026-11\n", ""),
    )
    assert messages(loading, tmp_path) == [
        "jobs/0.yaml:16: other: topics[1]: cooking is not in content/topics.yaml",
        "jobs/1.yaml:1: acme: id: is used already at jobs/0.yaml:1",
        "jobs/1.yaml:5: acme: url: is used already at jobs/0.yaml:1",
        "jobs/2.yaml:1: entry 1: must be a mapping with the fields of a posting",
        "jobs/3.yaml:1: must be a list of postings (each begins with `- id:`)",
        loading.faults[5].__str__().replace(f"{tmp_path}/", ""),
        "jobs/5.yaml:5: acme: url: must be a public https:// address: a host name, then a path without spaces",
        "jobs/5.yaml:1: acme: as_of: is missing",
    ]
    assert "jobs/4.yaml" in str(loading.faults[5])
    assert "is not valid YAML" in str(loading.faults[5])
    with pytest.raises(ContentError) as caught:
        load_postings(tmp_path, TOPICS)
    assert len(caught.value.faults) == 8


def test_an_unnamed_entry_is_told_by_its_number(tmp_path):
    loading = read(tmp_path, GOOD.replace("- id: acme\n ", "-"))
    assert messages(loading, tmp_path) == ["jobs/0.yaml:1: entry 1: id: is missing"]
