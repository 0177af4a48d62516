"""The facts of a run: what was tested, how, by whom, from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from lftui.judge.verdict import Verdict
from lftui.plan import say_duration
from lftui.records import FileFact
from lftui.reports.html.caps import Caps
from lftui.reports.html.moments import moment
from lftui.reports.html.table import left_out, line
from lftui.reports.mark_words import end_said
from lftui.reports.said import NONE, several, size
from lftui.reports.summary import generator_json
from lftui.run_state import RunState, duration_s

_SHORT = 12
_TEXT = 600
_HOSTS = 5


class Fact(msgspec.Struct, frozen=True):
    """One fact. `title` is all of a value that is shown short."""

    label: str
    text: str
    title: str = ""
    tone: str = ""


class Facts(msgspec.Struct, frozen=True):
    """Facts that belong together."""

    title: str
    facts: list[Fact]


def run_facts(state: RunState, verdict: Verdict, caps: Caps) -> list[Facts]:
    """All of them, by subject; what is not known is left out."""
    groups = [
        Facts("Target", _target(state, caps)),
        Facts("Scenario", _scenario(state, caps)),
        Facts("Load", _load(state)),
        Facts("Run", _run(state)),
        Facts("Load generator", _generator(state, verdict)),
        Facts("Made with", _versions(state)),
    ]
    return [
        Facts(group.title, [fact for fact in group.facts if fact.text])
        for group in groups
        if any(fact.text for fact in group.facts)
    ]


def _target(state: RunState, caps: Caps) -> list[Fact]:
    started = state.started
    if started is None:
        return []
    shown = [line(one) for one in started.addresses[: caps.names]]
    more = left_out(len(shown), len(started.addresses), "in the journal")
    addresses = ", ".join([*shown, more] if more else shown)
    production = "yes" if started.production else "no"
    return [
        Fact("host", line(started.host or "hosts of the locustfile", _TEXT)),
        Fact("resolved to", addresses or "not resolved"),
        Fact("production", production, tone="warn" if started.production else ""),
        Fact("baseline", line(state.baseline_path, _TEXT) if state.baseline else "none"),
    ]


def _scenario(state: RunState, caps: Caps) -> list[Fact]:
    started, loaded = state.started, state.loaded
    files: Sequence[FileFact] = started.scenario if started is not None else []
    facts = [_file(file) for file in files[: caps.names]]
    if more := left_out(len(facts), len(files), "in the journal"):
        facts.append(Fact("", more))
    if started is not None and started.git_revision:
        revision, _, changes = started.git_revision.partition("+")
        edited = ", edited since" if changes else ""
        facts.append(Fact("revision", line(revision[:_SHORT]) + edited, line(started.git_revision)))
    classes = [one.name for one in loaded.user_classes if one.chosen] if loaded is not None else []
    if classes:
        shown = ", ".join(line(one) for one in classes[: caps.names])
        more = left_out(min(len(classes), caps.names), len(classes), "in the journal")
        facts.append(Fact("user classes", f"{shown} {more}".strip()))
    return facts


def _file(file: FileFact) -> Fact:
    digest = f" (sha256 {file.sha256[:_SHORT]}…)" if file.sha256 else " (not readable)"
    return Fact("file", line(file.path) + digest, line(f"sha256 {file.sha256}"))


def _load(state: RunState) -> list[Fact]:
    started = state.started
    plan: dict[str, Any] = started.plan if started is not None else {}
    ceiling = [
        several(plan["max_users"], "user") if isinstance(plan.get("max_users"), int) else "",
        f"{plan['max_rps']:g} rps" if isinstance(plan.get("max_rps"), int | float) else "",
    ]
    guard = str(plan.get("guard_action", ""))
    return [
        Fact("shape", line(started.shape if started is not None else "", _TEXT)),
        Fact("asked for", _asked(plan)),
        *_open_workload(plan.get("open_workload")),
        Fact("most users", f"{state.users_max:,}"),
        Fact("ceiling", ", ".join(one for one in ceiling if one)),
        Fact("settling time of a step", f"{state.steps.settle_s:g} s"),
        Fact("guard", line(guard)),
    ]


def _asked(plan: dict[str, Any]) -> str:
    """Users and their spawn rate, in an open workload the highest rate of the shape; how long."""
    length = plan.get("duration_s")
    lasts = say_duration(length) if isinstance(length, int | float) and length > 0 else ""
    if plan.get("open_workload"):
        stages = [stage for stage in plan.get("stages") or [] if isinstance(stage, dict)]
        rates = [stage.get("rate") for stage in stages]
        known = [rate for rate in rates if isinstance(rate, int | float)]
        words = [f"{max(known):,g} iterations a second" if known else "", lasts]
    else:
        users, rate = plan.get("given_users"), plan.get("given_rate")
        words = [
            f"{users:,} users" if isinstance(users, int) else "",
            f"{rate:g} users/s" if isinstance(rate, int | float) else "",
            lasts,
        ]
    return ", ".join(word for word in words if word)


_ARRIVALS = {"poisson": "independent of one another (Poisson)", "even": "evenly spaced"}


def _open_workload(workload: Any) -> list[Fact]:
    """How iterations arrive and who may carry them out; nothing in a closed workload."""
    if not isinstance(workload, dict):
        return []
    way, most = str(workload.get("arrivals", "poisson")), workload.get("max_users")
    return [
        Fact("arrivals", _ARRIVALS.get(way, line(way))),
        Fact("users allowed", f"{most:,}" if isinstance(most, int) else ""),
    ]


def _run(state: RunState) -> list[Fact]:
    started, finished = state.started, state.finished
    began = started.wall if started is not None else state.first_wall
    ended = moment(finished.wall) if finished is not None else "no end on record"
    reason = line(end_said(finished), _TEXT) if finished is not None else ""
    return [
        Fact("id", line(started.run_id) if started is not None else ""),
        Fact("operator", line(started.operator) if started is not None else ""),
        Fact("started", moment(began)),
        Fact("ended", ended),
        Fact("time under load", f"{duration_s(state):,.1f} s"),
        Fact("end", reason),
    ]


def _generator(state: RunState, verdict: Verdict) -> list[Fact]:
    found = generator_json(state, verdict.health)
    machine = state.started.machine if state.started is not None else {}
    verdict_said = "no" if found["healthy"] else line(verdict.health.reason, _TEXT)
    known = found["healthy"] is not None
    return [
        Fact("machine", _machine(machine)),
        Fact("workers", _workers(state)),
        Fact("was the bottleneck", verdict_said if known else "", tone=_tone(found)),
        Fact("CPU, most", _figure(found["cpu_percent_max"], "% of one core")),
        Fact("loop lag, p99", _figure(found["loop_lag_p99_ms"], "ms")),
        Fact("loop lag, most", _figure(found["loop_lag_max_ms"], "ms")),
        Fact("memory, most", size(found["rss_bytes_max"]) if found["rss_bytes_max"] else ""),
        Fact("open files, most", f"{found['open_files_max']:,}" if known else ""),
    ]


def _workers(state: RunState) -> str:
    """`3, of them 2 of this machine`; empty of a run without any."""
    if not state.workers:
        return ""
    local = sum(one.seen.local for one in state.workers.values())
    others = {one.seen.host for one in state.workers.values() if not one.seen.local}
    where = f", of them {local:,} started by lftui" if others else ""
    hosts = sorted(line(host) for host in others if host)
    named = f"; {', '.join(hosts[:_HOSTS])}" if hosts else ""
    return f"{len(state.workers):,}{where}{named}{' …' if len(hosts) > _HOSTS else ''}"


def _tone(found: dict[str, Any]) -> str:
    return "" if found["healthy"] in (True, None) else "fail"


def _figure(value: float | None, unit: str) -> str:
    return NONE if value is None else f"{value:,.1f} {unit}"


def _machine(machine: dict[str, Any]) -> str:
    cores, memory = machine.get("cores"), machine.get("memory_bytes")
    words = [
        str(machine.get("hostname", "")),
        str(machine.get("system", "")),
        str(machine.get("processor", "")),
        several(cores, "core") if isinstance(cores, int) else "",
        size(memory) if isinstance(memory, int | float) else "",
    ]
    return line(", ".join(word for word in words if word))


def _versions(state: RunState) -> list[Fact]:
    versions = dict(state.loaded.versions) if state.loaded is not None else {}
    if state.started is not None:
        versions.update(state.started.versions)
    names = {"lftui": "lftui", "locust": "Locust", "python": "Python", "gevent": "gevent"}
    return [Fact(said, line(str(versions.get(name, "")))) for name, said in names.items()]
