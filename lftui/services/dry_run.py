"""A choice tried without load: what would refuse it, what the guard would do, one user's smoke."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping
from pathlib import Path

import msgspec

from lftui import options
from lftui.baseline_source import baseline_from
from lftui.choices.choice import Choice
from lftui.choices.command_line import argv_of
from lftui.choices.completing import fitted, is_switch
from lftui.expectations import Expectations, Resolve, expectations
from lftui.judge.steps.searched import planned_rules, planned_search
from lftui.judge.thresholds.limits import metric_name, rule_figure
from lftui.judge.thresholds.threshold import Threshold
from lftui.monitor.sources import monitored
from lftui.plan import PlanError, RunPlan, parse_duration
from lftui.planning import Planned, make_plan
from lftui.records import Loaded, Smoked
from lftui.services.targets import host_to_confirm
from lftui.settings import Settings, host_of, target_of
from lftui.supervisor.smoke import smoke
from lftui.supervisor.store import Store

_SMOKE_S = 60.0
_NAMED_RULES = 2
_TOLD_FIRST = ("p95_ms", "error_ratio")


class Surroundings(msgspec.Struct, frozen=True):
    """What a plan is made in, besides the choice."""

    settings: Settings
    folder: Path
    environment: Mapping[str, str]
    store: Store
    demo_url: str = ""

    @property
    def resolve(self) -> Resolve:
        """Reads a stored run as a baseline."""
        return lambda source: baseline_from(source, self.store)


def plan_of(
    choice: Choice, loaded: Loaded, around: Surroundings, given: Mapping[str, str] | None = None
) -> Planned:
    """The plan that a start would make. Reads the baseline and files of stages.

    Args:
        given: lftui's options, where they are not those of the choice.

    Raises:
        PlanError: it would be refused.
    """
    told = fitted(loaded, choice)
    if given is None:
        given = options.read(told.ours, around.environment)
    return make_plan(
        argv_of(choice, taken_by(loaded)),
        told,
        given,
        monitored(around.settings, told, around.demo_url or None, around.environment),
        around.folder,
        headless=False,
        trusted_host=around.demo_url or None,
        resolve=around.resolve,
    )


def taken_by(loaded: Loaded | None) -> Collection[str]:
    """The option names that the locustfile has itself."""
    return {fact.name for fact in loaded.own_options} if loaded is not None else ()


# --- what would refuse it -------------------------------------------------------------------------


def refusals(choice: Choice, loaded: Loaded | str | None, around: Surroundings) -> list[str]:
    """Every reason why the run could not begin, in the order in which one would mend them."""
    if not choice.locustfile:
        return ["no scenario is chosen"]
    if isinstance(loaded, str):
        return [loaded]
    if loaded is None:
        return ["the scenario has not been read yet"]
    found = [*_of_classes(choice, loaded), *_of_options(choice, loaded)]
    found += _of_target(choice, loaded, around)
    try:
        if choice.run_time:
            parse_duration(choice.run_time)
        plan_of(choice, loaded, around)
    except PlanError as error:
        sentence = str(error)
        # Said above already, in the words of a form.
        if not (found and "is production" in sentence):
            found.append(sentence)
    return found


def _of_classes(choice: Choice, loaded: Loaded) -> list[str]:
    there = {one.name: one for one in fitted(loaded, choice).user_classes}
    missing = [name for name in choice.classes if name not in there]
    if missing:
        return [f"the scenario has no user class {', '.join(missing)}; it has {', '.join(there)}"]
    chosen = [one for one in there.values() if one.chosen]
    if not any(one.weight > 0 or one.fixed_count for one in chosen):
        return ["no user class takes part: give one a weight above 0"]
    idle = [one.name for one in chosen if not one.tasks]
    sentences = [f"{', '.join(idle)} has no task"] if idle else []
    wanted, unwanted = set(choice.tags), set(choice.exclude_tags)
    both = sorted(wanted & unwanted)
    if both:
        sentences.append(f"the tag {both[0]} is both included and excluded")
    elif wanted and not any(wanted & set(one.tags) for one in chosen):
        sentences.append(f"no task has the tag {' or '.join(choice.tags)}")
    return sentences


def _of_options(choice: Choice, loaded: Loaded) -> list[str]:
    sentences = []
    for fact in loaded.own_options:
        values = choice.own_options.get(fact.name, "").split("\n")
        if fact.name not in choice.own_options:
            if fact.required and fact.name not in " ".join(choice.rest):
                sentences.append(f"{fact.name} is needed: {fact.help or 'give it a value'}")
        elif not any(values) and not is_switch(fact):
            sentences.append(f"{fact.name} needs a value")
        elif fact.choices and (wrong := [one for one in values if one not in fact.choices]):
            known = ", ".join(fact.choices)
            sentences.append(f"{fact.name} is '{wrong[0]}'; it is one of {known}")
    return sentences


def _of_target(choice: Choice, loaded: Loaded, around: Surroundings) -> list[str]:
    sentences = []
    for host in _hosts(choice, loaded, around):
        needed, (url, _) = host_to_confirm(host, around.settings), target_of(host, around.settings)
        if needed and choice.confirmed not in (needed, url, host_of(url)):
            sentences.append(f"this is production: type {needed} to confirm it")
            break
    _, target = target_of(choice.host, around.settings)
    for name, reference in (target.headers if target is not None else {}).items():
        variable = reference.removeprefix("env:")
        if variable not in around.environment:
            sentences.append(f"the header {name} needs {variable}, which is not set; set it")
    return sentences


def confirmation_of(choice: Choice, loaded: Loaded | None, around: Surroundings) -> str:
    """The host that has to be typed; "" for none."""
    hosts = _hosts(choice, loaded, around)
    return next((name for host in hosts if (name := host_to_confirm(host, around.settings))), "")


def _hosts(choice: Choice, loaded: Loaded | None, around: Surroundings) -> list[str]:
    """Where the requests would go: the choice's host, or those of the locustfile."""
    hosts = [choice.host]
    if not choice.host and loaded is not None:
        classes = fitted(loaded, choice).user_classes
        given = str(loaded.options.get("host") or "")
        hosts = [given] if given else [one.host or "" for one in classes if one.chosen]
    return [host for host in hosts if host and host != around.demo_url]


