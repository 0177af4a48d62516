"""The setup check's look at baseline, environment and machine."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lftui.settings import Settings
from lftui.validation import limits
from lftui.validation.baseline import check_baseline
from lftui.validation.checks import Finding
from lftui.validation.environment import check_environment, check_settings, known_to_locust
from lftui.validation.limits import check_limits
from lftui.validation.variables import variables_of

WHOLE: dict[str, Any] = {
    "expected_response_time_ms": {"p50": 1, "p95": 2, "p99": 3},
    "expected_throughput_rps": 10,
    "expected_error_rate": 0,
}
LIMITS = {"warning": {"response_time_p95_ms": 1}, "critical": {"response_time_p95_ms": 2}}


def outcomes(findings: list[Finding]) -> dict[str, str]:
    return {finding.name: finding.outcome for finding in findings}


def one(findings: list[Finding], name: str) -> Finding:
    [found] = [finding for finding in findings if finding.name == name]
    return found


# --- baseline ----------------------------------------------------------------------------------


def baseline(folder: Path, document: object) -> list[Finding]:
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "baseline.json").write_text(text)
    return check_baseline(None, [], folder)


def test_a_complete_baseline_passes(tmp_path: Path) -> None:
    found = baseline(tmp_path, {"endpoints": {"/a": WHOLE, "/b": WHOLE}, "thresholds": LIMITS})
    assert outcomes(found) == {"baseline.json": "pass", "thresholds": "pass"}
    assert found[0].text == "2 endpoints, each with p50, p95, p99, rps, error rate"


def test_endpoints_that_lack_figures_are_named(tmp_path: Path) -> None:
    partial = {"expected_response_time_ms": {"p95": 2}, "expected_error_rate": 0.01}
    found = baseline(tmp_path, {"endpoints": {"/a": WHOLE, "/b": partial}, "thresholds": LIMITS})
    finding = one(found, "baseline.json")
    assert finding.outcome == "warn"
    assert finding.text == "1 of 2 endpoints lack figures: /b (p50, p99, rps)"
    assert "expected_throughput_rps" in finding.remedy


def test_a_baseline_without_endpoints_or_thresholds_warns(tmp_path: Path) -> None:
    assert outcomes(baseline(tmp_path, {"thresholds": LIMITS})) == {
        "baseline.json": "warn",
        "thresholds": "pass",
    }
    assert outcomes(baseline(tmp_path, {"endpoints": {"/a": WHOLE}})) == {
        "baseline.json": "pass",
        "thresholds": "warn",
    }


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        '{"endpoints": {"/a": {"expected_response_time_ms": {"p95": NaN}}}}',
        {"endpoints": {"/a": {"expected_response_time_ms": {"p95": "fast"}}}},
        {"endpoints": {"/a": {"expected_response_time_ms": {"p95": -1}}}},
    ],
)
def test_a_baseline_that_cannot_be_read_fails_with_its_name(
    tmp_path: Path, document: object
) -> None:
    [finding] = baseline(tmp_path, document)
    assert finding.outcome == "fail"
    assert "baseline.json" in finding.text
    assert str(tmp_path) not in finding.text


def test_no_baseline_warns_and_a_named_one_that_is_missing_fails(tmp_path: Path) -> None:
    [finding] = check_baseline(None, [], tmp_path)
    assert (finding.outcome, finding.remedy[:8]) == ("warn", "Make one")
    [finding] = check_baseline(str(tmp_path / "other.json"), [], tmp_path)
    assert (finding.name, finding.outcome) == ("other.json", "fail")


# --- environment -------------------------------------------------------------------------------

SCRIPT = """
import os
from os import environ, getenv
from beside import KEY
HOST = os.environ.get("SHOP_HOST", "http://127.0.0.1")
USER = getenv("SHOP_USER")
PASSWORD = environ["SHOP_PASSWORD"]
os.environ["SHOP_WRITTEN"] = "1"
parser.add_argument("--speed", env_var="SHOP_SPEED")
settings.get("NOT_ONE")
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    (tmp_path / "shop.py").write_text(SCRIPT)
    (tmp_path / "beside.py").write_text('import os\nKEY = os.getenv("SHOP_KEY", "none")\n')
    (tmp_path / "other.py").write_text('import os\nX = os.environ["NOT_IMPORTED"]\n')
    return [str(tmp_path / "shop.py")]


