"""Which limits are an endpoint's, whether its figures keep them, and what the judge said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from lftui.judge.outcome import Check, Outcome
from lftui.judge.thresholds.threshold import Threshold, read_back
from lftui.records import RunStarted

if TYPE_CHECKING:  # the judge takes a fifth of a second to import: who has a verdict has it
    from lftui.judge.comparison.compared import EndpointComparison
    from lftui.judge.verdict import Verdict

Level = Literal["", "good", "warning", "critical"]

_ERRORS_WARNING, _ERRORS_CRITICAL = 0.01, 0.05
"""Without a limit of one's own: as the headless display has it."""


def endpoint_scope(method: str, name: str) -> str:
    """An endpoint as checks and comparisons name it."""
    return f"{method} {name}".strip()


class RunLimits:
    """The thresholds of a run, by endpoint."""

    def __init__(self, started: RunStarted | None) -> None:
        self._rules = read_back(started.thresholds) if started is not None else []
        self._by_endpoint: dict[tuple[str, str], list[Threshold]] = {}

    def of_total(self) -> list[Threshold]:
        """Those of all endpoints together."""
        return [one for one in self._rules if one.scope == "total"]

    def of(self, method: str, name: str) -> list[Threshold]:
        """Those of one endpoint, by its name or by a pattern."""
        found = self._by_endpoint.get((method, name))
        if found is None:
            found = [one for one in self._rules if one.matches(method, name)]
            self._by_endpoint[method, name] = found
        return found


def level_of(rules: Sequence[Threshold], metric: str, value: float | None) -> Level:
    """How a figure stands to its limits; "" where it has none."""
    about = [one for one in rules if one.metric == metric]
    if value is None:
        return ""
    if not about:
        return _errors_level(value) if metric == "error_ratio" else ""
    broken = {one.severity for one in about if one.broken_by(value)}
    return "critical" if "critical" in broken else "warning" if broken else "good"


def _errors_level(ratio: float) -> Level:
    if ratio < _ERRORS_WARNING:
        return ""
    return "warning" if ratio < _ERRORS_CRITICAL else "critical"


class Judged:
    """A verdict, by endpoint."""

    def __init__(self, verdict: Verdict | None) -> None:
        self._checks: dict[str, list[Check]] = {}
        self._compared: dict[str, list[EndpointComparison]] = {}
        if verdict is None:
            return
        for check in verdict.checks:
            self._checks.setdefault(check.scope, []).append(check)
        for found in verdict.comparison.endpoints if verdict.comparison is not None else []:
            for scope in _scopes(found):
                self._compared.setdefault(scope, []).append(found)

    def outcome(self, scope: str) -> Outcome | None:
        """The worst that was said; None where nothing was. Too few responses alone say nothing."""
        from lftui.judge.comparison.compared import overall

        said: list[Outcome | None] = [one.outcome for one in self._checks.get(scope, ())]
        said += [one.outcome for one in self._compared.get(scope, ()) if one.outcome is not None]
        return overall(said) if said else None

    def checks(self, scope: str) -> list[Check]:
        """The limits that an endpoint was held against; its comparison is separate."""
        return [one for one in self._checks.get(scope, ()) if one.source != "baseline"]

    def compared(self, scope: str) -> list[EndpointComparison]:
        """What an endpoint was compared with, at each load."""
        return self._compared.get(scope, [])


def _scopes(found: EndpointComparison) -> Iterable[str]:
    yield found.scope
    method, _, _ = found.scope.partition(" ")
    for name in found.names:
        if f"{method} {name}" != found.scope:
            yield f"{method} {name}"


_Origin = TypeVar("_Origin")
_Derived = TypeVar("_Derived")


class Latest(Generic[_Origin, _Derived]):
    """What was derived from an object, kept until another object comes."""

    def __init__(self, derive: Callable[[_Origin], _Derived]) -> None:
        self._derive = derive
        self._kept: tuple[Any, _Derived] | None = None

    def of(self, origin: _Origin) -> _Derived:
        """Derived now, or when this object was asked for last."""
        if self._kept is None or self._kept[0] is not origin:
            self._kept = (origin, self._derive(origin))
        return self._kept[1]


limits_of: Latest[RunStarted | None, RunLimits] = Latest(RunLimits)
"""The limits of the run that is shown: its rules are read once."""
judged_of: Latest[Verdict | None, Judged] = Latest(Judged)
"""The verdict that is shown, sorted once."""
