"""The setup check as text: a calm list by topic, the smoke's table, a closing line.

Colors only on a terminal and without NO_COLOR; letters for the signs where the locale is not
UTF-8. Every line is broken at the width, under the column that it belongs to.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from lftui.validation.checks import Finding, Outcome, counted, worst
from lftui.validation.limits import utf8
from lftui.validation.setup import Checked
from lftui.validation.smoke import Row

_SIGNS: dict[Outcome, str] = {"pass": "●", "warn": "▲", "fail": "■"}
_LETTERS: dict[Outcome, str] = {"pass": "+", "warn": "!", "fail": "x"}
_STYLES: dict[Outcome, str] = {"pass": "green", "warn": "yellow", "fail": "red"}
_PLAIN = str.maketrans({"…": "...", "→": "->", "—": "-", "–": "-", "×": "x"})
_NARROW, _WIDE, _NO_TERMINAL = 40, 110, 80
_NAME = 18
_BEFORE = 2 + 1 + 1 + 4 + 2  # indent, sign, the outcome's word
_TASK, _METHOD, _FIGURES = 23, 7, 20
_SHORTEST = 16


class Page:
    """Writes to standard output, as the findings come."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._plain = not utf8(environment)
        self._console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        columns = self._console.width if self._console.is_terminal else _NO_TERMINAL
        self._width = min(max(columns, _NARROW), _WIDE)
        self._console.width = self._width
        self._begun = False
        self._topic = ""
        self._heading = ""
        self._class = ""
        self._task = ""

    def finding(self, finding: Finding) -> None:
        """A line of the list, and what to do about it beneath."""
        if finding.topic != self._topic:
            self._topic = finding.topic
            self._title(finding.topic.capitalize())
        roomy = self._roomy(finding.name)
        name = self._fit(finding.name, _NAME) if roomy else self._ascii(finding.name)
        style = _STYLES[finding.outcome]
        first = Text.assemble(
            "  ",
            (f"{self._sign(finding.outcome)} {finding.outcome}", style),
            "  ",
            name,
        )
        lines = self._broken(finding.text, self._text_width())
        if roomy:
            first.append(" ")
            first.append(lines[0])
            lines = lines[1:]
        self._print(first)
        self._beneath(lines, "")
        if finding.remedy:
            self._beneath(self._broken(f"→ {finding.remedy}", self._text_width(), "  "), style)

    def row(self, row: Row) -> None:
        """A line of the smoke, under its scenario and its user class."""
        heading = f"{row.scenario}: each task once, by one user of each class"
        if heading != self._heading:
            self._heading, self._topic, self._class = heading, "", ""
            self._title(heading)
        smoked = row.smoked
        name, _, task = smoked.task.partition(".")
        if name != self._class:
            self._class, self._task = name, ""
            self._print(Text(f"  {self._ascii(name)}"))
        if smoked.method:
            self._request(row, "" if task == self._task else task)
        elif task:
            suffix = "" if smoked.error else "  (no request)"
            self._print(Text(f"    {self._ascii(task)}{suffix}"))
        self._task = task
        for text in self._broken(smoked.error, self._width - 6) if smoked.error else []:
            self._print(Text.assemble("      ", (text, "red")))

    def _request(self, row: Row, task: str) -> None:
        smoked = row.smoked
        style = "red" if smoked.error else ""
        rest = self._width - 4 - _TASK - 1 - _METHOD - 1 - _FIGURES
        if rest < _SHORTEST:
            whole = [f"    {self._ascii(task)}"] if task else []
            whole.append(
                f"      {smoked.method} {self._fit(smoked.name, self._width - 16).rstrip()}"
            )
            for one in [*whole, f"      {_figures(row)}"]:
                self._print(Text(one, style))
            return
        line = Text(f"    {self._fit(task, _TASK)} {self._fit(smoked.method, _METHOD)}")
        line.append(self._fit(smoked.name, rest))
        line.append(f" {_figures(row)}", style)
        self._print(line)

    def close(self, checked: Checked) -> None:
        """The closing lines."""
        outcomes = [finding.outcome for finding in checked.findings]
        passed, warned, failed = (outcomes.count(one) for one in ("pass", "warn", "fail"))
        outcome = worst(checked.findings)
        counts = f"{passed} passed, {counted(warned, 'warning')}, {failed} failed"
        word = "not ready" if outcome == "fail" else "ready"
        self._print(Text())
        for line in self._broken(f"Not looked at: {'; '.join(checked.skipped)}.", self._width):
            if checked.skipped:
                self._print(Text(line, style="dim"))
        line = f"{self._sign(outcome)} {word}: {counts}"
        self._print(Text(line, style=f"bold {_STYLES[outcome]}"))

    # --- lines ---------------------------------------------------------------------------------

    def _title(self, text: str) -> None:
        if self._begun:
            self._print(Text())
        self._begun = True
        for line in self._broken(text, self._width):
            self._print(Text(line, style="bold"))

    def _roomy(self, name: str) -> bool:
        """Whether the text stands beside the name; else beneath it."""
        return cell_len(name) <= _NAME and self._width - _BEFORE - _NAME - 1 >= _NARROW

    def _text_width(self) -> int:
        return self._width - self._indent()

    def _indent(self) -> int:
        beside = _BEFORE + _NAME + 1
        return beside if self._width - beside >= _NARROW else _BEFORE

    def _beneath(self, lines: list[str], style: str) -> None:
        for line in lines:
            self._print(Text.assemble(" " * self._indent(), (line, style)))

    def _broken(self, text: str, width: int, hanging: str = "") -> list[str]:
        """The text in lines of so many columns; those after the first stand behind `hanging`."""
        whole = Text(self._ascii(text))
        lines = [line.plain.rstrip() for line in whole.wrap(self._console, width - len(hanging))]
        return [f"{hanging if number else ''}{line}" for number, line in enumerate(lines)] or [""]

    def _fit(self, text: str, width: int) -> str:
        """The text in exactly so many columns; of a longer one the end stays."""
        text, dots = self._ascii(text), ".." if self._plain else "…"
        if cell_len(text) > width:
            while text and cell_len(text) > width - len(dots):
                text = text[1:]
            text = dots + text
        return set_cell_size(text, width)

    def _sign(self, outcome: Outcome) -> str:
        return (_LETTERS if self._plain else _SIGNS)[outcome]

    def _ascii(self, text: str) -> str:
        if not self._plain or text.isascii():
            return text
        return text.translate(_PLAIN).encode("ascii", "backslashreplace").decode()

    def _print(self, text: Text) -> None:
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False)


def _figures(row: Row) -> str:
    """Status, time and size, in `_FIGURES` columns."""
    smoked = row.smoked
    status = str(smoked.status or "-")
    took = "-" if smoked.response_us is None else _time(smoked.response_us / 1000)
    return f"{status:>3} {took:>8} {_bytes(smoked.bytes):>7}".rjust(_FIGURES)


def _time(ms: float) -> str:
    if ms < 10:
        return f"{ms:.2f} ms"
    return f"{ms:.0f} ms" if ms < 10_000 else f"{ms / 1000:.1f} s"


def _bytes(size: int) -> str:
    if size < 10_000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 10_000_000 else f"{size / 1e6:.0f} MB"
