"""`baseline.json`: found, read and carried along; the judge gives it its meaning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lftui.plan import PlanError

NAME = "baseline.json"
_LARGEST = 50_000_000


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


def read_baseline(path: Path) -> dict[str, Any]:
    """The document, unknown keys included.

    Raises:
        PlanError: it cannot be read, is no JSON, or is no object.
    """
    if path.is_dir():
        raise PlanError(f"the baseline {path} is a directory")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise PlanError(f"the baseline {path} cannot be read: {error.strerror}") from None
    if size > _LARGEST:
        raise PlanError(f"the baseline {path} is over {_LARGEST // 1_000_000} MB")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"the baseline {path} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise PlanError(f"the baseline {path} is nested too deeply") from None
    except ValueError as error:
        raise PlanError(f"the baseline {path} is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise PlanError(f"the baseline {path} must be a JSON object, with `endpoints` in it")
    return document