# --- the guard ------------------------------------------------------------------------------------


def guard_sentence(choice: Choice, loaded: Loaded | None, around: Surroundings) -> str:
    """What the guard will do in a few words. Reads the baseline.

    Raises:
        PlanError: the expectations cannot be read.
    """
    files = [choice.locustfile] if choice.locustfile else []
    told = fitted(loaded or Loaded(files=files), choice)
    given = options.read(told.ours, around.environment)
    expected = expectations(told.files, given, around.settings, around.folder, around.resolve)
    guard = around.settings.guard
    production = bool(confirmation_of(choice, loaded, around))
    action = given.get("guard") or guard.action or ("stop" if production else "warn")
    search = planned_search({"shape": choice.shape})
    if search is not None:
        expected = msgspec.structs.replace(expected, rules=planned_rules(search, expected.rules))
    if action == "off":
        return "guard: off"
    if search is not None and action != "stop":
        return f"guard: leaves the limits to the search, a silent target → {action}"
    watched = _watched(expected)
    if not watched:
        return f"guard: no critical limit is set, only a silent target → {action}"
    return f"guard: {watched} for {guard.window:g}s → {action}"


def _watched(expected: Expectations) -> str:
    """`p95>5s or err>5%`: the limits of the whole run first, those that one knows best."""
    rules = [one for one in expected.rules if one.severity == "critical" and one.scope != "target"]
    rules.sort(key=lambda rule: (rule.scope != "total", rule.metric not in _TOLD_FIRST))
    named = [_rule(rule) for rule in rules[:_NAMED_RULES]]
    if len(rules) > _NAMED_RULES:
        named.append(f"{len(rules) - _NAMED_RULES} more")
    return " or ".join(named)


def _rule(rule: Threshold) -> str:
    name = "err" if rule.metric == "error_ratio" else metric_name(rule.metric)
    about = "" if rule.scope == "total" else f"@{rule.name}"
    if rule.is_of_target:
        name, about = rule.rule, ""
    limit = rule_figure(rule, rule.limit).replace(" ", "")
    return f"{name}{about}{'>' if rule.upper else '<'}{limit}"


# --- one user -------------------------------------------------------------------------------------


def smoke_plan(choice: Choice, loaded: Loaded, around: Surroundings) -> RunPlan:
    """The plan of a smoke: host, headers, classes and tags of the choice.

    Raises:
        PlanError: a run would be refused as well.
    """
    return plan_of(choice, loaded, around, _for_smoke(choice)).plan


async def smoke_rows(
    choice: Choice, loaded: Loaded, plan: RunPlan, load_timeout_s: float
) -> AsyncGenerator[Smoked, None]:
    """Each request of one round of every chosen task; the generator is gone when it is closed.

    Raises:
        PlanError: the locustfile cannot be loaded, or refuses the plan.
    """
    argv = argv_of(choice, taken_by(loaded))
    rows = smoke(argv, options.takes_value(), plan, _SMOKE_S, _SMOKE_S / 2, load_timeout_s)
    try:
        async for row in rows:
            yield row
    finally:
        await rows.aclose()


def _for_smoke(choice: Choice) -> dict[str, str]:
    # Neither the baseline nor the shape has a bearing on it.
    given = {"baseline": "none", "shape": "manual"}
    if choice.confirmed:
        given["confirm-target"] = choice.confirmed
    return given
