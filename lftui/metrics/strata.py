"""Batches of several loads: what differs between the loads is no noise."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lftui.metrics.batches import Batches, joined
from lftui.metrics.buckets import bucket_of
from lftui.metrics.packed import unpack


class Strata(Batches):
    """The batches of each load apart, and all of them one after the other.

    The figures of several loads together depend on how long each was on, which is not by chance;
    only what varies within each load is. So the variance of a share over all of them is the sum
    of the loads' own: `sum of n p (1 - p) effect` instead of `n p (1 - p)` (Cochran, "Sampling
    Techniques", 3rd ed. 1977, chapter 5A).
    """

    parts: dict[str, Batches] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, parts: Mapping[str, Batches]) -> Batches:
        """The batches of these loads; of a single one they are its own."""
        known = {name: part for name, part in parts.items() if part.pieces}
        if len(known) == 1:
            return next(iter(known.values()))
        together = joined(known.values())
        return cls(
            keep=together.keep,
            length_s=together.length_s,
            pieces=together.pieces,
            parts=known,
        )

    def percentile_effect(
        self, us: float, confidence: float = 0.95, adjusted: bool = False
    ) -> float:
        """As of `Batches`, within the loads."""
        top = bucket_of(int(us))
        found = []
        for part in self.parts.values():
            hits, size = _within(part, top, adjusted)
            found.append((hits, size, part.percentile_effect(us, confidence, adjusted)))
        return _share_effect(found)

    def error_effect(self, confidence: float = 0.95) -> float:
        """As of `Batches`, within the loads."""
        return _share_effect(
            [
                (
                    sum(piece.failures for piece in part.pieces),
                    sum(piece.count for piece in part.pieces),
                    part.error_effect(confidence),
                )
                for part in self.parts.values()
            ]
        )

    def rate_effect(self, confidence: float = 0.95, good: bool = False) -> float:
        """As of `Batches`, within the loads."""
        counts = [sum(piece.count for piece in part.pieces) for part in self.parts.values()]
        effects = [part.rate_effect(confidence, good) for part in self.parts.values()]
        total = sum(counts)
        spread = sum(n * effect for n, effect in zip(counts, effects, strict=True))
        return spread / total if total else 1.0


def _within(part: Batches, top: int, adjusted: bool) -> tuple[int, int]:
    """How many responses of a load are within a bucket, and how many there are."""
    flat = unpack(b"".join(one.adjusted if adjusted else one.ok for one in part.pieces))
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return sum(count for bucket, count in pairs if bucket <= top), sum(flat[1::2])


def _share_effect(found: list[tuple[int, int, float]]) -> float:
    total = sum(size for _, size, _ in found)
    share = sum(hits for hits, _, _ in found) / total if total else 0.0
    independent = total * share * (1.0 - share)
    if independent <= 0.0:
        return 1.0
    spread = sum(hits * (1.0 - hits / size) * effect for hits, size, effect in found if size)
    return max(1.0, spread / independent)
