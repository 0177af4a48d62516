"""Places and values of a document, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lftui.safe_text import safe_line


def said(path: Sequence[str]) -> str:
    """A place in a document: `endpoints./healthz.loads.50`; an index stands as `[2]`."""
    text = ".".join(path).replace(".[", "[")
    return safe_line(text) if text else "the document"


def kind_of(value: Any) -> str:
    """A JSON value, in a few words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{safe_line(value, 40)}"'
    if isinstance(value, int | float):
        return number(value)
    kinds = {dict: "an object", list: "a list", type(None): "null"}
    return kinds.get(type(value), "something else")


def number(value: float) -> str:
    """As it would stand in the document: `3600000`, `0.05`."""
    return f"{value:.12g}"
