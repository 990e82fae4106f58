"""Full-text search over the bank: SQLite FTS5 in memory, so that PostgreSQL needs no twin (decision 32).

FTS5 has no notion of Chinese words, so every Chinese character is a token of its own and a run of them is
searched as a phrase: on real questions this finds everything and hardly more (research.md section 4.5).
"""

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from bot.domain.bank import QuestionBank
from bot.domain.localized import LANGUAGES, Language, Localized
from bot.domain.mathtext import render_inline
from bot.domain.questions import KeyPoint, Question

# Characters of a snippet: most prompts fit whole.
SNIPPET_WIDTH = 160
MAX_QUERY_LENGTH = 200
MAX_WORDS = 12
# Letters of a word that may be mistyped: one mistake from here on, two from the second number on.
ONE_TYPO, TWO_TYPOS = 4, 8

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_WORDS = re.compile(f"[{_CJK}]+|[^\\W{_CJK}](?:[\\w+#.-](?<![{_CJK}]))*")
_COMMON = frozenset(
    [
        *("a", "an", "and", "are", "as", "be", "by", "can", "do", "does", "for", "from", "how", "in", "is", "it", "of"),
        *("on", "or", "that", "the", "this", "to", "we", "what", "when", "why", "with", "you"),
    ]
)
# Commands of formulas are no words: "math" must not find every \mathbb.
_TEX = re.compile(r"\\[a-zA-Z]+|\$")
_MARKS = re.compile(r"\*\*|`+")
_TABLE = """
CREATE VIRTUAL TABLE docs USING fts5(
    prompt_zh, prompt_en, body_zh, body_en, content='', columnsize=1, tokenize='unicode61'
)
"""
_RANKED = "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY bm25(docs, 5, 5, 1, 1), rowid LIMIT ?"
_VOCABULARY = "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(docs, 'row')"
_TERMS = "SELECT term, doc FROM vocabulary"
_AMONG_PROMPTS = "SELECT rowid FROM docs WHERE docs MATCH ?"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A question that was found. `snippet` is plain text from its prompt, never from its answer."""

    question_id: str
    snippet: str


class SearchIndex:
    """Search and autocomplete over the reviewed questions of a bank, legacy ones included.

    The index is built by the first search, or by `build`, and may be used from any thread.
    """

    def __init__(self, bank: QuestionBank) -> None:
        self._questions = bank.select(None, legacy=True)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._prompts: list[tuple[str, str]] | None = None
        self._terms: dict[str, int] = {}

    def build(self) -> None:
        """Build the index now, so that the first search does not wait for it; a second call does nothing."""
        with self._lock:
            self._built()

    def search(
        self,
        text: str,
        *,
        limit: int,
        language: Language | None = None,
        sealed: Collection[str] = (),
    ) -> list[SearchHit]:
        """Find questions that hold every word of `text`, best first: a hit in the prompt counts five times.

        Args:
            text: Anything that a member typed; nothing in it is taken as syntax.
            limit: The most hits to return.
            language: Searches and shows this language only; None searches both and shows the query's.
            sealed: Questions whose answer must not be told yet: they are found by their prompt alone, since
                a hit would tell what the answer says (decision 13).
        """
        words = query_words(text)
        if not words or limit < 1:
            return []
        languages = [language] if language else list(LANGUAGES)
        everywhere = [f"{part}_{lang}" for part in ("prompt", "body") for lang in languages]
        shown: Language = language or ("zh" if _CJK_RUN.search("".join(words)) else "en")
        with self._lock:
            connection = self._built()
            words, rows = self._ranked(words, everywhere, limit + len(sealed))
            found = [self._questions[row] for row in rows]
            if any(question.id in sealed for question in found):
                prompts = [f"prompt_{lang}" for lang in languages]
                allowed = {row for (row,) in connection.execute(_AMONG_PROMPTS, (_match(words, prompts),))}
                found = [q for row, q in zip(rows, found, strict=True) if q.id not in sealed or row in allowed]
        return [SearchHit(question.id, _snippet(question, shown, words)) for question in found[:limit]]

    def suggest(self, prefix: str, limit: int) -> list[str]:
        """Return ids of questions for autocomplete: those that begin with the text first, then by words of the prompt.

        Without any input these are the first questions of the bank.
        """
        needle = " ".join(fold(prefix[:MAX_QUERY_LENGTH]).split())
        if not needle:
            return [question.id for question in self._questions[:limit]]
        with self._lock:
            if self._prompts is None:
                self._prompts = [(fold(q.prompt.zh), fold(q.prompt.en)) for q in self._questions]
        tiers: list[list[str]] = [[], [], []]
        for question, prompts in zip(self._questions, self._prompts, strict=True):
            if question.id.startswith(needle):
                tiers[0].append(question.id)
            elif any(prompt.startswith(needle) for prompt in prompts):
                tiers[1].append(question.id)
            elif needle in question.id or any(needle in prompt for prompt in prompts):
                tiers[2].append(question.id)
        found = [question_id for tier in tiers for question_id in tier]
        words = query_words(needle)
        if len(found) < limit and words:
            with self._lock:
                self._built()
                _, rows = self._ranked(words, [f"prompt_{lang}" for lang in LANGUAGES], limit)
            found += [self._questions[row].id for row in rows]
        return list(dict.fromkeys(found))[:limit]

    def close(self) -> None:
        """Free the index; a later search builds it anew."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _ranked(self, words: list[str], columns: Sequence[str], limit: int) -> tuple[list[str], list[int]]:
        """Return the rows that hold every word, best first, with mistyped words put right when there are none."""
        connection = self._built()
        rows = connection.execute(_RANKED, (_match(words, columns), limit)).fetchall()
        if not rows:
            mended = [self._mend(word) for word in words]
            if mended != words:
                words = mended
                rows = connection.execute(_RANKED, (_match(words, columns), limit)).fetchall()
        return words, [row for (row,) in rows]

    def _mend(self, word: str) -> str:
        """Return the nearest word of the bank, the more frequent of two; the word itself when none is near."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        if len(word) < ONE_TYPO or not word.isascii():
            return word
        if not self._terms:
            terms = self._built().execute(_TERMS).fetchall()
            self._terms = {_singular(term): count for term, count in terms if term.isascii() and len(term) >= ONE_TYPO}
        if any(term.startswith(word) for term in self._terms):
            return word
        allowed = 2 if len(word) >= TWO_TYPOS else 1
        near = extract(word, list(self._terms), scorer=OSA.distance, score_cutoff=allowed, limit=8)
        return min(near, key=lambda match: (match[1], -self._terms[match[0]]))[0] if near else word

    def _built(self) -> sqlite3.Connection:
        if self._connection is None:
            # Guarded by the lock, so any thread may use it.
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            connection.execute(_TABLE)
            connection.executemany(
                "INSERT INTO docs(rowid, prompt_zh, prompt_en, body_zh, body_en) VALUES (?, ?, ?, ?, ?)",
                ((row, *_columns(question)) for row, question in enumerate(self._questions)),
            )
            connection.execute(_VOCABULARY)
            connection.commit()
            self._connection = connection
        return self._connection


def query_words(text: str) -> list[str]:
    """Split what a member typed into words and runs of Chinese characters; signs alone are no words.

    English words that every text holds are left out, unless there is nothing else.
    """
    words = _WORDS.findall(fold(text[:MAX_QUERY_LENGTH]))
    return ([word for word in words if word not in _COMMON] or words)[:MAX_WORDS]


def fold(text: str) -> str:
    """Make texts comparable: one form of each character, simplified Chinese, lower case."""
    text = text.encode("utf-8", "ignore").decode()  # OpenCC refuses halves of surrogate pairs
    return _to_simplified()(unicodedata.normalize("NFKC", text)).casefold()


@cache
def _to_simplified() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _match(words: Sequence[str], columns: Sequence[str]) -> str:
    """Write an FTS5 query: all words, Chinese ones as phrases of characters, others as beginnings."""
    terms = []
    for word in words:
        if _CJK_RUN.match(word):
            terms.append(f'"{" ".join(word)}"')
        else:
            # A letter or two begin half the vocabulary.
            beginning = " *" if len(word) > 2 else ""
            terms.append(f'"{_singular(word)}"{beginning}')
    return f"{{{' '.join(columns)}}} : ({' AND '.join(terms)})"


def _singular(word: str) -> str:
    """Cut the s of a plural: the beginning that is left finds both forms. "loss" and "bias" stay."""
    if len(word) > 3 and word.isalpha() and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


def _columns(question: Question) -> tuple[str, str, str, str]:
    parts: list[Localized | KeyPoint] = [question.short, question.answer, *question.key_points]
    parts += [follow_up.ask for follow_up in question.follow_ups]
    return (
        _spread(question.prompt.zh),
        _spread(question.prompt.en),
        _spread("\n".join(part.zh for part in parts)),
        _spread("\n".join(part.en for part in parts)),
    )


def _spread(text: str) -> str:
    """Fold a text and set its Chinese characters apart."""
    return _CJK_RUN.sub(lambda run: f" {' '.join(run[0])} ", fold(_TEX.sub(" ", text)))


def _snippet(question: Question, language: Language, words: Sequence[str]) -> str:
    """Cut the part of the prompt round the first word that it holds."""
    text = _MARKS.sub("", render_inline(question.prompt.get(language), markdown=False))
    text = " ".join(text.split())
    if len(text) <= SNIPPET_WIDTH:
        return text
    # Folding may lengthen a text ("½" is three characters), so it is done character by character.
    folded, origin = "", []
    for index, character in enumerate(text):
        piece = unicodedata.normalize("NFKC", character).casefold()
        folded += piece
        origin += [index] * len(piece)
    places = [origin[at] for word in words if (at := folded.find(_singular(word))) >= 0]
    start = max(0, min(min(places, default=0) - SNIPPET_WIDTH // 3, len(text) - SNIPPET_WIDTH))
    end = start + SNIPPET_WIDTH
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
