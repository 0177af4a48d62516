"""What Setup asks of the services; `lftui.services.setup.SetupServices` is one of these."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from lftui.choices import Choice
    from lftui.choices.offers import Preflight, Preset, ScenarioRow, ShapePreview, TargetRow
    from lftui.records import Loaded, Smoked


class ScenarioNeeds(Protocol):
    """Locustfiles, and what they offer."""

    async def scenarios(self, given: str = "") -> list[ScenarioRow]:
        """The locustfiles that there are, the given one first."""

    async def describe(self, path: str, argv: Sequence[str] = ()) -> Loaded | str:
        """What a locustfile offers, or one sentence why that cannot be said."""

    async def changed(self) -> list[str]:
        """The scenarios that came, went or changed since they were looked at."""

    async def complete(self, choice: Choice, loaded: Loaded) -> Choice:
        """The choice with what configuration files and variables set besides it."""


class TargetNeeds(Protocol):
    """Targets, and how they are."""

    async def settings(self) -> tuple[object, str]:
        """The settings, and what is wrong with their file."""

    async def targets(self) -> list[TargetRow]:
        """The targets to choose from."""

    async def confirmation(self, choice: Choice, loaded: Loaded | None = None) -> str:
        """The host that has to be typed; "" where none has to be."""

    async def preflight(self, host: str, confirmed: str = "") -> Preflight:
        """A look at a target."""

    async def guard(self, choice: Choice, loaded: Loaded | None = None) -> str:
        """What the guard will do, in one sentence."""


class ShapeNeeds(Protocol):
    """Load shapes ahead of time."""

    async def presets(self, choice: Choice) -> list[Preset]:
        """The load scenarios of the baseline."""

    async def choose_preset(self, choice: Choice, name: str) -> Choice:
        """The choice with a preset's users and run time."""

    async def preview(self, choice: Choice, loaded: Loaded | None = None) -> ShapePreview:
        """The chosen shape ahead of time."""

    async def check(self, choice: Choice, loaded: Loaded | None = None) -> list[str]:
        """What would refuse the run, sentence by sentence."""


class PlanNeeds(Protocol):
    """Plans that are kept."""

    async def last_plan(self) -> tuple[Choice | None, str]:
        """What was run last, and what is wrong with its file."""

    async def plan_names(self) -> list[str]:
        """The saved plans."""

    async def save_plan(self, name: str, choice: Choice) -> str:
        """Save it; one sentence where that fails."""

    async def load_plan(self, name: str) -> tuple[Choice | None, str]:
        """A saved plan, or one sentence why not."""

    async def delete_plan(self, name: str) -> str:
        """Delete a saved plan; one sentence where that fails."""


class SmokeNeeds(Protocol):
    """The one-user smoke."""

    def smoke(self, choice: Choice) -> AsyncIterator[Smoked]:
        """Run each chosen task once; each request as it comes."""


class SetupNeeds(ScenarioNeeds, TargetNeeds, ShapeNeeds, PlanNeeds, SmokeNeeds, Protocol):
    """All that Setup asks."""
