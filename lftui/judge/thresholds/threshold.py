"""Thresholds: what a limit is and how it is written.

`METRIC[@SCOPE] OP VALUE[:LEVEL]`, such as `p95_ms<2000:warning`, `error_ratio<1%`,
`p99_ms@POST /api/v1/jobs<800`, `p95_ms@/api/v1/*<2s`, `error_ratio@class:AdminUser<0.05`,
`cpu_usage<0.85`, `goodput_rps>100`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import translate
from functools import lru_cache
from typing import Any, Literal

import msgspec

from lftui.judge.outcome import Severity
from lftui.plan import PlanError

TIMES = ("p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms")
ADJUSTED_TIMES = ("p50_adjusted_ms", "p95_adjusted_ms", "p99_adjusted_ms")
"""From when a request was due: of open workloads and of users with a pacing."""
RATIOS = ("error_ratio",)
RATES = ("rps", "goodput_rps")
TARGET = ("cpu_usage", "memory_usage")
METRICS = (*TIMES, *ADJUSTED_TIMES, *RATIOS, *RATES, *TARGET)
ALIASES = {
    "response_time_p50_ms": "p50_ms",
    "response_time_p90_ms": "p90_ms",
    "response_time_p95_ms": "p95_ms",
    "response_time_p99_ms": "p99_ms",
    "error_rate": "error_ratio",
}
"""Names of the guide's baseline for the same things."""

ScopeKind = Literal["total", "endpoint", "pattern", "class", "target"]
Origin = Literal["baseline", "settings", "option"]
_EXAMPLE = "p95_ms<2000:warning or error_ratio@/api/v1/jobs<5%"
_EXPRESSION = re.compile(
    r"(?P<metric>\w+)\s*(?:@(?P<scope>.+?))?\s*(?P<op><=|>=|<|>)\s*"
    r"(?P<value>[^<>:=\s]+)\s*(?::\s*(?P<level>\w+)\s*)?",
)
_SEVERITIES: tuple[Severity, ...] = ("warning", "critical")
_TIME_UNITS = {"ms": 1.0, "s": 1000.0, "": 1.0}
_LONGEST = 400


