"""Failures, grouped by meaning before they reach a record.

A target that puts an id into each message makes a million different ones. Numbers, ids, times,
addresses and URLs are folded, so that they fall into one group; groups and the memory of texts
are capped.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable

import msgspec

from lftui.records import ErrorSeen
from lftui.safe_text import TEXT_LIMIT, Redactor

GROUP_LIMIT = 500
_REMEMBERED_TEXTS = 5_000
_RAW_LIMIT = 4_000
_CONNECTING = frozenset({"connect", "create_connection", "_create_socket"})

_ADDRESS = re.compile(r"object at 0x[0-9a-fA-F]+")
_HEX = "[0-9a-fA-F]{1,4}"
_FOLDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![a-zA-Z])[a-zA-Z][a-zA-Z0-9+.-]*+://[^\s'\"<>)\]]+"), "<url>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+\b"), "<email>"),
    (
        re.compile(
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?Z\b| ?[+-]\d\d:?\d\d\b)?"
        ),
        "<time>",
    ),
    (re.compile(r"0x[0-9a-fA-F]+"), "<address>"),
    # Eight groups, or fewer with a :: in between, and a digit: Cafe::Bad is a class.
    (
        re.compile(
            rf"(?<![\w:])(?=[a-fA-F:]*\d)(?:{_HEX}(?::{_HEX}){{7}}|(?:{_HEX}(?::{_HEX}){{0,6}})?::"
            rf"(?:(?:{_HEX}:){{0,5}}\d{{1,3}}(?:\.\d{{1,3}}){{3}}|{_HEX}(?::{_HEX}){{0,6}})?)"
            r"(?:%[\w.]+)?(?!\w)"
        ),
        "<ip>",
    ),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<ip>"),
    (
        re.compile(
            r"(?<![a-zA-Z0-9])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}"
            r"(?![a-zA-Z0-9])"
        ),
        "<id>",
    ),
    (re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b"), "<id>"),  # a ULID
)
_NUMBERS = (re.compile(r"(?<![\w<])[-+]?\d+(?:[.,]\d+)*"), re.compile(r"(?<=[A-Za-z_-])\d{3,}"))
_LONG_WORD = re.compile(r"(?<![a-zA-Z0-9])[a-zA-Z0-9]{8,}(?![a-zA-Z0-9])")
_CHANGE = re.compile(r"(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])|(?<=[a-z])(?=[A-Z])")


def fold(text: str, status: int | None = None) -> str:
    """The text with what differs from request to request replaced by its kind.

    The response's own status stays readable: `503 Server Error` is not `<n> Server Error`.
    """
    for pattern, kind in _FOLDS:
        text = pattern.sub(kind, text)
    text = _LONG_WORD.sub(_id_or_word, text)
    keep = str(status)
    for pattern in _NUMBERS:
        text = pattern.sub(lambda m: m.group() if m.group() == keep else "<n>", text)
    return text


def _id_or_word(found: re.Match[str]) -> str:
    """`<id>` for letters and digits thrown together: 9s6XKzkNRiz8i3, but not sha256WithRSA.

    In a word of a language or of a program, digits and capitals begin something new after some
    letters; where they do so every other letter, or every fourth of many, it is an id.
    """
    word = found.group()
    changes = len(_CHANGE.findall(word))
    has_digit = not word.isalpha()
    apart = 4 if len(word) >= (12 if has_digit else 16) else 2
    return "<id>" if changes * apart >= len(word) and (has_digit or apart == 4) else word


def error_text(exception: object) -> str:
    """The failure as Locust writes it in its tables: a string as it is, else `repr`."""
    try:
        text = exception if isinstance(exception, str) else repr(exception)
    except Exception:
        text = f"<{type(exception).__name__} without a repr>"
    return _ADDRESS.sub("object at 0x....", text[:_RAW_LIMIT])


def error_number(exception: object) -> int | None:
    """The operating system's errno of the exception, or of what it wraps, three levels deep.

    ETIMEDOUT also where the client itself gave up waiting for a connection: FastHttpUser's
    messages for that and for a response that did not come are the same.
    """
    for _ in range(4):
        if type(exception).__module__ == "ssl":
            return None  # its `errno` is one of OpenSSL's: 1 is not "not permitted"
        number = getattr(exception, "errno", None)
        if isinstance(number, int):
            return number
        if isinstance(exception, TimeoutError) and _was_connecting(exception):
            return errno.ETIMEDOUT
        inner = _wrapped(exception)
        if inner is None:
            return None
        exception = inner
    return None


def _wrapped(exception: object) -> BaseException | None:
    for name in ("__cause__", "reason", "original"):  # the last one is geventhttpclient's
        inner = getattr(exception, name, None)
        if isinstance(inner, BaseException):
            return inner
    args = getattr(exception, "args", None)
    first = args[0] if isinstance(args, tuple) and args else None
    return first if isinstance(first, BaseException) else None


def _was_connecting(exception: TimeoutError) -> bool:
    frames = exception.__traceback__
    while frames is not None:
        if frames.tb_frame.f_code.co_name in _CONNECTING:
            return True
        frames = frames.tb_next
    return False


class ErrorGroups:
    """Gives each failure its group's id, and announces a group when it is met first.

    Args:
        redactor: takes the secrets out of texts.
        announce: is called with each new or changed group's record.
    """

    def __init__(self, redactor: Redactor, announce: Callable[[ErrorSeen], None]) -> None:
        self._redactor = redactor
        self._announce = announce
        self._ids: dict[tuple[int, int | None, str, int | None, str], int] = {}
        self._seen: dict[int, ErrorSeen] = {}
        self._by_text: dict[tuple[int, int | None, int | None, str], int] = {}
        self._overflow: dict[int, int] = {}

    def group(self, endpoint: int, status: int | None, exception: object) -> int:
        """The id of the group that this failure of the endpoint belongs to."""
        raw = error_text(exception)
        number = error_number(exception)
        remembered = (endpoint, status, number, raw)
        known = self._by_text.get(remembered)
        if known is not None:
            return known
        kind = "" if isinstance(exception, str) else type(exception).__name__
        group = self._group_of(endpoint, status, kind, number, raw)
        if len(self._by_text) >= _REMEMBERED_TEXTS:
            self._by_text.clear()
        self._by_text[remembered] = group
        return group

    def group_of_text(
        self,
        endpoint: int,
        text: str,
        status: int | None = None,
        exception: str = "",
        errno: int | None = None,
        varied: bool = False,
    ) -> int:
        """The group of failures that a worker has seen: one message of theirs and what it is of;
        `varied` when it stands for several."""
        group = self._group_of(endpoint, status, exception, errno, text[:_RAW_LIMIT])
        if varied and not self._seen[group].varied:
            self._keep(msgspec.structs.replace(self._seen[group], varied=True))
        return group

    def _group_of(
        self, endpoint: int, status: int | None, kind: str, number: int | None, raw: str
    ) -> int:
        sample = self._redactor.block(raw, TEXT_LIMIT)
        key = (endpoint, status, kind, number, fold(sample, status))
        group = self._ids.get(key)
        if group is not None:
            self._note_variety(group, sample)
            return group
        if len(self._seen) >= GROUP_LIMIT:
            return self._overflow_group(endpoint)
        record = ErrorSeen(
            id=len(self._seen) + 1,
            endpoint=endpoint,
            status=status,
            exception=kind,
            errno=number,
            text=key[-1],
            sample=sample,
        )
        self._ids[key] = record.id
        return self._keep(record)

    def _keep(self, record: ErrorSeen) -> int:
        self._seen[record.id] = record
        self._announce(record)
        return record.id

    def _note_variety(self, group: int, sample: str) -> None:
        seen = self._seen[group]
        if seen.varied or seen.sample == sample:
            return
        self._keep(msgspec.structs.replace(seen, varied=True))

    def _overflow_group(self, endpoint: int) -> int:
        """One group an endpoint for all that comes after the cap; the count stays true."""
        group = self._overflow.get(endpoint)
        if group is None:
            text = f"other failures (more than {GROUP_LIMIT} kinds in this run)"
            group = len(self._seen) + 1
            self._overflow[endpoint] = self._keep(
                ErrorSeen(id=group, endpoint=endpoint, text=text, sample=text, varied=True)
            )
        return group
