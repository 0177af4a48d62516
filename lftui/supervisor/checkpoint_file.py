"""The folded state beside a journal, which saves reading the journal up to there.

It is of use only to the code that wrote it: a field of `RunState` that came later would be empty in
it. So it names its writer, and who reads another's folds the journal anew.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import msgspec

from lftui import __version__
from lftui.run_state import RunState

CHECKPOINT = "checkpoint.json"
# msgspec lets errors of the text itself and of its depth through as Python's own.
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Kept(msgspec.Struct, kw_only=True):
    """The file. `offset`: bytes of the journal's text that the state holds."""

    upto_seq: int
    offset: int
    folded_by: str = ""
    state: msgspec.Raw


def encode_checkpoint(state: bytes, upto_seq: int, offset: int) -> bytes:
    """The file for a folded state (encoded)."""
    kept = _Kept(upto_seq=upto_seq, offset=offset, folded_by=_folded_by(), state=msgspec.Raw(state))
    return msgspec.json.encode(kept)


def read_checkpoint(folder: Path) -> tuple[RunState, int] | None:
    """The state and the offset behind it; None where there is none of use."""
    try:
        kept = msgspec.json.decode((folder / CHECKPOINT).read_bytes(), type=_Kept)
        if kept.folded_by != _folded_by():
            return None
        return msgspec.json.decode(kept.state, type=RunState), kept.offset
    except (OSError, *_UNREADABLE):
        return None


@functools.cache
def _folded_by() -> str:
    """The version, and the structure of the state that it folds to."""
    structure = msgspec.json.encode(msgspec.json.schema(RunState))
    return f"{__version__} {hashlib.sha256(structure).hexdigest()[:16]}"
