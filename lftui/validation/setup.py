"""The whole setup check, topic by topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from lftui.settings import Settings
from lftui.supervisor.store import runs_directory
from lftui.validation.baseline import check_baseline
from lftui.validation.checks import Finding, Findings
from lftui.validation.environment import check_environment, check_settings
from lftui.validation.limits import check_limits
from lftui.validation.metrics import check_metrics
from lftui.validation.scenarios import Scenario, check_scenarios
from lftui.validation.smoke import Row, Wish, check_smoke
from lftui.validation.target import check_host
from lftui.validation.versions import check_versions


class SetupWish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be checked.

    Attributes:
        files: locustfiles; none for those of the folder.
        host: a URL or the name of a target.
        classes, tags, exclude_tags: what a smoke runs, as Locust chooses it.
        baseline, settings, runs_dir, confirmed: as the options of a run.
    """

    files: list[str] = []
    host: str | None = None
    classes: list[str] = []
    tags: list[str] = []
    exclude_tags: list[str] = []
    baseline: str | None = None
    settings: str | None = None
    runs_dir: str | None = None
    confirmed: str | None = None
    smoke: bool = False
    smoke_limit_s: float = 60.0
    load_limit_s: float = 20.0


class Checked(msgspec.Struct):
    """What came of it; `skipped` says what was not looked at, and how to have it looked at."""

    findings: list[Finding] = []
    skipped: list[str] = []
    rows: list[Row] = []


async def check_setup(
    wish: SetupWish,
    folder: Path,
    environment: Mapping[str, str],
    on_finding: Callable[[Finding], None] = lambda finding: None,
    on_row: Callable[[Row], None] = lambda row: None,
) -> Checked:
    """Check everything; each finding and each row of the smoke is also told as it comes."""
    checked = Checked()

    def tell(findings: list[Finding]) -> None:
        checked.findings += findings
        for finding in findings:
            on_finding(finding)

    tell(check_versions())
    findings, scenarios = await check_scenarios(wish.files, folder, environment, wish.load_limit_s)
    tell(findings)
    files = [file for scenario in scenarios for file in scenario.loaded.files]
    if wish.baseline == "none":
        checked.skipped.append("the baseline (--baseline none)")
    else:
        tell(check_baseline(wish.baseline, files, folder))
    findings, settings = check_settings(wish.settings, folder)
    host = wish.host or _host_of(scenarios)
    tell(findings + check_environment(environment, files, settings, host))
    reachable = True
    if host:
        findings, reachable = await check_host(
            host, settings, wish.confirmed, _strict_tls(scenarios)
        )
        tell(findings)
    else:
        checked.skipped.append("the target (add --host URL)")
    if reachable and settings.monitor.sources:
        tell(await check_metrics(settings, host, environment))
    runs = runs_directory(wish.runs_dir or settings.runs_dir, environment)
    tell(check_limits(runs, folder, environment))
    if not wish.smoke:
        checked.skipped.append("the tasks (add --smoke)")
    elif not reachable:
        checked.skipped.append("the tasks: the target comes first")
    elif scenarios:
        await _smoke(wish, scenarios, settings, folder, checked, tell, on_row)
    return checked


def _host_of(scenarios: list[Scenario]) -> str | None:
    """The host that Locust's configuration or `LOCUST_HOST` names."""
    for scenario in scenarios:
        given = scenario.loaded.options.get("host")
        if given:
            return str(given)
    return None


def _strict_tls(scenarios: list[Scenario]) -> bool:
    """Whether some class refuses a bad certificate: HttpUser does, FastHttpUser does not."""
    classes = [one for scenario in scenarios for one in scenario.loaded.user_classes]
    return not classes or any(one.base == "HttpUser" for one in classes)


async def _smoke(
    wish: SetupWish,
    scenarios: list[Scenario],
    settings: Settings,
    folder: Path,
    checked: Checked,
    tell: Callable[[list[Finding]], None],
    on_row: Callable[[Row], None],
) -> None:
    def told(row: Row) -> None:
        checked.rows.append(row)
        on_row(row)

    smoked = _to_smoke(wish, scenarios)
    if not smoked:
        found = Findings("smoke")
        missing = ", ".join(wish.classes)
        found.failed("classes", f"no locustfile here has {missing}", "Check the name.")
        tell(found.all)
    for name, argv in smoked:
        one = Wish(name, argv, wish.confirmed, wish.smoke_limit_s, wish.load_limit_s)
        tell(await check_smoke(one, settings, folder, told))


def _to_smoke(wish: SetupWish, scenarios: list[Scenario]) -> list[tuple[str, list[str]]]:
    """Each scenario's name and command line. Files that were named together are one scenario."""
    more = ["--host", wish.host] if wish.host else []
    more += ["--tags", *wish.tags] if wish.tags else []
    more += ["--exclude-tags", *wish.exclude_tags] if wish.exclude_tags else []
    if wish.files and len(scenarios) > 1:
        names = ", ".join(scenario.name for scenario in scenarios)
        files = ",".join(scenario.argv[1] for scenario in scenarios)
        return [(names, [*wish.classes, "-f", files, *more])]
    chosen = []
    for scenario in scenarios:
        has = {one.name for one in scenario.loaded.user_classes}
        classes = [name for name in wish.classes if name in has]
        if classes or not wish.classes:
            chosen.append((scenario.name, [*classes, *scenario.argv, *more]))
    return chosen
