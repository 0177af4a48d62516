"""What a loaded locustfile makes clear of a choice."""

from __future__ import annotations

import msgspec
import pytest

from lftui.choices import Choice
from lftui.choices.command_line import choice_from
from lftui.choices.completing import completed, fitted, is_switch, with_preset
from lftui.plan import PlanError
from lftui.records import Loaded, OptionFact, UserClassFact


def typed(text: str) -> list[str]:
    """The words of a command line without quotes."""
    return text.split()


OPTIONS = [
    OptionFact("--api-key", secret=True, required=True),
    OptionFact("--fast", default="False"),
    OptionFact("--ids", multiple=True),
    OptionFact("-k", default="1"),
]
LOADED = Loaded(
    files=["a.py"],
    user_classes=[UserClassFact("Web", weight=3), UserClassFact("Admin")],
    own_options=OPTIONS,
)


def test_options_of_the_locustfile_come_out_of_the_rest() -> None:
    read = choice_from(typed("--api-key abc --ids 1 2 --fast Web -k 5 --csv out"))
    choice = completed(read, LOADED)
    assert choice.own_options == {"--api-key": "abc", "--ids": "1\n2", "--fast": "", "-k": "5"}
    assert choice.classes == ["Web"]
    assert choice.rest == ["--csv", "out"]


def test_an_option_without_its_value_stays_for_locust_to_refuse() -> None:
    assert completed(Choice(rest=["--api-key="]), LOADED).rest == ["--api-key="]


def test_configuration_fills_in_what_the_command_line_leaves_open() -> None:
    loaded = Loaded(
        files=["a.py"],
        options={
            "host": "http://h",
            "num_users": 7,
            "spawn_rate": 2.0,
            "run_time": 90,
            "tags": ["x"],
            "processes": 4,
        },
        explicit=["host", "num_users", "run_time", "tags", "processes"],
    )
    choice = completed(Choice(users=0, host="http://mine"), loaded, {"shape": "ramp"})
    assert choice == Choice(
        users=0, host="http://mine", run_time="1m30s", tags=["x"], shape="ramp", processes=4
    )
    assert completed(Choice(processes=0), loaded).processes == 0


def test_a_choice_is_fitted_into_what_the_generator_said() -> None:
    loaded = fitted(
        LOADED,
        Choice(classes=["Web"], users=5, weights={"Web": 2.0}, host="h", shape="ramp",
               run_time="1m", rest=["--threshold", "p95_ms<2s"], on_disconnect="stop"),
    )  # fmt: skip
    assert [one.chosen for one in loaded.user_classes] == [True, False]
    assert loaded.user_classes[0].weight == 2.0
    assert loaded.options["num_users"] == 5
    assert loaded.options["run_time"] == 60.0
    assert loaded.ours == [
        ("--shape", "ramp"), ("--on-disconnect", "stop"), ("--threshold", "p95_ms<2s"),
    ]  # fmt: skip
    assert {"num_users", "host", "run_time"} <= set(loaded.explicit)
    assert "processes" not in loaded.explicit
    several = fitted(LOADED, Choice(processes=2))
    assert (several.options["processes"], several.explicit) == (2, ["processes"])


def test_a_switch_is_known_by_its_default() -> None:
    assert [is_switch(one) for one in OPTIONS] == [False, True, False, False]


@pytest.mark.parametrize(
    ("words", "shape", "rest"),
    [
        ("--rate 50 --csv out", "rate:rate=50", "--csv out"),
        ("--csv out --rate=30/m", "rate:rate=0.5", "--csv out"),
        ("--lftui-rate 50 -- --rate", "rate:rate=50", "-- --rate"),
        ("--shape rate-ramp:over=1m --rate 50", "rate-ramp:over=1m,to=50", ""),
        ("--shape steps --rate 50", "steps", "--rate 50"),
        ("--rate fast", "", "--rate fast"),
    ],
)
def test_a_rate_becomes_a_shape_where_it_can(words: str, shape: str, rest: str) -> None:
    given = choice_from(typed(words))
    rate = words.replace("=", " ").split("rate ")[-1].split()[0]
    choice = completed(given, LOADED, {"rate": rate})
    assert (choice.shape, " ".join(choice.rest)) == (shape, rest)
    # Setup may have another shape by then; what the generator heard of the rate is over.
    heard = msgspec.structs.replace(LOADED, ours=[("--rate", rate)])
    still_there = ("--rate", rate) in fitted(heard, choice).ours
    assert still_there == ("rate" not in shape)


def test_a_rate_of_the_locustfile_is_its_own() -> None:
    loaded = msgspec.structs.replace(LOADED, own_options=[OptionFact("--rate")])
    choice = completed(choice_from(typed("--rate 50")), loaded, {})
    assert choice == Choice(own_options={"--rate": "50"})


def test_variables_fill_in_an_open_workload() -> None:
    ours = {"rate": "5", "arrivals": "even", "max-users": "20"}
    wanted = Choice(shape="rate:rate=5", arrivals="even", max_users=20)
    assert completed(Choice(), LOADED, ours) == wanted
    mine = Choice(shape="rate:rate=7", arrivals="poisson", max_users=9)
    assert completed(mine, LOADED, ours) == mine


def test_a_preset_has_the_place_of_a_rate() -> None:
    choice = Choice(shape="rate:rate=7", arrivals="even", max_users=9)
    assert with_preset(choice, "peak", BASELINE) == Choice(users=50, run_time="10m", preset="peak")
    assert with_preset(Choice(shape="steps"), "peak", BASELINE).shape == "steps"


BASELINE = {"load_scenarios": {"peak": {"users": 50, "duration_minutes": 10}, "bare": {}}}


def test_a_preset_sets_users_and_run_time() -> None:
    assert with_preset(Choice(users=1), "peak", BASELINE) == Choice(
        users=50, run_time="10m", preset="peak"
    )
    assert with_preset(Choice(users=1), "bare", BASELINE) == Choice(users=1, preset="bare")


@pytest.mark.parametrize("document", [None, {}, BASELINE])
def test_a_preset_that_is_not_there_is_refused(document: dict[str, object] | None) -> None:
    with pytest.raises(PlanError, match="no load scenario storm"):
        with_preset(Choice(), "storm", document)
