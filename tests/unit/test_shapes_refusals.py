"""What cannot work is refused in one sentence that names the parameter and the remedy."""

from __future__ import annotations

import math

import pytest

from lftui.plan import PlanError
from lftui.shapes import KINDS, parse_shape, spec_of, stages_from_toml

Options = tuple[int | None, float | None, float | None]
NONE: Options = (None, None, None)

# specification, -u -r -t, what the sentence says: the parameter and the remedy.
REFUSED: list[tuple[str, Options, list[str]]] = [
    ("", NONE, ["unknown", *KINDS]),
    ("mountain", NONE, ["'mountain'", "LoadTestShape", *KINDS]),
    ("Steps", NONE, ["'Steps'", "steps"]),
    ("steps:users=5", NONE, ["'users'", "start, step, every, to, rate"]),
    ("steps:10", NONE, ["'10' is not key=value", "start, step"]),
    ("steps:start=", NONE, ["'start=' is not key=value"]),
    ("steps:start=1,,to=9", NONE, ["'' is not key=value"]),
    ("stages:10x1m,,5x1m", NONE, ["'' is not key=value"]),
    ("steps:start=1,start=2", NONE, ["start=", "twice"]),
    ("steps:start=ten", NONE, ["start=ten", "whole number"]),
    ("steps:start=1.5", NONE, ["start=1.5", "whole number"]),
    ("steps:start=-1", NONE, ["start=-1", "negative"]),
    ("steps:to=1000001", NONE, ["to=1000001", "over a million", "1000000"]),
    ("steps:to=" + "9" * 5000, NONE, ["whole number"]),
    ("steps:start=50,to=40", NONE, ["to=40", "start=50", "higher to="]),
    ("steps:step=0", NONE, ["step=0", "1 user"]),
    ("steps:step=1,to=5000", NONE, ["step=1", "5000", "larger step="]),
    ("steps:every=0s", NONE, ["every=0s", "zero"]),
    ("steps:every=soon", NONE, ["every=soon", "5m"]),
    ("steps:every=-1m", NONE, ["every=-1m", "5m"]),
    ("steps:every=9000h", NONE, ["every=9000h", "longer than a year"]),
    ("steps:every=" + "9" * 5000 + "h", NONE, ["longer than a year"]),
    ("steps:every=" + "9" * 400, NONE, ["longer than a year"]),
    ("steps:every=" + "9" * 400 + "h", NONE, ["longer than a year"]),
    ("steps:rate=0", NONE, ["rate=0", "above 0"]),
    ("steps:rate=-2", NONE, ["rate=-2", "above 0"]),
    ("steps:rate=nan", NONE, ["rate=nan", "above 0"]),
    ("steps:rate=inf", NONE, ["rate=inf", "above 0"]),
    ("steps:rate=1e7", NONE, ["rate=1e7", "above 0"]),
    ("steps:rate=fast", NONE, ["rate=fast", "not a rate"]),
    ("steps:start=90,to=90,every=10s,rate=5", NONE, ["stage 1", "takes 18s", "at least 9 ", "every=18s"]),
    ("steps", (5, 0.01, None), ["at least 0.0167", "every=1m40s"]),
    ("steps", (0, None, None), ["never has a user", "manual"]),
    ("spike", (0, None, None), ["-u 0", "-u 200"]),
    ("spike:levels=10//20", NONE, ["levels=10//20", "whole number"]),
    ("spike:levels=0/0", NONE, ["never has a user"]),
    ("spike:every=10s", (None, 5.0, None), ["stage 2", "from 10 to 100", "at least 9 ", "every=18s"]),
    ("constant", (0, None, None), ["never has a user", "users=", "manual"]),
    ("constant:users=100,rate=1,duration=30s", NONE, ["takes 1m40s", "at least 3.34", "duration=1m40s"]),
    ("constant", (-1, None, None), ["-u -1", "negative"]),
    ("constant", (2_000_000, None, None), ["-u 2000000", "over a million"]),
    ("constant", (1, 0.0, None), ["-r 0", "above 0"]),
    ("constant", (1, math.nan, None), ["-r nan", "above 0"]),
    ("constant", (1, 1.0, 0.0), ["-t 0", "no time"]),
    ("constant", (1, 1.0, -5.0), ["-t -5", "no time"]),
    ("constant", (1, 1.0, math.inf), ["-t inf", "no time"]),
    ("ramp:from=10,to=10", NONE, ["to=10", "from=10", "higher to="]),
    ("ramp:from=10", (5, None, None), ["to=5", "from=10", "-u"]),
    ("ramp:over=1m,rate=5", NONE, ["over=", "rate=", "one of them"]),
    ("ramp:hold=2m", (None, None, 60.0), ["hold=2m", "-t 1m", "longer -t"]),
    ("ramp:rate=0.000001", NONE, ["longer than a year"]),
    ("soak", (0, None, None), ["never has a user", "-u"]),
    ("soak:up=1m,down=1m", (None, None, 120.0), ["2m", "nothing of -t 2m", "longer -t"]),
    ("soak:hold=0", NONE, ["hold=0", "zero"]),
    ("wave:min=10,max=10", NONE, ["max=10", "min=10", "higher max="]),
    ("wave:period=1.5s", NONE, ["period=1.5s", "at least 2s"]),
    ("wave:min=0,max=100,period=10s,rate=5", NONE, ["31.5 users a second", "at least 31.5", "period="]),
    ("stages", NONE, ["no stages", "10x1m"]),
    ("stages:rate=5", NONE, ["no stages", "10x1m"]),
    ("stages:10", NONE, ["stage 1 ('10')", "50x2m"]),
    ("stages:10x1m,ax1m", NONE, ["stage 2 ('ax1m')", "whole number"]),
    ("stages:10x0s", NONE, ["stage 1", "zero"]),
    ("stages:10x1m@0", NONE, ["stage 1", "above 0"]),
    ("stages:10x1m@", NONE, ["stage 1", "not a rate"]),
    ("stages:10x1m,100x10s@5", NONE, ["stage 2", "takes 18s", "at least 9 ", "length of 18s"]),
    ("stages:100x1m@10,0x5s@10", NONE, ["stage 2", "from 100 to 0", "takes 10s", "at least 20 "]),
    ("stages:0x1m", NONE, ["never has a user"]),
    ("stages:" + ",".join(["1x1s"] * 1001), NONE, ["1001 stages", "fewer"]),
    ("manual:users=-1", NONE, ["users=-1", "negative"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "options", "says"), REFUSED, ids=[f"{s[:40]} {o}" for s, o, _ in REFUSED]
)
def test_it_is_refused_in_one_sentence(spec: str, options: Options, says: list[str]) -> None:
    with pytest.raises(PlanError) as refusal:
        parse_shape(spec, *options)
    sentence = str(refusal.value)
    assert [part for part in says if part not in sentence] == [], sentence
    assert "\n" not in sentence


def test_the_rate_that_is_proposed_fits() -> None:
    for length in ("7s", "13s", "59s"):
        with pytest.raises(PlanError) as refusal:
            parse_shape(f"stages:1000x{length}@1", None, None, None)
        rate = str(refusal.value).split("at least ")[1].split()[0]
        parse_shape(f"stages:1000x{length}@{rate}", None, None, None)


TOML: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["no [[stage]]"]),
    ({"stage": []}, ["no [[stage]]"]),
    ({"stage": {"users": 1}}, ["no [[stage]]"]),
    ({"stage": [5]}, ["[[stage]] 1", "not a table"]),
    ({"stage": [{"users": 1, "length": "1m", "rate": 5}]}, ["'rate'", "spawn_rate"]),
    ({"stage": [{"length": "1m"}]}, ["users is missing", "users = 10"]),
    ({"stage": [{"users": True, "length": "1m"}]}, ["users is missing or not a number"]),
    ({"stage": [{"users": 1.5, "length": "1m"}]}, ["users", "whole number"]),
    ({"stage": [{"users": -1, "length": "1m"}]}, ["users", "negative"]),
    ({"stage": [{"users": 1}]}, ["length is missing"]),
    ({"stage": [{"users": 1, "length": "0s"}]}, ["length", "zero"]),
    ({"stage": [{"users": 1, "length": 0}]}, ["length", "no time"]),
    ({"stage": [{"users": 1, "length": [1]}]}, ["length is missing or not a number"]),
    ({"stage": [{"users": 1, "length": "1m", "spawn_rate": 0}]}, ["spawn_rate", "above 0"]),
    ({"stage": [{"users": 99, "length": 5, "spawn_rate": 1}]}, ["takes 1m39s", "at least 19.8"]),
]


@pytest.mark.parametrize(("data", "says"), TOML)
def test_stages_of_a_file_are_refused_in_one_sentence(
    data: dict[str, object], says: list[str]
) -> None:
    with pytest.raises(PlanError) as refusal:
        stages_from_toml(data)
    assert [part for part in says if part not in str(refusal.value)] == [], str(refusal.value)


def test_a_form_for_an_unknown_shape_is_refused() -> None:
    with pytest.raises(PlanError, match="unknown"):
        spec_of("mountain", {})
