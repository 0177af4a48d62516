"""A shape's specification is the texts of a form, and its refusal stands beside the field."""

from __future__ import annotations

import pytest

from lftui.choices.shape_words import field_errors, shape_fields
from lftui.shapes import KINDS, spec_of


@pytest.mark.parametrize("name", KINDS)
def test_the_fields_of_every_shape_come_back(name: str) -> None:
    values = {parameter.name: "7" for parameter in KINDS[name].parameters}
    assert shape_fields(spec_of(name, values)) == (name, values)


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ("steps", ("steps", {})),
        ("steps:start=10,every=1m", ("steps", {"start": "10", "every": "1m"})),
        ("stages:10x1m,50x2m,rate=5", ("stages", {"stages": "10x1m,50x2m", "rate": "5"})),
        ("SpikeLoadShape", ("SpikeLoadShape", {})),
        ("day.toml", ("day.toml", {})),
        ("steps:nonsense", ("steps", {})),
        ("", ("", {})),
    ],
)
def test_a_specification_is_taken_apart(spec: str, fields: tuple[str, dict[str, str]]) -> None:
    assert shape_fields(spec) == fields


@pytest.mark.parametrize(
    ("spec", "blamed"),
    [
        ("steps:start=a", {"start"}),
        ("steps:start=a,every=x,to=5", {"start", "every"}),
        ("ramp:from=9,to=5", {"to"}),
        ("ramp:over=1m,rate=5", {"over"}),
        ("wave:min=9,max=5,period=soon", {"max"}),
        ("spike:levels=1/x", {"levels"}),
        ("stages:10x", {"stages"}),
        ("stages", {"stages"}),
        ("steps:every=1s,rate=1,step=50,to=100", {"every"}),
        ("constant:users=0", {"users"}),
    ],
)
def test_a_refusal_stands_beside_its_field(spec: str, blamed: set[str]) -> None:
    shape, sentence, errors = field_errors(spec, None, None, None)
    assert shape is None
    assert sentence.startswith("the shape ")
    assert set(errors) == blamed
    assert all(not error.startswith("the shape '") for error in errors.values())


def test_an_option_beside_the_shape_is_blamed_as_well() -> None:
    _, _, errors = field_errors("spike", 0, None, None)
    assert set(errors) == {"users"}
    _, _, errors = field_errors("ramp:hold=0", 5, -1.0, None)
    assert set(errors) == {"spawn_rate"}
    _, _, errors = field_errors("soak:up=5m", None, None, 60.0)
    assert set(errors) == {"up"}


def test_a_good_shape_has_no_errors() -> None:
    shape, sentence, errors = field_errors("steps:to=5", None, None, None)
    assert shape is not None
    assert shape.peak == 5
    assert (sentence, errors) == ("", {})


def test_an_unknown_shape_is_refused_without_a_field() -> None:
    assert field_errors("nonsense", None, None, None)[2] == {}
