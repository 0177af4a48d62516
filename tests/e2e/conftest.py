"""The tests of the program in a terminal share the target and the command of the run tests."""

from __future__ import annotations

from tests.runs.conftest import lftui, target

__all__ = ["lftui", "target"]