def test_the_variables_of_a_locustfile_and_of_what_it_imports(script: list[str]) -> None:
    assert variables_of(script) == {
        "SHOP_HOST": False,
        "SHOP_KEY": False,
        "SHOP_PASSWORD": True,
        "SHOP_SPEED": False,
        "SHOP_USER": False,
    }


@pytest.mark.parametrize("content", [b"def (:", b"\x00", b"", None])
def test_files_that_cannot_be_read_have_no_variables(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.py"
    if content is not None:
        path.write_bytes(content)
    assert variables_of([str(path)]) == {}


def environment(given: dict[str, str], *files: str, **settings: Any) -> list[Finding]:
    host = settings.pop("host", None)
    return check_environment(given, files, Settings.model_validate(settings), host)


def test_misspelt_variables_are_told_with_the_right_name(script: list[str]) -> None:
    given = {
        "LOCUST_USRES": "5",
        "LOCUST_RUN_TIME": "1m",
        "LOCUST_SOMETHING_ELSE": "1",
        "LFTUI_RUNSDIR": "x",
        "LFTUI_SETTLE": "1s",
        "SHOP_PASWORD": "hunter2",
        "SHOP_PASSWORD": "hunter3",
        "SHOPPING": "no",
    }
    found = environment(given, *script)
    assert one(found, "LOCUST_USRES").remedy == "Did you mean LOCUST_USERS?"
    assert one(found, "LOCUST_SOMETHING_ELSE").outcome == "warn"
    assert one(found, "LFTUI_RUNSDIR").remedy == "Did you mean LFTUI_RUNS_DIR?"
    assert one(found, "SHOP_PASWORD").remedy == "Did you mean SHOP_PASSWORD?"
    assert one(found, "LOCUST_*").text == "LOCUST_RUN_TIME is set"
    assert one(found, "LFTUI_*").text == "LFTUI_SETTLE is set"
    assert "SHOPPING" not in outcomes(found)
    assert "hunter" not in repr(found), "a value is shown"


def test_a_variable_that_must_be_set_warns(script: list[str]) -> None:
    found = environment({"SHOP_USER": "ann"}, *script)
    assert one(found, "SHOP_PASSWORD").text == "a locustfile reads SHOP_PASSWORD, which is not set"
    assert one(found, "locustfiles").text == (
        "SHOP_USER set; SHOP_HOST, SHOP_KEY, SHOP_SPEED left to default"
    )


def test_a_value_that_cannot_be_fails() -> None:
    finding = one(environment({"LFTUI_ON_DISCONNECT": "foo"}), "LFTUI_ON_DISCONNECT")
    assert finding.outcome == "fail"


def test_headers_without_their_variable_fail_for_the_chosen_target() -> None:
    target = {"url": "http://127.0.0.1:1", "headers": {"Authorization": "env:TOKEN"}}
    targets = {"near": target}
    assert one(environment({}, targets=targets), "TOKEN").outcome == "warn"
    assert one(environment({}, targets=targets, host="near"), "TOKEN").outcome == "fail"
    assert "TOKEN" not in outcomes(environment({"TOKEN": "x"}, targets=targets, host="near"))


def test_locust_s_variables_are_those_of_its_own_parser() -> None:
    code = (
        "from locust.argument_parser import get_parser\n"
        "for one in get_parser()._actions:\n"
        "    print(getattr(one, 'env_var', None) or '')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    theirs = set(done.stdout.split())
    assert len(theirs) > 20
    assert theirs <= known_to_locust()


def test_settings_that_cannot_be_read_fail_and_defaults_hold(tmp_path: Path) -> None:
    findings, settings = check_settings(None, tmp_path)
    assert (findings[0].outcome, settings) == ("pass", Settings())
    (tmp_path / "lftui.toml").write_text("nothing = true")
    findings, settings = check_settings(None, tmp_path)
    assert (findings[0].outcome, settings) == ("fail", Settings())
    assert "nothing" in findings[0].text
    (tmp_path / "lftui.toml").write_text('[targets.a]\nurl = "http://127.0.0.1"')
    findings, settings = check_settings(None, tmp_path)
    assert findings[0].text == "lftui.toml: 1 named target"


# --- the machine -------------------------------------------------------------------------------


def machine(folder: Path, **more: Any) -> list[Finding]:
    return check_limits(more.pop("runs", folder / "runs"), folder, {}, **more)


@pytest.mark.parametrize(
    ("soft", "hard", "outcome"),
    [
        (1024, 1_048_576, "pass"),  # the generator raises it itself
        (1024, resource.RLIM_INFINITY, "pass"),
        (50_000, 50_000, "pass"),
        (1024, 4096, "warn"),
        (100, 100, "fail"),
    ],
)
def test_open_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, outcome: str
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda what: (soft, hard))
    assert one(machine(tmp_path), "open files").outcome == outcome


@pytest.mark.parametrize(
    ("ports", "reuse", "outcome"),
    [
        ("32768\t60999", "2", "pass"),
        ("1024 65535", "0", "pass"),
        ("50000 51000", "2", "warn"),
        ("50000 51000", "1", "pass"),
    ],
)
def test_ports(tmp_path: Path, ports: str, reuse: str, outcome: str) -> None:
    (tmp_path / "ip_local_port_range").write_text(ports)
    (tmp_path / "tcp_tw_reuse").write_text(reuse)
    assert one(machine(tmp_path, proc=tmp_path), "ports").outcome == outcome


def test_without_the_kernel_s_word_nothing_is_said_of_ports(tmp_path: Path) -> None:
    assert "ports" not in outcomes(machine(tmp_path, proc=tmp_path / "none"))


@pytest.mark.parametrize(
    ("available", "outcome"), [(8 << 30, "pass"), (600 << 20, "warn"), (50 << 20, "fail")]
)
def test_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, available: int, outcome: str
) -> None:
    monkeypatch.setattr(limits, "_available_memory", lambda: available)
    assert one(machine(tmp_path), "memory").outcome == outcome


