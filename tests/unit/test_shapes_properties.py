"""What holds for every load shape, whatever its parameters."""

from __future__ import annotations

import math
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from lftui.plan import PlanError, Stage
from lftui.shapes import Limited, Shape, Staged, from_stages, parse_shape

LEVELS = st.integers(0, 2000)
SECONDS = st.integers(2, 4000)


@st.composite
def specs(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["constant", "ramp", "steps", "spike", "soak", "wave", "manual"]))
    keys = {
        "constant": {"users": LEVELS, "rate": LEVELS, "duration": SECONDS},
        "ramp": {"from": LEVELS, "to": LEVELS, "over": SECONDS, "hold": SECONDS},
        "steps": {"start": LEVELS, "step": LEVELS, "every": SECONDS, "to": LEVELS},
        "spike": {"every": SECONDS, "rate": LEVELS},
        "soak": {"users": LEVELS, "up": SECONDS, "hold": SECONDS, "down": SECONDS},
        "wave": {"min": LEVELS, "max": LEVELS, "period": SECONDS, "duration": SECONDS},
        "manual": {"users": LEVELS, "rate": LEVELS},
    }[name]
    chosen = [key for key in keys if draw(st.booleans())]
    return f"{name}:" + ",".join(f"{key}={draw(keys[key])}" for key in chosen)


@st.composite
def staged(draw: st.DrawFn) -> list[Stage]:
    """Stages that are all as long as their ramps, at least."""
    stages: list[Stage] = []
    before = 0
    for users in draw(st.lists(LEVELS, min_size=1, max_size=8).filter(any)):
        rate = draw(st.floats(0.1, 500.0))
        plateau_s = draw(st.floats(0.0, 500.0))
        stages.append(Stage(users, rate, abs(users - before) / rate + plateau_s + 0.01))
        before = users
    return stages


@st.composite
def shapes(draw: st.DrawFn) -> Shape | None:
    if draw(st.booleans()):
        return from_stages(draw(staged()))
    options = st.tuples(
        st.none() | LEVELS, st.none() | st.floats(0.01, 500.0), st.none() | st.floats(1.0, 5000.0)
    )
    try:
        return parse_shape(draw(specs()), *draw(options))
    except PlanError:
        return None


TIMES = st.lists(st.floats(-1.0, 1e5), min_size=1, max_size=20)


@given(shapes(), TIMES)
def test_users_are_between_nobody_and_the_peak_until_the_end(
    shape: Shape | None, times: list[float]
) -> None:
    if shape is None:
        return
    for t in times:
        users, goal = shape.users(t), shape.goal(t)
        if shape.duration_s is not None and t >= shape.duration_s:
            assert users is None
            assert goal is None
        else:
            assert users is not None
            assert goal is not None
            assert 0 <= users <= shape.peak <= 1_000_000
            assert math.isfinite(goal.spawn_rate)
            assert goal.spawn_rate > 0


@given(shapes(), st.integers(1, 200))
def test_a_preview_is_made_of_the_users_at_its_times(shape: Shape | None, points: int) -> None:
    if shape is None:
        return
    preview = shape.preview(points)
    assert len(preview) == points
    assert preview == [(t, shape.users(t)) for t, _ in preview]
    assert preview[0][0] == 0.0
    assert [t for t, _ in preview] == sorted({t for t, _ in preview})


@given(staged(), TIMES)
def test_the_goal_changes_only_where_a_stage_begins(
    stages: list[Stage], times: list[float]
) -> None:
    shape = Staged("stages", stages, "stages: …")
    assert shape.duration_s is not None
    for t in (abs(t) % shape.duration_s for t in times):
        goal, following = shape.goal(t), shape.next_stage_at(t)
        assert goal is not None
        assert goal.stage is not None
        assert (goal.users, goal.spawn_rate) == (
            stages[goal.stage].users,
            stages[goal.stage].spawn_rate,
        )
        edge = shape.duration_s if following is None else following
        assert shape.goal(math.nextafter(edge, 0)) == goal
        after = shape.goal(edge)
        assert after is None if following is None else after is not None
        if after is not None:
            assert after.stage == goal.stage + 1


@given(staged())
def test_each_stage_gets_there_before_it_ends(stages: list[Stage]) -> None:
    shape, end = from_stages(stages), 0.0
    for stage in stages:
        end += stage.length_s
        assert shape.users(end - 0.005) == stage.users


@given(staged(), st.floats(0.1, 3000.0))
def test_a_limit_only_cuts(stages: list[Stage], limit_s: float) -> None:
    shape = from_stages(stages)
    cut = Limited(shape, limit_s)
    assert cut.duration_s == min(limit_s, shape.duration_s or 0)
    assert math.isclose(sum(stage.length_s for stage in cut.stages), cut.duration_s)
    assert cut.peak <= shape.peak
    for t, users in cut.preview(50):
        assert users == shape.users(t)
        assert users <= cut.peak
        assert cut.goal(t) == shape.goal(t)
    assert cut.users(limit_s) is None


@given(st.text(max_size=40), st.sampled_from(["steps:", "stages:", "wave:max=", "ramp:over=", ""]))
def test_any_text_is_a_shape_or_is_refused(text: str, start: str) -> None:
    # Any other exception than a refusal fails the test.
    with suppress(PlanError):
        assert parse_shape(start + text, None, None, None).peak >= 0
