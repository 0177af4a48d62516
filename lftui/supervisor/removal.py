"""Stored runs removed, in two moves.

A folder is first renamed, which happens at once or not at all, and then emptied. Whatever
interrupts that leaves either the whole run, or a folder that no list takes for one: its name begins
with a dot, and the next removal sweeps it away.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from pathlib import Path

from lftui.plan import PlanError
from lftui.supervisor.store import RunFolder, Store

_PREFIX = ".removed-"
_TRIES = 10  # somebody else may be sweeping the same folder


def remove_run(folder: RunFolder) -> bool:
    """Remove a run with all that is in its folder; False where it is not there any more.

    One whose `run.json` cannot be read is removed as well: it is nobody's who could be asked.

    Raises:
        PlanError: it is live, or it cannot be removed.
    """
    refuse_live(folder)
    gone = folder.path.with_name(f"{_PREFIX}{secrets.token_hex(8)}")
    try:
        if folder.path.is_symlink():
            raise PlanError(f"{folder.path} is a link to a folder elsewhere; remove it by hand")
        folder.path.rename(gone)
    except FileNotFoundError:
        return False
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PlanError(f"the run {folder.id} cannot be removed: {reason}") from None
    try:
        _empty(gone)
    except OSError as error:
        where, reason = error.filename or gone, (error.strerror or str(error)).lower()
        raise PlanError(
            f"the run {folder.id} is off the list, but {where} cannot be removed: {reason}"
        ) from None
    return True


def refuse_live(folder: RunFolder) -> None:
    """Nothing, where the run is over.

    Raises:
        PlanError: it is live.
    """
    try:
        run = folder.read()
    except PlanError:
        return
    if folder.status(run) == "live":
        raise PlanError(f"the run {folder.id} is live; end it first: lftui stop {folder.id}")


def sweep(store: Store) -> None:
    """Finish removals that were interrupted, as far as that can be done."""
    with contextlib.suppress(OSError):
        for path in store.path.glob(f"{_PREFIX}*"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)


def _empty(path: Path) -> None:
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(path)
        if not path.exists():
            return
