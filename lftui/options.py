"""lftui's own options: their names, and whether each takes a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lftui.plan import PlanError


class Option(msgspec.Struct, frozen=True):
    """One option. `value` names its argument; empty for a switch."""

    name: str
    value: str
    help: str
    choices: tuple[str, ...] = ()


OPTIONS: tuple[Option, ...] = (
    Option(
        "--shape",
        "SPEC",
        "load shape: constant, ramp, steps, spike, soak, wave, stages, manual,"
        " a LoadTestShape of the locustfile, or a TOML file with [[stage]] tables",
    ),
    Option("--show-shape", "", "print the load shape and its users over time, run nothing"),
    Option("--summary", "FILE", "write the summary as JSON (schema lftui.summary/1)"),
    Option(
        "--baseline", "FILE|none", "baseline (default: baseline.json beside the locustfile or here)"
    ),
    Option(
        "--on-disconnect",
        "POLICY",
        "when nobody is there any more: hold (freeze the ramp, stop"
        " after 5 minutes; default), stop, continue",
        ("hold", "stop", "continue"),
    ),
    Option("--confirm-target", "HOST", "confirm a target that the settings call production"),
    Option("--runs-dir", "DIR", "where runs are kept (default: the state directory)"),
    Option("--settings", "FILE", "settings (default: lftui.toml or [tool.lftui] here)"),
    Option("--settle", "TIME", "how long a plateau settles before its figures count (default 3s)"),
    Option("--load-timeout", "TIME", "how long the import of a locustfile may take (default 60s)"),
    Option("--in-process", "", "one process for console and load (latencies are inflated)"),
    Option("--plain", "", "plain progress lines even on a terminal"),
)

LATER: dict[str, str] = {
    "--markdown": "Markdown reports",
    "--junit": "JUnit reports",
    "--rate": "open workloads",
    "--fail-on": "verdicts by threshold",
    "--threshold": "verdicts by threshold",
}
"""Options that the design names and this version does not have yet, and what they belong to."""


def takes_value() -> dict[str, bool]:
    """Every name that is taken out of the command line, and whether a value follows it."""
    names = {option.name: bool(option.value) for option in OPTIONS}
    names.update(dict.fromkeys(LATER, True))
    return names


def read(given: Sequence[tuple[str, str | None]], environment: Mapping[str, str]) -> dict[str, str]:
    """The options' values by name without dashes; a switch has an empty text.

    `LFTUI_RUNS_DIR` stands for `--runs-dir`, and so for each; the command line wins.

    Raises:
        PlanError: a value is not one of the choices, or the option is not there yet.
    """
    values: dict[str, str] = {}
    for option in OPTIONS:
        variable = "LFTUI" + option.name[1:].replace("-", "_").upper()
        if environment.get(variable):
            values[option.name[2:]] = environment[variable] if option.value else ""
            _check(option, environment[variable], variable)
    for name, value in given:
        if name in LATER:
            raise PlanError(f"{name} is not in this version: {LATER[name]} are still to come")
        option = next(option for option in OPTIONS if option.name == name)
        _check(option, value or "", name)
        values[name[2:]] = value or ""
    return values


def _check(option: Option, value: str, where: str) -> None:
    if option.choices and value not in option.choices:
        raise PlanError(f"{where} is '{value}'; it is one of {', '.join(option.choices)}")
