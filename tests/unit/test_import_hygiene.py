"""What each module really loads, and what the pure ones really call.

import-linter reads import statements (the contracts in pyproject.toml). It cannot see what a
third-party package loads in its turn, an import by name, or a call of `open()`. These tests can:
each module that must stay light is imported in a process of its own, and `sys.modules` is read
afterwards; the pure modules are parsed.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lftui"

CONSOLE_MUST_NOT = ("locust", "gevent")
HEADLESS_MUST_NOT = ("locust", "gevent", "textual")
GENERATOR_MUST_NOT = ("textual", "pydantic")
PURE_MUST_NOT = ("locust", "gevent", "textual", "rich", "httpx")

# module -> what its import must not bring in. A package is imported with everything in it,
# except where SHALLOW says that only the module itself counts.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    # `lftui --help` and the first paint come before anything heavy.
    "lftui.cli": ("textual", "pydantic", "httpx", "locust", "gevent"),
    "lftui.app": CONSOLE_MUST_NOT,
    "lftui.screens": CONSOLE_MUST_NOT,
    "lftui.widgets": CONSOLE_MUST_NOT,
    "lftui.console": CONSOLE_MUST_NOT,
    "lftui.links": HEADLESS_MUST_NOT,
    "lftui.services": HEADLESS_MUST_NOT,
    "lftui.choices": PURE_MUST_NOT,
    "lftui.tty": PURE_MUST_NOT,
    "lftui.detached": HEADLESS_MUST_NOT,
    "lftui.headless": HEADLESS_MUST_NOT,
    "lftui.supervisor": HEADLESS_MUST_NOT,
    "lftui.reports": HEADLESS_MUST_NOT,
    "lftui.monitor": HEADLESS_MUST_NOT,
    "lftui.judge": HEADLESS_MUST_NOT,
    "lftui.baseline": HEADLESS_MUST_NOT,
    "lftui.settings": HEADLESS_MUST_NOT,
    "lftui.scenarios": HEADLESS_MUST_NOT,
    "lftui.validate": HEADLESS_MUST_NOT,
    "lftui.validation": HEADLESS_MUST_NOT,
    "lftui.compare": HEADLESS_MUST_NOT,
    "lftui.baselines": HEADLESS_MUST_NOT,
    "lftui.guard": HEADLESS_MUST_NOT,
    "lftui.init_project": HEADLESS_MUST_NOT,
    "lftui.runs": HEADLESS_MUST_NOT,
    "lftui.runs_command": HEADLESS_MUST_NOT,
    "lftui.runner": GENERATOR_MUST_NOT,
    "lftui.generator": GENERATOR_MUST_NOT,
    "lftui.http": GENERATOR_MUST_NOT,
    "lftui.demo": GENERATOR_MUST_NOT,
    "lftui.plan": PURE_MUST_NOT,
    "lftui.records": PURE_MUST_NOT,
    "lftui.metrics": PURE_MUST_NOT,
    "lftui.shapes": PURE_MUST_NOT,
    "lftui.run_state": PURE_MUST_NOT,
    "lftui.safe_text": PURE_MUST_NOT,
}
SHALLOW = {"lftui.cli"}

PURE = ("judge", "metrics", "reports", "run_state", "shapes")
# The one file among them that writes what the others return.
WRITER = PACKAGE / "reports" / "write.py"
# Names that reach outside when called: builtins, and the clocks that hide in datetime.
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "__import__"}
CLOCK_CLASSES = {"date", "datetime"}
CLOCK_METHODS = {"now", "today", "utcnow"}

PROBE = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
json.dump(sorted({name.partition(".")[0] for name in sys.modules}), sys.stdout)
"""


def source_files(module: str) -> list[Path]:
    """The files of a module or package, none when it does not exist (yet)."""
    base = ROOT.joinpath(*module.split("."))
    if base.is_dir():
        return sorted(base.rglob("*.py"))
    single = base.with_suffix(".py")
    return [single] if single.is_file() else []


def names_to_import(module: str) -> list[str]:
    if module in SHALLOW:
        return [module]
    names = []
    for path in source_files(module):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] == "__main__":
            continue
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def loaded_by(names: list[str]) -> set[str]:
    """The top-level packages in `sys.modules` of a fresh process that has imported `names`."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, *names],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def pure_files() -> Iterator[Path]:
    for name in PURE:
        yield from (path for path in source_files(f"lftui.{name}") if path != WRITER)


def impure_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            *owner, name = ast.unparse(node.func).split(".")
            if not owner and name in IMPURE_CALLS:
                yield f"line {node.lineno}: {name}()"
            elif owner and owner[-1] in CLOCK_CLASSES and name in CLOCK_METHODS:
                yield f"line {node.lineno}: the clock, by {owner[-1]}.{name}()"


@pytest.mark.parametrize("module", [name for name in FORBIDDEN if source_files(name)])
def test_import_brings_in_nothing_forbidden(module: str) -> None:
    loaded = loaded_by(names_to_import(module))
    assert module.partition(".")[0] in loaded
    assert not loaded & set(FORBIDDEN[module])


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(PACKAGE))) for path in pure_files()]
)
def test_pure_module_touches_no_file_and_reads_no_clock(path: Path) -> None:
    assert list(impure_calls(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "line",
    [
        "open('x').read()",
        "print(1)",
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "dt.date.today()",
    ],
)
def test_the_search_for_impure_calls_finds_them(line: str) -> None:
    assert list(impure_calls(ast.parse(line)))


def test_the_search_for_impure_calls_leaves_pure_ones_alone() -> None:
    assert list(impure_calls(ast.parse("window.now(); opener.open(); sum(x)"))) == []


def test_a_run_without_workers_does_not_wait_for_what_makes_one_with_them() -> None:
    """It took 80 ms of each start (measured)."""
    code = "import sys, lftui.runner; print(*(m for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    rooms = [name for name in done.stdout.split() if name.startswith("lftui.generator.")]
    assert [name for name in rooms if ".distribution" in name] == []
