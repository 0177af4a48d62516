"""The chosen load ahead of time: users over time, and about how many requests that will be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import msgspec

from lftui.choices.choice import Choice
from lftui.choices.completing import fitted
from lftui.choices.offers import Preset, ShapePreview
from lftui.choices.shape_words import field_errors
from lftui.open_load import open_workload
from lftui.plan import PlanError, parse_duration, say_duration
from lftui.records import Loaded, UserClassFact
from lftui.scenarios import Preview
from lftui.settings import Target, read_stages
from lftui.shapes import Shape, limited, stages_from_toml
from lftui.supervisor.store import RunFile, Store

POINTS = 240
_RUNS_LOOKED_AT = 60
_FEWEST_REQUESTS = 20
_ROUNDING_S = 1e-3
# What a sentence names, and the field that it stands beside.
_OPEN_FIELDS = {"--max-users": "--max-users", "-u,": "--max-users", "--arrivals": "--arrivals"}


class Load(msgspec.Struct, frozen=True):
    """-u, -r and -t as they hold: of the choice, of Locust's configuration, of the preset."""

    users: int | None = None
    rate: float | None = None
    time_s: float | None = None


def load_of(choice: Choice, loaded: Loaded | None, document: dict[str, Any] | None) -> Load:
    """The load that the choice asks for beside its shape.

    Raises:
        PlanError: the run time cannot be read.
    """
    if choice.run_time:
        parse_duration(choice.run_time)
    theirs = fitted(loaded or Loaded(files=[]), choice).options
    preset = ((document or {}).get("load_scenarios") or {}).get(choice.preset) or {}
    users, time_s = theirs.get("num_users"), theirs.get("run_time")
    minutes = preset.get("duration_minutes")
    return Load(
        users=preset.get("users") if users is None else int(users),
        rate=theirs.get("spawn_rate"),
        time_s=(float(minutes) * 60.0 if minutes else None) if time_s is None else float(time_s),
    )


def locust_shape(choice: Choice, loaded: Loaded | None) -> str:
    """The name of the locustfile's shape that is chosen; "" where it is one of lftui's."""
    names = [shape.name for shape in loaded.shapes] if loaded is not None else []
    if not choice.shape:
        return names[0] if names else ""
    return choice.shape if choice.shape in names else ""


def preview_own(
    choice: Choice,
    load: Load,
    folder: Path,
    classes: Sequence[UserClassFact] = (),
    target: Target | None = None,
) -> ShapePreview:
    """The preview of one of lftui's shapes, or of a file of stages. Reads that file.

    Args:
        classes, target: who carries out an open workload, and how many there may be.
    """
    spec = choice.shape or "constant"
    errors: dict[str, str] = {}
    shape: Shape | None = None
    if spec.endswith(".toml"):
        try:
            shape = limited(stages_from_toml(read_stages(str(folder / spec))), load.time_s)
            sentence = ""
        except PlanError as error:
            sentence = str(error)
    else:
        shape, sentence, errors = field_errors(spec, load.users, load.rate, load.time_s)
    if shape is None:
        return ShapePreview(error=sentence, field_errors=errors)
    given = {"arrivals": choice.arrivals, "preset": choice.preset}
    given |= {} if choice.max_users is None else {"max-users": str(choice.max_users)}
    given = {name: text for name, text in given.items() if text}
    try:
        workload = open_workload(given, shape, classes, load.users, target)
    except PlanError as error:
        blamed = next((name for name in _OPEN_FIELDS if name in str(error)), "")
        return ShapePreview(
            error=str(error), field_errors={_OPEN_FIELDS[blamed]: str(error)} if blamed else {}
        )
    return _drawn(shape, workload.max_users if workload is not None else 0)


