"""The user classes of a scenario: on or off, and how many of each."""

from __future__ import annotations

import math
from collections.abc import Callable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from lftui.choices import Choice
from lftui.records import UserClassFact
from lftui.screens.setup.edits import Edited
from lftui.screens.setup.pane import Form
from lftui.screens.setup.parts.field import Field
from lftui.screens.setup.parts.tick import Tick
from lftui.screens.setup.parts.tone_text import ToneText, Words
from lftui.widgets.look import look_of

NONE_CHOSEN = "no user class is chosen; tick at least one"
_TASKS = 8
_LONG = 15


def read_weight(text: str) -> float:
    """A weight: a number from 0.

    Raises:
        ValueError: with the sentence to show.
    """
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight < 0:
        raise ValueError(f"'{text[:20]}' is no weight; write a number from 0, like 3")
    return weight


def read_count(text: str) -> int:
    """A fixed number of users.

    Raises:
        ValueError: with the sentence to show.
    """
    if not (text.isascii() and text.isdigit()) or not 1 <= len(text) <= 7:
        raise ValueError(f"'{text[:20]}' is no number of users; write a whole one, like 2")
    return int(text)


def task_lines(fact: UserClassFact) -> list[Words]:
    """The docstring's first line, and each task with its share."""
    lines: list[Words] = []
    if fact.doc:
        lines.append([(fact.doc.strip().splitlines()[0], "")])
    whole = sum(fact.tasks.values()) or 1.0
    ranked = sorted(fact.tasks.items(), key=lambda item: -item[1])
    shares = [f"{name} {100 * share / whole:.0f} %" for name, share in ranked[:_TASKS]]
    if len(ranked) > _TASKS:
        shares.append(f"and {len(ranked) - _TASKS} more")
    lines.append([(", ".join(shares) or "no tasks", "dim")])
    return lines


class ClassRow(Vertical):
    """One class."""

    DEFAULT_CSS = """
    ClassRow { height: auto; }
    ClassRow > Horizontal { height: auto; }
    ClassRow Tick { width: 1fr; }
    ClassRow Field { width: 16; }
    ClassRow.-long > Horizontal { layout: vertical; }
    ClassRow.-long Tick { width: 100%; }
    ClassRow.-long Field { margin-left: 4; }
    ClassRow Field .label { width: 9; }
    ClassRow > ToneText { margin-left: 4; }
    """

    def __init__(self, fact: UserClassFact, choice: Choice) -> None:
        super().__init__()
        self.fact = fact
        self.fixed = fact.fixed_count > 0 or fact.name in choice.fixed_counts
        chosen = fact.name in choice.classes if choice.classes else fact.chosen
        self.tick = Tick(fact.name, chosen)
        if self.fixed:
            value = f"{choice.fixed_counts.get(fact.name, fact.fixed_count)}"
        else:
            value = f"{choice.weights.get(fact.name, fact.weight):g}"
        # In a narrow pane the weight gets a line of its own rather than cutting the name.
        self.set_class(cell_len(fact.name) > _LONG, "-long")
        self.field = Field(fact.name, "fixed at" if self.fixed else "weight", value)

        self.error = ""
        self._problem = ToneText(classes="problem")

    def compose(self) -> ComposeResult:
        """The class, its weight, what is wrong with that, its tasks."""
        with Horizontal():
            yield self.tick
            yield self.field
        yield self._problem
        tasks = ToneText()
        tasks.show(task_lines(self.fact))
        yield tasks

    def refuse(self, error: str) -> None:
        """Say what is wrong with the weight, in the width of the pane; "" where nothing is."""
        self.error = error
        self.field.inner.set_class(bool(error), "-invalid")
        sign = look_of(self).sign("critical")
        self._problem.show([[(f"{sign} {error}", "critical")]] if error else [])


class ClassesForm(Form):
    """All classes of a scenario."""

    def show(self, facts: list[UserClassFact], choice: Choice) -> None:
        """Offer these classes."""
        self._choice = choice
        self._rows = [ClassRow(fact, choice) for fact in facts]
        self.rebuild(self._rows)

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """Which take part; all of them is no restriction."""
        event.stop()
        names = [row.fact.name for row in self._rows if row.tick.value]
        if not names:
            self.post_message(Edited(errors={"classes": NONE_CHOSEN}))
            return
        every = len(names) == len(self._rows)
        self.post_message(Edited({"classes": [] if every else names}, {"classes": ""}))

    def on_field_edited(self, event: Field.Edited) -> None:
        """How many of a class."""
        event.stop()
        row = next(row for row in self._rows if row.field is event.field)
        read: Callable[[str], float] = read_count if row.fixed else read_weight
        error = ""
        try:
            read(event.text.strip() or "0")
        except ValueError as refused:
            error = str(refused)
        row.refuse(error)
        errors = {f"class {row.fact.name}": error}
        self.post_message(Edited({} if error else self._counts(), errors))

    def _counts(self) -> dict[str, object]:
        """What differs from the locustfile."""
        weights: dict[str, float] = {}
        fixed: dict[str, int] = {}
        for row in self._rows:
            text = row.field.text.strip()
            if row.error or not text:
                continue
            if row.fixed and (count := read_count(text)) != row.fact.fixed_count:
                fixed[row.fact.name] = count
            elif not row.fixed and (weight := read_weight(text)) != row.fact.weight:
                weights[row.fact.name] = weight
        return {"weights": weights, "fixed_counts": fixed}
