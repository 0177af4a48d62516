"""Each load shape has the users, stages and words that its parameters say."""

from __future__ import annotations

import pytest

from lftui.plan import Stage
from lftui.shapes import KINDS, Goal, Shape, parse_shape, spec_of, stages_from_toml


def shape_of(
    spec: str, users: int | None = None, rate: float | None = None, time_s: float | None = None
) -> Shape:
    return parse_shape(spec, users, rate, time_s)


Options = tuple[int | None, float | None, float | None]
NONE: Options = (None, None, None)

USERS: list[tuple[str, Options, dict[float, int | None]]] = [
    ("constant", (20, 2.0, 60.0), {0: 0, 5: 10, 10: 20, 59.9: 20, 60: None}),
    ("constant", (20, 2.0, None), {0: 0, 10: 20, 1e6: 20}),
    ("constant:users=5,rate=0.5,duration=1m", NONE, {3: 1, 10: 5, 60: None}),
    ("constant", (100, 1.0, 30.0), {29: 29, 30: None}),
    ("ramp:to=100,over=100s,hold=20s", NONE, {0: 0, 50: 50, 100: 100, 119: 100, 120: None}),
    ("ramp:from=10,to=109,over=100s", NONE, {0: 0, 1: 10, 50.5: 59, 99.9: 108, 100: None}),
    ("ramp", (50, None, 100.0), {50: 25, 99.999: 49, 100: None}),
    ("ramp:hold=20s", (50, None, 120.0), {50: 25, 100: 50, 119: 50, 120: None}),
    ("ramp:over=50s", (50, None, 120.0), {25: 25, 50: 50, 119: 50, 120: None}),
    ("ramp", (50, 5.0, None), {5: 25, 9.99: 49, 10: None}),
    ("ramp:rate=5", (50, None, 30.0), {5: 25, 10: 50, 29: 50, 30: None}),
    (
        "steps:start=10,step=10,every=1m,to=60,rate=10",
        NONE,
        {0: 0, 1: 10, 60: 10, 60.5: 15, 61: 20, 359: 60, 360: None},
    ),
    ("steps:start=10,step=20,to=35", NONE, {59: 10, 119: 30, 179: 35, 180: None}),
    ("steps:rate=10", (60, None, 90.0), {59: 10, 89: 20, 90: None}),
    (
        "spike:rate=100",
        NONE,
        {59: 10, 119: 100, 120.5: 50, 179: 20, 239: 200, 299: 50, 301: 0, 359: 0, 360: None},
    ),
    ("spike", (20, None, None), {59: 1, 119: 10, 179: 2, 239: 20, 299: 5, 359: 0}),
    ("spike", (5, None, None), {59: 1, 119: 2, 179: 1, 239: 5, 299: 1, 359: 0}),
    ("spike:levels=1/5,every=10s", (99, None, None), {9: 1, 19: 5, 20: None}),
    (
        "soak:users=60,up=1m,hold=10m,down=30s",
        NONE,
        {30: 30, 60: 60, 659: 60, 675: 30, 689.9: 1, 690: None},
    ),
    ("soak", (60, 6.0, 120.0), {5: 30, 10: 60, 109: 60, 115: 30, 120: None}),
    ("soak", (60, None, 100.0), {10: 60, 89: 60, 95: 30, 100: None}),
    (
        "wave:min=10,max=100,period=100s,rate=20",
        (None, None, 250.0),
        {0: 0, 0.25: 5, 25: 55, 50: 100, 100: 10, 150: 100, 249: 100, 250: None},
    ),
    ("wave:min=0,max=10,period=1m", NONE, {0: 0, 30: 10, 60: 0, 3600 * 24 + 30: 10}),
    (
        "stages:10x1m,50x2m@20,20x30s,rate=5",
        NONE,
        {1: 5, 59: 10, 61: 30, 62: 50, 179: 50, 182: 40, 209: 20, 210: None},
    ),
    ("manual", (5, 1.0, None), {0: 0, 3: 3, 5: 5, 1e6: 5}),
    ("manual", NONE, {1: 1, 1e6: 1}),
    ("manual:users=0", (None, None, 60.0), {1: 0, 59: 0, 60: None}),
]


@pytest.mark.parametrize(("spec", "options", "expected"), USERS)
def test_the_users_at_key_times(
    spec: str, options: Options, expected: dict[float, int | None]
) -> None:
    shape = shape_of(spec, *options)
    assert {t: shape.users(t) for t in expected} == expected
    for t, users in expected.items():
        assert (shape.goal(t) is None) == (users is None)