def test_one_processor_warns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    assert one(machine(tmp_path), "processors").outcome == "warn"


def test_a_clock_from_long_ago_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "gmtime", lambda: time.struct_time((1970, 1, 1) + (0,) * 6))
    assert one(machine(tmp_path), "clock").outcome == "fail"


@pytest.mark.parametrize(("said", "outcome"), [(True, "pass"), (None, "pass"), (False, "warn")])
def test_a_clock_that_is_not_synchronized_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bool | None, outcome: str
) -> None:
    monkeypatch.setattr(limits, "_synchronized", lambda: said)
    assert one(machine(tmp_path), "clock").outcome == outcome


def test_a_runs_directory_that_can_be_made_passes_and_is_not_made(tmp_path: Path) -> None:
    runs = tmp_path / "a" / "b" / "runs"
    finding = one(machine(tmp_path, runs=runs), "runs directory")
    assert finding.outcome == "pass"
    assert finding.text.startswith("a/b/runs with ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/runs", "file", "missing-under-proc"])
def test_a_runs_directory_that_cannot_be_written_fails(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    runs = Path("/proc/lftui") if place == "missing-under-proc" else tmp_path / place
    finding = one(machine(tmp_path, runs=runs), "runs directory")
    assert finding.outcome == "fail"
    assert "--runs-dir" in finding.remedy


def test_a_terminal_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_is_terminal", lambda fd: False)
    assert one(machine(tmp_path), "terminal").outcome == "warn"


@pytest.mark.parametrize(
    ("size", "environment", "outcome", "text"),
    [
        ((120, 40), {"TERM": "xterm-256color", "LANG": "C.UTF-8"}, "pass",
         "120x40, xterm-256color, 256 colors, UTF-8"),
        ((79, 24), {"TERM": "xterm", "LANG": "C.UTF-8"}, "warn", "79x24, xterm, 16 colors"),
        ((80, 24), {"TERM": "dumb", "LANG": "C.UTF-8"}, "warn", "80x24, dumb, 16 colors"),
        ((80, 24), {"LANG": "C.UTF-8"}, "warn", "80x24, TERM is not set, 16 colors"),
        ((80, 24), {"TERM": "xterm", "NO_COLOR": "1", "LANG": "C"}, "warn",
         "80x24, xterm, no colors (NO_COLOR), and the locale is not UTF-8"),
        ((80, 24), {"TERM": "x", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}, "pass",
         "80x24, x, 16 million colors, UTF-8"),
    ],
)  # fmt: skip
def test_terminals(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    environment: dict[str, str],
    outcome: str,
    text: str,
) -> None:
    monkeypatch.setattr(limits, "_is_terminal", lambda fd: True)
    monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size(size))
    finding = one(check_limits(tmp_path, tmp_path, environment), "terminal")
    assert (finding.outcome, finding.text) == (outcome, text)
