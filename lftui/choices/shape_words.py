"""A shape's specification as the texts of a form's fields, and its refusal beside the field."""

from __future__ import annotations

import re

from lftui.plan import PlanError
from lftui.shapes import KINDS, Kind, Shape, parse_shape, spec_of

_OPTIONS = {"-u": "users", "-r": "spawn_rate", "-t": "run_time"}
_MENTIONED = re.compile(r"(?<![\w-])(?:(?P<key>[a-z][a-z-]*)=|(?P<option>-[urt])\b)")
_MOST_ERRORS = 12


def shape_fields(spec: str) -> tuple[str, dict[str, str]]:
    """The shape's name and the texts of its fields; of another shape than lftui's its name alone.

    `lftui.shapes.spec_of(name, texts)` is the way back.
    """
    name, _, rest = spec.partition(":")
    kind = KINDS.get(name.strip())
    if kind is None:
        return spec.strip(), {}
    listed = _listed(kind)
    texts: dict[str, str] = {}
    items: list[str] = []
    for part in rest.split(",") if rest.strip() else []:
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if equals:
            texts[key] = text
        elif key:
            items.append(key)
    if items and listed:
        texts[listed] = ",".join(items)
    return kind.name, texts


def is_open(spec: str) -> bool:
    """Whether a specification is one of a rate of iterations."""
    kind = KINDS.get(spec.partition(":")[0].strip())
    return kind is not None and kind.unit == "rate"


def field_errors(
    spec: str, users: int | None, spawn_rate: float | None, run_time_s: float | None
) -> tuple[Shape | None, str, dict[str, str]]:
    """The shape; or why not, in one sentence and beside the fields.

    Fields are named as the shape's parameters are; `users`, `spawn_rate` and `run_time` are those
    of -u, -r and -t where the shape has no parameter of that name.
    """
    try:
        return parse_shape(spec, users, spawn_rate, run_time_s), "", {}
    except PlanError as error:
        sentence = str(error)
    name, texts = shape_fields(spec)
    kind = KINDS.get(name)
    if kind is None:
        return None, sentence, {}
    return None, sentence, _blamed(kind, texts, sentence, (users, spawn_rate, run_time_s))


def _blamed(
    kind: Kind,
    texts: dict[str, str],
    sentence: str,
    asked: tuple[int | None, float | None, float | None],
) -> dict[str, str]:
    """Every field that cannot be read, or the first one of those that do not fit together."""
    errors: dict[str, str] = {}
    left = dict(texts)
    for _ in range(_MOST_ERRORS):
        named = _mentioned(kind, sentence)
        field = next((one for one in named if one in left), named[0] if named else "")
        if not field:
            break
        if errors and (len(named) > 1 or field not in left):
            break  # what is left does not fit only because a field was taken away
        errors[field] = _short(kind, sentence)
        if len(named) > 1 or field not in left:
            break
        del left[field]
        try:
            parse_shape(spec_of(kind.name, left), *asked)
        except PlanError as error:
            sentence = str(error)
        else:
            break
    return errors


def _mentioned(kind: Kind, sentence: str) -> list[str]:
    """The fields that a sentence names, in its order."""
    keys = {parameter.name for parameter in kind.parameters}
    named: list[str] = []
    listed = _listed(kind)
    if listed and (", stage " in sentence or "no stages" in sentence):
        named.append(listed)
    for found in _MENTIONED.finditer(sentence):
        field = found["key"] if found["key"] in keys else _OPTIONS.get(found["option"] or "", "")
        if field and field not in named:
            named.append(field)
    return named


def _short(kind: Kind, sentence: str) -> str:
    """The sentence without what stands beside the field anyway."""
    whole = f"the shape '{kind.name}'"
    return sentence.removeprefix(f"{whole}: ").removeprefix(f"{whole}, ")


def _listed(kind: Kind) -> str:
    """The parameter that stands in a specification without a key; "" without one."""
    return next((one.name for one in kind.parameters if one.kind == "list"), "")
