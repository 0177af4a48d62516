"""The pipelines that are committed, written by `lftui init` or shown in docs/ci.md."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lftui.cli import COMMANDS
from lftui.options import OPTIONS
from tests.unit.pipelines import (
    EXPRESSION,
    ROOT,
    STARTING_POINT,
    commands_of,
    examples,
    options_of,
    read,
    scripts_of,
    steps_of,
    texts_of,
    workflow_files,
)

PAGE = ROOT / "docs" / "ci.md"
# Exports that the pipelines ask for already; to be dropped as soon as lftui.options has them.
EXPORTS = {
    "--html", "--csv", "--json-file", "--summary", "--series", "--markdown", "--junit", "--hlog",
}  # fmt: skip
RUN_ON = STARTING_POINT / "github" / "workflows" / "load-test.yml"
LOAD_TESTS = [ROOT / ".github" / "workflows" / "load-test.yml", RUN_ON]
INPUT = re.compile(r"inputs\.(\w+)")

LIST_LOCUST_OPTIONS = """
import json
from locust.argument_parser import get_parser
actions = get_parser(default_config_files=[])._actions
print(json.dumps([name for action in actions for name in action.option_strings]))
"""


def named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def all_pipelines() -> list[Any]:
    """Every workflow and every YAML example, as text."""
    files = [
        pytest.param(path.read_text(encoding="utf-8"), id=str(path.relative_to(ROOT)))
        for path in workflow_files()
    ]
    shown = examples(PAGE, "yaml")
    return files + [pytest.param(text, id=f"docs/ci.md-{n}") for n, text in enumerate(shown, 1)]


def all_scripts() -> list[Any]:
    """Every shell script of them, and those of the page itself."""
    scripts = [
        pytest.param(script, id=f"{one.id}-{n}")
        for one in all_pipelines()
        for n, script in enumerate(scripts_of(read(one.values[0])), 1)
    ]
    shown = [*examples(PAGE, "sh"), *jenkins_scripts()]
    return scripts + [pytest.param(text, id=f"docs/ci.md-sh-{n}") for n, text in enumerate(shown)]


def jenkins_scripts() -> list[str]:
    (pipeline,) = examples(PAGE, "groovy")
    # In '''…''' a backslash at the end of a line stands doubled, once for Groovy.
    return [text.replace("\\\\\n", "\\\n") for text in re.findall(r"'''(.*?)'''", pipeline, re.S)]


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The options of a run: ours and Locust's. Locust is asked in a process of its own, which it
    patches."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    done = subprocess.run(
        [sys.executable, "-c", LIST_LOCUST_OPTIONS],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {option.name for option in OPTIONS} | set(json.loads(done.stdout))


@functools.cache
def offered(*command: str) -> set[str]:
    """The options that the help of a command names."""
    done = subprocess.run(
        [sys.executable, "-m", "lftui", *command, "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(re.findall(r"--?[\w-]+", done.stdout))


@pytest.mark.parametrize("text", all_pipelines())
def test_pipeline_is_yaml_with_jobs_that_do_something(text: str) -> None:
    pipeline = read(text)
    assert scripts_of(pipeline)
    if "jobs" in pipeline:
        assert set(pipeline) >= {"name", "on", "jobs", "permissions", "concurrency"}
        assert all(("uses" in step) != ("run" in step) for step in steps_of(pipeline))


@pytest.mark.parametrize("script", all_scripts())
def test_script_is_one_to_bash(script: str) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    plain = EXPRESSION.sub("value", script)
    done = subprocess.run([bash, "-n"], input=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", all_scripts())
def test_script_has_no_expression_in_it_and_quotes_its_variables(script: str) -> None:
    assert EXPRESSION.findall(script) == [], "through `env`, else it is run as code"
    for command in script.replace("\\\n", " ").splitlines():
        if "lftui " in command:
            assert re.sub(r'"[^"]*"', "", command).count("$") == command.count("$?"), command


@pytest.mark.parametrize("script", all_scripts())
def test_script_uses_commands_and_options_that_exist(script: str, known: set[str]) -> None:
    for words in commands_of(script):
        command = words[1]
        if not command.startswith("-"):
            assert command in COMMANDS
        if command.startswith("-") or command == "demo":
            assert options_of(words) <= known
            continue
        assert options_of(words) <= offered(*words[1 : 3 if command == "baseline" else 2])


@pytest.mark.parametrize("path", named(workflow_files()))
def test_workflow_declares_the_inputs_that_it_uses_and_uses_those(path: Path) -> None:
    workflow = read(path.read_text(encoding="utf-8"))
    manual = (workflow["on"] or {}).get("workflow_dispatch") or {}
    declared = manual.get("inputs", {})
    used = {
        name
        for text in texts_of(workflow["jobs"])
        for expression in EXPRESSION.findall(text)
        for name in INPUT.findall(expression)
    }
    assert used == set(declared)
    for one in declared.values():
        assert one["description"]
        assert one["type"] in ("string", "number", "boolean", "choice")


@pytest.mark.parametrize("path", named(workflow_files()))
def test_workflow_may_read_the_repository_and_no_more(path: Path) -> None:
    workflow = read(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow["on"]
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 60
    for step in steps_of(workflow):
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", named(workflow_files()))
def test_workflow_takes_actions_of_github_itself_in_one_version(path: Path) -> None:
    workflow = read(path.read_text(encoding="utf-8"))
    used = {step["uses"] for step in steps_of(workflow) if "uses" in step}
    assert used <= {
        "actions/checkout@v7",
        "actions/setup-python@v7",
        "actions/upload-artifact@v7",
    }


@pytest.mark.parametrize("path", named(LOAD_TESTS))
def test_load_test_has_the_guide_s_inputs_all_exports_and_keeps_them(path: Path) -> None:
    workflow = read(path.read_text(encoding="utf-8"))
    inputs = workflow["on"]["workflow_dispatch"]["inputs"]
    assert set(inputs) >= {"users", "duration", "shape", "baseline"}
    steps = list(steps_of(workflow))
    (run,) = [step for step in steps if "--headless" in step.get("run", "")]
    (words,) = commands_of(run["run"])
    assert options_of(words) >= EXPORTS
    assert "exec lftui" in run["run"], "else a canceled job's signal ends at the shell"
    assert "if" not in run
    after = steps[steps.index(run) + 1 :]
    assert [step["if"] for step in after] == ["always()"]
    assert after[0]["with"]["path"] == "results/"


def test_the_tests_run_on_every_python_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    named = [one.rpartition(" ")[2] for one in project["classifiers"] if one.startswith(prefix)]
    ci = read((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert ci["jobs"]["test"]["strategy"]["matrix"]["python"] == named


HOSTILE = {
    "TARGET": 'https://a.example"; touch bad; "',
    "USERS": "$(touch bad)",
    "SPAWN_RATE": "5 --shape=soak",
    "DURATION": "`touch bad`",
    "SHAPE": "steps:start=10,step=10; touch bad",
    "BASELINE": "-o",
}


@pytest.mark.parametrize("path", named(LOAD_TESTS))
def test_what_is_put_in_arrives_as_it_is_and_runs_nothing(path: Path, tmp_path: Path) -> None:
    """The scripts as a runner runs them, on a `lftui` that notes its words."""
    said = tmp_path / "bin" / "lftui"
    said.parent.mkdir()
    said.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/words\n', encoding="utf-8")
    said.chmod(0o755)
    bash = shutil.which("bash")
    assert bash is not None
    env = {"PATH": f"{said.parent}:{os.environ['PATH']}", **HOSTILE}
    for script in scripts_of(read(path.read_text(encoding="utf-8"))):
        if "lftui " in script and "pip" not in script:
            done = subprocess.run([bash, "-e", "-c", script], cwd=tmp_path, env=env, check=False)
            assert done.returncode == 0
    words = (tmp_path / "words").read_text(encoding="utf-8").splitlines()
    for option, variable in {
        "--users": "USERS", "--run-time": "DURATION", "--shape": "SHAPE", "--baseline": "BASELINE",
    }.items():  # fmt: skip
        assert f"{option}={HOSTILE[variable]}" in words
    assert not (tmp_path / "bad").exists()


def test_no_target_is_one_sentence(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    scripts = scripts_of(read(RUN_ON.read_text(encoding="utf-8")))
    (look,) = [script for script in scripts if "lftui validate" in script]
    done = subprocess.run(
        [bash, "-e", "-c", look],
        cwd=tmp_path, env={"TARGET": "", "BASELINE": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout.startswith("::error::no target: ")


def test_the_page_and_the_starting_point_run_the_same() -> None:
    """docs/ci.md shows the workflow that `lftui init` writes, not one of its own."""
    shown = [read(text) for text in examples(PAGE, "yaml")]
    (workflow,) = [one for one in shown if "jobs" in one]
    written = read(RUN_ON.read_text(encoding="utf-8"))
    assert workflow == written
