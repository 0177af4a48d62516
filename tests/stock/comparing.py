"""What of two outcomes of a case has to be the same, and what a case has to show at all."""

from __future__ import annotations

from dataclasses import replace

from lftui.safe_text import safe_line

from .cases import Case
from .harness import Outcome

CLOSE_RATIO = 0.5
CLOSE_REQUESTS = 3


def as_lftui_writes(locust: Outcome) -> Outcome:
    """A newline in a name is written out by lftui: it would break the rows of a screen."""
    return replace(
        locust,
        counts={
            (safe_line(method), safe_line(name)): figures
            for (method, name), figures in locust.counts.items()
        },
    )


def compared(case: Case, outcome: Outcome) -> dict[str, object]:
    """The parts of the outcome that are equal wherever the case is run."""
    parts: dict[str, object] = {}
    if case.compare_names:
        parts["names"] = set(outcome.counts)
    if case.compare_counts == "equal":
        parts["counts"] = outcome.counts
    if case.compare_failures:
        parts["failures"] = outcome.failures
    if case.compare_events:
        parts["events"] = outcome.events
    return parts


def far_off(case: Case, expected: Outcome, found: Outcome) -> list[str]:
    """The names whose requests are not about as many as expected, where that is compared."""
    if case.compare_counts != "close":
        return []
    wrong = []
    for entry, (requests, _failures) in expected.counts.items():
        got = found.counts[entry][0]
        if abs(got - requests) > max(CLOSE_REQUESTS, CLOSE_RATIO * requests):
            wrong.append(f"{entry}: {got} requests, expected about {requests}")
    return wrong


def missing(case: Case, locust: Outcome) -> str:
    """What Locust had to show and did not, so that nothing would be compared; empty if nothing."""
    if case.compare_names and not case.silent and not locust.counts:
        return "the case sends no request"
    if case.compare_failures and not locust.failures:
        return "the case shows no failure"
    if case.compare_events and not locust.events:
        return "the case notes no event"
    return ""
