"""Which options make an open workload, who carries it out, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lftui import options
from lftui.open_load import default_max_users
from lftui.plan import OpenWorkload, PlanError, RunPlan
from lftui.planning import make_plan
from lftui.records import Loaded, ShapeFact, UserClassFact
from lftui.settings import Settings

ONE = [UserClassFact(name="OneUser")]
FIXED = UserClassFact(name="AdminUser", fixed_count=5)
LIMITED = Settings.model_validate(
    {"targets": {"lab": {"url": "http://127.0.0.1", "max_users": 200, "max_rps": 100}}}
)


def plan(
    folder: Path,
    *words: str,
    classes: list[UserClassFact] = ONE,
    shapes: tuple[str, ...] = (),
    settings: Settings | None = None,
    environment: dict[str, str] | None = None,
    **theirs: Any,
) -> RunPlan:
    """The plan of lftui's options as they are typed, with these of Locust's options given."""
    loaded = Loaded(
        files=["main.py"],
        user_classes=classes,
        shapes=[ShapeFact(name=name) for name in shapes],
        options={"host": "lab" if settings else "http://127.0.0.1", **theirs},
        explicit=sorted(theirs),
    )
    pairs = [(name, value) for name, _, value in (word.partition("=") for word in words)]
    ours = options.read(pairs, environment or {})
    return make_plan([], loaded, ours, settings or Settings(), folder, headless=True).plan


def refused(folder: Path, *words: str, **given: Any) -> str:
    with pytest.raises(PlanError) as refusal:
        plan(folder, *words, **given)
    return str(refusal.value)


def test_a_rate_is_an_open_workload(tmp_path: Path) -> None:
    found = plan(tmp_path, "--rate=50", run_time=300)
    assert found.open_workload == OpenWorkload(arrivals="poisson", max_users=750)
    assert found.shape == "rate:rate=50"
    assert found.shape_sentence == "rate: 50 iterations a second for 5m"
    assert found.stages == [
        {"users": 0, "spawn_rate": 1.0, "length_s": 300.0, "rate": 50.0, "slope": None}
    ]
    assert (found.users, found.given_users, found.duration_s) == (750, None, 300.0)
    assert found.locust_shape is None


@pytest.mark.parametrize(
    ("words", "shape", "sentence"),
    [
        (["--rate=30/m"], "rate:rate=0.5", "rate: 0.5 iterations a second, until stopped"),
        (["--rate=90/h"], "rate:rate=0.025", "rate: 0.025 iterations a second, until stopped"),
        (["--rate=7/s", "--shape=rate-ramp:over=1m"], "rate-ramp:over=1m,to=7",
         "rate-ramp: from 0 to 7 iterations a second in 1m, 1m in all"),
        (["--rate=7", "--shape=rate:rate=9"], "rate:rate=9",
         "rate: 9 iterations a second, until stopped"),
        (["--shape=rate-stages:5x1m"], "rate-stages:5x1m",
         "rate-stages: 5 iterations a second for 1m, 1m in all"),
    ],
)  # fmt: skip
def test_the_shape_says_the_rest(
    tmp_path: Path, words: list[str], shape: str, sentence: str
) -> None:
    found = plan(tmp_path, *words)
    assert (found.shape, found.shape_sentence) == (shape, sentence)
    assert found.open_workload is not None


def test_a_rate_goes_before_the_locustfiles_shape(tmp_path: Path) -> None:
    assert plan(tmp_path, "--rate=5", shapes=("Mine",)).locust_shape is None
    assert plan(tmp_path, shapes=("Mine",)).locust_shape == "Mine"


def test_a_variable_stands_for_the_option(tmp_path: Path) -> None:
    found = plan(tmp_path, environment={"LFTUI_RATE": "5", "LFTUI_MAX_USERS": "9"})
    assert found.open_workload == OpenWorkload(max_users=9)


def test_without_a_rate_the_workload_is_closed(tmp_path: Path) -> None:
    assert plan(tmp_path, num_users=5).open_workload is None
    assert plan(tmp_path, "--shape=steps").open_workload is None
    assert plan(tmp_path, shapes=("Mine",)).open_workload is None


def test_how_iterations_arrive(tmp_path: Path) -> None:
    for name in ("poisson", "even"):
        found = plan(tmp_path, "--rate=5", f"--arrivals={name}").open_workload
        assert found is not None
        assert found.arrivals == name
    assert refused(tmp_path, "--rate=5", "--arrivals=random") == (
        "--arrivals is 'random'; it is one of poisson, even"
    )


def test_the_most_users(tmp_path: Path) -> None:
    def users(*words: str, **given: Any) -> int:
        found = plan(tmp_path, *words, **given).open_workload
        assert found is not None
        return found.max_users

    assert users("--rate=50", "--max-users=7") == 7
    assert users("--rate=50", num_users=20) == 20
    assert users("--rate=50", "--max-users=7", num_users=20) == 7
    assert users("--rate=50") == 750
    assert users("--rate=0.5") == 50
    assert users("--rate=1000") == 5_000
    assert users("--rate=50", settings=LIMITED) == 200
    assert users("--rate=50", settings=LIMITED, classes=[*ONE, FIXED]) == 195
    assert users("--rate=50", "--max-users=195", settings=LIMITED, classes=[*ONE, FIXED]) == 195


def test_the_most_users_where_nobody_says_cover_an_outage() -> None:
    assert [default_max_users(rate) for rate in (0.1, 3.4, 10, 333.3, 334, 1e6)] == [
        50, 51, 150, 5000, 5000, 5000,
    ]  # fmt: skip
    assert default_max_users(50, ceiling=20) == 20
    assert default_max_users(0.1, ceiling=20) == 20


@pytest.mark.parametrize(
    ("words", "given", "says"),
    [
        (["--rate=fast"], {}, ["--rate 'fast'", "30/m"]),
        (["--rate="], {}, ["--rate ''", "30/m"]),
        (["--rate=0"], {}, ["--rate '0'", "above 0"]),
        (["--rate=-5"], {}, ["--rate '-5'", "above 0"]),
        (["--rate=nan/s"], {}, ["above 0"]),
        (["--rate=2e6"], {}, ["over a million"]),
        (["--rate=" + "9" * 5000], {}, ["--rate '999", "above 0"]),
        (["--rate=5", "--shape=steps"], {}, ["--rate", "'steps'", "users"]),
        (["--rate=5", "--shape=Mine"], {"shapes": ("Mine",)}, ["--rate", "--shape Mine", "users"]),
        (["--rate=5", "--shape=plan.toml"], {}, ["--rate", "plan.toml", "users"]),
        (["--rate=5", "--shape=rate-stages:1x1m"], {}, ["lists its rates"]),
        (["--arrivals=even"], {"num_users": 5}, ["--arrivals", "open workload", "--rate"]),
        (["--max-users=5"], {}, ["--max-users", "open workload", "--rate"]),
        (["--max-users=5"], {"shapes": ("Mine",)}, ["--max-users", "open workload"]),
        (["--rate=5", "--max-users=0"], {}, ["--max-users is '0'", "from 1 to 1,000,000"]),
        (["--rate=5", "--max-users=many"], {}, ["--max-users is 'many'"]),
        (["--rate=5", "--max-users=2000000"], {}, ["--max-users is '2000000'"]),
        (["--rate=5"], {"num_users": 0}, ["-u", "is 0", "at least 1 user"]),
        (["--rate=5", "--max-users=201"], {"settings": LIMITED}, ["--max-users is 201", "200"]),
        (["--rate=5"], {"settings": LIMITED, "num_users": 201}, ["-u", "201", "ceiling of 200"]),
        (["--rate=5", "--max-users=196"], {"settings": LIMITED, "classes": [*ONE, FIXED]},
         ["--max-users with 5 of fixed_count is 201", "ceiling of 200"]),
        (["--rate=100.5"], {"settings": LIMITED}, ["100.5 iterations a second", "100 requests"]),
        (["--shape=rate-stages:5x1m,101x1m"], {"settings": LIMITED}, ["101 iterations a second"]),
        (["--rate=5"], {"classes": [FIXED]}, ["fixed_count", "nobody", "choose a class"]),
        (["--rate=5"], {"classes": [FIXED, UserClassFact(name="B", chosen=False)]}, ["nobody"]),
        (["--rate=5"], {"classes": [FIXED, UserClassFact(name="B", weight=0)]}, ["nobody"]),
        (["--rate=5", "--run-time-from=ramp"], {"run_time": 60}, ["--run-time-from ramp"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_one_sentence(
    tmp_path: Path, words: list[str], given: dict[str, Any], says: list[str]
) -> None:
    sentence = refused(tmp_path, *words, **given)
    assert [part for part in says if part not in sentence] == [], sentence
    assert "\n" not in sentence
    assert len(sentence) < 250


def test_a_preset_gives_users_and_no_rate(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(
        '{"load_scenarios": {"peak": {"users": 50, "duration_minutes": 10}},'
        ' "thresholds": {"critical": {"error_rate": 0.01}}}'
    )
    words = ["--preset=peak", f"--baseline={path}"]
    assert plan(tmp_path, *words).users == 50
    assert "--preset gives a number of users" in refused(tmp_path, *words, "--rate=5")


def test_users_of_a_fixed_number_need_a_ceiling_that_leaves_somebody(tmp_path: Path) -> None:
    many = UserClassFact(name="AdminUser", fixed_count=200)
    sentence = refused(tmp_path, "--rate=5", settings=LIMITED, classes=[*ONE, many])
    assert "leaves nobody of this target's ceiling of 200 users" in sentence
