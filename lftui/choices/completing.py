"""A choice and what a generator said of its locustfile, brought together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from lftui import options
from lftui.choices.choice import Choice
from lftui.choices.command_line import argv_of
from lftui.choices.shape_words import is_open
from lftui.plan import PlanError, parse_duration, say_duration
from lftui.records import Loaded, OptionFact
from lftui.shapes import at_rate
from lftui.shapes.rates import read_arrival_rate

_SWITCH = ("True", "False")
_RATES = ("--rate", "--lftui-rate")
_OUR_FIELDS = {
    "shape": "shape",
    "arrivals": "arrivals",
    "preset": "preset",
    "baseline": "baseline",
    "guard": "guard",
    "on-disconnect": "on_disconnect",
    "confirm-target": "confirmed",
}


def is_switch(fact: OptionFact) -> bool:
    """Whether an option of the locustfile takes no value, as far as its default shows."""
    return fact.default in _SWITCH and not fact.choices and not fact.multiple


def completed(choice: Choice, loaded: Loaded, ours: Mapping[str, str] | None = None) -> Choice:
    """The choice with what the loaded locustfile makes clear.

    Its own options come out of `rest`; what a config file or a variable of Locust sets is filled
    in where the choice says nothing.

    Args:
        ours: lftui's options, those of the environment with them (`options.read`).
    """
    choice = _own_options_of(choice, loaded)
    theirs = loaded.options
    found: dict[str, Any] = {}
    if "host" in loaded.explicit and theirs.get("host"):
        found["host"] = str(theirs["host"])
    if "num_users" in loaded.explicit and theirs.get("num_users") is not None:
        found["users"] = int(theirs["num_users"])
    if "spawn_rate" in loaded.explicit and theirs.get("spawn_rate"):
        found["spawn_rate"] = float(theirs["spawn_rate"])
    if "processes" in loaded.explicit and isinstance(theirs.get("processes"), int):
        found["processes"] = theirs["processes"]
    if "run_time" in loaded.explicit and theirs.get("run_time"):
        found["run_time"] = say_duration(float(theirs["run_time"]))
    for name in ("tags", "exclude_tags"):
        if name in loaded.explicit and theirs.get(name):
            found[name] = [str(tag) for tag in theirs[name]]
    if "user_classes" in loaded.explicit:
        found["classes"] = [one.name for one in loaded.user_classes if one.chosen]
    for name, field in _OUR_FIELDS.items():
        if field != "confirmed" and ours is not None and ours.get(name):
            found[field] = ours[name]
    if ours is not None and ours.get("max-users", "").isdecimal():
        found["max_users"] = int(ours["max-users"])
    unsaid = {field: value for field, value in found.items() if not getattr(choice, field)}
    for field in ("users", "processes"):  # of which 0 is a word, too
        if getattr(choice, field) is not None:
            unsaid.pop(field, None)
    choice = msgspec.structs.replace(choice, **unsaid)
    return _at_rate(choice, ours["rate"]) if ours is not None and "rate" in ours else choice


def _at_rate(choice: Choice, text: str) -> Choice:
    """The choice with `--rate` in its shape, where a form has it; as it is where that does not go:
    the plan says why."""
    try:
        shape = at_rate(choice.shape or None, read_arrival_rate("--rate", text))
    except PlanError:
        return choice
    return msgspec.structs.replace(choice, shape=shape, rest=_without_rate(choice.rest))


def _without_rate(words: list[str]) -> list[str]:
    end = words.index("--") if "--" in words else len(words)
    kept: list[str] = []
    value_follows = False
    for word in words[:end]:
        if value_follows:
            value_follows = False
        elif word.partition("=")[0] in _RATES:
            value_follows = "=" not in word
        else:
            kept.append(word)
    return kept + words[end:]


def _own_options_of(choice: Choice, loaded: Loaded) -> Choice:
    facts = {fact.name: fact for fact in loaded.own_options}
    known = {one.name for one in loaded.user_classes}
    rest: list[str] = []
    own = dict(choice.own_options)
    classes = list(choice.classes)
    words = list(choice.rest)
    while words:
        word = words.pop(0)
        if word == "--":
            rest += [word, *words]
            break
        name, equals, value = word.partition("=")
        fact = facts.get(name)
        if fact is None:
            rest.append(word)
            continue
        values = [value] if equals else _values(fact, words)
        if not all(values) or any("\n" in one for one in values):
            rest += [word, *([] if equals else values)]
            continue
        own[name] = "\n".join(values)
        # What stood behind its value was taken for more of it.
        while not equals and words and words[0] in known:
            classes.append(words.pop(0))
    return msgspec.structs.replace(choice, rest=rest, own_options=own, classes=classes)


def _values(fact: OptionFact, words: list[str]) -> list[str]:
    """The values of an option, taken from the words that follow it."""
    most = 0 if is_switch(fact) else len(words) if fact.multiple else 1
    values: list[str] = []
    while words and len(values) < most and not words[0].startswith("-"):
        values.append(words.pop(0))
    return values


def fitted(loaded: Loaded, choice: Choice) -> Loaded:
    """What a generator would say of this choice, from what it said of its locustfile.

    A run time that cannot be read is left out.
    """
    given: dict[str, Any] = {
        "host": choice.host or None,
        "num_users": choice.users,
        "spawn_rate": choice.spawn_rate,
        "run_time": _seconds(choice.run_time),
        "processes": choice.processes,
        "tags": choice.tags or None,
        "exclude_tags": choice.exclude_tags or None,
        "user_classes": choice.classes or None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    chosen = set(choice.classes)
    classes = [
        msgspec.structs.replace(
            one,
            chosen=one.name in chosen if chosen else one.chosen,
            weight=choice.weights.get(one.name, one.weight),
            fixed_count=choice.fixed_counts.get(one.name, one.fixed_count),
        )
        for one in loaded.user_classes
    ]
    return msgspec.structs.replace(
        loaded,
        options={**loaded.options, **given},
        explicit=sorted({*loaded.explicit, *given}),
        user_classes=classes,
        ours=_ours(loaded, choice),
    )


def _seconds(text: str) -> float | None:
    try:
        return parse_duration(text) if text else None
    except PlanError:
        return None


def _ours(loaded: Loaded, choice: Choice) -> list[tuple[str, str | None]]:
    """lftui's options: those that came with the locustfile's loading, then those of the choice."""
    taken = {fact.name for fact in loaded.own_options}
    own = options.takes_value()
    # A rate that became a shape is not in the choice's words any more.
    found: list[tuple[str, str | None]] = [pair for pair in loaded.ours if pair[0] != "--rate"]
    words = argv_of(choice, taken)
    while words:
        word = words.pop(0)
        if word == "--":
            break
        name, equals, value = word.partition("=")
        plain = f"--{name[8:]}" if name.startswith("--lftui-") else name
        if plain not in own or name in taken:
            continue
        if own[plain] and not equals:
            if not words:
                break
            value = words.pop(0)
        pair = (plain, value if own[plain] else None)
        if pair in found:
            found.remove(pair)
        found.append(pair)
    return found


def with_preset(choice: Choice, name: str, document: Mapping[str, Any] | None) -> Choice:
    """The choice with the users and the run time of a load scenario of the baseline.

    Raises:
        PlanError: the baseline has none of that name.
    """
    if is_open(choice.shape):
        # Users are no rate: the preset has the place of the shape.
        choice = msgspec.structs.replace(choice, shape="", arrivals="", max_users=None)
    known = (document or {}).get("load_scenarios") or {}
    if name not in known:
        there = ", ".join(known) or "none"
        raise PlanError(f"the baseline has no load scenario {name}; it has {there}")
    preset = known[name]
    minutes = preset.get("duration_minutes")
    return msgspec.structs.replace(
        choice,
        preset=name,
        users=preset.get("users") or choice.users,
        run_time=say_duration(float(minutes) * 60.0) if minutes else choice.run_time,
    )


__all__ = ["completed", "fitted", "is_switch", "with_preset"]
