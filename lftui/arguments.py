"""The arguments of the small commands, read with argparse, its errors as one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn

from lftui.plan import PlanError


class Arguments(argparse.ArgumentParser):
    """A parser that raises `PlanError` and takes no abbreviations."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(f"lftui {command}", description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, in one sentence."""
        raise PlanError(f"{message} (see {self.prog} --help)")

    def add_runs_dir(self) -> None:
        """`--runs-dir`, as for a run."""
        self.add_argument("--runs-dir", metavar="DIR", help="where runs are kept")
