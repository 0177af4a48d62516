"""The form of a load shape: which fields there are, what stands in them, and back to a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from lftui.choices import Choice
from lftui.choices.shape_words import is_open, shape_fields
from lftui.plan import PlanError
from lftui.records import Loaded
from lftui.shapes import KINDS, spec_of
from lftui.shapes.parameters import read_rate, read_seconds, read_users
from lftui.shapes.rates import read_arrival_rate, read_slope

PRESET = "preset "
_OPTIONS = ("-u", "-r", "-t", "--arrivals", "--max-users")
_ARRIVALS = ("poisson", "even")
_ALIASES = {"users": "-u", "spawn_rate": "-r", "rate": "-r", "run_time": "-t", "duration": "-t"}
_BARE = ("constant", "manual")
"""What they need are Locust's own options."""


class FieldSpec(msgspec.Struct, frozen=True):
    """A field of the form.

    Attributes:
        name: a parameter of the shape, or one of `-u`, `-r`, `-t`, and of an open workload
            `--arrivals`, `--max-users`.
        default: what holds while it is empty.
    """

    name: str
    label: str
    kind: str
    default: str
    help: str
    value: str = ""


def kind_of(choice: Choice, loaded: Loaded | None) -> str:
    """The item that is chosen: a shape of lftui's, one of the locustfile's, or a preset."""
    if choice.preset:
        return PRESET + choice.preset
    if choice.shape:
        return choice.shape.partition(":")[0].strip()
    # Without --shape Locust takes the shape that the file has.
    return loaded.shapes[0].name if loaded and loaded.shapes else "constant"


def fields_of(kind: str, choice: Choice, loaded: Loaded | None) -> list[FieldSpec]:
    """The fields of a kind, with what the choice says."""
    if kind.startswith(PRESET) or kind in _BARE:
        return _bare(choice, kind != "manual")
    if kind not in KINDS:
        shape = next((one for one in loaded.shapes if one.name == kind), None) if loaded else None
        common = shape is not None and shape.uses_common_options
        return (_bare(choice, True)[:2] if common else []) + [_time(choice, "its own end")]
    texts = _texts(kind, choice)
    fields = [
        FieldSpec(
            one.name, one.name, one.kind, default_text(one.default, choice), one.help,
            texts.get(one.name, ""),
        )
        for one in KINDS[kind].parameters
    ]  # fmt: skip
    if is_open(kind):
        fields += _open(choice)
    return [*fields, _time(choice, "as long as the shape lasts")]


def _texts(kind: str, choice: Choice) -> dict[str, str]:
    name, texts = shape_fields(choice.shape)
    return texts if name == kind else {}


def _bare(choice: Choice, planned: bool) -> list[FieldSpec]:
    texts = shape_fields(choice.shape)[1]
    users = texts.get("users", "" if choice.users is None else str(choice.users))
    rate = texts.get("rate", "" if choice.spawn_rate is None else f"{choice.spawn_rate:g}")
    told = "the level" if planned else "the level to begin with"
    return [
        FieldSpec("-u", "users", "users", "1", told, users),
        FieldSpec("-r", "rate", "rate", "1", "users started a second", rate),
        FieldSpec(
            "-t", "duration", "duration", "until stopped", "how long, with the ramp",
            texts.get("duration", choice.run_time),
        ),
    ]  # fmt: skip


def _open(choice: Choice) -> list[FieldSpec]:
    """How iterations come, and who carries them out. `-u` says that beside a rate as well, but not
    where it stands there from a shape of users."""
    most = choice.max_users
    if most is None and is_open(choice.shape):
        most = choice.users
    return [
        FieldSpec(
            "--arrivals", "arrivals", "arrivals", "poisson",
            "poisson: independent of one another, as visitors do; even: one after the other",
            choice.arrivals,
        ),
        FieldSpec(
            "--max-users", "max users", "max_users", "those of 15 s at the peak rate",
            "the most users to carry the iterations out", "" if most is None else str(most),
        ),
    ]  # fmt: skip


