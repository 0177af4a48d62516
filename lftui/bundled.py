"""What comes with lftui beside its code: scenarios and a baseline."""

from __future__ import annotations

from pathlib import Path

from lftui.plan import PlanError


def bundled(name: str) -> Path:
    """A file or folder that comes along: from the checkout, or from the installed wheel.

    Raises:
        PlanError: it is in neither place.
    """
    package = Path(__file__).resolve().parent
    for place in (package.parent / name, package / "_bundled" / name):
        if place.exists():
            return place
    raise PlanError(f"this installation of lftui lacks its {name}")
