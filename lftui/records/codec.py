"""Records and commands as JSON lines, and back."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lftui.records.command import Command
from lftui.records.record import AnyRecord, Record, Unknown

# msgspec lets errors of the text itself and of its depth through as Python's own.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_encoder = msgspec.json.Encoder()
_record_decoder = msgspec.json.Decoder(Record)
_command_decoder = msgspec.json.Decoder(Command)


class BadLine(ValueError):
    """A line is neither a record nor a command. The message is one sentence."""


def encode(item: AnyRecord | Command) -> bytes:
    """The item as one JSON line, its newline included."""
    if isinstance(item, Unknown):
        return _encoder.encode(item.data) + b"\n"
    return _encoder.encode(item) + b"\n"


def decode_record(line: bytes) -> AnyRecord:
    """The record that a line holds; a kind from a newer version comes back as `Unknown`.

    Raises:
        BadLine: the line is no JSON object with a `kind`, or a field has the wrong type.
    """
    try:
        record: Record = _record_decoder.decode(line)
    except msgspec.ValidationError as error:
        return _unknown(line, error)
    except _UNREADABLE as error:
        raise BadLine(f"this line is no JSON: {error}") from None
    return record


def _unknown(line: bytes, error: msgspec.ValidationError) -> Unknown:
    try:
        data = msgspec.json.decode(line)
    except _UNREADABLE as unreadable:
        raise BadLine(f"this line is no JSON: {unreadable}") from None
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind in KINDS:
        raise BadLine(f"this line is no record: {error}") from None
    numbers = {key: data.get(key, 0) for key in ("seq", "wall", "mono")}
    whole = isinstance(numbers["seq"], int)
    if not (whole and all(isinstance(value, int | float) for value in numbers.values())):
        raise BadLine(f"this line is no record: {error}") from None
    return Unknown(kind=kind, data=data, **numbers)


def decode_command(line: bytes) -> Command:
    """The command that a line holds.

    Raises:
        BadLine: the line is no JSON, or no command that this version knows.
    """
    try:
        command: Command = _command_decoder.decode(line)
    except _UNREADABLE as error:
        raise BadLine(f"this line is no command: {error}") from None
    return command


def with_seq(line: bytes, seq: int) -> bytes:
    """The record line with `seq` written into it, everything else as it came.

    The supervisor numbers what the generator sends without decoding and encoding it again, so
    that fields which it does not know stay, and 1,000 endpoints cost it nothing.
    """
    return b'{"seq":%d,%b' % (seq, line.lstrip()[1:])


def read_lines(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Each whole line of a piece of a journal, with the offset behind it; a cut one is left out."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start : end + 1], end + 1
        start = end + 1


KINDS: frozenset[str] = frozenset(kind.__name__ for kind in Record.__args__)  # type: ignore[attr-defined]
COMMANDS: frozenset[str] = frozenset(kind.__name__ for kind in Command.__args__)  # type: ignore[attr-defined]