def _time(choice: Choice, default: str) -> FieldSpec:
    return FieldSpec("-t", "at most", "duration", default, "ends it early", choice.run_time)


def default_text(default: str, choice: Choice) -> str:
    """A default in words, with what the command line gave in the place of its options.

    `-u, or 60` is `60`, or with `-u 20` it is `20`. A form has no `--rate`.
    """
    for option, given in (
        ("--rate", None),
        ("-u", None if choice.users is None else str(choice.users)),
        ("-r", None if choice.spawn_rate is None else f"{choice.spawn_rate:g}"),
        ("-t", choice.run_time or None),
    ):
        if default.startswith(f"{option}, or "):
            return given or default.removeprefix(f"{option}, or ")
        if given is None and default.startswith(f"{option} "):
            return default.partition(", or ")[2] or default
    return default


def fault(field: FieldSpec, text: str) -> str:
    """What is wrong with a text by itself; "" where nothing is."""
    text = text.strip()
    if not text:
        return ""
    try:
        if field.kind in ("users", "max_users"):
            users = read_users(text, text)
            if not users and field.kind == "max_users":
                return f"{text} is nobody for the arrivals; write 1 user or more"
        elif field.kind == "rate":
            read_rate(text, text)
        elif field.kind == "arrival_rate":
            read_arrival_rate(text, text, zero=True)
        elif field.kind == "slope":
            read_slope(text, text)
        elif field.kind == "arrivals" and text not in _ARRIVALS:
            return f"{text} is no way to arrive; write {' or '.join(_ARRIVALS)}"
        elif field.kind == "duration" and text not in ("0", "0s"):
            read_seconds(text, text)
        elif field.kind == "level":
            _read_level(text)
        elif field.kind == "text" and ("," in text or not text.isprintable()):
            return f"{text} has a comma in it, which begins another parameter"
        elif field.kind == "levels" and ("," in text or "=" in text):
            return f"{text} has no levels; write them like 10/50/20"
    except PlanError as error:
        return str(error)
    return ""


def _read_level(text: str) -> None:
    """A number of users, or a rate where it is none."""
    if text.isdecimal():
        read_users(text, text)
    else:
        read_arrival_rate(text, text)


def changes_of(
    kind: str, texts: Mapping[str, str], choice: Choice, loaded: Loaded | None
) -> dict[str, Any]:
    """The fields of the choice that a form of faultless texts stands for."""
    given = {name: text.strip() for name, text in texts.items()}
    changes: dict[str, Any] = {}
    if "-u" in given:
        changes["users"] = int(given["-u"]) if given["-u"] else None
    if "-r" in given:
        changes["spawn_rate"] = float(given["-r"]) if given["-r"] else None
    if "-t" in given:
        changes["run_time"] = given["-t"]
    if kind.startswith(PRESET):
        return changes
    changes |= _open_changes(given, kind)
    changes["preset"] = ""
    if kind == "constant":
        # Only beside a shape of the file it has to be said that it is not to be used.
        changes["shape"] = "constant" if loaded is not None and loaded.shapes else ""
    elif kind in KINDS:
        own = {name: text for name, text in given.items() if name not in _OPTIONS}
        changes["shape"] = spec_of(kind, own)
    else:
        changes["shape"] = kind
    return changes


def _open_changes(given: Mapping[str, str], kind: str) -> dict[str, Any]:
    """What was said of an open workload goes with its shape; `-u` has become the most users."""
    if not is_open(kind):
        return {"arrivals": "", "max_users": None}
    most = given.get("--max-users", "")
    return {
        "users": None,
        "arrivals": given.get("--arrivals", ""),
        "max_users": int(most) if most else None,
    }


def beside(errors: Mapping[str, str], names: list[str]) -> dict[str, str]:
    """Errors by field, for a form with these fields; those of others are left out."""
    found = {}
    for name, error in errors.items():
        field = name if name in names else _ALIASES.get(name, name)
        if field in names:
            found[field] = error
    return found
