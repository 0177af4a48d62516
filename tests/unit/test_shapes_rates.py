"""Each shape of a rate has the rate, stages and words that its parameters say, or is refused."""

from __future__ import annotations

import pytest

from lftui.plan import PlanError, Stage
from lftui.shapes import KINDS, Goal, Shape, at_rate, parse_shape, spec_of
from lftui.shapes.rates import read_arrival_rate, say_arrival_rate, say_number, text_of


def shape_of(spec: str, time_s: float | None = None) -> Shape:
    return parse_shape(spec, None, None, time_s)


def stage(rate: float, slope: float | None, length_s: float) -> Stage:
    return Stage(users=0, spawn_rate=1.0, length_s=length_s, rate=rate, slope=slope)


RATES: list[tuple[str, float | None, dict[float, float | None]]] = [
    ("rate:rate=50,for=1m", None, {0: 50, 59.9: 50, 60: None}),
    ("rate:rate=50", None, {0: 50, 1e6: 50}),
    ("rate", 60.0, {0: 1, 59.9: 1, 60: None}),
    ("rate:rate=30/m", None, {0: 0.5}),
    ("rate:rate=90/h", None, {0: 0.025}),
    ("rate:rate=0.5/s", None, {0: 0.5}),
    ("rate:rate=50,for=1m,ramp-in=10s", None, {0: 0, 5: 25, 7.5: 37.5, 10: 50, 60: None}),
    ("rate:rate=50,ramp-in=10s", None, {0: 0, 5: 25, 10: 50, 1e6: 50}),
    ("rate:rate=50,ramp-in=0", 60.0, {0: 50}),
    ("rate:rate=50,for=2m", 60.0, {59: 50, 60: None}),
    ("rate-ramp:to=100,over=100s,hold=20s", None, {0: 0, 33.5: 33.5, 100: 100, 119: 100, 120: None}),
    ("rate-ramp:to=100,slope=4", None, {10: 40, 24.9: 99.6, 25: None}),
    ("rate-ramp:to=100,slope=4", 60.0, {10: 40, 25: 100, 59: 100, 60: None}),
    ("rate-ramp:from=10,to=109,over=100s", None, {0: 10, 1: 10, 50.5: 59.5, 100: None}),
    ("rate-ramp:to=50", 100.0, {50: 25, 100: None}),
    ("rate-ramp:to=50,hold=20s", 120.0, {50: 25, 100: 50, 119: 50, 120: None}),
    ("rate-ramp", None, {150: 50, 300: None}),
    ("rate-stages:50x1m,100x2m@5,20x30s", None,
     {0: 50, 60: 50, 65: 75, 70: 100, 179: 100, 180: 20, 209: 20, 210: None}),
    ("rate-stages:50x1m,20x1m,slope=3", None, {10: 30, 30: 50, 65: 35, 80: 20, 120: None}),
    ("rate-stages:60/mx1m,0x1m,0.25x1m@0.05", None, {0: 1, 60: 0, 122: 0.1, 179: 0.25}),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "time_s", "expected"), RATES)
def test_the_rate_at_key_times(
    spec: str, time_s: float | None, expected: dict[float, float | None]
) -> None:
    shape = shape_of(spec, time_s)
    assert shape.unit == "rate"
    assert {t: shape.rate(t) for t in expected} == pytest.approx(expected)
    for t, rate in expected.items():
        assert (shape.goal(t) is None) == (rate is None)
        assert shape.users(t) == (None if rate is None else 0)
        assert shape.level(t) == shape.rate(t)


SENTENCES: list[tuple[str, float | None, str]] = [
    ("rate:rate=50,for=5m", None, "rate: 50 iterations a second for 5m"),
    ("rate", None, "rate: 1 iteration a second, until stopped"),
    ("rate:rate=0.5", 90.0, "rate: 0.5 iterations a second for 1m30s"),
    ("rate:rate=20/m", 90.0, "rate: 0.333333 iterations a second for 1m30s"),
    (
        "rate:rate=50,for=5m,ramp-in=30s",
        None,
        "rate: 50 iterations a second for 5m, reached in 30s",
    ),
    (
        "rate:rate=1000000,ramp-in=30s",
        None,
        "rate: 1000000 iterations a second, reached in 30s, until stopped",
    ),
    (
        "rate-ramp:from=0.5,to=100,over=5m,hold=2m",
        None,
        "rate-ramp: from 0.5 to 100 iterations a second in 5m, then 2m at 100, 7m in all",
    ),
    (
        "rate-stages:50x1m,100x2m@5,20x30s",
        None,
        "rate-stages: 50 iterations a second for 1m, 100 for 2m, 20 for 30s, 3m30s in all",
    ),
    (
        "rate-stages:" + ",".join(["1x10s"] * 8),
        15.0,
        "rate-stages: 1 iteration a second for 10s, 1 for 10s, 1 for 10s, 1 for 10s, 1 for 10s, "
        "1 for 10s and 2 more, 1m20s in all; ended by -t after 15s",
    ),
]


