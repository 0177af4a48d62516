"""The target's own metrics: what each source said last, and over the run."""

from __future__ import annotations

import msgspec

from lftui.records import TargetSample, TargetSampled


class TargetFacts(msgspec.Struct):
    """One metric of one source. Values in its own unit, a percentage in percent.

    Attributes:
        value: the newest reading; None where the source had no number then.
        sampled_s: when that was, in monotonic seconds.
        latest: the newest number; `latest_s`, `latest_wall` when it was, 0 before the first.
        lowest, mean, highest: of all numbers so far, `count` of them.
    """

    source: str
    name: str
    unit: str = ""
    value: float | None = None
    sampled_s: float = 0.0
    first_s: float = 0.0
    latest: float = 0.0
    latest_s: float = 0.0
    latest_wall: float = 0.0
    lowest: float = 0.0
    mean: float = 0.0
    highest: float = 0.0
    count: int = 0

    def add(self, sample: TargetSample, record: TargetSampled) -> None:
        """Take a reading."""
        self.unit, self.value, self.sampled_s = sample.unit, sample.value, record.mono
        self.first_s = self.first_s or record.mono
        value = sample.value
        if value is None:
            return
        self.latest, self.latest_s, self.latest_wall = value, record.mono, record.wall
        self.lowest = min(self.lowest, value) if self.count else value
        self.highest = max(self.highest, value) if self.count else value
        self.count += 1
        # Kept instead of a sum, which could leave the range of a float.
        mean = self.mean * ((self.count - 1) / self.count) + value / self.count
        self.mean = min(max(mean, self.lowest), self.highest)

    def judged(self, value: float) -> float:
        """A value as limits are written: of a percentage the share."""
        return value / 100.0 if self.unit == "%" else value


Targets = dict[str, TargetFacts]
"""By `key_of` source and name."""


def key_of(source: str, name: str) -> str:
    """The key of a metric of a source."""
    return f"{source}\t{name}"


def on_sampled(targets: Targets, record: TargetSampled) -> None:
    """Fold the readings of a source."""
    for sample in record.samples:
        key = key_of(record.source, sample.name)
        facts = targets.get(key)
        if facts is None:
            facts = targets[key] = TargetFacts(record.source, sample.name)
        facts.add(sample, record)


def silent_since(targets: Targets, source: str) -> float | None:
    """Since when a source has given no number at all, in monotonic seconds; None while it does."""
    own = [one for one in targets.values() if one.source == source]
    if not own or any(one.value is not None for one in own):
        return None
    return max(one.latest_s for one in own) or min(one.first_s for one in own)


def silent_sources(targets: Targets) -> dict[str, float]:
    """The sources that give no number now, each with the moment since when."""
    found = {}
    for source in dict.fromkeys(one.source for one in targets.values()):
        since = silent_since(targets, source)
        if since is not None:
            found[source] = since
    return found
