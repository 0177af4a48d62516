"""What Locust keeps of response times is the same, and nothing to the garbage collector."""

from __future__ import annotations

import gc
import time

import pytest
from locust import stats

from lftui.generator.kept_times import keep_out_of_garbage


def teach(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a generator; as it was afterwards."""
    for name in ("CachedResponseTimes", "copy"):
        monkeypatch.setattr(stats, name, getattr(stats, name))
    keep_out_of_garbage()


def an_entry(monkeypatch: pytest.MonkeyPatch) -> stats.StatsEntry:
    """One with 20 quick requests in each of 20 seconds, then 20 slow ones."""
    entry = stats.RequestStats().entries["/", "GET"]
    now = [int(time.time()) + 0.5]
    monkeypatch.setattr(stats.time, "time", lambda: now[0])
    for second in range(21):
        for _ in range(20):
            entry.log(20 if second < 20 else 900, 10)
        now[0] += 1
    return entry


def percentiles(entry: stats.StatsEntry) -> list[float | None]:
    """Of the last seconds."""
    return [entry.get_current_response_time_percentile(share) for share in (0.5, 0.9, 0.99)]


def test_it_is_nothing_to_the_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    teach(monkeypatch)
    found = an_entry(monkeypatch).response_times_cache
    assert found is not None
    assert len(found) == 20
    for one in found.values():
        assert not gc.is_tracked(one)
        assert not gc.is_tracked(one.response_times)


def test_the_percentiles_of_the_last_seconds_are_locusts(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patches:
        usual = percentiles(an_entry(patches))
    teach(monkeypatch)
    with monkeypatch.context() as patches:
        assert percentiles(an_entry(patches)) == usual
    assert usual[0] == 20
    assert usual[2] == 900
