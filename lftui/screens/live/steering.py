"""What the keys of the Live screen send. Nothing on screen changes here: records do that."""

from __future__ import annotations

from typing import Any, Literal

from lftui.live_view import clock, elapsed_s, plan_of
from lftui.plan import say_duration
from lftui.records import (
    AcceptProposal,
    Command,
    Hold,
    IgnoreProposal,
    Kill,
    NextStage,
    Note,
    Pause,
    PinBaseline,
    ReleaseControls,
    Resume,
    SetGuard,
    SetPolicy,
    Stop,
    TakeControls,
    Undo,
    Unpause,
)
from lftui.run_state import RunState
from lftui.screens import messages
from lftui.screens.dialogs.confirm import ConfirmDialog
from lftui.screens.dialogs.text import TextDialog
from lftui.screens.live.level import level_said
from lftui.screens.live.level_keys import LevelKeys


class Steering(LevelKeys):
    """The operator's hand. Part of the Live screen."""

    def send(self, command: Command) -> None:
        """Let the application send a command."""
        self.post_message(messages.Send(command))

    # --- the load ------------------------------------------------------------------------------

    def action_next(self) -> None:
        """Do what is proposed, else begin the next stage."""
        proposals = self.snapshot.state.proposals
        if proposals:
            self.send(AcceptProposal(proposal_id=next(iter(proposals))))
        else:
            self.send(NextStage())

    def action_ignore(self) -> None:
        """Stay at this level, whatever the search proposes."""
        for proposed in self.snapshot.state.proposals.values():
            if proposed.source == "capacity":
                self.send(IgnoreProposal(proposal_id=proposed.proposal_id))

    def action_hold(self) -> None:
        """Hold the shape, or hand the load back to it."""
        self.send(Resume() if self.snapshot.state.held else Hold())

    def action_pause(self) -> None:
        """No load, or that before the pause again."""
        self.send(Unpause() if self.snapshot.state.state == "paused" else Pause())

    def action_undo(self) -> None:
        """Take the last change by hand back."""
        self.send(Undo())

    # --- the journal ---------------------------------------------------------------------------

    def action_note(self) -> None:
        """Ask for words."""

        def asked(text: str | None) -> None:
            if text:
                self.send(Note(text=text))

        self.app.push_screen(TextDialog("Note", "It is kept in the journal, with the time."), asked)

    def action_pin(self) -> None:
        """Ask for another baseline."""

        def asked(text: str | None) -> None:
            if text:
                self.send(PinBaseline(source=text))

        prompt = "A baseline file, or the id of a stored run (the beginning of it, or last)."
        value = self.snapshot.state.baseline_path
        self.app.push_screen(TextDialog("Compare with", prompt, value), asked)

    def action_promote(self) -> None:
        """Make this run the baseline."""
        self.post_message(messages.Open("promote"))

    def action_export(self) -> None:
        """Write the figures so far."""
        self.post_message(messages.Open("export"))

    # --- who steers, what watches --------------------------------------------------------------

    def action_take(self) -> None:
        """Take the controls; from another console only when the operator says so."""
        link = self.snapshot.link
        if link.controls != "theirs":
            self.send(TakeControls())
            return

        def agreed(yes: bool | None) -> None:
            if yes:
                self.send(TakeControls(force=True))

        who = link.holder or self.snapshot.state.controls or "another console"
        lines = [f"{who} has them and may be at work; afterwards they can only watch."]
        self.ask(ConfirmDialog("Take the controls?", "take", lines, "warning"), agreed)

    def action_release(self) -> None:
        """Give the controls back."""
        self.send(ReleaseControls())

    def action_policy(self, policy: Literal["hold", "stop", "continue"]) -> None:
        """What to do when nobody is there any more."""
        self.send(SetPolicy(policy=policy))

    def action_guard(self, name: str, enabled: bool) -> None:
        """Switch the guard, or one rule of it."""
        self.send(SetGuard(enabled=enabled, name=name))

    # --- the end -------------------------------------------------------------------------------

    def action_stop(self) -> None:
        """End the load in order."""
        lines = [
            f"{load_said(self.snapshot.state)}. Requests in flight get their time, on_stop runs, "
            "all figures are kept.",
        ]
        self._confirm("Stop the run?", "stop the run", lines, Stop())

    def action_kill(self) -> None:
        """End the generator at once."""
        lines = [
            f"{load_said(self.snapshot.state)}. The generator ends at once: requests in flight are "
            "cut, on_stop does not run. What was measured is kept. s stops in order.",
        ]
        self._confirm("Kill the generator?", "kill", lines, Kill())

    def action_detach(self) -> None:
        """Leave the run running."""

        def agreed(yes: bool | None) -> None:
            if yes:
                self.post_message(messages.Detach())

        state = self.snapshot.state
        lines = [f"With nobody there {alone_said(state)}.", "lftui attach comes back to it."]
        dialog = ConfirmDialog("Leave the run running?", "detach", lines, "accent")
        self.ask(dialog, agreed)

    def _confirm(self, question: str, deed: str, lines: list[str], command: Any) -> None:
        def agreed(yes: bool | None) -> None:
            if yes:
                self.send(command)

        self.ask(ConfirmDialog(question, deed, lines), agreed)


def load_said(state: RunState) -> str:
    """`30 users for 03:12`, or `50 iterations a second for 03:12`."""
    return f"{level_said(state)} for {clock(elapsed_s(state))}"


def alone_said(state: RunState) -> str:
    """What the dead-man policy will do, in words."""
    limit = plan_of(state).get("hold_limit_s")
    after = f" for {say_duration(round(float(limit)))}" if limit else ""
    deeds = {
        "hold": f"the load is held at its level{after}, then the run stops",
        "stop": "the run stops at once",
        "continue": "the run goes on to its planned end",
    }
    return deeds.get(state.policy or "hold", f"the policy is {state.policy}")
