"""The question bank in memory: look-ups and filters. Immutable after loading."""

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.kinds import Item
from bot.domain.questions import Question
from bot.domain.topics import TopicTree, is_below


class QuestionBank:
    """All questions by id, in file order.

    Every look-up takes the server that asks, since a server may have questions of its own one day (decision 10);
    the shipped bank is visible to all.
    """

    def __init__(self, questions: Iterable[Question], topics: TopicTree) -> None:
        self.topics = topics
        self._questions = {question.id: question for question in questions}

    def __len__(self) -> int:
        return len(self._questions)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions.values())

    def find(self, question_id: str, guild_id: int | None) -> Question | None:
        """Return the question, or None when this server has none of that id."""
        return self._questions.get(question_id)

    def find_item(self, item_id: str, guild_id: int | None) -> Item | None:
        """Return the item in its current text, or None when it is gone."""
        question = self.find(item_id.partition(".")[0], guild_id)
        return question.item(item_id) if question else None

    def select(
        self,
        guild_id: int | None,
        *,
        topics: Sequence[str] = (),
        difficulty: int | None = None,
        legacy: bool = False,
        drafts: bool = False,
    ) -> list[Question]:
        """Return the questions below any of the topics (all when none is named), in file order.

        Drafts are left out unless asked for, and so are legacy questions: by `legacy`, or by naming their very
        topic. `difficulty` is exact, 1 to 5.
        """
        return [
            question
            for question in self._questions.values()
            if (legacy or question.relevance != "legacy" or question.topic in topics)
            and (drafts or question.status == "reviewed")
            and (difficulty is None or question.difficulty == difficulty)
            and (not topics or any(is_below(question.topic, topic) for topic in topics))
        ]
