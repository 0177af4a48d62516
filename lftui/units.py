"""Sizes, ages and moments as people write them, and sizes as they read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lftui.plan import PlanError

_AGE = re.compile(
    r"(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII
)
_AGE_UNITS_S = (604_800, 86_400, 3_600, 60, 1)
_MOST_AGE_S = 100 * 366 * 86_400
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?(B|[kMGT]B|[KMGT]iB)?", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SHOWN = 40  # characters of a text that is refused


def parse_age(text: str) -> float:
    """Seconds of an age: `90d`, `2w`, `12h`, `1d12h`; `0d` is no age at all.

    Raises:
        PlanError: the text is no age, or more than a hundred years.
    """
    match = _AGE.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise PlanError(f"'{_short(text)}' is no age; write it like 90d, 2w or 12h")
    parts = zip(match.groups(), _AGE_UNITS_S, strict=True)
    seconds = float(sum(int(number or 0) * unit for number, unit in parts))
    if seconds > _MOST_AGE_S:
        raise PlanError(f"the age '{_short(text)}' is more than a hundred years")
    return seconds


def parse_moment(text: str, now: float, *, last: bool = False) -> float:
    """The Unix time of an age before `now` (`7d`), a day, or a day and a time of it.

    What names no zone is local time.

    Args:
        last: of a day alone its end is meant, not its begin.

    Raises:
        PlanError: the text is none of them.
    """
    text = text.strip()
    match = _AGE.fullmatch(text)
    if match is not None and any(match.groups()):
        return now - parse_age(text)
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        if last and len(text) == len("2026-11-01"):
            moment += timedelta(days=1)
        return moment.timestamp()
    except (ValueError, OverflowError, OSError):
        raise PlanError(
            f"'{_short(text)}' is no time; write an age like 7d or 12h, a day like 2026-11-01, "
            "or a day and a time like 2026-11-01T14:30"
        ) from None


def parse_size(text: str) -> int:
    """Bytes of a size: `500MB`, `1.5 GB`, `2GiB`, `4096`.

    Raises:
        PlanError: the text is no size.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise PlanError(f"'{_short(text)}' is no size; write it like 500MB, 5GB or 2GiB")
    unit = (match[2] or "").lower()
    step = 1024 if unit.endswith("ib") else 1000
    return int(float(match[1]) * step ** _POWERS[unit.removesuffix("ib").removesuffix("b")])


def say_size(size: int) -> str:
    """Bytes for people, by thousands: `812 B`, `14 kB`, `3.1 MB`."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.1f} GB"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