@pytest.mark.parametrize(("spec", "time_s", "sentence"), SENTENCES)
def test_a_shape_says_what_it_does(spec: str, time_s: float | None, sentence: str) -> None:
    assert shape_of(spec, time_s).sentence() == sentence


STAGES: list[tuple[str, list[Stage]]] = [
    ("rate:rate=50,for=5m", [stage(50, None, 300)]),
    ("rate:rate=50,for=5m,ramp-in=10s", [stage(50, 5, 300)]),
    ("rate:rate=50", []),
    ("rate-ramp:to=100,over=100s,hold=20s", [stage(100, 1, 120)]),
    ("rate-ramp:from=10,to=109,over=100s", [stage(10, None, 1), stage(109, 1, 99)]),
    ("rate-stages:50x1m,100x2m@5", [stage(50, None, 60), stage(100, 5, 120)]),
    ("rate-stages:50x1m,100x2m@5,slope=2", [stage(50, 2, 60), stage(100, 5, 120)]),
]


@pytest.mark.parametrize(("spec", "stages"), STAGES)
def test_the_planned_stages(spec: str, stages: list[Stage]) -> None:
    assert list(shape_of(spec).stages) == stages


def test_the_goal_says_the_rate_how_it_is_reached_and_its_stage() -> None:
    shape = shape_of("rate-stages:50x1m,100x2m@5")
    assert shape.goal(0.0) == Goal(0, 1.0, 0, rate=50.0, slope=None)
    assert shape.goal(60.0) == Goal(0, 1.0, 1, rate=100.0, slope=5.0)
    assert shape.goal(180.0) is None
    assert shape_of("rate:rate=9,ramp-in=3s").goal(1e6) == Goal(0, 1.0, rate=9.0, slope=3.0)
    assert shape_of("rate-ramp").next_stage_at(0) is None
    assert shape.next_stage_at(5) == 60.0


@pytest.mark.parametrize(
    ("spec", "time_s", "peak", "iterations"),
    [
        ("rate:rate=50,for=1m", None, 50, 3000),
        ("rate:rate=50,for=1m,ramp-in=10s", None, 50, 2750),
        ("rate:rate=50,for=1m,ramp-in=10s", 20.0, 50, 750),
        ("rate:rate=50", None, 50, None),
        ("rate-ramp:to=100,over=100s", 50.0, 50, 1250),
        ("rate-ramp:to=100,over=100s,hold=1m", 130.0, 100, 8000),
        ("rate-stages:50x10s,100x10s@10,20x10s", None, 100, 500 + 375 + 500 + 200),
        ("rate-stages:50x10s,100x10s@10,20x10s", 11.0, 60, 500 + 55),
        ("rate-stages:50x10s,20x10s@10,20x10s", 11.0, 50, 500 + 45),
    ],
)
def test_the_peak_and_the_iterations_in_all(
    spec: str, time_s: float | None, peak: float, iterations: float | None
) -> None:
    shape = shape_of(spec, time_s)
    assert shape.peak_rate == pytest.approx(peak)
    assert shape.peak == 0
    assert shape.iterations() == (None if iterations is None else pytest.approx(iterations))


def test_a_shape_of_users_has_no_rate() -> None:
    shape = shape_of("steps")
    assert shape.unit == "users"
    assert (shape.rate(0), shape.peak_rate, shape.iterations()) == (None, 0.0, None)
    assert shape.level(70.0) == shape.users(70.0)


def test_a_preview_without_an_end_shows_the_ramp_and_as_long_again() -> None:
    assert shape_of("rate:rate=5").preview(2) == [(0.0, 5.0), (30.0, 5.0)]
    assert shape_of("rate:rate=5,ramp-in=50s").preview(4) == [
        (0.0, 0.0), (25.0, 2.5), (50.0, 5.0), (75.0, 5.0),
    ]  # fmt: skip


