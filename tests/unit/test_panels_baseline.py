"""The Baseline panel: what has changed, and whether that is more than noise."""

from __future__ import annotations

from typing import Any

from lftui.judge.comparison.promotion import promoted
from lftui.records import Marked
from lftui.snapshot import Snapshot
from lftui.widgets.look import Look
from tests.unit.panel_texts import HOSTILE, cells, detail, judged, lines, note, panel, table
from tests.unit.simulated import HEALTHZ, JOB, play_run
from tests.unit.strategies import Play

NEW = ("POST", "/new")


def times(p50: float, p95: float) -> dict[str, Any]:
    return {"expected_response_time_ms": {"p50": p50, "p95": p95}}


def against(entries: dict[str, Any] | None, seconds: int = 60, **options: Any) -> Play:
    """A run with a baseline of these entries."""
    play = play_run(1, levels=[(50, seconds)], **options)
    document = {"endpoints": entries} if entries is not None else None
    play.mark("baseline", text="b.json", facts={"path": "b.json", "document": document})
    return play


def empty(snapshot: Snapshot) -> str:
    source = panel("baseline").source(snapshot, Look())
    assert list(source.keys()) == []
    return source.empty


def test_without_a_baseline_it_says_how_to_get_one() -> None:
    assert empty(Snapshot()) == "no baseline: b compares with a baseline file or a stored run"
    assert note("baseline", Snapshot()) == []
    assert panel("baseline").title(Snapshot(), 0) == "Baseline"


def test_before_the_judges_first_word_it_says_that_it_comes() -> None:
    play = against({"/healthz": times(5, 10)})
    assert empty(Snapshot(state=play.state)).startswith("the judge compares")


def test_a_baseline_that_cannot_be_used_says_why() -> None:
    play = against({"/healthz": {"expected_response_time_ms": {"p50": "fast"}}})
    assert empty(judged(play.state)).startswith("the baseline cannot be used: ")


def test_the_worst_is_on_top_with_value_change_and_sign() -> None:
    play = against({"/healthz": times(5, 10), "/api/v1/jobs/{id}": times(15, 30)})
    snapshot = judged(play.state)
    rows = table("baseline", snapshot, 120)
    assert "/api/v1/jobs/{id}" in rows[1]
    assert rows[1].startswith(" ■")
    assert "GET /healthz" in rows[2]
    assert rows[2].startswith(" ●")
    text, tone = cells("baseline", snapshot)["p50"]
    assert text.startswith("30 ms +")
    assert text.endswith(" % ■")
    assert tone == "critical"
    assert cells("baseline", snapshot, 1)["p50"][1] == ""
    assert panel("baseline").title(snapshot, 0) == "Baseline(■1)"


def test_what_could_not_be_compared_says_why() -> None:
    play = against(
        {"/healthz": times(5, 10), "/never": times(1, 2)}, median_ms={HEALTHZ: 5, NEW: 9}
    )
    rows = table("baseline", judged(play.state), 80)
    assert rows[2].split() == ["/never", "not", "measured"]
    assert rows[3].split() == ["POST", "/new", "not", "in", "baseline"]
    assert detail("baseline", judged(play.state), 1) == ["/never", "not measured"]


def test_too_few_responses_are_inconclusive_and_say_how_many_it_takes() -> None:
    play = against({"/healthz": times(5, 8)}, seconds=6, rps=2, median_ms={HEALTHZ: 5.2})
    snapshot = judged(play.state)
    found = cells("baseline", snapshot)
    assert found["verdict"] == ("○", "dim")
    assert found["p95"][0].endswith("○")
    assert "○ cannot be told from noise yet: enter says what it takes" in note("baseline", snapshot)
    said = detail("baseline", snapshot)
    assert any("would tell" in line for line in said)
    assert not any("errors 0 %" in line and "error ratio 0 %" in line for line in said)
    assert panel("baseline").title(snapshot, 0) == "Baseline"


def test_the_details_have_each_metric_with_interval_and_tolerance() -> None:
    said = detail("baseline", judged(against({"/api/v1/jobs/{id}": times(15, 30)}).state))
    assert said[0] == "GET /api/v1/jobs/{id}"
    first = next(line for line in said if "p50" in line)
    assert first.startswith("■ fail: p50 ")
    assert "expected 15 ms" in first
    assert "more than the tolerated 10 % and more than noise" in first
    more = said[said.index(first) + 1].split(", ")
    assert more[-2].startswith("95 % sure from ")
    assert more[-1] == "tolerated to 16.5 ms"
    assert any(line.startswith("  not judged: max ") and " ms" in line for line in said)


def test_the_note_says_which_baseline_and_when_it_was_judged() -> None:
    snapshot = judged(against({"/healthz": times(5, 10)}).state, after_s=4)
    assert note("baseline", snapshot)[0] == "against b.json, 2 figures compared, judged 4 s ago"


def test_that_a_run_goes_on_is_no_news_of_the_comparison() -> None:
    play = Play(settle_s=1.0)
    play.mark("baseline", facts={"path": "b.json", "document": {"endpoints": {"/": times(5, 9)}}})
    play.seconds(10, rps=20)
    snapshot = judged(play.state)
    assert snapshot.verdict is not None
    assert snapshot.verdict.comparison is not None
    assert any("no end" in line for line in snapshot.verdict.comparison.notes)
    assert not any("no end" in line for line in note("baseline", snapshot))


def test_another_baseline_is_announced_until_it_is_judged() -> None:
    play = against({"/healthz": times(5, 10)})
    before = judged(play.state)
    document = {"endpoints": {"/healthz": times(1, 2)}}
    play.say(Marked(type="baseline", text="c.json", facts={"path": "c.json", "document": document}))
    later = Snapshot(state=play.state, verdict=before.verdict, judged_s=before.judged_s)
    assert "c.json is pinned: judged next" in note("baseline", later)
    assert panel("baseline").title(later, 0) == "Baseline"
    assert panel("baseline").title(judged(play.state), 0) == "Baseline(■1)"


def test_a_promoted_run_compares_by_load_and_with_throughput() -> None:
    document = promoted(play_run(2, levels=[(10, 60), (50, 60)]).state).document
    play = play_run(3, levels=[(10, 60), (50, 60)])
    play.mark("baseline", text="p.json", facts={"path": "p.json", "document": document})
    snapshot = judged(play.state)
    assert any("rps" in line for line in detail("baseline", snapshot))
    found = cells("baseline", snapshot)
    assert found["rps"][0].strip() not in ("", "—")
    assert any("@10" in row for row in table("baseline", snapshot, 120))
    assert "rps change" in table("baseline", snapshot, 100)[0]


def test_hostile_names_show_as_text() -> None:
    play = against({HOSTILE[:200]: times(5, 10)}, median_ms={("GET", HOSTILE): 5.0, JOB: 30})
    snapshot = judged(play.state)
    for in_ascii in (False, True):
        look = Look(ascii=in_ascii)
        source = panel("baseline").source(snapshot, look)
        shown = [*lines(source, 80, look), *note("baseline", snapshot, in_ascii)]
        for row in range(len(source.keys())):
            shown += detail("baseline", snapshot, row, in_ascii)
        assert all(line.isprintable() and len(line) < 600 for line in shown)
    assert all(line.isascii() for line in shown)


def test_eighty_columns_hold_what_is_needed() -> None:
    rows = table("baseline", judged(against({"/healthz": times(1, 2)}).state), 80)
    assert all(word in rows[0] for word in ("endpoint", "p50", "p95", "p99", "errors"))
    assert all(len(row) <= 80 for row in rows)
