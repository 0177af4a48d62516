"""With what the console opens: its first screen, and how its terminal is."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from lftui.choices import Choice
from lftui.preferences import Preferences


class Opening(msgspec.Struct):
    """What the command line, the settings and the terminal say before anything is drawn.

    Attributes:
        choice: what Setup is prefilled with.
        demo_url: the embedded target's address; "" without one.
        link: the run that is shown at once; None for Setup.
        colors: what the terminal has.
        complaint: what is wrong with the settings, in a sentence.
    """

    choice: Choice = Choice()
    demo_url: str = ""
    link: Any = None
    colors: Literal["none", "ansi", "full"] = "full"
    ascii: bool = False
    mouse: bool = True
    preferences: Preferences = msgspec.field(default_factory=Preferences)
    complaint: str = ""