def _drawn(shape: Shape, max_users: int) -> ShapePreview:
    points = shape.preview(POINTS)
    end = shape.preview_s()
    if points:
        points.append((end, shape.level(end * (1.0 - 1e-12)) or 0))
    starts = list(accumulate(stage.length_s for stage in shape.stages[:-1]))
    return ShapePreview(
        points=points,
        sentence=shape.sentence(),
        total_s=shape.duration_s,
        peak=shape.peak if shape.unit == "users" else shape.peak_rate,
        unit=shape.unit,
        iterations=shape.iterations(),
        max_users=max_users,
        marks=starts,
    )


def drawn_ahead(found: Preview, time_s: float | None) -> ShapePreview:
    """The preview of a LoadTestShape of the locustfile, ended by -t."""
    points: list[tuple[float, float]] = [*found.points]
    total_s = found.length_s
    lengths = [stage.length_s for stage in found.stages]
    # Levels too short to be stages are left out there: then nobody knows when a stage begins.
    whole = total_s is not None and abs(sum(lengths) - total_s) < _ROUNDING_S
    marks = list(accumulate(lengths[:-1])) if whole else []
    sentence = found.sentence
    if time_s is not None and (total_s is None or time_s < total_s):
        before = [point for point in points if point[0] <= time_s]
        points = [*before, (time_s, before[-1][1])] if before else []
        total_s = time_s
        sentence += f"; ended by -t after {say_duration(time_s)}"
    return ShapePreview(
        points=points,
        sentence=sentence,
        total_s=total_s,
        peak=max((users for _, users in points), default=0),
        marks=[mark for mark in marks if total_s is None or mark < total_s],
        reason=found.reason,
    )


def presets_of(document: dict[str, Any] | None) -> list[Preset]:
    """The load scenarios of a baseline."""
    presets = []
    for name, scenario in ((document or {}).get("load_scenarios") or {}).items():
        users, minutes = scenario.get("users"), scenario.get("duration_minutes")
        words = [f"{users} user{'s' if users != 1 else ''}"] if users else []
        words += [f"for {say_duration(float(minutes) * 60.0)}"] if minutes else []
        sentence = " ".join(words) or "without users and run time"
        presets.append(Preset(str(name), users, minutes, sentence))
    return presets


# --- about how many requests ----------------------------------------------------------------------


def user_seconds(points: list[tuple[float, float]]) -> float:
    """The area under a line of users over time."""
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))


def requests_of_one_user(store: Store, files: list[str]) -> float | None:
    """Requests a second of one user, by the last run of these locustfiles; None without one."""
    names = {Path(file).name for file in files}
    for folder in store.newest(_RUNS_LOOKED_AT):
        try:
            run = folder.read()
        except PlanError:
            continue
        if run.scenario and {Path(one).name for one in run.scenario.split(", ")} == names:
            rate = _rate_of(run)
            if rate is not None:
                return rate
    return None


def _rate_of(run: RunFile) -> float | None:
    if run.plan.get("open_workload"):
        return None  # its users wait for iterations, so they say nothing of those of another run
    requests, length_s = run.facts.get("requests") or 0, run.facts.get("duration_s") or 0.0
    users = run.facts.get("users_max") or 0
    if requests < _FEWEST_REQUESTS or length_s <= 0 or users < 1:
        return None
    planned = _planned_user_seconds(run, float(length_s), int(users))
    return float(requests / (planned or users * length_s))


def _planned_user_seconds(run: RunFile, length_s: float, users: int) -> float | None:
    """Of the shape that it was run with; None where that was the locustfile's, or left by hand."""
    plan = run.plan
    spec = plan.get("shape")
    if not isinstance(spec, str):
        return None
    asked = (plan.get("given_users"), plan.get("given_rate"), plan.get("run_time_s"))
    shape, _, _ = field_errors(spec, *asked)
    if shape is None or shape.peak < users:
        return None
    step = length_s / POINTS
    return sum((shape.users((i + 0.5) * step) or 0) * step for i in range(POINTS)) or None


def rounded(count: float) -> int:
    """To two digits that count: a guess."""
    if count < 1:
        return 0
    unit = 10 ** max(0, len(str(int(count))) - 2)
    return int(round(count / unit) * unit)
