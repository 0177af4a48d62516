"""What the tests of real runs share: a counting target, and the command on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.live import Lftui
from tests.runs.target import Target, serve


@pytest.fixture
def target() -> Iterator[Target]:
    """A target of this test's own."""
    with serve() as server:
        yield server


@pytest.fixture
def lftui(tmp_path: Path, target: Target) -> Iterator[Lftui]:
    """The command, its runs on `target`; what it leaves running ends with the test."""
    command = Lftui(tmp_path, target.url)
    yield command
    command.clean_up()
