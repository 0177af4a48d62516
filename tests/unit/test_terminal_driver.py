"""The terminal's size as it is told to the application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from lftui.screens.terminal_driver import ConsoleDriver


class Loop:
    """Keeps what is to be done in the loop."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        self.waiting.append(callback)


def test_of_two_sizes_at_once_the_newer_one_is_told_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal may interrupt the handler of the one before: whoever reads the size in a handler
    may tell an old one behind the new one."""
    driver, loop = ConsoleDriver.__new__(ConsoleDriver), Loop()
    told: list[Any] = []
    sizes = [(51, 6)]
    driver._loop, driver._in_band_window_resize = loop, False  # type: ignore[assignment]
    monkeypatch.setattr(driver, "_get_terminal_size", lambda: sizes[-1])
    monkeypatch.setattr(driver, "send_message", told.append)
    driver._resized()
    sizes.append((90, 25))
    driver._resized()
    for callback in reversed(loop.waiting):
        callback()
    assert all(isinstance(event, events.Resize) for event in told)
    assert told[-1].size == (90, 25)


def test_a_terminal_that_tells_its_size_itself_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver, loop = ConsoleDriver.__new__(ConsoleDriver), Loop()
    driver._loop, driver._in_band_window_resize = loop, True  # type: ignore[assignment]
    driver._resized()
    assert loop.waiting == []