SENTENCES: list[tuple[str, Options, str]] = [
    ("constant", (50, 5.0, None), "constant: 50 users at 5 a second, until stopped"),
    ("constant", (1, None, 90.0), "constant: 1 user at 1 a second, for 1m30s"),
    (
        "constant",
        (100, 1.0, 30.0),
        "constant: 100 users at 1 a second, for 30s, which ends the ramp at 30 users",
    ),
    ("ramp:over=5m", (100, None, None), "ramp: from 0 to 100 users in 5m, 5m in all"),
    (
        "ramp:from=10,to=100,over=5m,hold=2m",
        NONE,
        "ramp: from 10 to 100 users in 5m, then 2m at 100, 7m in all",
    ),
    ("steps", NONE, "steps: 10 users, then 10 more every 1m up to 60, 6m in all"),
    ("steps:start=5,to=5", NONE, "steps: 5 users, 1m in all"),
    (
        "steps",
        (None, None, 90.0),
        "steps: 10 users, then 10 more every 1m up to 60, 6m in all; ended by -t after 1m30s",
    ),
    ("spike", NONE, "spike: 10, 100, 20, 200, 50, 0 users, 1m each, 6m in all"),
    ("soak", NONE, "soak: up to 100 users in 5m, 1h at 100, down in 5m, 1h10m in all"),
    ("wave", NONE, "wave: from 10 to 100 users and back every 5m, until stopped"),
    ("wave:duration=1h", (50, None, None), "wave: from 5 to 50 users and back every 5m, for 1h"),
    (
        "stages:10x1m,50x2m,20x30s",
        NONE,
        "stages: 10 users for 1m, 50 for 2m, 20 for 30s, 3m30s in all",
    ),
    ("manual", NONE, "manual: 1 user until the operator changes it"),
    ("manual", (2, None, 60.0), "manual: 2 users until the operator changes it, for 1m"),
]


@pytest.mark.parametrize(("spec", "options", "sentence"), SENTENCES)
def test_a_shape_says_what_it_does(spec: str, options: Options, sentence: str) -> None:
    assert shape_of(spec, *options).sentence() == sentence


STAGES: list[tuple[str, Options, list[Stage]]] = [
    ("constant", (20, 2.0, 60.0), [Stage(20, 2.0, 60.0)]),
    ("constant", (20, 2.0, None), []),
    ("constant", (100, 1.0, 30.0), []),
    ("ramp:to=100,over=100s,hold=20s", NONE, [Stage(100, 1.0, 120.0)]),
    ("ramp:from=10,to=109,over=100s", NONE, [Stage(10, 10.0, 1.0), Stage(109, 1.0, 99.0)]),
    ("steps:start=10,step=10,to=30", NONE, [Stage(u, 1.0, 60.0) for u in (10, 20, 30)]),
    (
        "steps:start=10,step=10,to=30,rate=2",
        (None, 7.0, None),
        [Stage(u, 2.0, 60.0) for u in (10, 20, 30)],
    ),
    (
        "steps:start=10,step=10,to=30",
        (None, 7.0, None),
        [Stage(u, 7.0, 60.0) for u in (10, 20, 30)],
    ),
    ("steps", (None, None, 70.0), [Stage(10, 1.0, 60.0), Stage(20, 1.0, 10.0)]),
    ("spike", NONE, [Stage(u, 30.0, 60.0) for u in (10, 100, 20, 200, 50, 0)]),
    ("soak:users=60,up=1m,hold=10m,down=30s", NONE, [Stage(60, 1.0, 660.0), Stage(0, 2.0, 30.0)]),
    ("wave", NONE, []),
    ("manual", NONE, []),
    ("stages:10x1m,50x2m@20", NONE, [Stage(10, 1.0, 60.0), Stage(50, 20.0, 120.0)]),
]


@pytest.mark.parametrize(("spec", "options", "stages"), STAGES)
def test_the_planned_stages(spec: str, options: Options, stages: list[Stage]) -> None:
    assert list(shape_of(spec, *options).stages) == stages


def test_the_goal_of_a_staged_shape_names_its_stage() -> None:
    shape = shape_of("stages:10x1m@5,50x2m@20")
    assert shape.goal(0.0) == Goal(10, 5.0, 0)
    assert shape.goal(59.99) == Goal(10, 5.0, 0)
    assert shape.goal(60.0) == Goal(50, 20.0, 1)
    assert shape.goal(180.0) is None


