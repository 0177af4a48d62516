"""One command line on its way to a run."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from lftui import exit_codes, options
from lftui.baseline_source import baseline_from
from lftui.detached.output import log
from lftui.early_options import early_options, load_timeout_s
from lftui.judge.exit_code import exit_code
from lftui.judge.verdict import judge
from lftui.monitor.sources import monitored
from lftui.plan import PlanError
from lftui.planning import Planned, make_plan
from lftui.records import Loaded
from lftui.run_state import RunState
from lftui.settings import Settings, read_settings
from lftui.supervisor.run import Supervisor
from lftui.supervisor.store import RunFolder, Store, runs_directory

Stamps = dict[str, tuple[int, int]]


class Chosen:
    """One command line: its generator with the locustfile loaded, and then its run."""

    def __init__(self, argv: list[str], in_process: bool, begun: asyncio.Future[RunFolder]) -> None:
        self.argv = argv
        self._begun = begun
        self._early = early_options(argv)
        self._settings = read_settings(self._early.get("settings"), Path.cwd())
        runs_dir = self._early.get("runs-dir") or self._settings.runs_dir
        self._store = Store(runs_directory(runs_dir, os.environ))
        self._timeout_s = load_timeout_s(self._early)
        self.supervisor = Supervisor(
            self._store,
            in_process=in_process,
            read_baseline=lambda source: baseline_from(source, self._store),
            terminal=False,
            on_open=begun.set_result,
        )
        self._loading = asyncio.create_task(self._load())
        self._stamps: Stamps = {}
        self._used = False

    @property
    def usable(self) -> bool:
        """Whether it can still become a run: it is being loaded, or what was loaded has stayed."""
        if self._used or not self._loading.done():
            return not self._used
        failed = self._loading.cancelled() or self._loading.exception() is not None
        return not failed and stamps(list(self._stamps)) == self._stamps

    async def _load(self) -> Loaded:
        loaded = await self.supervisor.load(self.argv, options.takes_value(), self._timeout_s)
        self._stamps = stamps(sources(loaded.files))
        return loaded

    async def loaded(self) -> Loaded:
        """What the scenario offers.

        Raises:
            LoadFailed: it could not be loaded.
        """
        return await asyncio.shield(self._loading)

    async def let_go(self) -> None:
        """End the generator; nothing was run."""
        self._loading.cancel()
        await asyncio.gather(self._loading, return_exceptions=True)
        await self.supervisor.abandon()

    async def run(self, trusted_host: str | None) -> int:
        """Plan, run and export; the exit code.

        Raises:
            PlanError: the plan is wrong.
            LoadFailed: the scenario could not be loaded.
        """
        loaded = await self.loaded()
        if loaded.listing is not None or ("--show-shape", None) in loaded.ours:
            raise PlanError("these options only show something; without them there is a run")
        settings = monitored(self._settings, loaded, trusted_host)
        planned = self._plan(loaded, settings, trusted_host)
        self._used = True
        state = await self.supervisor.run(planned.plan, loaded, planned.embedded, settings.monitor)
        return self._close(state, planned)

    def _plan(self, loaded: Loaded, settings: Settings, trusted_host: str | None) -> Planned:
        return make_plan(
            self.argv,
            loaded,
            options.read(loaded.ours, os.environ),
            settings,
            Path.cwd(),
            False,
            trusted_host,
            lambda source: baseline_from(source, self._store),
        )

    def _close(self, state: RunState, planned: Planned) -> int:
        """Write the exports; what became of them is in the log and in `run.json`."""
        from lftui.exporting import export_run

        folder = self.supervisor.folder
        assert folder is not None
        written, failures = export_run(folder, planned.plan.exports)
        if written or failures:
            run_file = folder.read()
            run_file.facts["exports"] = {"written": written, "failed": failures}
            folder.write(run_file)
        for path in written:
            log(folder, "info", f"wrote {path}")
        for failure in failures:
            log(folder, "error", failure)
        code = exit_code(state, judge(state).outcome)
        return code or (exit_codes.BROKEN if failures else exit_codes.PASS)


def sources(files: Sequence[str]) -> list[str]:
    """The locustfiles and the Python files beside and one folder below them."""
    found = {Path(file) for file in files}
    for folder in {path.parent for path in found}:
        for pattern in ("*.py", "*/*.py"):
            with contextlib.suppress(OSError):
                found.update(folder.glob(pattern))
    return sorted(str(path) for path in found)


def stamps(paths: Sequence[str]) -> Stamps:
    """When each file was changed last, and its size: a generator may hold an older text of it."""
    known: Stamps = {}
    for path in paths:
        with contextlib.suppress(OSError):
            facts = os.stat(path)
            known[path] = (facts.st_mtime_ns, facts.st_size)
    return known
