"""A question with two or three answers; the first one changes nothing and is chosen at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from lftui.screens.live.bar import Bar
from lftui.screens.live.parts import Row, wrapped
from lftui.widgets.lines import Lines

T = TypeVar("T")
_WIDTH = 70


class Answer(msgspec.Struct, frozen=True):
    """One answer: its name, the key that gives it at once, and its words."""

    name: str
    key: str
    label: str
    tone: str = ""


class Question(ModalScreen[T], Generic[T]):
    """Arrows or tab choose, enter answers, escape is the first answer.

    Args:
        title: the question.
        lines: what one has to know for it; each is wrapped.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,shift+tab,up", "choose(-1)", "before", id="question.before"),
        Binding("right,tab,down", "choose(1)", "next", id="question.next"),
        Binding("enter", "answer", "answer", id="question.answer"),
        Binding("escape,q", "back", "back", id="question.back"),
    ]

    def __init__(self, title: str, lines: Sequence[str], answers: Sequence[Answer]) -> None:
        super().__init__()
        self._question = title
        self._sentences = lines
        self._answers = answers
        self._chosen = 0

    def compose(self) -> ComposeResult:
        """The question, its facts and the answers."""
        with Vertical(classes="dialog"):
            yield Lines(*((line, "header") for line in wrapped(self._question, _WIDTH, 0)))
            yield Lines(*(line for one in self._sentences for line in wrapped(one, _WIDTH, 0)))
            yield Lines("")
            yield Bar(id="answers")

    def on_mount(self) -> None:
        """Draw the answers."""
        self._draw()

    @property
    def chosen(self) -> str:
        """The name of the answer that enter gives."""
        return self._answers[self._chosen].name

    def result(self, name: str) -> T:
        """What the answer of this name is to the one who asked."""
        raise NotImplementedError

    def action_choose(self, step: int) -> None:
        """Another answer."""
        self._chosen = (self._chosen + step) % len(self._answers)
        self._draw()

    def action_answer(self) -> None:
        """Give the chosen one."""
        self.dismiss(self.result(self.chosen))

    def action_back(self) -> None:
        """Give the one that changes nothing."""
        self.dismiss(self.result(self._answers[0].name))

    def on_key(self, event: events.Key) -> None:
        """An answer's own key gives it."""
        for answer in self._answers:
            if event.key == answer.key:
                event.stop()
                self.dismiss(self.result(answer.name))
                return

    @on(Bar.Chosen)
    def _on_chosen(self, event: Bar.Chosen) -> None:
        self.dismiss(self.result(event.name))

    def _draw(self) -> None:
        row: Row = []
        hits: list[str] = []
        for number, answer in enumerate(self._answers):
            if row:
                row.append(("  ", ""))
                hits.append("")
            chosen = number == self._chosen
            text = (
                f"[{answer.label} ({answer.key})]" if chosen else f" {answer.label} ({answer.key}) "
            )
            row.append((text, f"!{answer.tone}" if chosen else answer.tone))
            hits.append(answer.name)
        self.query_one("#answers", Bar).show_rows([row], [hits])
