"""Weighted linear least squares for a handful of unknowns."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite


def least_squares(
    rows: Sequence[Sequence[float]], targets: Sequence[float], weights: Sequence[float]
) -> list[float] | None:
    """The normal equations, solved by elimination with pivots; None where they have no answer."""
    size = len(rows[0])
    table = [
        [
            sum(w * row[i] * row[j] for row, w in zip(rows, weights, strict=True))
            for j in range(size)
        ]
        + [sum(w * row[i] * t for row, t, w in zip(rows, targets, weights, strict=True))]
        for i in range(size)
    ]
    for i in range(size):
        pivot = max(range(i, size), key=lambda row: abs(table[row][i]))
        table[i], table[pivot] = table[pivot], table[i]
        if not isfinite(table[i][i]) or abs(table[i][i]) < 1e-12 * abs(table[0][0]):
            return None
        for row in range(size):
            if row != i:
                factor = table[row][i] / table[i][i]
                table[row] = [a - factor * b for a, b in zip(table[row], table[i], strict=True)]
    return [table[i][size] / table[i][i] for i in range(size)]
