"""The topic tree: which topics exist, what they are called, what lies below what."""

from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import Field

from bot.domain.localized import Localized, Value


class TopicNode(Value):
    """A node as written in content/topics.yaml. `id` is one step of a path."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=30)
    name: Localized
    topics: tuple["TopicNode", ...] = ()


class Topic(Value):
    """A node with its full path, for example `diffusion/sdxl`."""

    path: str
    name: Localized
    leaf: bool


class TopicTree:
    """All topics in the author's order."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = {topic.path: topic for topic in topics}

    @classmethod
    def from_nodes(cls, nodes: Iterable[TopicNode]) -> Self:
        """Flatten nested nodes into paths."""

        def walk(node: TopicNode, parent: str) -> Iterator[Topic]:
            path = f"{parent}/{node.id}" if parent else node.id
            yield Topic(path=path, name=node.name, leaf=not node.topics)
            for child in node.topics:
                yield from walk(child, path)

        return cls(topic for node in nodes for topic in walk(node, ""))

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __contains__(self, path: str) -> bool:
        return path in self._topics

    def find(self, path: str) -> Topic | None:
        """Return the topic at a path, or None."""
        return self._topics.get(path)

    def name(self, path: str) -> Localized:
        """Return the name of a topic; a path that the tree no longer has names itself."""
        topic = self._topics.get(path)
        return topic.name if topic else Localized(zh=path, en=path)


def is_below(path: str, ancestor: str) -> bool:
    """Whether a topic path is the ancestor or lies below it."""
    return path == ancestor or path.startswith(ancestor + "/")


def prefixes(path: str) -> tuple[str, ...]:
    """Return the path's ancestors from the root on, the path itself last."""
    steps = path.split("/")
    return tuple("/".join(steps[: n + 1]) for n in range(len(steps)))
