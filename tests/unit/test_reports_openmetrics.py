"""The live figures in OpenMetrics: what a strict parser reads is what the run has counted."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from lftui.judge.outcome import Outcome
from lftui.reports.openmetrics import BOUNDS_S, MOST_ENDPOINTS, OTHERS, exposition
from lftui.run_state import RunState
from tests.console.fake import folded
from tests.unit.distributed_runs import told_by_workers
from tests.unit.html_runs import HOSTILE
from tests.unit.html_runs import a_run as an_eventful_run
from tests.unit.strategies import Play, Sent, plays


def read(state: RunState, outcome: Outcome | None = None) -> list[Sample]:
    """All samples of the exposition, as a strict parser reads them."""
    text = exposition(state, outcome)
    return [one for family in text_string_to_metric_families(text) for one in family.samples]


def value(samples: list[Sample], name: str, /, **labels: str) -> float:
    (found,) = [one for one in samples if one.name == name and labels.items() <= one.labels.items()]
    return found.value


def test_it_has_the_figures_of_the_run() -> None:
    state = folded("report")
    samples = read(state, "warn")
    total = sum(one.value for one in samples if one.name == "lftui_requests_total")
    assert total == state.total.count
    failed = sum(one.value for one in samples if one.name == "lftui_failures_total")
    assert failed == state.total.failures
    assert value(samples, "lftui_verdict", lftui_verdict="warn") == 1
    assert value(samples, "lftui_verdict", lftui_verdict="pass") == 0
    assert value(samples, "lftui_run_state", lftui_run_state="stopped") == 1
    assert state.started is not None
    assert value(samples, "lftui_run_info", run=state.started.run_id) == 1


def test_histograms_are_those_of_the_run_in_seconds() -> None:
    play = Play()
    jobs = play.endpoint("/jobs", "POST")
    play.tick([Sent(jobs, us) for us in (4_000, 6_000, 90_000, 40_000_000)])
    play.tick([Sent(jobs, 2_000, failed=True)], users=7)
    samples = read(play.state)
    name = "lftui_response_time_seconds"
    ok = {one.labels["le"]: one.value for one in samples
          if one.name == f"{name}_bucket" and one.labels["outcome"] == "ok"}  # fmt: skip
    assert list(ok.values()) == [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4]
    assert [float(one) for one in list(ok)[:-1]] == list(BOUNDS_S)
    total = value(samples, f"{name}_sum", outcome="ok")
    assert abs(total - 40.1) < 0.005 * 40.1
    assert value(samples, f"{name}_count", outcome="failed") == 1
    assert (value(samples, "lftui_users"), value(samples, "lftui_users_wanted")) == (7, 7)


def test_before_the_first_tick_and_with_workers_it_can_be_read() -> None:
    assert {one.name for one in read(RunState())} >= {"lftui_users", "lftui_run_state"}
    samples = read(told_by_workers().state)
    assert value(samples, "lftui_workers") == 2


def test_very_many_endpoints_are_bounded_and_none_is_lost() -> None:
    play = Play()
    for at in range(MOST_ENDPOINTS + 50):
        play.tick([Sent(play.endpoint(f"/{at}"), 1_000)])
    samples = [one for one in read(play.state) if one.name == "lftui_requests_total"]
    assert len(samples) == MOST_ENDPOINTS + 1
    assert value(samples, "lftui_requests_total", name=OTHERS) == 50
    assert sum(one.value for one in samples) == MOST_ENDPOINTS + 50


def test_names_from_outside_are_labels_and_nothing_else() -> None:
    evil = f'{HOSTILE}\\"}} 1\nlftui_users 9 # {{a="b"}}'
    samples = read(an_eventful_run(evil, evil, evil).state)
    names = {one.labels.get("name") for one in samples if one.name == "lftui_requests_total"}
    assert evil in names
    assert value(samples, "lftui_users") != 9


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(plays(), st.sampled_from([None, "pass", "fail"]))
def test_any_run_gives_an_exposition_that_can_be_read(play: Play, outcome: Outcome | None) -> None:
    read(play.state, outcome)
