"""What somebody wants: one class a command, answered by `Acked` or `Refused` with its id."""

from __future__ import annotations

from typing import Any, Literal, Union

import msgspec

from lftui.records.record import EndReason


class _Wish(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="command",
    tag=True,
):
    """What is common to every command: an id that its answer names, and who wants it."""

    id: str = ""
    who: str = ""


class Load(_Wish, frozen=True, kw_only=True):
    """Import the locustfile and parse the command line. `own` are lftui's options and whether
    each takes a value."""

    argv: list[str]
    own: dict[str, bool] = {}
    in_process: bool = False


class Start(_Wish, frozen=True, kw_only=True):
    """Create the Environment and begin the load of this plan."""

    plan: dict[str, Any]


class AddUsers(_Wish, frozen=True, kw_only=True):
    """Relative, so that keys typed fast add up."""

    delta: int
    spawn_rate: float | None = None


class SetUsers(_Wish, frozen=True, kw_only=True):
    """An exact level; with `per_class` the users of each named class, others unchanged."""

    users: int | None = None
    spawn_rate: float | None = None
    per_class: dict[str, int] = {}


class AddRate(_Wish, frozen=True, kw_only=True):
    """More or fewer iterations a second, of an open workload; relative, as `AddUsers`."""

    delta: float


class SetRate(_Wish, frozen=True, kw_only=True):
    """An exact rate of an open workload, in iterations a second, at once."""

    rate: float


class NextStage(_Wish, frozen=True, kw_only=True):
    """Begin the shape's next stage now."""


class Hold(_Wish, frozen=True, kw_only=True):
    """Freeze the shape at the level it has."""


class Resume(_Wish, frozen=True, kw_only=True):
    """Hand the load back to the shape."""


class Pause(_Wish, frozen=True, kw_only=True):
    """No users; all figures stay."""


class Unpause(_Wish, frozen=True, kw_only=True):
    """Back to the level before the pause."""


class Undo(_Wish, frozen=True, kw_only=True):
    """Take the last change by hand back."""


class Note(_Wish, frozen=True, kw_only=True):
    """Words for the journal."""

    text: str


class BeginWindow(_Wish, frozen=True, kw_only=True):
    """Measure afresh from here; nothing is deleted."""

    text: str = ""


class PinBaseline(_Wish, frozen=True, kw_only=True):
    """Compare with this baseline file or stored run from now on."""

    source: str


class SetGuard(_Wish, frozen=True, kw_only=True):
    """Switch the guard, or one rule of it, on or off."""

    enabled: bool
    name: str = ""


class SetPolicy(_Wish, frozen=True, kw_only=True):
    """What to do when nobody is there any more."""

    policy: Literal["hold", "stop", "continue"]


class AcceptProposal(_Wish, frozen=True, kw_only=True):
    """Do what was proposed."""

    proposal_id: str


class IgnoreProposal(_Wish, frozen=True, kw_only=True):
    """Do not do what was proposed; the load stays as it is."""

    proposal_id: str


class Smoke(_Wish, frozen=True, kw_only=True):
    """In the place of `Start`: run every chosen task of this plan once, with one user of each
    class. `task_limit_s` is how long one task may take."""

    plan: dict[str, Any] = {}
    task_limit_s: float = 20.0


class AddWorker(_Wish, frozen=True, kw_only=True):
    """One more local worker process."""


class RemoveWorker(_Wish, frozen=True, kw_only=True):
    """Take a worker away; its users move to the others. Without an id: the newest local one."""

    worker: str = ""


class TakeControls(_Wish, frozen=True, kw_only=True):
    """Hold the controls; with `force` also when another console has them."""

    force: bool = False


class ReleaseControls(_Wish, frozen=True, kw_only=True):
    """Give the controls back."""


class Stop(_Wish, frozen=True, kw_only=True):
    """End the load in order: requests in flight, `on_stop`, `test_stop`, `quitting`."""

    reason: EndReason = "stopped"
    why: str = ""


class Kill(_Wish, frozen=True, kw_only=True):
    """End the generator at once."""

    why: str = ""


Command = Union[  # noqa: UP007 - msgspec reads the Union at run time
    Load, Start, AddUsers, SetUsers, AddRate, SetRate, NextStage, Hold, Resume, Pause, Unpause,
    Undo, Note, BeginWindow, PinBaseline, SetGuard, SetPolicy, AcceptProposal, IgnoreProposal,
    Smoke, AddWorker, RemoveWorker, TakeControls, ReleaseControls, Stop, Kill,
]  # fmt: skip
