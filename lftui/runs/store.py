"""Where the runs of a command are."""

from __future__ import annotations

import os
from pathlib import Path

from lftui.supervisor.store import Store, runs_directory


def store_at(option: str | None) -> Store:
    """The runs directory: of the option, the settings or the environment.

    Raises:
        PlanError: the settings cannot be read.
    """
    from lftui.settings import read_settings

    return Store(runs_directory(option or read_settings(None, Path.cwd()).runs_dir, os.environ))
