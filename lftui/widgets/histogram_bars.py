"""How response times are distributed, as horizontal bars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from lftui.metrics import Histogram, value_us

NONE = "no response times yet"
# Borders of the ranges within a decade, the finest first; the finest that fits is taken.
_BORDERS = (
    (10, 12, 15, 20, 25, 30, 40, 50, 60, 80),
    (10, 15, 20, 30, 50, 70),
    (10, 20, 50),
    (10, 30),
    (10,),
)
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SHARE = 7


def histogram_lines(
    histogram: Histogram, width: int, height: int, ascii: bool = False
) -> list[str]:
    """At most `height` lines: a range of times, a bar, and the share of the responses in it.

    Ranges grow with the time (1, 2, 5, 10, ... where there is room for no more); each begins with
    its lower border and ends before its upper one. No line is wider than `width`.
    """
    if width < 1 or height < 1:
        return []
    if not histogram.count:
        return [NONE[:width]]
    borders, counts = _ranges(histogram, height)
    labels = _labels(borders, "-" if ascii else "–")
    wide = max(len(label) for label in labels)
    room = max(0, width - wide - _SHARE - 2)
    most = max(counts)
    return [
        f"{label:>{wide}} {_bar(count / most, room, ascii)} {_share(count / histogram.count)}"[
            :width
        ]
        for label, count in zip(labels, counts, strict=True)
    ]


def _ranges(histogram: Histogram, height: int) -> tuple[list[int], list[int]]:
    """Round borders in µs, from below the fastest to above the slowest, and what is between."""
    low, high = value_us(min(histogram.buckets)), value_us(max(histogram.buckets))
    borders: list[int] = []
    for within in _BORDERS:
        every = [0, *(border * 10**power for power in range(10) for border in within)]
        borders = every[bisect_right(every, low) - 1 : bisect_right(every, high) + 1]
        if len(borders) - 1 <= height:
            break
    counts = [0] * (len(borders) - 1)
    for bucket, count in histogram.buckets.items():
        counts[bisect_right(borders, value_us(bucket)) - 1] += count
    while len(counts) > height:  # more decades than lines: the emptiest neighbors share one
        place = min(range(len(counts) - 1), key=lambda index: counts[index] + counts[index + 1])
        counts[place : place + 2] = [counts[place] + counts[place + 1]]
        del borders[place + 1]
    return borders, counts


def _labels(borders: Sequence[int], dash: str) -> list[str]:
    labels = []
    for low, high in pairwise(borders):
        if low >= 1_000_000:
            labels.append(f"{low / 1e6:g}{dash}{high / 1e6:g} s ")
        else:
            labels.append(f"{low / 1e3:g}{dash}{high / 1e3:g} ms")
    return labels


def _bar(share: float, room: int, ascii: bool) -> str:
    if ascii:
        return ("#" * round(share * room)).ljust(room)
    eighths = round(share * room * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(room)


def _share(share: float) -> str:
    if 0.0 < share < 0.001:
        return " <0.1 %"
    return f"{100 * share:5.1f} %"
