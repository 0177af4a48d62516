"""The form of a load shape: its fields, their faults, and the choice that it stands for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from lftui.choices import Choice
from lftui.records import Loaded, ShapeFact
from lftui.screens.setup.shape_fields import (
    FieldSpec,
    beside,
    changes_of,
    default_text,
    fault,
    fields_of,
    kind_of,
)
from lftui.shapes import KINDS

WAVES = Loaded(files=[], shapes=[ShapeFact("DoubleWave"), ShapeFact("Common", "", True)])


@pytest.mark.parametrize(
    ("choice", "loaded", "kind"),
    [
        (Choice(), None, "constant"),
        (Choice(), WAVES, "DoubleWave"),
        (Choice(shape="constant"), WAVES, "constant"),
        (Choice(shape="steps:to=5"), None, "steps"),
        (Choice(shape="Other"), WAVES, "Other"),
        (Choice(preset="peak", shape=""), None, "preset peak"),
    ],
)
def test_what_is_chosen(choice: Choice, loaded: Loaded | None, kind: str) -> None:
    assert kind_of(choice, loaded) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_nobody_touched_stands_for_the_choice_it_was_made_of(kind: str) -> None:
    spec = {"stages": "stages:10x1m,50x2m,rate=5", "spike": "spike:levels=10/50/20,every=1m",
            "rate": "rate:rate=30/m,ramp-in=10s", "rate-stages": "rate-stages:10x1m,20x1m@5"}  # fmt: skip
    choice = Choice(shape=spec.get(kind, "" if kind == "constant" else kind), run_time="5m")
    texts = {one.name: one.value for one in fields_of(kind, choice, None)}
    changes = changes_of(kind, texts, choice, None)
    assert msgspec.structs.replace(choice, **changes) == choice


RATE = Choice(shape="rate:rate=5", arrivals="even", max_users=20)


def test_a_form_of_a_rate_asks_how_iterations_come_and_for_the_most_users() -> None:
    texts = {one.name: one.value for one in fields_of("rate", RATE, None)}
    assert texts == {
        "rate": "5", "for": "", "ramp-in": "", "--arrivals": "even", "--max-users": "20", "-t": "",
    }  # fmt: skip
    texts |= {"--arrivals": " poisson ", "--max-users": ""}
    changed = msgspec.structs.replace(RATE, **changes_of("rate", texts, RATE, None))
    assert changed == Choice(shape="rate:rate=5", arrivals="poisson")


@pytest.mark.parametrize("kind", ["constant", "steps", "DoubleWave"])
def test_what_was_said_of_a_rate_goes_with_it(kind: str) -> None:
    texts = {one.name: one.value for one in fields_of(kind, RATE, WAVES)}
    changed = msgspec.structs.replace(RATE, **changes_of(kind, texts, RATE, WAVES))
    assert (changed.arrivals, changed.max_users) == ("", None)


def test_users_given_beside_a_rate_are_the_most_and_those_of_another_shape_are_not() -> None:
    beside_a_rate, of_steps = Choice(shape="rate", users=20), Choice(shape="steps", users=20)
    for choice, most in ((beside_a_rate, "20"), (of_steps, "")):
        texts = {one.name: one.value for one in fields_of("rate-ramp", choice, None)}
        assert texts["--max-users"] == most
        changes = changes_of("rate-ramp", texts, choice, None)
        assert (changes["users"], changes["max_users"]) == (None, int(most) if most else None)


def test_a_constant_specification_becomes_locusts_own_options() -> None:
    choice = Choice(shape="constant:users=20,rate=2,duration=1m")
    texts = {one.name: one.value for one in fields_of("constant", choice, None)}
    assert texts == {"-u": "20", "-r": "2", "-t": "1m"}
    changed = msgspec.structs.replace(choice, **changes_of("constant", texts, choice, None))
    assert changed == Choice(users=20, spawn_rate=2.0, run_time="1m")


@pytest.mark.parametrize(
    ("kind", "names"),
    [("DoubleWave", ["-t"]), ("Common", ["-u", "-r", "-t"]), ("manual", ["-u", "-r", "-t"])],
)
def test_which_options_a_kind_asks_for(kind: str, names: list[str]) -> None:
    assert [one.name for one in fields_of(kind, Choice(), WAVES)] == names


@pytest.mark.parametrize(
    ("default", "choice", "text"),
    [
        ("-u, or 60", Choice(), "60"),
        ("-u, or 60", Choice(users=20), "20"),
        ("-r, or a quarter of a step at most", Choice(), "a quarter of a step at most"),
        ("-t less hold, or by the rate, or 5m", Choice(), "by the rate, or 5m"),
        ("1m", Choice(users=3), "1m"),
        ("--rate, or 1", Choice(users=3), "1"),
    ],
)
def test_a_default_says_what_holds_here(default: str, choice: Choice, text: str) -> None:
    assert default_text(default, choice) == text


@pytest.mark.parametrize(
    ("kind", "text", "part"),
    [
        ("users", "many", "not a number of users"),
        ("users", "5.5", "not a number of users"),
        ("rate", "0", "0"),
        ("rate", "fast", "fast"),
        ("duration", "soon", "not a duration"),
        ("levels", "1,2", "10/50/20"),
        ("users", "", ""),
        ("users", " 5 ", ""),
        ("duration", "0", ""),
        ("list", "10x1m,20x2m", ""),
        ("arrival_rate", "30/m", ""),
        ("arrival_rate", "fast", "not a rate of iterations"),
        ("slope", "0", "above 0"),
        ("slope", "0.5", ""),
        ("arrivals", "even", ""),
        ("arrivals", "random", "poisson or even"),
        ("max_users", "0", "1 user or more"),
        ("max_users", "many", "not a number of users"),
        ("max_users", "7", ""),
    ],
)
def test_what_is_wrong_with_a_text(kind: str, text: str, part: str) -> None:
    said = fault(FieldSpec("x", "x", kind, "", ""), text)
    assert (part in said) if part else said == ""


def test_errors_find_the_field_that_they_are_about() -> None:
    errors: dict[str, Any] = {"users": "a", "run_time": "b", "step": "c", "other": "d"}
    assert beside(errors, ["-u", "-t"]) == {"-u": "a", "-t": "b"}
    assert beside(errors, ["users", "step"]) == {"users": "a", "step": "c"}
