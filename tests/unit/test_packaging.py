"""Small facts about the committed files that a release depends on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import lftui

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")

IGNORED_DIRECTORIES = {
    ".git", ".venv", "wheelhouse", "dist", "build", "__pycache__", ".pytest_cache",
    ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis",
}  # fmt: skip
# Places that exist on one machine only. Written in two parts, so that this file is clean.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/" + r"(?:work|root|opt/pypi|opt/wheels)/")
REGISTRY = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "extra-" + "index-url")))


def listed_by_git() -> list[Path]:
    """The files that are committed or would be; none where there is no repository."""
    if not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        capture_output=True,
        check=False,
    )
    return [ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]


def found_on_disk() -> list[Path]:
    found: list[Path] = []
    for folder, directories, files in os.walk(ROOT):
        directories[:] = [name for name in directories if name not in IGNORED_DIRECTORIES]
        found += [Path(folder, name) for name in files]
    return found


def committed_files() -> list[Path]:
    return [path for path in listed_by_git() or found_on_disk() if path.is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    hits = []
    for path in committed_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if pattern.search(text):
            hits += [
                f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
                for number, line in enumerate(text.splitlines(), 1)
                if pattern.search(line)
            ]
    return hits


def pinned() -> dict[str, str]:
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    return {normal(name): version for name, version in (line.split("==") for line in lines)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> list[str]:
    project = PYPROJECT["project"]
    return project["dependencies"] + project["optional-dependencies"]["dev"]


def test_no_file_names_a_place_on_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_constraints_are_exact_pins_and_nothing_else() -> None:
    pin = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!_-]+")
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert len(pinned()) == len(lines), "a package is pinned twice"
    assert "lftui" not in pinned()


@pytest.mark.parametrize("requirement", declared())
def test_every_declared_dependency_is_pinned_within_its_range(requirement: str) -> None:
    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    assert wanted.specifier.contains(pinned()[normal(wanted.name)])


def test_textual_is_held_to_one_minor_version() -> None:
    # Widgets draw by methods that Textual documents but may change in any minor release.
    assert "textual>=8.2.8,<8.3" in PYPROJECT["project"]["dependencies"]


def test_the_version_has_one_home() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert ROOT / PYPROJECT["tool"]["hatch"]["version"]["path"] == Path(lftui.__file__)
    assert re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", lftui.__version__)


def test_what_the_wheel_bundles_exists_and_is_readable() -> None:
    bundled = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(bundled) == {"locustfiles", "baseline.json"}
    assert list((ROOT / "locustfiles").rglob("*.py"))
    json.loads((ROOT / "baseline.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", [".ci/run"])
def test_scripts_are_executable(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
