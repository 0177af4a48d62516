"""What holds for every shape of a rate, whatever its parameters."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.choices.shape_words import shape_fields
from lftui.plan import MAX_RATE, PlanError, Stage
from lftui.shapes import KINDS, Limited, Shape, Staged, at_rate, parse_shape, spec_of
from lftui.shapes.rate_line import RateLine
from lftui.shapes.rates import MIN_RATE, read_arrival_rate, text_of

RATES = st.floats(MIN_RATE, 5000.0)
SECONDS = st.integers(2, 4000).map(str)
NAMES = ("rate", "rate-ramp", "rate-stages")
TIMES = st.lists(st.floats(-1.0, 1e5), min_size=1, max_size=20)


@st.composite
def specs(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMES))
    rates, slopes = RATES.map(text_of), st.floats(0.01, 500.0).map(text_of)
    keys = {
        "rate": {"rate": rates, "for": SECONDS, "ramp-in": SECONDS},
        "rate-ramp": {"from": rates, "to": rates, "over": SECONDS, "slope": slopes,
                      "hold": SECONDS},
        "rate-stages": {"stages": st.just("1x1m,2x2m@3"), "slope": slopes},
    }[name]  # fmt: skip
    chosen = {key: draw(keys[key]) for key in keys if draw(st.booleans())}
    return spec_of(name, chosen)


@st.composite
def staged(draw: st.DrawFn) -> list[Stage]:
    """Stages that are all as long as their ramps, at least."""
    stages: list[Stage] = []
    before = 0.0
    for rate in draw(st.lists(st.just(0.0) | RATES, min_size=1, max_size=8).filter(any)):
        slope = draw(st.none() | st.floats(0.1, 500.0))
        ramp_s = abs(rate - before) / slope if slope else 0.0
        length_s = ramp_s + draw(st.floats(0.0, 500.0)) + 0.01
        stages.append(Stage(0, 1.0, length_s, rate=rate, slope=slope))
        before = rate
    return stages


@st.composite
def shapes(draw: st.DrawFn) -> Shape | None:
    if draw(st.booleans()):
        return Staged("rate-stages", draw(staged()), "rate-stages: …")
    try:
        return parse_shape(draw(specs()), None, None, draw(st.none() | st.floats(1.0, 5000.0)))
    except PlanError:
        return None


@given(shapes(), TIMES)
def test_the_rate_is_between_nothing_and_the_peak_until_the_end(
    shape: Shape | None, times: list[float]
) -> None:
    if shape is None:
        return
    assert shape.unit == "rate"
    for t in times:
        rate, goal = shape.rate(t), shape.goal(t)
        if shape.duration_s is not None and t >= shape.duration_s:
            assert rate is None
            assert goal is None
        else:
            assert rate is not None
            assert goal is not None
            assert goal.rate is not None
            assert 0 <= rate <= shape.peak_rate * (1.0 + 1e-9)
            assert shape.peak_rate <= MAX_RATE
            assert goal.users == 0
            assert goal.slope is None or 0 < goal.slope < math.inf


@given(shapes(), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_the_rate_moves_towards_the_goal_by_its_slope(
    shape: Shape | None, parts: list[float]
) -> None:
    if shape is None:
        return
    for t in (part * shape.preview_s() for part in parts):
        rate, goal, following = shape.rate(t), shape.goal(t), shape.next_stage_at(t)
        if rate is None or goal is None or goal.rate is None:
            continue
        if goal.slope is None:
            assert rate == goal.rate
            continue
        later = min(t + 0.25, t + 0.25 if following is None else math.nextafter(following, 0))
        after = shape.rate(later)
        if after is not None:
            expected = RateLine(t, rate, goal.rate or 0.0, goal.slope).rate(later)
            assert after == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(staged())
def test_each_stage_gets_there_before_it_ends(stages: list[Stage]) -> None:
    shape, end = Staged("rate-stages", stages, "…"), 0.0
    for stage in stages:
        end += stage.length_s
        assert shape.rate(end - 0.005) == pytest.approx(stage.rate, rel=1e-6, abs=1e-6)


@given(staged(), st.floats(0.1, 3000.0))
def test_a_limit_only_cuts(stages: list[Stage], limit_s: float) -> None:
    shape = Staged("rate-stages", stages, "…")
    cut = Limited(shape, limit_s)
    assert cut.unit == "rate"
    assert cut.duration_s == min(limit_s, shape.duration_s or 0)
    assert math.isclose(sum(stage.length_s for stage in cut.stages), cut.duration_s)
    assert cut.peak_rate <= shape.peak_rate
    for t, rate in cut.preview(50):
        assert rate == shape.rate(t)
        assert rate <= cut.peak_rate * (1.0 + 1e-9)
        assert cut.goal(t) == shape.goal(t)
    assert cut.rate(limit_s) is None
    whole, part = shape.iterations(), cut.iterations()
    assert whole is not None
    assert part is not None
    assert part <= whole * (1.0 + 1e-9)


@given(st.floats(0, 100), st.floats(0, 100), st.none() | st.floats(0.01, 50), st.floats(0, 100))
def test_the_iterations_are_the_area_under_the_rate(
    before: float, rate: float, slope: float | None, seconds: float
) -> None:
    parts = 400
    width = seconds / parts
    line = RateLine(0.0, before, rate, slope)
    area = sum(line.rate((i + 0.5) * width) * width for i in range(parts))
    # Off by what the middle of the one part is off in which the ramp ends.
    off = 0.0 if slope is None else slope * width * width
    assert line.due(0.0, seconds) == pytest.approx(area, rel=1e-6, abs=off + 1e-6)


@given(specs())
def test_a_specification_is_the_texts_of_a_form_and_back(spec: str) -> None:
    name, texts = shape_fields(spec)
    assert name in NAMES
    assert shape_fields(spec_of(name, texts)) == (name, texts)
    assert sorted(spec_of(name, texts)) == sorted(spec)


@given(RATES)
def test_a_rate_is_read_back_to_the_last_digit(rate: float) -> None:
    assert read_arrival_rate("", text_of(rate)) == rate
    assert parse_shape(at_rate(None, rate), None, None, None).peak_rate == rate


@given(
    st.text(max_size=40),
    st.sampled_from(
        ["rate:", "rate:rate=", "rate-ramp:slope=", "rate-stages:", "rate-stages:1x1m@"]
    ),
)
def test_any_text_is_a_shape_or_is_refused(text: str, start: str) -> None:
    # Any other exception than a refusal fails the test.
    with suppress(PlanError):
        assert 0 < parse_shape(start + text, None, None, None).peak_rate <= MAX_RATE
    with suppress(PlanError):
        assert KINDS[at_rate(text, 1.0).partition(":")[0].strip()].unit == "rate"
