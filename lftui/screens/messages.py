"""What screens ask of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from lftui.choices import Choice
    from lftui.records import Command
    from lftui.run_state.windows import WindowName


class Send(Message):
    """Send a command to the run. What becomes of it comes back as a record."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class Warm(Message):
    """Load what is chosen, so that a start takes no time."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.choice = choice


class StartRun(Message):
    """Run what is chosen."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.choice = choice


class Again(Message):
    """Setup, prefilled with the plan of a stored run."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class OpenRun(Message):
    """A stored run's report, or a live one's screen."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class ReplayRun(Message):
    """Play a stored run back."""

    def __init__(self, run_id: str, speed: float = 1.0) -> None:
        super().__init__()
        self.run_id = run_id
        self.speed = speed


class ReplayControl(Message):
    """Steer a replay: `pause`, `speed` (times), `seek` (seconds of the run, or a delta)."""

    def __init__(self, action: str, value: float = 0.0) -> None:
        super().__init__()
        self.action = action
        self.value = value


class ChooseWindow(Message):
    """Show the figures of another window."""

    def __init__(self, window: WindowName) -> None:
        super().__init__()
        self.window = window


class ChooseStepSize(Message):
    """What `+` and `-` change the users by."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size


class Freeze(Message):
    """Let the display stand still, or go on."""


class Judge(Message):
    """A panel in sight needs the judge's word."""


class Detach(Message):
    """Leave the run running and end the console."""


class GoBack(Message):
    """Away from this screen; out of the program from the first one. Asks where load is on."""


class Open(Message):
    """Another screen or dialog: `report`, `runs`, `checks`, `export`, `promote`, `compare`, …"""

    def __init__(self, name: str, **facts: Any) -> None:
        super().__init__()
        self.name = name
        self.facts = facts
