"""Rules on sources: every fact can be followed up."""

import re
from collections.abc import Iterator

from bot.content.faults import Fault
from bot.content.questions import LoadedQuestion

_NOT_A_SOURCE = re.compile(
    r"//(?:[a-z]+\.)?(?:google\.[a-z.]+/search|bing\.com|baidu\.com|zhihu\.com|csdn\.net|example\.(?:com|org|net))"
)
_ARXIV_FILE = re.compile(r"arxiv\.org/pdf/")


def sources_are_sources(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Each source stands once and is a paper or documentation, not a search or a forum."""
    seen: dict[str, int] = {}
    for index, source in enumerate(loaded.question.sources):
        url = source.url.rstrip("/").lower()
        if url in seen:
            yield loaded.fault(("sources", index, "url"), f"is the link of sources[{seen[url]}] again")
        seen.setdefault(url, index)
        if _NOT_A_SOURCE.search(url):
            yield loaded.fault(("sources", index, "url"), "is no source: name the paper or the documentation")
        elif _ARXIV_FILE.search(url):
            yield loaded.fault(("sources", index, "url"), "links the PDF: use arxiv.org/abs/…", warning=True)


def sources_say_what_for(loaded: LoadedQuestion) -> Iterator[Fault]:
    """Each source says what it supports."""
    for index, source in enumerate(loaded.question.sources):
        if not source.supports:
            yield loaded.fault(("sources", index), "does not say what it supports", warning=True)
