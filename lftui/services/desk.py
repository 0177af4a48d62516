"""What the services of Setup stand on: where they are, and what is heavy, imported once."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lftui.plan import PlanError
from lftui.safe_text import safe_line

# What is heavy is imported where it is first used, in a thread: the first paint does not wait for
# it, and a key typed meanwhile is answered.
if TYPE_CHECKING:
    from lftui.services.ahead import Ahead
    from lftui.services.dry_run import Surroundings
    from lftui.services.scenario_files import ScenarioFiles
    from lftui.settings import Settings

_Result = TypeVar("_Result")


class Desk:
    """The working directory, the environment and the options of one console."""

    def __init__(
        self,
        folder: Path | None = None,
        runs_dir: str | None = None,
        settings_path: str | None = None,
        demo_url: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        load_timeout_s: float = 60.0,
    ) -> None:
        """Reads nothing yet.

        Args:
            folder: the working directory; that of the process by default.
            runs_dir, settings_path: as --runs-dir and --settings.
            demo_url: where the embedded target listens; then the locustfiles that come with
                lftui are listed, too.
            environment: that of the process by default.
            load_timeout_s: how long the import of a locustfile may take.
        """
        self._folder = Path.cwd() if folder is None else folder
        self._runs_dir = runs_dir
        self._settings_path = settings_path
        self._demo_url = demo_url
        self._environment = dict(os.environ) if environment is None else dict(environment)
        self._load_timeout_s = load_timeout_s
        self._secret: set[str] = set()
        self._making = threading.Lock()
        self._files: ScenarioFiles | None = None
        self._ahead: Ahead | None = None

    async def _made(self) -> tuple[ScenarioFiles, Ahead]:
        if self._files is None or self._ahead is None:
            return await asyncio.to_thread(self._make)
        return self._files, self._ahead

    def _make(self) -> tuple[ScenarioFiles, Ahead]:
        """Import what is heavy, once."""
        with self._making:
            if self._files is None or self._ahead is None:
                from lftui.bundled import bundled
                from lftui.services import preflight  # noqa: F401 - for those who import it later
                from lftui.services.ahead import Ahead
                from lftui.services.scenario_files import ScenarioFiles

                here = bundled("locustfiles") if self._demo_url else None
                self._ahead = Ahead()
                self._files = ScenarioFiles(self._folder, here, self._load_timeout_s)
            return self._files, self._ahead

    def _settings(self) -> tuple[Settings, str]:
        from lftui.settings import Settings, read_settings

        try:
            return read_settings(self._settings_path, self._folder), ""
        except PlanError as error:
            return Settings(), safe_line(str(error).replace(f"{self._folder}/", ""), 400)

    def _surroundings(self) -> Surroundings:
        from lftui.services.dry_run import Surroundings
        from lftui.supervisor.store import Store, runs_directory

        settings, _ = self._settings()
        runs = runs_directory(self._runs_dir or settings.runs_dir, self._environment)
        return Surroundings(settings, self._folder, self._environment, Store(runs), self._demo_url)

    async def _around(self, work: Callable[[Surroundings], _Result]) -> _Result:
        """Do it in a thread, with everything around the choice read anew."""
        return await asyncio.to_thread(lambda: work(self._surroundings()))
