"""From `--shape name[:key=value,...]` to a load shape, and back."""

from __future__ import annotations

from collections.abc import Mapping

from lftui.plan import PlanError
from lftui.shapes import (
    capacity,
    constant,
    manual,
    ramp,
    rate,
    rate_ramp,
    rate_stages,
    soak,
    spike,
    stages,
    steps,
    wave,
)
from lftui.shapes.base import Limited, Shape
from lftui.shapes.parameters import Given, Kind
from lftui.shapes.rates import text_of

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        constant,
        ramp,
        steps,
        spike,
        soak,
        wave,
        stages,
        manual,
        rate,
        rate_ramp,
        rate_stages,
        capacity,
    )
}
"""The shapes that there are, by name, in the order in which they are listed."""


def parse_shape(
    spec: str, users: int | None, spawn_rate: float | None, run_time_s: float | None
) -> Shape:
    """The load shape of a specification like `steps:start=10,every=1m`.

    What it leaves open is taken from `users` (-u), `spawn_rate` (-r, in users a second) and
    `run_time_s` (-t, in seconds), where they are not None; a shape that is longer than
    `run_time_s` is ended by it.

    Raises:
        PlanError: the shape is unknown or cannot work, in one sentence with the remedy.
    """
    name, _, rest = spec.partition(":")
    kind = _kind(name.strip())
    texts, items = _split(kind, rest)
    shape = kind.build(Given(kind.name, texts, items, users, spawn_rate, run_time_s))
    return limited(shape, run_time_s)


def limited(shape: Shape, run_time_s: float | None) -> Shape:
    """The shape, ended after `run_time_s` seconds if it is longer."""
    if run_time_s is None:
        return shape
    # Added up from its parts, a shape that fills -t can be longer than it by a rounding error.
    if shape.duration_s is not None and shape.duration_s <= run_time_s * (1.0 + 1e-9):
        return shape
    return Limited(shape, run_time_s)


def spec_of(name: str, values: Mapping[str, str]) -> str:
    """The specification of a shape whose parameters have the given texts; empty ones are left out.

    Raises:
        PlanError: the shape is unknown.
    """
    parameters = {parameter.name: parameter for parameter in _kind(name).parameters}
    parts = [
        text.strip() if key in parameters and parameters[key].kind == "list" else f"{key}={text}"
        for key, text in values.items()
        if text.strip()
    ]
    return f"{name}:{','.join(parts)}" if parts else name


def at_rate(spec: str | None, arrival_rate: float) -> str:
    """The specification with what `--rate` says, in iterations a second, where it says nothing of
    that itself; the shape `rate` where there is none.

    Raises:
        PlanError: the shape is not one that a rate is given to.
    """
    name, colon, rest = (spec or "rate").partition(":")
    kind = _kind(name.strip())
    if kind.unit != "rate":
        raise PlanError(
            f"--rate is for an open workload, and the shape '{kind.name}' is one of users; "
            "leave one of the two away, or use rate, rate-ramp or rate-stages"
        )
    if not kind.rate_key:
        raise PlanError(f"the shape '{kind.name}' lists its rates; leave --rate away")
    keys = [part.partition("=")[0].strip() for part in rest.split(",")]
    if kind.rate_key in keys:
        return f"{name}{colon}{rest}"
    own = f"{kind.rate_key}={text_of(arrival_rate)}"
    return f"{kind.name}:{rest},{own}" if rest.strip() else f"{kind.name}:{own}"


def _kind(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is not None:
        return kind
    known = ", ".join(KINDS)
    raise PlanError(
        f"the load shape '{name}' is unknown; use one of {known}, or the name of a "
        "LoadTestShape class of the locustfile"
    )


def _split(kind: Kind, rest: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The parameters by name, and what has none."""
    keys = [parameter.name for parameter in kind.parameters if parameter.kind != "list"]
    takes_list = len(keys) < len(kind.parameters)
    texts: dict[str, str] = {}
    items: list[str] = []
    for part in rest.split(",") if rest.strip() else []:
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if not equals and takes_list and key:
            items.append(key)
        elif not equals or not text:
            raise PlanError(
                f"the shape '{kind.name}': '{part.strip()}' is not key=value; "
                f"the keys are {', '.join(keys)}"
            )
        elif key not in keys:
            raise PlanError(
                f"the shape '{kind.name}' has no parameter '{key}'; it has {', '.join(keys)}"
            )
        elif key in texts:
            raise PlanError(f"the shape '{kind.name}': {key}= is there twice; give it once")
        else:
            texts[key] = text
    return texts, tuple(items)
