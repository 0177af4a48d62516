"""What a run is held against: thresholds, a baseline, and a preset of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lftui.baseline import find_baseline, read_baseline
from lftui.judge.thresholds.threshold import (
    Threshold,
    combined,
    from_baseline,
    parse_threshold,
    written,
)
from lftui.monitor_settings import Monitor
from lftui.plan import PlanError
from lftui.settings import Settings

Resolve = Callable[[str], tuple[dict[str, Any], str]]
"""From the name of a stored run, or of a file, to a baseline and where it is from."""


class Expectations(msgspec.Struct, frozen=True):
    """What the verdict will be about.

    Attributes:
        rules: all thresholds: of the baseline, the settings and the command line.
        baseline: the whole document; None without one.
        source: where the baseline is from.
        preset: the chosen one of its `load_scenarios`; "" for none.
    """

    rules: list[Threshold]
    baseline: dict[str, Any] | None = None
    source: str = ""
    preset: str = ""

    def preset_load(self) -> tuple[int | None, float | None]:
        """The users and the run time in seconds of the preset."""
        if not self.preset:
            return None, None
        scenario = (self.baseline or {})["load_scenarios"][self.preset]
        minutes = scenario.get("duration_minutes")
        return scenario.get("users"), None if minutes is None else float(minutes) * 60.0

    def embedded(self) -> dict[str, Any]:
        """The fields of `RunStarted` that carry it."""
        return {
            "thresholds": written(self.rules) if self.rules else None,
            "baseline": self.baseline,
            "baseline_path": self.source or None,
        }


def expectations(
    locustfiles: Sequence[str],
    options: Mapping[str, str],
    settings: Settings,
    folder: Path,
    resolve: Resolve | None = None,
) -> Expectations:
    """What the options, the settings and the baseline found expect of a run.

    Args:
        resolve: reads a stored run as a baseline; without it only files are known.

    Raises:
        PlanError: something in them cannot be read.
    """
    document, source = _baseline(options.get("baseline"), locustfiles, folder, resolve)
    given = [text for text in options.get("threshold", "").split("\n") if text]
    rules = combined(
        from_baseline((document or {}).get("thresholds")),
        [
            parse_threshold(text, f"the settings: thresholds[{number}]", "settings")
            for number, text in enumerate(settings.thresholds)
        ],
        [parse_threshold(text) for text in given],
    )
    rules += row_rules(settings.monitor, rules)
    preset = options.get("preset", "")
    if preset:
        _check_preset(preset, document, source)
    return Expectations(rules, document, source, preset)


def row_rules(monitor: Monitor, others: Sequence[Threshold]) -> list[Threshold]:
    """The limits of the rows of `[monitor]`, but for those of which `others` has one of its own."""
    names = [row.name for source in monitor.sources.values() for row in source.shown_rows()]
    said = {(one.metric, one.name, one.upper, one.severity) for one in others if one.is_of_target}
    rules = []
    for name, source in monitor.sources.items():
        for row in source.shown_rows():
            own = name if names.count(row.name) > 1 else ""
            share = 0.01 if row.shown_unit == "%" else 1.0
            for severity, limit in row.limits().items():
                about = [(row.name, one, limit.upper, severity) for one in ("", name)]
                if not said & set(about):
                    rules.append(
                        Threshold(
                            row.name,
                            limit.value * share,
                            severity,
                            limit.upper,
                            "target",
                            own,
                            origin="settings",
                            asked=False,
                            unit=row.shown_unit,
                        )
                    )
    return rules


def _baseline(
    option: str | None, locustfiles: Sequence[str], folder: Path, resolve: Resolve | None
) -> tuple[dict[str, Any] | None, str]:
    path = find_baseline(option, locustfiles, folder)
    if path is None:
        return None, ""
    if option and resolve is not None and not path.exists():
        return resolve(option)
    document = read_baseline(path)
    near = path.is_absolute() and path.is_relative_to(folder)
    return document, str(path.relative_to(folder) if near else path)


def _check_preset(name: str, document: dict[str, Any] | None, source: str) -> None:
    if document is None:
        raise PlanError(f"--preset {name}: there is no baseline to take it from; add --baseline")
    known = document.get("load_scenarios") or {}
    if name not in known:
        there = ", ".join(known) or "none"
        raise PlanError(f"--preset {name}: {source} has no such load scenario; it has {there}")
