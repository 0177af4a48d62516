"""What a pruning takes: by age, by size, never what has to stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.runs.chosen import RunFilter
from lftui.runs.prune import Criteria, pruning
from lftui.runs.row import RunRow, series_of
from lftui.runs.spared import promoted_runs

NOW, DAY = 1_700_000_000.0, 86_400.0


def row(name: str, days: float, size: int = 100, status: str = "finished", **more: str) -> RunRow:
    complaint = "torn" if status == "damaged" else ""
    return RunRow(
        name,
        status,
        NOW - days * DAY,
        size_bytes=size,
        complaint=complaint,
        scenario="m.py",
        **more,
    )


def ids(
    *rows: RunRow, chosen: RunFilter | None = None, spared: tuple[str, ...] = (), **criteria
) -> list[str]:  # type: ignore[no-untyped-def]
    found = pruning(rows, Criteria(**criteria), NOW, chosen, spared)
    return [one.id for one in found.goes]


def test_by_age_the_oldest_first_and_never_live_or_damaged() -> None:
    rows = [
        row("a", 1),
        row("b", 20, status="interrupted"),
        row("c", 30),
        row("d", 40, status="live"),
        row("e", 50, status="damaged"),
    ]
    assert ids(*rows, older_than_s=10 * DAY) == ["c", "b"]


def test_by_size_until_the_rest_fits() -> None:
    rows = [row("a", 1, 100), row("b", 2, 100), row("c", 3, 50), row("d", 4, 50)]
    assert ids(*rows, max_bytes=250) == ["d"]
    assert ids(*rows, max_bytes=249) == ["d", "c"]
    assert ids(*rows, max_bytes=300) == []
    assert ids(*rows, max_bytes=0) == ["d", "c", "b", "a"]


def test_what_has_to_stay_counts_but_stays() -> None:
    rows = [row("a", 1, 100), row("live", 9, 500, "live")]
    found = pruning(rows, Criteria(max_bytes=300), NOW)
    assert ([one.id for one in found.goes], found.left_bytes, found.won_bytes) == (["a"], 500, 100)


def test_the_newest_of_each_scenario_and_target_are_kept() -> None:
    rows = [row("a", 20), row("b", 30), row("c", 40), row("other", 50, host="http://x")]
    assert ids(*rows, older_than_s=0.0, keep=2) == ["c"]
    assert ids(*rows, older_than_s=0.0, keep=1) == ["c", "b"]


def test_a_filter_chooses_and_what_is_kept_is_found_among_all() -> None:
    rows = [row("a", 1, verdict="pass"), row("b", 2, verdict="fail"), row("c", 3, verdict="fail")]
    failed = RunFilter(verdict="fail")
    assert ids(*rows, chosen=failed, older_than_s=0.0, keep=1) == ["c", "b"]
    assert ids(*rows, chosen=failed, older_than_s=0.0, keep=2) == ["c"]
    assert ids(*rows, chosen=failed, max_bytes=100) == ["c"], "only their size counts"


def test_what_is_spared_stays() -> None:
    assert ids(row("a", 20), row("b", 30), older_than_s=0.0, spared=("b",)) == ["a"]


ROWS = st.lists(
    st.builds(
        row,
        st.just(""),
        st.floats(0, 400),
        st.integers(0, 1000),
        st.sampled_from(["live", "finished", "interrupted", "damaged"]),
        host=st.sampled_from(["http://a", "http://b"]),
    ),
    max_size=12,
)


@given(ROWS, st.none() | st.floats(0, 4e7), st.none() | st.integers(0, 5000), st.integers(0, 4))
def test_nothing_goes_without_a_reason(
    made: list[RunRow], age: float | None, most: int | None, keep: int
) -> None:
    import msgspec

    rows = [msgspec.structs.replace(one, id=str(n)) for n, one in enumerate(made)]
    found = pruning(rows, Criteria(age, most, keep), NOW)
    goes = {one.id for one in found.goes}
    stay = [one for one in rows if one.id not in goes]
    assert found.left_bytes == sum(one.size_bytes for one in stay)
    assert all(one.status in ("finished", "interrupted") for one in found.goes)
    for one in found.goes:
        alike = [
            other
            for other in stay
            if series_of(other.scenario, other.host) == series_of(one.scenario, one.host)
            and not other.complaint
            and other.started_at >= one.started_at
        ]
        assert len(alike) >= keep, "newer ones of its kind are kept"
    if age is None and most is None:
        assert not goes


def test_a_run_that_a_baseline_was_made_from_is_known_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text('{"endpoints": {}, "promoted_from": {"run": "here"}}')
    beside = tmp_path / "locustfiles"
    beside.mkdir()
    (beside / "baseline.json").write_text('{"endpoints": {}, "promoted_from": {"run": "beside"}}')
    one = RunRow("1", "finished", NOW, scenario="locustfiles/main.py, other/x.py")
    found, complaints = promoted_runs(tmp_path, [one])
    assert (set(found), complaints) == ({"here", "beside"}, [])


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"promoted_from": 3}', '{"promoted_from": {"run": [1]}}']
)
def test_a_baseline_that_names_no_run_spares_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "baseline.json").write_text(text)
    found, complaints = promoted_runs(tmp_path, [])
    assert found == {}
    assert all("is not known" in one for one in complaints)
    assert bool(complaints) == (not text.startswith('{"'))
