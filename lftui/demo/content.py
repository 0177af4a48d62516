"""Generated content and its cache."""

from __future__ import annotations

from collections import OrderedDict

MAX_CACHED = 1_000
# How much longer than the median a size takes, and how many sentences it has.
SIZE_FACTORS = {"small": 0.5, "medium": 0.85, "large": 1.25}
_SENTENCES = {"small": 4, "medium": 16, "large": 64}
_TEMPLATES = {
    "podcast": "Host: let us look at part {n} of {topic}, and at why it matters.",
    "summary": "Point {n} of {topic}: what a learner should remember.",
    "flashcards": "Card {n}. Front: a question on {topic}. Back: its answer in one line.",
    "quiz": "Question {n} on {topic}: which of the four statements holds?",
}

Key = tuple[str, str, str]


def key_of(content_type: str, size: str, topic: str) -> Key:
    """What counts as the same content."""
    return content_type, size, " ".join(topic.lower().split())


def write(key: Key) -> str:
    """The content's text; the same for the same key."""
    content_type, size, topic = key
    line = _TEMPLATES[content_type]
    return "\n".join(line.format(n=n + 1, topic=topic[:80]) for n in range(_SENTENCES[size]))


class Cache:
    """The most recently used contents."""

    def __init__(self, limit: int = MAX_CACHED) -> None:
        self._limit = limit
        self._texts: OrderedDict[Key, str] = OrderedDict()
        self.hits = self.misses = self.bypassed = 0

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, key: Key) -> str | None:
        text = self._texts.get(key)
        if text is None:
            self.misses += 1
            return None
        self.hits += 1
        self._texts.move_to_end(key)
        return text

    def put(self, key: Key, text: str) -> None:
        self._texts[key] = text
        self._texts.move_to_end(key)
        while len(self._texts) > self._limit:
            self._texts.popitem(last=False)
