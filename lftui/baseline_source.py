"""A baseline from anywhere: a file, or a stored run, which stands for what it measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lftui.baseline import read_baseline
from lftui.plan import PlanError
from lftui.run_state import RunState
from lftui.supervisor.journal import JournalError
from lftui.supervisor.journal_file import is_journal_name
from lftui.supervisor.store import RUN_FILE, RunFolder, Store

_CARRIED = ("thresholds", "load_scenarios", "tolerance")


def baseline_from(source: str, store: Store) -> tuple[dict[str, Any], str]:
    """A baseline document, and where it is from in a word.

    Args:
        source: a file; or a stored run by its id, the beginning of one, `last` or its folder. A
            run brings the figures that it measured and the thresholds that it was run with.
        store: where runs are looked for.

    Raises:
        PlanError: it is neither, or cannot be used; one sentence.
    """
    if is_file(source):
        path = Path(source).expanduser()
        return read_baseline(path), str(path)
    from lftui.judge.comparison.promotion import promoted

    folder, state = stored_run(source, store)
    embedded = (state.started.baseline if state.started is not None else None) or {}
    carried = {name: embedded[name] for name in _CARRIED if embedded.get(name)}
    try:
        return promoted(state, carried).document, folder.id
    except PlanError as error:
        raise PlanError(f"the run {folder.id} cannot be a baseline: {error}") from None


def is_file(source: str) -> bool:
    """Whether a file is meant, and not a stored run."""
    path = Path(source).expanduser()
    if path.name == RUN_FILE or is_journal_name(path.name):
        return False
    return path.name.endswith(".json") or (path.exists() and not path.is_dir())


def stored_run(reference: str, store: Store) -> tuple[RunFolder, RunState]:
    """A stored run and its folded records.

    Raises:
        PlanError: there is none, or its journal cannot be read.
    """
    path = Path(reference).expanduser()
    folder = store.find(str(path.parent) if path.name == RUN_FILE else reference)
    try:
        return folder, folder.fold()
    except JournalError as error:
        raise PlanError(str(error)) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlanError(f"the journal of {folder.id} cannot be read: {reason}") from None