class Threshold(msgspec.Struct, frozen=True):
    """A limit that a metric must keep.

    Attributes:
        metric: one of `METRICS`, or of a target any name.
        limit: milliseconds, a share 0..1 or requests a second; of another metric of the target in
            its own unit, of a percentage as a share.
        upper: the value has to stay below the limit; else above it.
        scope: what it is about; `name` is the endpoint, pattern or user class, or of the target
            the source that reads it ("" for any).
        origin: who set it.
        asked: False for the limit of a row of `[monitor]`: it came along with the figure, and says
            nothing about what is expected of the responses.
        unit: of a metric of the target, as far as it is known from how the limit was written.
    """

    metric: str
    limit: float
    severity: Severity = "critical"
    upper: bool = True
    scope: ScopeKind = "total"
    name: str = ""
    origin: Origin = "option"
    asked: bool = True
    unit: str = ""

    @property
    def is_of_target(self) -> bool:
        """Whether it is about the target's own metrics."""
        return self.scope == "target"

    @property
    def rule(self) -> str:
        """Its name: `p95_ms`, or `p95_ms@GET /api`; the same for both severities."""
        if self.scope == "total" or (self.metric in TARGET and not self.name):
            return self.metric
        source = f"target:{self.name}" if self.name else "target"
        about = {"target": source, "class": f"class:{self.name}"}
        return f"{self.metric}@{about.get(self.scope, self.name)}"

    @property
    def text(self) -> str:
        """The expression that it was, or could have been, written as."""
        return f"{self.rule}{'<' if self.upper else '>'}{self.limit:.12g}:{self.severity}"

    def broken_by(self, value: float) -> bool:
        """Whether the limit is broken by this value. A value at the limit keeps it."""
        return value > self.limit if self.upper else value < self.limit

    def matches(self, method: str, name: str) -> bool:
        """Whether an endpoint is one that this is about, by any form of its name."""
        forms = (name, f"{name} [{method}]", f"{method} {name}")
        if self.scope == "pattern":
            pattern = _pattern(self.name)
            return any(pattern.match(form) for form in forms)
        return self.scope == "endpoint" and self.name in forms


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` and `?` stand for any text and any character; a bracket is one, as in `/jobs [GET]`."""
    return re.compile(translate(text.replace("[", "[[]")))


def parse_threshold(text: str, where: str = "--threshold", origin: Origin = "option") -> Threshold:
    """Read an expression.

    Raises:
        PlanError: it cannot be read; the sentence says what is wrong and how it is written.
    """
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    found = _EXPRESSION.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        raise PlanError(f"{where}: '{shown}' cannot be read; write it like {_EXAMPLE}")
    severity = found["level"] or "critical"
    if severity not in _SEVERITIES:
        raise PlanError(f"{where}: '{shown}': {severity} is no level; it is warning or critical")
    scope, name = _scope(found["scope"], shown, where)
    metric = found["metric"]
    if scope == "total" and ALIASES.get(metric, metric) in TARGET:
        scope = "target"
    metric = metric if scope == "target" else _metric(metric, shown, where)
    return Threshold(
        metric=metric,
        limit=_value(metric, found["value"], shown, where),
        severity=severity,
        upper=found["op"].startswith("<"),
        scope=scope,
        name=name,
        origin=origin,
        unit="%" if scope == "target" and found["value"].endswith("%") else "",
    )


def _scope(text: str | None, shown: str, where: str) -> tuple[ScopeKind, str]:
    name = (text or "").strip()
    if text is None or name == "total":
        return "total", ""
    if name == "target" or name.startswith("target:"):
        return "target", name.partition(":")[2].strip()
    if name.startswith("class:"):
        if not name[6:].strip():
            raise PlanError(f"{where}: '{shown}' names no user class after class:")
        return "class", name[6:].strip()
    if not name:
        raise PlanError(f"{where}: '{shown}' names nothing after the @")
    return ("pattern" if "*" in name or "?" in name else "endpoint"), name


def _metric(name: str, shown: str, where: str) -> str:
    metric = ALIASES.get(name, name)
    if metric in METRICS:
        if metric in TARGET:
            raise PlanError(f"{where}: '{shown}': {metric} is the target's, not an endpoint's")
        return metric
    if name in ("max_ms", "max"):
        raise PlanError(f"{where}: '{shown}': max is shown, never judged; p99_ms can be")
    near = get_close_matches(name, METRICS, 1, 0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise PlanError(
        f"{where}: '{shown}': there is no metric {name}{hint} There are {', '.join(METRICS)}"
        if hint
        else f"{where}: '{shown}': there is no metric {name}; there are {', '.join(METRICS)}"
    )


def _value(metric: str, text: str, shown: str, where: str) -> float:
    found = re.fullmatch(r"([-+]?[\d_.]+(?:[eE][-+]?\d+)?)\s*(ms|s|%)?", text)
    try:
        number = float(found[1]) if found else math.nan
    except ValueError:
        number = math.nan
    if found is None or not math.isfinite(number):
        raise PlanError(f"{where}: '{shown}': {text} is no number like 2000, 2s or 5%")
    unit = found[2] or ""
    if metric in (*TIMES, *ADJUSTED_TIMES):
        if unit not in _TIME_UNITS:
            raise PlanError(f"{where}: '{shown}': {metric} is a time: write 2000, 2000ms or 2s")
        number *= _TIME_UNITS[unit]
    elif unit == "%" and metric not in RATES:
        number /= 100.0
    elif unit:
        raise PlanError(f"{where}: '{shown}': {metric} has no unit {unit}")
    if number < 0:
        raise PlanError(f"{where}: '{shown}': a limit below 0 can never be kept")
    if metric in (*RATIOS, *TARGET) and number > 1:
        raise PlanError(f"{where}: '{shown}': {metric} is a share from 0 to 1; for 5 % write 0.05")
    return number


def from_baseline(thresholds: Mapping[str, Any] | None) -> list[Threshold]:
    """The rules of a baseline's `thresholds`, which has been validated."""
    rules = []
    for severity in _SEVERITIES:
        for name, limit in ((thresholds or {}).get(severity) or {}).items():
            metric = ALIASES.get(name, name)
            if metric in METRICS and isinstance(limit, int | float):
                scope: ScopeKind = "target" if metric in TARGET else "total"
                upper = metric not in RATES
                rules.append(
                    Threshold(metric, float(limit), severity, upper, scope, origin="baseline")
                )
    return rules


def combined(*sources: Iterable[Threshold]) -> list[Threshold]:
    """All rules; of two about the same thing and level the later source's stands."""
    rules: dict[tuple[str, str, bool, str], Threshold] = {}
    for source in sources:
        for one in source:
            rules[(one.scope, one.rule, one.upper, one.severity)] = one
    return list(rules.values())


def written(rules: Sequence[Threshold]) -> dict[str, Any]:
    """The rules as `RunStarted.thresholds` carries them."""
    return {"rules": [msgspec.to_builtins(rule) for rule in rules]}


def read_back(thresholds: Mapping[str, Any] | None) -> list[Threshold]:
    """The rules of a journal: as `written`, or a baseline's own table in an older one."""
    if thresholds is not None and "rules" in thresholds:
        return msgspec.convert(thresholds["rules"], list[Threshold])
    return from_baseline(thresholds)
