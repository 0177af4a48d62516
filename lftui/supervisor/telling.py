"""What an operator must be told while the run goes on: a silent generator, a full disk."""

from __future__ import annotations

from lftui.records import Level, Logged
from lftui.supervisor.book import Book

_SILENT_S = 3.0


class Telling:
    """Says once that something is wrong, and once that it is right again."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._silent = False
        self._journal_failure: str | None = None

    def look(self, now: float) -> None:
        """Call often."""
        self._tell_silence(now)
        self._tell_journal()

    def _tell_silence(self, now: float) -> None:
        """Say when the generator says nothing any more, and when it is back."""
        silent = self._book.state.ready is not None and now - self._book.heard > _SILENT_S
        if silent and not self._silent:
            text = "the generator is silent: stopped, or its processor is taken; figures stand"
            self._log("error", text)
        elif self._silent and not silent:
            self._log("warning", "the generator answers again")
        self._silent = silent

    def _tell_journal(self) -> None:
        """Say when the journal cannot be written, and when it can again."""
        failure = self._book.failure
        if failure is not None and self._journal_failure is None:
            self._log(
                "critical", f"{failure}; the run goes on, its records wait in memory: make room"
            )
        elif failure is None and self._journal_failure is not None:
            self._log("warning", "the journal is written again; nothing is missing from it")
        self._journal_failure = failure

    def _log(self, level: Level, text: str) -> None:
        self._book.say(Logged(source="supervisor", level=level, text=text))
