"""Thresholds: how they are written, and that nothing unreadable gets into a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.expectations import expectations
from lftui.judge.thresholds.threshold import (
    METRICS,
    Threshold,
    combined,
    from_baseline,
    parse_threshold,
    read_back,
    written,
)
from lftui.plan import PlanError
from lftui.settings import Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p95_ms<2000", Threshold("p95_ms", 2000)),
        ("p95_ms<2000:warning", Threshold("p95_ms", 2000, "warning")),
        (" p95_ms <= 2s : critical ", Threshold("p95_ms", 2000)),
        ("p50_ms<250ms", Threshold("p50_ms", 250)),
        ("error_ratio<1%", Threshold("error_ratio", 0.01)),
        ("error_rate<0.05", Threshold("error_ratio", 0.05)),
        ("response_time_p99_ms<5000", Threshold("p99_ms", 5000)),
        ("rps>100:warning", Threshold("rps", 100, "warning", upper=False)),
        ("cpu_usage<70%", Threshold("cpu_usage", 0.7, scope="target", unit="%")),
        ("redis_memory@target<5", Threshold("redis_memory", 5, scope="target")),
        ("p95_ms@/api<9", Threshold("p95_ms", 9, scope="endpoint", name="/api")),
        (
            "p95_ms@/api/v1/jobs [POST]<9",
            Threshold("p95_ms", 9, scope="endpoint", name="/api/v1/jobs [POST]"),
        ),
        (
            "p95_ms@http://h:80/x?a<b:warning",
            None,
        ),
        (
            "p99_ms@GET http://h:80/x<5:warning",
            Threshold("p99_ms", 5, "warning", scope="endpoint", name="GET http://h:80/x"),
        ),
        ("p95_ms@/api/*<9", Threshold("p95_ms", 9, scope="pattern", name="/api/*")),
        (
            "error_ratio@class:AdminUser<0.05",
            Threshold("error_ratio", 0.05, scope="class", name="AdminUser"),
        ),
    ],
)
def test_what_an_expression_means(text: str, expected: Threshold | None) -> None:
    if expected is None:
        with pytest.raises(PlanError):
            parse_threshold(text)
    else:
        assert parse_threshold(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read; write it like p95_ms<2000:warning"),
        ("p95_ms", "cannot be read"),
        ("p95_ms<", "cannot be read"),
        ("p95_ms@<5", "cannot be read"),
        ("<2000", "cannot be read"),
        ("p95_ms<2000:warning:critical", "cannot be read"),
        ("x" * 100_000, "cannot be read"),
        ("p95_ms<2000:severe", "severe is no level; it is warning or critical"),
        ("p95<2000", "no metric p95; did you mean p95_ms?"),
        ("speed<3", "there is no metric speed; there are p50_ms"),
        ("max_ms<3", "max is shown, never judged"),
        ("p95_ms<soon", "soon is no number"),
        ("p95_ms<nan", "nan is no number"),
        ("p95_ms<1e999", "1e999 is no number"),
        ("p95_ms<5%", "p95_ms is a time"),
        ("rps<5ms", "rps has no unit ms"),
        ("error_ratio<5", "for 5 % write 0.05"),
        ("error_ratio<-1%", "a limit below 0"),
        ("cpu_usage@/api<0.5", "cpu_usage is the target's"),
        ("p95_ms@class:<5", "names no user class"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(PlanError) as refused:
        parse_threshold(text)
    sentence = str(refused.value)
    assert sentence.startswith("--threshold: '")
    assert says in sentence
    assert "\n" not in sentence
    assert len(sentence) < 700


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_threshold(text)
    except PlanError:
        return
    assert parse_threshold(found.text) == found


@given(
    st.sampled_from([m for m in METRICS if m.endswith("_ms")]),
    st.floats(0, 1e6),
    st.sampled_from(["warning", "critical"]),
)
def test_what_is_written_reads_back(metric: str, limit: float, severity: str) -> None:
    rule = parse_threshold(f"{metric}<{limit!r}:{severity}")
    assert read_back(written([rule])) == [rule]


def test_a_rule_matches_each_form_of_an_endpoints_name() -> None:
    for name in ("/jobs", "/jobs [GET]", "GET /jobs", "/jo*", "GET *", "*[GET]", "/job?"):
        assert parse_threshold(f"p95_ms@{name}<1").matches("GET", "/jobs"), name
    for name in ("/jobs [POST]", "POST /jobs", "/job", "/jobs/*", "/job[a-z]"):
        assert not parse_threshold(f"p95_ms@{name}<1").matches("GET", "/jobs"), name


def test_the_baselines_thresholds_become_rules_of_both_levels() -> None:
    rules = from_baseline(
        {
            "warning": {"response_time_p95_ms": 2000, "error_rate": 0.01, "cpu_usage": 0.7},
            "critical": {"response_time_p95_ms": 5000},
        }
    )
    assert [rule.text for rule in rules] == [
        "p95_ms<2000:warning",
        "error_ratio<0.01:warning",
        "cpu_usage<0.7:warning",
        "p95_ms<5000:critical",
    ]


def test_the_command_line_wins_over_the_settings_and_those_over_the_baseline(
    tmp_path: Path,
) -> None:
    (tmp_path / "baseline.json").write_text(
        '{"thresholds": {"critical": {"p95_ms": 1, "p99_ms": 2, "error_ratio": 0.5}},'
        ' "endpoints": {}}'
    )
    settings = Settings(thresholds=["p95_ms<10", "p99_ms<20"])
    found = expectations([], {"threshold": "p95_ms<100\np50_ms<7:warning"}, settings, tmp_path)
    assert sorted(rule.text for rule in found.rules) == [
        "error_ratio<0.5:critical",
        "p50_ms<7:warning",
        "p95_ms<100:critical",
        "p99_ms<20:critical",
    ]
    assert {rule.rule: rule.origin for rule in found.rules} == {
        "p95_ms": "option",
        "p50_ms": "option",
        "p99_ms": "settings",
        "error_ratio": "baseline",
    }


def test_both_levels_of_one_rule_stand_side_by_side() -> None:
    rules = [parse_threshold("p95_ms<1:warning"), parse_threshold("p95_ms<2:critical")]
    assert combined(rules, [parse_threshold("p95_ms<3:critical")]) == [
        rules[0],
        parse_threshold("p95_ms<3:critical"),
    ]


def test_settings_that_cannot_be_read_name_their_place(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"^the settings: thresholds\[1\]: 'p95<3'"):
        expectations([], {}, Settings(thresholds=["p95_ms<1", "p95<3"]), tmp_path)


def test_a_preset_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no baseline to take it from"):
        expectations([], {"preset": "peak"}, Settings(), tmp_path)
    (tmp_path / "baseline.json").write_text(
        '{"endpoints": {"/": {"expected_error_rate": 0}},'
        ' "load_scenarios": {"calm": {"users": 5, "duration_minutes": 2}}}'
    )
    with pytest.raises(PlanError, match="has no such load scenario; it has calm"):
        expectations([], {"preset": "peak"}, Settings(), tmp_path)
    assert expectations([], {"preset": "calm"}, Settings(), tmp_path).preset_load() == (5, 120.0)
