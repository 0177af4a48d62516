"""The baseline as a model that has been checked, or one sentence about what is wrong in it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from lftui.baseline.figures import (
    DEFAULT_TOLERANCE,
    MOST_LOADS,
    Entry,
    Figures,
    Load,
    Part,
    Preset,
)
from lftui.baseline.limits import check_thresholds, check_tolerance
from lftui.baseline.names import metric_of
from lftui.baseline.wording import kind_of, number, said
from lftui.plan import PlanError
from lftui.safe_text import safe_line

MOST_ENDPOINTS = 10_000
_LONGEST_NAME = 1_000


class BaselineDocument(Part):
    """A baseline. Unknown keys are in it as they stood in the file."""

    endpoints: dict[str, Entry] = Field(default_factory=dict)
    load_scenarios: dict[str, Preset] = Field(default_factory=dict)
    thresholds: dict[str, Any] = Field(default_factory=dict)
    tolerance: Any = None
    promoted_from: dict[str, Any] = Field(default_factory=dict)

    def tolerance_of(self, key: str, metric: str) -> float:
        """How much worse a metric of an endpoint may be, relative: 0.1 for 10 %."""
        entry = self.endpoints.get(key)
        for given in (entry.tolerance if entry is not None else None, self.tolerance):
            if isinstance(given, dict):
                found = {metric_of(name): value for name, value in given.items()}.get(metric)
                if found is not None:
                    return float(found)
            elif given is not None:
                return float(given)
        return DEFAULT_TOLERANCE


def document_of(raw: dict[str, Any], where: str) -> BaselineDocument:
    """Check a document.

    Args:
        raw: the JSON object.
        where: the file or run that it comes from, for the sentence.

    Raises:
        PlanError: something in it cannot be; the sentence names the place.
    """
    where = f"the baseline {where}"
    _check_kind(raw, where)
    _check_sizes(raw, where)
    try:
        document = BaselineDocument.model_validate(raw)
    except ValidationError as error:
        raise PlanError(f"{where}: {_sentence(error)}") from None
    if not document.endpoints and not document.thresholds:
        raise PlanError(f"{where} has no `endpoints` and no `thresholds` to hold a run to")
    check_thresholds(document.thresholds, where)
    check_tolerance(document.tolerance, where, ())
    for key, entry in document.endpoints.items():
        check_tolerance(entry.tolerance, where, ("endpoints", key))
        _check_loads(key, entry, where)
    return document


def _check_kind(raw: dict[str, Any], where: str) -> None:
    schema = raw.get("schema")
    if isinstance(schema, str) and schema.startswith("lftui.") and "baseline" not in schema:
        raise PlanError(f"{where} is no baseline, but a {safe_line(schema, 60)}")


def _check_sizes(raw: dict[str, Any], where: str) -> None:
    endpoints = raw.get("endpoints")
    if not isinstance(endpoints, dict):
        return
    if len(endpoints) > MOST_ENDPOINTS:
        raise PlanError(
            f"{where}: endpoints: there are {len(endpoints):,}, and {MOST_ENDPOINTS:,} are the most"
        )
    for key in endpoints:
        if not key.strip():
            raise PlanError(f"{where}: endpoints: an endpoint has no name")
        if len(key) > _LONGEST_NAME:
            short = safe_line(key, 40)
            raise PlanError(f"{where}: endpoints.{short}: the name is too long")


def _check_loads(key: str, entry: Entry, where: str) -> None:
    place = ("endpoints", key, "loads")
    if len(entry.loads) > MOST_LOADS:
        raise PlanError(f"{where}: {said(place)}: more than {MOST_LOADS} load levels")
    for name, load in entry.loads.items():
        if not name.isascii() or not name.isdigit() or name.startswith("0") or len(name) > 9:
            raise PlanError(
                f'{where}: {said((*place, name))}: must be a number of users, like "50"'
            )
        if load.users is not None and str(load.users) != name:
            raise PlanError(f"{where}: {said((*place, name, 'users'))}: {load.users} is not {name}")


def _sentence(error: ValidationError) -> str:
    """The first of what is wrong, and how many more there are."""
    errors = error.errors(include_url=False)
    first = errors[0]
    path = tuple(f"[{one}]" if isinstance(one, int) else one for one in first["loc"])
    places = len({one["loc"] for one in errors})
    more = f" (and {places - 1} more like that)" if places > 1 else ""
    return f"{said(path)}: {_words(first)}{more}"


def _words(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    limits: dict[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        return str(limits["error"])
    if kind in ("greater_than_equal", "greater_than"):
        least = float(limits["gt"] if "gt" in limits else limits["ge"])
        if least == 0 and value < 0:
            return f"must not be negative, and is {number(value)}"
        return f"must be {'more than' if 'gt' in limits else 'at least'} {number(least)}"
    if kind == "less_than_equal":
        if limits["le"] == 1:
            return f"must be a share from 0 to 1, and is {number(value)} (5 % is 0.05)"
        return f"{number(value)} is too large; at most {number(limits['le'])} can be"
    if kind in ("too_short", "too_long"):
        return "must be two numbers, [low, high]"
    wanted = _WANTED.get(kind)
    return f"must be {wanted}, not {kind_of(value)}" if wanted else error["msg"].lower()


_WANTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "a text",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "finite_number": "a finite number",
}


__all__ = [
    "MOST_ENDPOINTS",
    "BaselineDocument",
    "Entry",
    "Figures",
    "Load",
    "Preset",
    "document_of",
]
