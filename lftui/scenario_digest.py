"""What a scenario is known by: the SHA-256 of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def scenario_digest(paths: Sequence[str]) -> tuple[list[str], str]:
    """The SHA-256 of each file ("" for one that cannot be read), and one over all of them: the
    file's own where there is one file."""
    digests = [_digest(path) for path in paths]
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return digests, digests[0] if len(digests) == 1 else whole


def _digest(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""
