"""The keys that change how much load there is: users, or the rate of an open workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from lftui.records import SetRate, SetUsers
from lftui.screens import messages
from lftui.screens.dialogs.rate import RateDialog
from lftui.screens.dialogs.users import UsersDialog
from lftui.screens.live.keys import words_of
from lftui.screens.live.level import changed_by, is_open, rate_now, users_now
from lftui.screens.live.questions import Questions
from lftui.snapshot import STEP_SIZES

if TYPE_CHECKING:
    from lftui.records import Command


class LevelKeys(Questions):
    """More, fewer, and exactly so many. Part of the Live screen."""

    def send(self, command: Command) -> None:
        """Let the application send a command."""
        raise NotImplementedError

    def said_of(self, binding: Binding) -> tuple[str, str]:
        """What a key does in this run, for the help."""
        title, about = super().said_of(binding)
        return words_of(binding.id or "", self.snapshot.state, (title, about))

    def action_more(self) -> None:
        """More load, by the step size."""
        self.send(changed_by(self.snapshot.state, self.snapshot.step_size))

    def action_fewer(self) -> None:
        """Less load, by the step size."""
        self.send(changed_by(self.snapshot.state, -self.snapshot.step_size))

    def action_step_size(self, direction: int) -> None:
        """The next larger or smaller step size."""
        follower = getattr(self.app, "follower", None)
        sizes = sorted(getattr(follower, "step_sizes", STEP_SIZES))
        here = self.snapshot.step_size
        beyond = [one for one in sizes if (one > here if direction > 0 else one < here)]
        if beyond:
            self.post_message(messages.ChooseStepSize(beyond[0] if direction > 0 else beyond[-1]))

    def action_set_users(self) -> None:
        """Ask for exact users, or an exact rate."""

        def asked(command: SetUsers | SetRate | None) -> None:
            if command is not None:
                self.send(command)

        if is_open(self.snapshot.state):
            self.ask(RateDialog(lambda: rate_now(self.snapshot.state)), asked)
        else:
            self.ask(UsersDialog(lambda: users_now(self.snapshot.state)), asked)
