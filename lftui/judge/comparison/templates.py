"""Paths with open parts: `/jobs/{id}`, `/jobs/[id]`, `/jobs/<id>`, `/jobs/:id`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

# Not after a space: "/jobs [GET]" and "/jobs [cached]" are no templates.
_OPEN = re.compile(r"(?<!\s)(?:\{[^{}/]*\}|<[^<>/]*>|\[[^\[\]/]*\]|(?<=/):[A-Za-z_]\w*)")
_COLON = re.compile(r"/:[A-Za-z_]\w*")

Value = TypeVar("Value")
Texts = tuple[str, ...]
Nearness = tuple[int, int]


def template_of(name: str) -> str:
    """The name with every open part written alike: `/jobs/{}`."""
    return _OPEN.sub("{}", name) if "/" in name else name


class Templates(Generic[Value]):
    """Templates by their parts, so that a path need not be tried against each of them."""

    def __init__(self) -> None:
        self._closed: dict[str, Templates[Value]] = {}
        self._open: dict[Texts, Templates[Value]] = {}
        self._values: list[tuple[Nearness, Value]] = []

    def add(self, name: str, value: Value) -> None:
        """Add a template."""
        parts = [tuple(_OPEN.split(part)) for part in _COLON.sub("/{}", name).split("/")]
        closed = sum(len(texts) == 1 for texts in parts)
        node = self
        for texts in parts:
            if len(texts) == 1:
                node = node._closed.setdefault(texts[0], Templates())
            else:
                node = node._open.setdefault(texts, Templates())
        characters = sum(len(text) for texts in parts for text in texts)
        node._values.append(((closed, characters), value))

    def fitting(self, path: str) -> Iterator[tuple[Nearness, Value]]:
        """The templates that a concrete path fits, each with how near it is: how many of its
        parts are closed, and how many of its characters."""
        rest: list[tuple[Templates[Value], int]] = [(self, 0)]
        parts = path.split("/")
        while rest:
            node, depth = rest.pop()
            if depth == len(parts):
                yield from node._values
                continue
            if child := node._closed.get(parts[depth]):
                rest.append((child, depth + 1))
            for texts, child in node._open.items():
                if _fits(texts, parts[depth]):
                    rest.append((child, depth + 1))


def _fits(texts: Sequence[str], part: str) -> bool:
    """Whether the texts stand in a part in their order, from its beginning to its end, with at
    least one character between each two, and no space: "/jobs/7 (cached)" is no job."""
    first, *middle, last = texts
    if not part.startswith(first) or not part.endswith(last):
        return False
    at, end = len(first), len(part) - len(last)
    for text in middle:
        found = part.find(text, at + 1, end)
        if found < 0 or _has_space(part[at:found]):
            return False
        at = found + len(text)
    return at < end and not _has_space(part[at:end])


def _has_space(text: str) -> bool:
    return any(one.isspace() for one in text)
