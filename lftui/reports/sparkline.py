"""A trend in one row of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-=*#"


def spark(values: Sequence[float | None], width: int, ascii_only: bool = False) -> str:
    """The newest `width` values as columns from 0 to their highest, exactly `width` cells.

    None and what is no number is a blank. Fewer values stand at the right.
    """
    if width < 1:
        return ""
    signs = _ASCII if ascii_only else _BLOCKS
    newest = values[-width:]
    numbers = [value for value in newest if value is not None and math.isfinite(value)]
    highest = max(numbers, default=0.0)
    return "".join(_sign(value, highest, signs) for value in newest).rjust(width)


def _sign(value: float | None, highest: float, signs: str) -> str:
    if value is None or not math.isfinite(value):
        return " "
    if value <= 0.0 or highest <= 0.0:
        return signs[0]
    return signs[min(int(value / highest * len(signs)), len(signs) - 1)]
