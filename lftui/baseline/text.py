"""A document as text that changes little when little has changed."""

from __future__ import annotations

import json
from typing import Any


def baseline_text(document: dict[str, Any]) -> str:
    """JSON with two spaces, one figure a line; a list of numbers stays on one line."""
    return _text(document, "") + "\n"


def _text(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        rows = [f"{inner}{_one(str(key))}: {_text(one, inner)}" for key, one in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        rows = [f"{inner}{_text(one, inner)}" for one in value]
        return "[\n" + ",\n".join(rows) + f"\n{indent}]"
    return _one(value)


def _one(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
