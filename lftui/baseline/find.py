"""Where the baseline is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

NAME = "baseline.json"


def find_baseline(option: str | None, locustfiles: Sequence[str], folder: Path) -> Path | None:
    """The baseline to use: the option's, or the one beside the locustfile or in the folder.

    `none` turns it off.
    """
    if option == "none":
        return None
    if option:
        return Path(option)
    places = [Path(path).absolute().parent for path in locustfiles[:1]]
    for place in [*places, folder]:
        if (place / NAME).is_file():
            return place / NAME
    return None