def test_the_goal_of_a_shape_without_stages_names_none() -> None:
    assert shape_of("manual", 5, 2.0).goal(1e6) == Goal(5, 2.0, None)
    assert shape_of("wave:min=10,max=100,period=100s,rate=20").goal(50.0) == Goal(100, 20.0, None)


def test_when_the_next_stage_begins() -> None:
    shape = shape_of("stages:10x1m,50x2m,20x30s")
    assert [shape.next_stage_at(t) for t in (0, 59, 60, 179.9, 180, 999)] == [
        60,
        60,
        180,
        180,
        None,
        None,
    ]
    short = shape_of("stages:10x1m,50x2m,20x30s", time_s=180.0)
    assert short.next_stage_at(60) is None
    assert shape_of("manual").next_stage_at(0) is None
    assert shape_of("wave").next_stage_at(0) is None


@pytest.mark.parametrize(
    ("spec", "options", "peak"),
    [
        ("spike", NONE, 200),
        ("spike", (None, None, 119.0), 100),
        ("spike:rate=10", (None, None, 65.0), 60),
        ("steps", (None, None, 59.0), 10),
        ("wave:min=10,max=100,period=100s", NONE, 100),
        ("wave:min=10,max=100,period=100s", (None, None, 25.0), 55),
        ("constant", (100, 1.0, 30.0), 30),
        ("manual", (7, None, None), 7),
    ],
)
def test_the_peak_is_the_most_users_before_the_end(spec: str, options: Options, peak: int) -> None:
    assert shape_of(spec, *options).peak == peak


def test_a_run_time_ends_a_longer_shape_and_leaves_a_shorter_one_alone() -> None:
    assert shape_of("steps", time_s=90.0).duration_s == 90.0
    assert shape_of("steps", time_s=900.0).duration_s == 360.0
    assert shape_of("wave:duration=10m", time_s=60.0).users(60.0) is None
    assert shape_of("manual", time_s=60.0).duration_s == 60.0
    assert shape_of("manual").duration_s is None


def test_a_preview_without_an_end_shows_what_there_is_to_see() -> None:
    assert shape_of("manual", 5).preview(3) == [(0.0, 0), (20.0, 5), (40.0, 5)]
    assert shape_of("constant", 300, 1.0).preview(4) == [
        (0.0, 0),
        (150.0, 150),
        (300.0, 300),
        (450.0, 300),
    ]
    assert max(users for _, users in shape_of("wave").preview()) == 100
    assert shape_of("manual").preview(0) == []


def test_stages_come_from_toml_too() -> None:
    shape = stages_from_toml(
        {
            "title": "mine",
            "stage": [
                {"users": 10, "length": "1m", "spawn_rate": 5},
                {"users": 50, "length": 90.5},
            ],
        }
    )
    assert shape.stages == (Stage(10, 5.0, 60.0), Stage(50, 2.0, 90.5))
    assert shape.sentence() == "stages: 10 users for 1m, 50 for 90.5s, 150.5s in all"


def test_long_lists_of_stages_are_said_in_short() -> None:
    assert shape_of("stages:" + ",".join(["5x10s"] * 9)).sentence() == (
        "stages: 5 users for 10s, 5 for 10s, 5 for 10s, 5 for 10s, 5 for 10s, 5 for 10s "
        "and 3 more, 1m30s in all"
    )
    assert "and 2 more levels of users" in shape_of("spike:levels=" + "/".join("1" * 10)).sentence()


def test_every_shape_works_without_any_parameter_but_stages() -> None:
    assert list(KINDS) == [
        "constant", "ramp", "steps", "spike", "soak", "wave", "stages", "manual",
        "rate", "rate-ramp", "rate-stages", "capacity",
    ]  # fmt: skip
    for name in KINDS:
        if not name.endswith("stages"):
            assert shape_of(name).sentence().startswith(f"{name}: ")
            assert shape_of(f" {name} : ").name == name


def test_a_form_makes_a_specification() -> None:
    assert spec_of("steps", {"start": "5", "every": " ", "to": "20"}) == "steps:start=5,to=20"
    assert spec_of("manual", {}) == "manual"
    spec = spec_of("stages", {"stages": "10x1m,50x2m", "rate": "5"})
    assert spec == "stages:10x1m,50x2m,rate=5"
    assert shape_of(spec).peak == 50
