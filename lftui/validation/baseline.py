"""The baseline: whether it can be read, and what it says of each endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lftui.baseline import find_baseline, read_baseline
from lftui.plan import PlanError
from lftui.validation.checks import Finding, Findings, counted, listed, shown_path

# What a complete entry has, and how the guide calls it. `max` is shown, never judged.
FIGURES = {
    "p50_ms": "p50",
    "p95_ms": "p95",
    "p99_ms": "p99",
    "rps": "rps",
    "error_ratio": "error rate",
}
_SHOWN = 3


def check_baseline(option: str | None, files: Sequence[str], folder: Path) -> list[Finding]:
    """Look at the baseline that a run of these locustfiles would use."""
    found = Findings("baseline")
    path = find_baseline(option, list(files), folder)
    if path is None:
        found.warned(
            "baseline",
            "there is no baseline.json beside the locustfile or here, so nothing is compared",
            "Make one of a good run (lftui baseline promote RUN), or name one with --baseline.",
        )
        return found.all
    try:
        document = read_baseline(path)
    except PlanError as error:
        remedy = "Correct the file, name another with --baseline, or run with --baseline none."
        found.failed(path.name, str(error).replace(f"{folder}/", ""), remedy)
        return found.all
    _check_endpoints(found, path.name, document, shown_path(path, folder))
    _check_thresholds(found, document)
    return found.all


def _check_endpoints(found: Findings, name: str, raw: dict[str, Any], where: str) -> None:
    from lftui.baseline.document import document_of

    endpoints = document_of(raw, where).endpoints
    lacking = {
        endpoint: missing
        for endpoint, entry in endpoints.items()
        if (missing := [word for metric, word in FIGURES.items() if entry.figure(metric) is None])
    }
    if not endpoints:
        remedy = "Add `endpoints`, or make it of a good run: lftui baseline promote RUN."
        found.warned(name, f"{where} has no endpoints, so nothing is compared", remedy)
    elif lacking:
        shown = [f"{endpoint} ({', '.join(missing)})" for endpoint, missing in lacking.items()]
        found.warned(
            name,
            f"{len(lacking)} of {counted(len(endpoints), 'endpoint')} lack figures:"
            f" {listed(shown, _SHOWN)}",
            "Add p50, p95, p99, expected_throughput_rps and expected_error_rate to judge them.",
        )
    else:
        text = f"{counted(len(endpoints), 'endpoint')}, each with {', '.join(FIGURES.values())}"
        found.passed(name, text if where == name else f"{where}: {text}")


def _check_thresholds(found: Findings, raw: dict[str, Any]) -> None:
    thresholds = raw.get("thresholds")
    levels = [
        f"{len(limits)} {level}"
        for level, limits in (thresholds.items() if isinstance(thresholds, dict) else ())
        if isinstance(limits, dict) and limits
    ]
    if levels:
        found.passed("thresholds", ", ".join(levels))
        return
    remedy = "Add `thresholds` with `warning` and `critical` limits to it."
    found.warned("thresholds", "the baseline sets no thresholds", remedy)