# specification, -t, what the sentence says: the parameter and the remedy.
REFUSED: list[tuple[str, float | None, list[str]]] = [
    ("rate:rate=0", None, ["rate=0", "above 0"]),
    ("rate:rate=-1", None, ["rate=-1", "above 0"]),
    ("rate:rate=nan", None, ["rate=nan", "above 0"]),
    ("rate:rate=inf", None, ["rate=inf", "above 0"]),
    ("rate:rate=1000001", None, ["over a million", "1000000"]),
    ("rate:rate=1e-320", None, ["eleven days", "0.000001"]),
    ("rate:rate=fast", None, ["rate=fast", "like 50 or 0.5", "30/m"]),
    ("rate:rate=5/d", None, ["rate=5/d", "30/m"]),
    ("rate:rate=5/", None, ["rate=5/", "30/m"]),
    ("rate:rate=/s", None, ["rate=/s", "30/m"]),
    ("rate:rate=1/2/s", None, ["rate=1/2/s", "30/m"]),
    ("rate:for=0s", None, ["for=0s", "zero"]),
    ("rate:ramp-in=2m,for=1m", None, ["ramp-in=2m", "1m", "for="]),
    ("rate:ramp-in=2m", 60.0, ["ramp-in=2m", "1m", "-t"]),
    ("rate:users=5", None, ["'users'", "rate, for, ramp-in"]),
    ("rate-ramp:from=10,to=10", None, ["to=10", "from=10", "--rate"]),
    ("rate-ramp:over=1m,slope=5", None, ["over=", "slope=", "one of them"]),
    ("rate-ramp:slope=0", None, ["slope=0", "above 0"]),
    ("rate-ramp:slope=steep", None, ["slope=steep", "each second"]),
    ("rate-ramp:to=1000,slope=0.00001", None, ["longer than a year"]),
    ("rate-ramp:hold=2m", 60.0, ["hold=2m", "-t 1m", "longer -t"]),
    ("rate-ramp:from=-1", None, ["from=-1", "above 0"]),
    ("rate-stages", None, ["no stages", "50x1m"]),
    ("rate-stages:50", None, ["stage 1 ('50')", "100x2m"]),
    ("rate-stages:50x1m,ax1m", None, ["stage 2 ('ax1m')", "like 50"]),
    ("rate-stages:50x0s", None, ["stage 1", "zero"]),
    ("rate-stages:50x1m@", None, ["stage 1", "each second"]),
    ("rate-stages:50x1m@0", None, ["stage 1", "above 0"]),
    ("rate-stages:0x1m", None, ["never has an iteration", "above 0"]),
    ("rate-stages:10x1m,100x10s@5", None,
     ["stage 2", "from 10 to 100 iterations a second", "takes 18s", "slope of at least 9 ",
      "length of 18s"]),
    ("rate-stages:" + ",".join(["1x1s"] * 1001), None, ["1001 stages", "fewer"]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "time_s", "says"), REFUSED, ids=[one[:40] for one, *_ in REFUSED])
def test_it_is_refused_in_one_sentence(spec: str, time_s: float | None, says: list[str]) -> None:
    with pytest.raises(PlanError) as refusal:
        shape_of(spec, time_s)
    sentence = str(refusal.value)
    assert [part for part in says if part not in sentence] == [], sentence
    assert "\n" not in sentence


def test_a_rate_given_beside_a_shape_is_its_rate_where_it_has_none() -> None:
    assert at_rate(None, 50.0) == "rate:rate=50"
    assert at_rate("rate", 0.1) == "rate:rate=0.1"
    assert at_rate("rate:for=5m", 1 / 3) == f"rate:for=5m,rate={1 / 3!r}"
    assert at_rate(" rate : rate=7", 50.0) == " rate : rate=7"
    assert at_rate("rate-ramp:from=1", 50.0) == "rate-ramp:from=1,to=50"
    assert shape_of(at_rate("rate:for=5m", 1 / 3)).peak_rate == 1 / 3


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("steps", ["--rate", "'steps' is one of users", "rate-ramp"]),
        ("rate-stages:1x1m", ["'rate-stages' lists its rates", "--rate"]),
        ("mountain", ["'mountain' is unknown"]),
    ],
)
def test_a_rate_beside_another_shape_is_refused(spec: str, says: list[str]) -> None:
    with pytest.raises(PlanError) as refusal:
        at_rate(spec, 50.0)
    assert [part for part in says if part not in str(refusal.value)] == [], str(refusal.value)


def test_rates_are_said_as_one_writes_them() -> None:
    said = [say_number(one) for one in (0.0, 50.0, 0.5, 100 / 3, 1 / 3600, 1e6, 1e-6, 1e-9, 1.0004)]
    assert said == ["0", "50", "0.5", "33.333", "0.000278", "1000000", "0.000001", "0", "1"]
    assert say_arrival_rate(1.0) == "1 iteration a second"
    assert say_arrival_rate(2.5) == "2.5 iterations a second"
    assert [text_of(one) for one in (50.0, 0.1, 1e-6)] == ["50", "0.1", "1e-06"]
    assert read_arrival_rate("", text_of(1e-6)) == 1e-6


def test_every_kind_says_what_it_plans() -> None:
    assert {name for name, kind in KINDS.items() if kind.unit == "rate"} == {
        "rate", "rate-ramp", "rate-stages",
    }  # fmt: skip
    for name, kind in KINDS.items():
        spec = {"stages": "stages:1x1m", "rate-stages": "rate-stages:1x1m"}.get(name, name)
        assert shape_of(spec).unit == kind.unit
        assert not kind.rate_key or kind.rate_key in {one.name for one in kind.parameters}


def test_a_form_makes_a_specification() -> None:
    values = {"rate": "30/m", "for": "5m", "ramp-in": " "}
    assert spec_of("rate", values) == "rate:rate=30/m,for=5m"
    spec = spec_of("rate-stages", {"stages": "10x1m,50x2m", "slope": "5"})
    assert spec == "rate-stages:10x1m,50x2m,slope=5"
    assert shape_of(spec).peak_rate == 50
