"""Postings as lines with links."""

from collections.abc import Sequence

from bot.domain.jobs import Posting
from bot.domain.localized import Language
from cogs._shared.render import cut


def job_lines(postings: Sequence[Posting], language: Language, limit: int = 4000) -> str:
    """Return one block a posting: company, link, places, what they hire for."""
    lines: list[str] = []
    for posting in postings:
        places = (", " if language == "en" else "、").join(place.get(language) for place in posting.places)
        line = (
            f"**{posting.company.get(language)}** · [{posting.title.get(language)}]({posting.url})\n"
            f"-# {places} · {posting.note.get(language)}"
        )
        if sum(len(done) + 1 for done in lines) + len(line) > limit:
            break
        lines.append(line)
    return cut("\n".join(lines), limit)
