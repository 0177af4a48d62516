"""Sparse histograms packed into bytes, for the many that are kept and seldom read.

A day of 30 endpoints keeps some 20,000 of them: as lists of Python's integers that is 36 bytes a
number, packed it is 2.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence

Packed = bytes
"""A packed sparse histogram."""

_LARGEST = 0xFFFF
_CODE = "H"


def pack(flat: Sequence[int]) -> Packed:
    """`[bucket, count, ...]` as pairs of little-endian 16-bit numbers.

    A count above 65,535 becomes several pairs of its bucket; pairs of one bucket add up, so two
    packed histograms are added by putting one behind the other.
    """
    try:
        packed = array(_CODE, flat)
    except OverflowError:
        packed = array(_CODE, _split(flat))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(packed: Packed) -> list[int]:
    """The pairs as they were packed; a bucket may come more than once."""
    flat = array(_CODE)
    flat.frombytes(packed)
    if sys.byteorder == "big":
        flat.byteswap()
    return flat.tolist()


def _split(flat: Sequence[int]) -> Iterator[int]:
    pairs = iter(flat)
    for bucket in pairs:
        count = next(pairs)
        while count > 0:
            part = min(count, _LARGEST)
            yield from (bucket, part)
            count -= part
