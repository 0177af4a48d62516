"""lftui's own options: their names, and whether each takes a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lftui.export_formats import FORMATS
from lftui.plan import PlanError


class Option(msgspec.Struct, frozen=True):
    """One option. `value` names its argument; empty for a switch. The values of one that may be
    given `many` times are lines of one text."""

    name: str
    value: str
    help: str
    choices: tuple[str, ...] = ()
    many: bool = False


OPTIONS: tuple[Option, ...] = (
    Option(
        "--shape",
        "SPEC",
        "load shape: constant, ramp, steps, spike, soak, wave, stages, manual; rate, rate-ramp,"
        " rate-stages (of iterations); capacity (a search); a LoadTestShape of the locustfile,"
        " or a TOML file with [[stage]] tables",
    ),
    Option("--show-shape", "", "print the load shape and its users or rate over time, run nothing"),
    Option(
        "--rate",
        "R",
        "an open workload: R iterations begin a second, however long they take (50, 0.5/s, 30/m,"
        " 90/h); short for --shape rate:rate=R",
    ),
    Option(
        "--arrivals",
        "NAME",
        "how they come: poisson (independent of one another, as visitors do; default), even",
        ("poisson", "even"),
    ),
    Option(
        "--max-users",
        "N",
        "the most users to carry them out (default: -u, or those of 15 s at the peak rate, at least"
        " 50, at most 5,000)",
    ),
    *(
        Option(form.option, form.value, f"write {form.help}")
        for form in FORMATS
        if not form.locusts
    ),
    Option("--force", "", "exports replace whatever is there (else earlier ones of their form)"),
    Option(
        "--baseline",
        "FILE|RUN|none",
        "what to compare with: a file or a stored run"
        " (default: baseline.json beside the locustfile or here)",
    ),
    Option(
        "--threshold",
        "EXPR",
        "a limit, such as 'p95_ms<2000:warning', 'error_ratio<5%',"
        " 'p99_ms@POST /api/v1/jobs<800'; may be given many times",
        many=True,
    ),
    Option(
        "--fail-on",
        "LEVEL",
        "the verdict that makes the exit code 1: critical (default), warning, never",
        ("critical", "warning", "never"),
    ),
    Option("--preset", "NAME", "users and run time of one of the baseline's load_scenarios"),
    Option("--iterations", "N", "end when N tasks were done, by all users together"),
    Option("--requests", "N", "end when N requests were made, by all users together"),
    Option(
        "--run-time-from",
        "MOMENT",
        "from when -t counts: start (default), or ramp: when all users run",
        ("start", "ramp"),
    ),
    Option(
        "--start-at",
        "TIME",
        "when the load begins: 14:30, 2026-05-01T14:30 or +10m (default: at once)",
    ),
    Option(
        "--on-disconnect",
        "POLICY",
        "when nobody is there any more: hold (freeze the ramp, stop"
        " after 5 minutes; default), stop, continue",
        ("hold", "stop", "continue"),
    ),
    Option(
        "--guard",
        "ACTION",
        "when a critical threshold stays broken: warn (default; on production stop), hold"
        " (freeze the ramp), step-back, stop, propose, off",
        ("warn", "hold", "step-back", "stop", "propose", "off"),
    ),
    Option("--confirm-target", "HOST", "confirm a target that the settings call production"),
    Option("--runs-dir", "DIR", "where runs are kept (default: the state directory)"),
    Option("--settings", "FILE", "settings (default: lftui.toml or [tool.lftui] here)"),
    Option("--settle", "TIME", "how long a plateau settles before its figures count (default 3s)"),
    Option("--load-timeout", "TIME", "how long the import of a locustfile may take (default 60s)"),
    Option(
        "--http-client",
        "NAME",
        "lean: FastHttpUser and HttpUser of the locustfile run on LeanHttpUser, for a fraction of"
        " the generator's CPU (default: stock)",
        ("stock", "lean"),
    ),
    Option(
        "--timings",
        "",
        "tell dns, connect, tls and first byte apart, for users of LeanHttpUser",
    ),
    Option(
        "--prometheus-port",
        "PORT",
        "serve the live figures in OpenMetrics at http://127.0.0.1:PORT/metrics (0: any free port)",
    ),
    Option("--prometheus-host", "HOST", "serve them at this address, beyond this machine as well"),
    Option("--in-process", "", "one process for console and load (latencies are inflated)"),
    Option("--plain", "", "plain progress lines even on a terminal"),
    Option("--ascii", "", "the console draws ASCII only (by itself where the locale is not UTF-8)"),
    Option("--mouse", "", "the console listens to the mouse over SSH too"),
    Option("--theme", "NAME", "the console's colors: lftui-dark, lftui-light or lftui-contrast"),
)


def takes_value() -> dict[str, bool]:
    """Every name that is taken out of the command line, and whether a value follows it."""
    return {option.name: bool(option.value) for option in OPTIONS}


def read(given: Sequence[tuple[str, str | None]], environment: Mapping[str, str]) -> dict[str, str]:
    """The options' values by name without dashes; a switch has an empty text.

    `LFTUI_RUNS_DIR` stands for `--runs-dir`, and so for each; the command line wins.

    Raises:
        PlanError: a value is not one of the choices.
    """
    values: dict[str, str] = {}
    for option in OPTIONS:
        variable = "LFTUI" + option.name[1:].replace("-", "_").upper()
        if environment.get(variable):
            values[option.name[2:]] = environment[variable] if option.value else ""
            _check(option, environment[variable], variable)
    for name, value in given:
        option = next(option for option in OPTIONS if option.name == name)
        _check(option, value or "", name)
        before = values.get(name[2:], "") + "\n" if option.many and name[2:] in values else ""
        values[name[2:]] = before + (value or "")
    return values


def figures_at(options: Mapping[str, str]) -> str:
    """Where the live figures are to be served, as `HOST:PORT`; "" for nowhere.

    Raises:
        PlanError: the port is none, or only a host is given.
    """
    host, port = options.get("prometheus-host"), options.get("prometheus-port")
    if port is None:
        if host is not None:
            raise PlanError("--prometheus-host is for --prometheus-port; give that as well")
        return ""
    if not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) <= 65535):
        raise PlanError(f"--prometheus-port is '{port[:40]}'; a port is a number up to 65535")
    shown = "127.0.0.1" if host is None else host.strip("[]")
    if not shown or not shown.isprintable() or any(one in shown for one in " /@?#"):
        raise PlanError("--prometheus-host is no address; give one of this machine, like 0.0.0.0")
    return f"{shown}:{int(port)}"


def _check(option: Option, value: str, where: str) -> None:
    if option.choices and value not in option.choices:
        raise PlanError(f"{where} is '{value}'; it is one of {', '.join(option.choices)}")
