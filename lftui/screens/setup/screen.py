"""Setup: pick and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from lftui.choices import Choice
from lftui.screens import messages
from lftui.screens.base import ConsoleScreen
from lftui.screens.setup.asking import Asking
from lftui.screens.setup.edits import Edited, PresetChosen
from lftui.screens.setup.facts import Facts, of_another_file
from lftui.screens.setup.go_line import GoLine
from lftui.screens.setup.going import Going
from lftui.screens.setup.pane import Pane
from lftui.screens.setup.pane_tabs import PaneTabs
from lftui.screens.setup.parts.tone_text import ToneText
from lftui.screens.setup.preview import PreviewChart
from lftui.screens.setup.processes import NAME as PROCESSES
from lftui.screens.setup.scenario_list import ScenarioPane
from lftui.screens.setup.sentences import summary
from lftui.screens.setup.shape_form import ShapePane
from lftui.screens.setup.target_panel import TargetPane
from lftui.widgets.key_line import KeyLine

PANES = ("scenario", "target", "shape")


class SetupScreen(Going, Asking, ConsoleScreen):
    """Three panes, a preview, one sentence of what will run, and Start."""

    CSS_PATH = "setup.tcss"
    HELP = """\
Choose a scenario, a target and a load shape; F5 starts. The sentence above Start says what will
run. Tab and the arrows go from field to field, space changes a box, 1 2 3 or F9 another pane.
F6 runs each task once with one user, before any load.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "start", "start", id="setup.start", tooltip="run what is chosen"),
        Binding(
            "f6", "smoke", "smoke", id="setup.smoke", tooltip="run each task once, with one user"
        ),
        Binding("f2", "plans", "plans", id="setup.plans", tooltip="save and load plans by name"),
        Binding("f7", "runs", "runs", id="setup.runs", tooltip="stored runs"),
        Binding("f8", "checks", "checks", id="setup.checks", tooltip="check the whole setup"),
        Binding("f9", "next_pane", "pane", id="setup.pane", tooltip="the next pane"),
        Binding("1", "pane('scenario')", show=False, id="setup.scenario", tooltip="scenario"),
        Binding("2", "pane('target')", show=False, id="setup.target", tooltip="target"),
        Binding("3", "pane('shape')", show=False, id="setup.shape", tooltip="load shape"),
        Binding("q", "leave", "quit", id="setup.leave", tooltip="leave lftui"),
        Binding("escape", "back", show=False, id="setup.back", tooltip="out of a field, then quit"),
    ]
    AUTO_FOCUS = "#scenarios"

    def __init__(self, choice: Choice | None = None, demo_url: str = "") -> None:
        super().__init__()
        self.choice = choice or Choice()
        self.demo_url = demo_url
        self.facts = Facts()
        self.errors: dict[str, str] = {}
        self.pane = "scenario"

    # --- layout --------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Panes, preview, sentence, Start, keys."""
        yield ToneText("head")
        yield PaneTabs()
        with Horizontal(id="panes"):
            yield ScenarioPane()
            yield TargetPane()
            yield ShapePane()
        yield PreviewChart()
        yield ToneText("summary")
        yield GoLine()
        yield KeyLine(rows=1)

    def on_mount(self) -> None:
        """Nothing is asked of anybody before the first paint."""
        super().on_mount()
        self.action_pane("scenario", focus=False)
        self.show_facts()
        self.call_after_refresh(self.ask_all)

    def on_screen_resume(self) -> None:
        """Back from a run or another screen."""
        super().on_screen_resume()
        if self._starting:
            self._starting = False
            self.query_one(GoLine).forget()
            self.query_one(GoLine).show(self.facts.problems)

    # --- what is known, drawn ------------------------------------------------------------------

    def show_facts(self) -> None:
        """Draw what is known by now."""
        choice, facts = self.choice, self.facts
        loaded = facts.loaded(choice.locustfile)
        scenario = self.query_one(ScenarioPane)
        scenario.show_list(facts.scenarios, facts.known, choice.locustfile, self.asked_scenarios)
        scenario.show_chosen(choice.locustfile, facts.found(choice.locustfile), choice)
        target = self.query_one(TargetPane)
        target.show(facts.targets, choice, loaded)
        target.show_confirmation(facts.confirmation, choice.confirmed)
        target.show_preflight(facts.preflight, bool(facts.asked_host))
        target.show_guard(facts.guard)
        self.query_one(ShapePane).show(choice, loaded, facts.presets)
        if facts.preview is not None:
            self.query_one(ShapePane).show_preview(facts.preview)
        self.query_one(PreviewChart).show(facts.preview)
        self.query_one("#summary", ToneText).show(
            summary(choice, facts.scenarios, facts.targets, loaded, facts.preview, facts.guard)
        )
        self.query_one(PaneTabs).show(self.pane, bool(facts.confirmation))
        wrong = f"{self.look.sign('warning')} {facts.settings_problem}; defaults are used"
        self.query_one("#head", ToneText).show(
            [[(wrong, "warning")]] if facts.settings_problem else []
        )
        self.query_one(GoLine).show(facts.problems)

    def refill(self) -> None:
        """Make the forms anew: the choice came from elsewhere than from them."""
        loaded = self.facts.loaded(self.choice.locustfile)
        self.errors.clear()
        self.query_one(ScenarioPane).refill(self.facts.found(self.choice.locustfile), self.choice)
        self.query_one(TargetPane).refill()
        self.query_one(ShapePane).refill(self.choice, loaded)
        self.show_facts()

    # --- edits ---------------------------------------------------------------------------------

    @on(Edited)
    def _on_edited(self, event: Edited) -> None:
        event.stop()
        for field, error in event.errors.items():
            if error:
                self.errors[field] = error
            else:
                self.errors.pop(field, None)
        self.edit(event.changes)

    def edit(self, changes: Mapping[str, Any]) -> None:
        """Take changes over, and ask what follows from them."""
        before = self.choice
        path = changes.get("locustfile", before.locustfile)
        if path != before.locustfile:
            for field in [one for one in self.errors if one != PROCESSES]:
                del self.errors[field]  # that field stays as it is, and so does what is wrong
            before = of_another_file(before, path)
        self.take(msgspec.structs.replace(before, **changes))

    def take(self, choice: Choice, refill: bool = False) -> None:
        """This is the choice now."""
        before, self.choice = self.choice, choice
        if choice != before and not self._starting:
            self.query_one(GoLine).forget()
        if refill:
            self.refill()
        else:
            self.show_facts()
        self.ask_about(before)

    @on(PresetChosen)
    async def _on_preset(self, event: PresetChosen) -> None:
        event.stop()
        self.take(await self.needs.choose_preset(self.choice, event.name), refill=True)

    # --- keys ----------------------------------------------------------------------------------

    def action_pane(self, name: str, focus: bool = True) -> None:
        """Go to a pane; where there is room for one only, it is the one in sight."""
        self.pane = name
        for pane in self.query(Pane):
            pane.set_class(pane.id == name, "-shown")
        self.query_one(PaneTabs).show(name, bool(self.facts.confirmation))
        field = self.query_one(f"#{name}", Pane).first_field()
        if focus and field is not None:
            field.focus()

    def action_next_pane(self) -> None:
        """The next pane, round and round."""
        self.action_pane(PANES[(PANES.index(self.pane) + 1) % len(PANES)])

    @on(PaneTabs.Chosen)
    def _on_tab(self, event: PaneTabs.Chosen) -> None:
        self.action_pane(event.name)

    def on_descendant_focus(self, event: Any) -> None:
        """The pane is where the keys are."""
        widget: Widget | None = event.widget
        pane = (
            next((one for one in widget.ancestors if isinstance(one, Pane)), None)
            if widget
            else None
        )
        if pane is not None and pane.id and pane.id != self.pane:
            self.action_pane(pane.id, focus=False)

    def action_before(self) -> None:
        """The field before."""
        self.focus_previous()

    def action_after(self) -> None:
        """The next field."""
        self.focus_next()

    def action_back(self) -> None:
        """Out of a text field, so that letters are keys again; else away."""
        if isinstance(self.focused, Input):
            self.query_one(GoLine).focus_button()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Out of lftui."""
        self.post_message(messages.GoBack())

    def commands(self) -> list[tuple[str, str, str]]:
        """For the palette: title, help and action."""
        return [
            ("Start", "run what is chosen", "start"),
            ("Smoke", "run each task once, with one user", "smoke"),
            ("Plans", "save and load plans by name", "plans"),
            ("Runs", "stored runs", "runs"),
            ("Checks", "check the whole setup", "checks"),
            ("Quit", "leave lftui", "leave"),
        ]
