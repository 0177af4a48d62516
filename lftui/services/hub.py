"""Everything that the console can ask beside the run it shows; each part made when first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lftui.choices import Choice
    from lftui.judge.verdict import Verdict
    from lftui.links.judging import Judging
    from lftui.links.launcher import Launcher
    from lftui.links.live import LiveLink
    from lftui.links.replay import ReplayLink
    from lftui.services.checks import CheckServices
    from lftui.services.setup import SetupServices
    from lftui.services.shelf import Shelf


class Services:
    """The parts import what they need themselves: the first paint waits for none of them.

    Args:
        folder: the working directory.
        runs_dir: the option `--runs-dir`.
        settings: the option `--settings`.
        demo_url: the embedded target's address.
    """

    def __init__(
        self,
        folder: Path,
        runs_dir: str | None = None,
        settings: str | None = None,
        demo_url: str = "",
    ) -> None:
        self.folder = folder
        self.runs_dir = runs_dir
        self.settings_path = settings
        self.demo_url = demo_url
        self.life: int | None = None
        """A descriptor that every run keeps open as long as it lasts."""
        self._judging: Judging | None = None

    @cached_property
    def setup(self) -> SetupServices:
        """Scenarios, targets, shapes, plans."""
        from lftui.services.setup import SetupServices

        return SetupServices(self.folder, self.runs_dir, self.settings_path, self.demo_url)

    @cached_property
    def shelf(self) -> Shelf:
        """The stored runs."""
        from lftui.services.shelf import Shelf

        return Shelf(self.folder, self.runs_dir)

    @cached_property
    def checks(self) -> CheckServices:
        """The setup check."""
        from lftui.services.checks import CheckServices

        return CheckServices(self.folder, settings_path=self.settings_path, runs_dir=self.runs_dir)

    @cached_property
    def launcher(self) -> Launcher:
        """The supervisor that is kept warm for the next run."""
        from lftui.links.launcher import Launcher

        return Launcher([] if self.life is None else [self.life])

    def open_launcher(self) -> None:
        """Begin to warm a supervisor up."""
        self.launcher.open()

    async def close(self) -> None:
        """End what was begun and has become no run."""
        if self._judging is not None:
            self._judging.close()
        if "launcher" in self.__dict__:
            await self.launcher.close()

    def judging(self, told: Callable[[Verdict, float], None]) -> Judging:
        """The judge beside the loop; `told` is called with each verdict."""
        if self._judging is None:
            from lftui.links.judging import Judging

            self._judging = Judging(told)
        return self._judging

    def live(self, folder: Any) -> LiveLink:
        """The link to a live run in this folder."""
        from lftui.links.live import LiveLink

        return LiveLink(folder)

    def link(self, run: str) -> LiveLink | None:
        """The link to a stored run that is live; None for one that is over.

        Raises:
            PlanError: there is no such run.
        """
        folder = self.shelf.store.find(run)
        return self.live(folder) if folder.status(folder.read()) == "live" else None

    def replay(self, run: str, speed: float) -> ReplayLink:
        """The link that plays a stored run back.

        Raises:
            PlanError: there is no such run.
        """
        from lftui.links.replay import ReplayLink

        return ReplayLink(self.shelf.store.find(run), speed)

    def choice_of(self, run: str) -> Choice:
        """What was chosen for a stored run.

        Raises:
            PlanError: there is no such run.
        """
        from lftui.choices.saved import choice_again

        plan = self.shelf.store.find(run).read().plan
        return choice_again([str(word) for word in plan.get("argv", [])])
