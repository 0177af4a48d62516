"""Checks: `lftui validate` as a screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from textwrap import wrap
from typing import ClassVar, Protocol

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from lftui.choices import Choice
from lftui.screens.base import ConsoleScreen
from lftui.screens.setup.parts.tone_text import ToneText, Words
from lftui.widgets.key_line import KeyLine
from lftui.widgets.look import Look

TOPICS = {
    "versions": "Python, Locust, lftui",
    "scenarios": "Locustfiles",
    "baseline": "Baseline",
    "environment": "Settings and environment variables",
    "target": "Target",
    "metrics": "The target's own metrics",
    "limits": "This machine",
    "smoke": "Smoke",
}
_NAME = 16


class Finding(Protocol):
    """What was looked at; `lftui.validation.checks.Finding` is one."""

    @property
    def topic(self) -> str:
        """One of `TOPICS`."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def outcome(self) -> str:
        """`pass`, `warn` or `fail`."""

    @property
    def text(self) -> str:
        """How it is, in one sentence."""

    @property
    def remedy(self) -> str:
        """What to do; "" where all is well."""


class CheckNeeds(Protocol):
    """What the screen asks; `lftui.services.checks.CheckServices` is one."""

    def check(self, choice: Choice) -> AsyncIterator[Finding]:
        """Look at everything; each finding as it comes."""


def finding_lines(findings: Sequence[Finding], look: Look, width: int = 200) -> list[Words]:
    """The findings under their topics, each with its sign and what to do."""
    lines: list[Words] = []
    for topic, title in TOPICS.items():
        own = [one for one in findings if one.topic == topic]
        if own:
            lines += [[(" ", "")]] if lines else []
            lines.append([(title, "header")])
        for one in own:
            lines += _lines(one, look, max(20, width - _NAME - 3))
    return lines


def _lines(one: Finding, look: Look, width: int) -> list[Words]:
    """What was looked at, how it is, and what to do; long texts stay in their column."""
    tone = look.tone_of(one.outcome)
    room = " " * (_NAME + 3)
    first, *more = wrap(one.text, width) or [""]
    plain = "" if one.outcome == "pass" else tone
    name = f"{one.name:{_NAME}} "
    if len(one.name) > _NAME:
        more, first = [first, *more], ""
    lines: list[Words] = [[(f"{look.sign(one.outcome)} ", tone), (name, "strong"), (first, plain)]]
    lines += [[(room + text, plain)] for text in more]
    arrow = "→ "
    for text in wrap(one.remedy, width - 2):
        lines.append([(room + arrow, "dim"), (text, "")])
        arrow = "  "
    return lines


def outcome(findings: Sequence[Finding], running: bool, look: Look) -> Words:
    """All of them in one sentence."""
    failed = sum(1 for one in findings if one.outcome == "fail")
    warned = sum(1 for one in findings if one.outcome == "warn")
    text = f"{len(findings)} checks: {failed} failed, {warned} with a warning"
    if running:
        return [(f"looking… {text}", "accent")]
    if failed:
        return [(f"{look.sign('fail')} {text}; a run will not work like this", "critical")]
    if warned:
        return [(f"{look.sign('warn')} {text}; a run can begin", "warning")]
    return [(f"{look.sign('pass')} {text}; a run can begin", "good")]


class ChecksScreen(ConsoleScreen):
    """Looks at the setup of a choice when it opens, and again on `r`."""

    HELP = """\
Everything that a run needs, looked at before there is one. `r` looks again; `s` or F6 runs each
task once with one user; escape goes back.
"""
    CSS = """
    ChecksScreen VerticalScroll {
        height: 1fr; border: round $panel; border-title-color: $foreground; padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    ChecksScreen #outcome { padding: 0 1; }
    App.-ascii ChecksScreen VerticalScroll { border: ascii $panel; scrollbar-size-vertical: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "again", id="checks.again", tooltip="look again"),
        Binding(
            "s,f6", "smoke", "smoke", id="checks.smoke", tooltip="run each task once, one user"
        ),
        Binding("escape,q", "back", "back", id="checks.back", tooltip="back to where you were"),
    ]

    def __init__(self, choice: Choice | None = None) -> None:
        super().__init__()
        self.choice = choice or Choice()
        self.findings: list[Finding] = []
        self.running = False

    def compose(self) -> ComposeResult:
        """The outcome, the findings, the keys."""
        yield ToneText("outcome")
        with VerticalScroll() as box:
            box.border_title = Content("Checks")
            yield ToneText("findings")
        yield KeyLine(rows=1)

    def on_mount(self) -> None:
        """Begin, after the first paint."""
        super().on_mount()
        self.query_one(VerticalScroll).focus()
        self._draw()
        self.call_after_refresh(self.action_again)

    def on_resize(self) -> None:
        """Long texts are wrapped elsewhere."""
        self._draw()

    def action_again(self) -> None:
        """Look at everything again."""
        self.findings = []
        self.running = True
        self._draw()
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        needs: CheckNeeds = self.services.checks
        async for finding in needs.check(self.choice):
            self.findings.append(finding)
            self._draw()
        self.running = False
        self._draw()

    def _draw(self) -> None:
        self.query_one("#findings", ToneText).show(
            finding_lines(self.findings, self.look, self.size.width - 6)
        )
        self.query_one("#outcome", ToneText).show([outcome(self.findings, self.running, self.look)])

    def action_smoke(self) -> None:
        """Each task once, with one user."""
        from lftui.screens.setup.smoke_screen import SmokeScreen

        self.app.push_screen(SmokeScreen(self.choice))

    def action_back(self) -> None:
        """Back; what is looked at is left."""
        self.workers.cancel_node(self)
        self.dismiss()

    def commands(self) -> list[tuple[str, str, str]]:
        """For the palette: title, help and action."""
        return [
            ("Check again", "look at everything again", "again"),
            ("Smoke", "run each task once, with one user", "smoke"),
            ("Back", "back to where you were", "back"),
        ]
