"""The wheel by itself: what is in it, and that it runs with no checkout in sight."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import lftui

ROOT = Path(__file__).resolve().parents[2]

# One process builds for all tests of this file: it is in TOGETHER of tests/conftest.py.


def pip(*arguments: str | Path) -> None:
    """Run pip with what is installed already: no build environment, no index, no network."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check"]
        + [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def build_wheel(source: Path, into: Path) -> Path:
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", into, source)
    (wheel,) = into.glob("lftui-*.whl")
    return wheel


def is_left_behind(path: Path) -> bool:
    """Whether a tool left this file; hidden files of any other kind may not ship either."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def bundled_sources() -> dict[str, bytes]:
    """Path inside the wheel -> content, of everything that the wheel has to bundle."""
    files = [ROOT / "baseline.json"]
    files += [
        path
        for path in (ROOT / "locustfiles").rglob("*")
        if path.is_file() and not is_left_behind(path.relative_to(ROOT))
    ]
    return {f"lftui/_bundled/{path.relative_to(ROOT)}": path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with lftui from its wheel, as `pip install` unpacks it."""
    target = tmp_path_factory.mktemp("installed")
    pip("install", "--no-index", "--no-deps", "--target", target, wheel)
    return target


def run_installed(
    installed: Path, cwd: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`python -m lftui` from the wheel; PYTHONPATH comes before a checkout's .pth file."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LFTUI_", "LOCUST_", "PYTHON"))
    }
    return subprocess.run(
        [sys.executable, "-P", "-m", "lftui", *arguments],
        cwd=cwd,
        env=inherited | {"PYTHONPATH": str(installed)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_bundles_the_scenarios_and_the_baseline(wheel: Path) -> None:
    inside = contents(wheel)
    expected = bundled_sources()
    assert any(name.endswith(".py") for name in expected)
    bundled = {name: data for name, data in inside.items() if name.startswith("lftui/_bundled/")}
    assert bundled == expected


def test_wheel_carries_the_starting_point_as_it_is(wheel: Path) -> None:
    inside = contents(wheel)
    files = ROOT / "lftui" / "starting_point" / "files"
    expected = {
        str(path.relative_to(ROOT)): path.read_bytes()
        for path in files.rglob("*")
        if path.is_file() and not is_left_behind(path.relative_to(files))
    }
    assert len(expected) == 4
    folder = f"{files.relative_to(ROOT)}/"
    assert {name: data for name, data in inside.items() if name.startswith(folder)} == expected


def test_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    inside = contents(wheel)
    assert "lftui/cli.py" in inside or "lftui/cli/__init__.py" in inside
    top = {name.partition("/")[0] for name in inside}
    assert top == {"lftui", f"lftui-{lftui.__version__}.dist-info"}
    assert not [name for name in inside if name.endswith(".pyc")]


def test_wheel_holds_what_the_html_report_is_made_of(wheel: Path) -> None:
    folder = ROOT / "lftui" / "reports" / "html"
    expected = {
        str(path.relative_to(ROOT)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not is_left_behind(path.relative_to(ROOT))
    }
    for name in ("assets/report.html.j2", "assets/charts.js", "vendor/uplot/LICENSE"):
        assert f"lftui/reports/html/{name}" in expected
    inside = contents(wheel)
    assert {name: inside.get(name) for name in expected} == expected


def test_wheel_declares_the_command_and_the_license(wheel: Path) -> None:
    inside = contents(wheel)
    info = f"lftui-{lftui.__version__}.dist-info"
    assert b"lftui = lftui.cli:main" in inside[f"{info}/entry_points.txt"]
    assert f"{info}/licenses/LICENSE" in inside


def test_wheel_built_from_the_sdist_holds_the_same(wheel: Path, tmp_path: Path) -> None:
    # What a package index serves to those who may not take wheels.
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    (sdist,) = tmp_path.glob("lftui-*.tar.gz")
    with tarfile.open(sdist) as archive:
        # Python 3.11 before 3.11.4 has no filters; 3.12 and later warn without one.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path / "unpacked", **safely)
    (source,) = (tmp_path / "unpacked").iterdir()
    rebuilt = build_wheel(source, tmp_path / "rebuilt")
    assert contents(rebuilt) == contents(wheel)


def test_installed_wheel_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, tmp_path, "--version")
    assert done.returncode == 0, done.stderr
    assert lftui.__version__ in done.stdout


def test_installed_wheel_makes_an_html_report(installed: Path, tmp_path: Path) -> None:
    script = (
        "from lftui.judge.verdict import judge; from lftui.run_state import RunState\n"
        "from lftui.reports.html import html_report\n"
        "print(html_report(RunState(), judge(RunState())))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("</html>")


def test_installed_wheel_starts_a_project(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, tmp_path, "init", "shop")
    assert done.returncode == 0, done.stderr
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {
        "shop/locustfiles/api.py", "shop/baseline.json", "shop/lftui.toml",
        "shop/.github/workflows/load-test.yml",
    }  # fmt: skip


def test_installed_wheel_runs_the_demo(installed: Path, tmp_path: Path) -> None:
    done = run_installed(
        installed,
        tmp_path,
        # Too short a run for a verdict, which is not what is asked here.
        *("demo", "--headless", "-u", "2", "-r", "2", "-t", "3s", "--fail-on", "never"),
        LFTUI_RUNS_DIR=str(tmp_path / "runs"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "runs").glob("*/journal.ndjson*"))
