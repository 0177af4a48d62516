"""From a file to a document that can be trusted, or to one sentence why not."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any

from lftui.baseline.wording import said
from lftui.plan import PlanError

_LARGEST = 10_000_000
_DEEPEST = 60
_LARGEST_NUMBER = 2**53  # beyond it no other program reads the same number


class _Twice(dict[str, Any]):
    """An object with a key that stands in it more than once."""

    key = ""


def read_baseline(path: Path) -> dict[str, Any]:
    """The document, unknown keys included.

    Raises:
        PlanError: it cannot be read, or is no baseline; the sentence names the file and the
            place in it.
    """
    from lftui.baseline.document import document_of

    document = read_object(path)
    document_of(document, str(path))
    return document


def read_object(path: Path) -> dict[str, Any]:
    """A file's JSON object, in which any key may stand.

    Raises:
        PlanError: it cannot be read, is no JSON object, or holds what could not be kept.
    """
    where = f"the baseline {path}"
    text = _text(path, where)
    if not text.strip():
        raise PlanError(f"{where} is empty")
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except RecursionError:
        raise PlanError(f"{where} is nested too deeply") from None
    except ValueError as error:
        raise PlanError(f"{where} is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise PlanError(f"{where} must be a JSON object, with `endpoints` in it")
    _refuse_what_cannot_be_kept(document, where)
    return document


def _text(path: Path, where: str) -> str:
    if path.is_dir():
        raise PlanError(f"{where} is a directory; name the file in it")
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)  # never more, also of a device that does not end
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlanError(f"{where} cannot be read: {reason}") from None
    except ValueError as error:  # a null character in the path
        raise PlanError(f"{where} cannot be read: {error}") from None
    if len(data) > _LARGEST:
        raise PlanError(f"{where} is larger than {_LARGEST // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(f"{where} is no text in UTF-8: byte {error.start} cannot be read") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            twice.key = key
            break
        seen.add(key)
    return twice


def _refuse_what_cannot_be_kept(document: dict[str, Any], where: str) -> None:
    """What JSON readers disagree on, anywhere in the document: keys that stand twice, NaN,
    numbers too large, halves of characters."""
    rest: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while rest:
        path, value = rest.pop()
        if len(path) > _DEEPEST:
            raise PlanError(f"{where} is nested too deeply")
        problem = _problem(value)
        if problem:
            raise PlanError(f"{where}: {said(path)}: {problem}")
        if isinstance(value, dict):
            for key in value:
                if _has_half_character(key):
                    raise PlanError(f"{where}: {said((*path, key))}: the key has half a character")
            rest += [((*path, key), value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            rest += [((*path, f"[{index}]"), one) for index, one in enumerate(value)][::-1]


def _problem(value: Any) -> str:
    if isinstance(value, _Twice):
        return f"the key {value.key!r} stands there twice"
    if isinstance(value, float) and not isfinite(value):
        return "must be a finite number"
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        return "the number is too large"
    if isinstance(value, str) and _has_half_character(value):
        return "the text has half a character (a lone surrogate)"
    return ""


def _has_half_character(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text)
