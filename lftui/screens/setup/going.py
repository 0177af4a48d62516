"""From Setup to a run, and to the screens beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lftui.choices import Choice
from lftui.screens import messages
from lftui.screens.setup.facts import Facts
from lftui.screens.setup.go_line import GoLine
from lftui.screens.setup.needs import SetupNeeds
from lftui.screens.setup.target_panel import TargetPane

if TYPE_CHECKING:
    from lftui.screens.base import ConsoleScreen as _Base
else:
    _Base = object


class Going(_Base):
    """The part of Setup that starts, is refused, and opens what is beside it."""

    choice: Choice
    facts: Facts
    errors: dict[str, str]
    needs: SetupNeeds
    _starting = False

    def action_pane(self, name: str, focus: bool = True) -> None:
        """Go to a pane."""
        raise NotImplementedError

    def take(self, choice: Choice, refill: bool = False) -> None:
        """This is the choice now."""
        raise NotImplementedError

    def on_go_line_pressed(self) -> None:
        """The button does what the key does."""
        self.action_start()

    def action_start(self) -> None:
        """Run what is chosen, or say what is in the way."""
        if self._starting:
            return
        if sentence := self._in_the_way():
            self.refused(sentence)
            return
        self._starting = True
        self.starting("starting…")
        self.post_message(messages.StartRun(self.choice))

    def _in_the_way(self) -> str:
        """What can be seen from here; the rest is refused by those who start it."""
        found = self.facts.found(self.choice.locustfile)
        if not self.choice.locustfile:
            return "no scenario is chosen: give a locustfile with -f, or run `lftui init`"
        if isinstance(found, str):
            return found
        if self.errors:
            return next(iter(self.errors.values()))
        host = self.facts.confirmation
        if host and self.choice.confirmed.lower() != host.lower():
            self.action_pane("target")
            target = self.query_one(TargetPane)
            target.refuse_confirmation(f"type {host} here")
            target.focus_confirmation()
            return f"this is production: type {host} in the target pane, then start again"
        return ""

    def starting(self, text: str) -> None:
        """It is being started: where that stands."""
        self._starting = True
        self.query_one(GoLine).starting(text)

    def refused(self, sentence: str) -> None:
        """It was not started, and why; nothing that was chosen is lost."""
        self._starting = False
        self.query_one(GoLine).refused(sentence)

    def action_smoke(self) -> None:
        """Each task once, with one user."""
        from lftui.screens.setup.smoke_screen import SmokeScreen

        if sentence := self._in_the_way():
            self.refused(sentence)
        else:
            self.app.push_screen(SmokeScreen(self.choice))

    def action_plans(self) -> None:
        """Save and load plans."""
        from lftui.screens.setup.plans_dialog import PlansDialog

        def loaded(choice: Choice | None) -> None:
            if choice is not None:
                self.take(choice, refill=True)

        self.app.push_screen(PlansDialog(self.choice, self.needs), loaded)

    def action_runs(self) -> None:
        """The stored runs."""
        self.post_message(messages.Open("runs"))

    def action_checks(self) -> None:
        """The whole setup check."""
        self.post_message(messages.Open("checks", choice=self.choice))
