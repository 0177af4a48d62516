"""Pipelines as data: workflows, the examples of the docs, the scripts in them and their options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
STARTING_POINT = ROOT / "lftui" / "starting_point" / "files"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def workflow_files() -> list[Path]:
    """Every workflow of this repository, and the one that `lftui init` writes."""
    folders = ROOT / ".github" / "workflows", STARTING_POINT / "github" / "workflows"
    return sorted(path for folder in folders for path in folder.iterdir())


def examples(page: Path, language: str) -> list[str]:
    """The fenced examples of a page in this language."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [text for name, text in found if name == language]


def read(text: str) -> dict[str, Any]:
    """A YAML document; the key `on`, which YAML 1.1 takes for a truth value, is a text again."""
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return {"on" if key is True else key: value for key, value in found.items()}


def steps_of(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each step of each job."""
    for job in workflow["jobs"].values():
        yield from job["steps"]


def scripts_of(pipeline: dict[str, Any]) -> list[str]:
    """The shell scripts of a workflow, or of a GitLab pipeline."""
    if "jobs" in pipeline:
        return [step["run"] for step in steps_of(pipeline) if "run" in step]
    jobs = [job for job in pipeline.values() if isinstance(job, dict)]
    keys = ("before_script", "script", "after_script")
    return ["\n".join(job[key]) for job in jobs for key in keys if key in job]


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str):
        yield value


def commands_of(script: str) -> list[list[str]]:
    """The words of each `lftui` command in a script, without the variables' values."""
    joined = script.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines()]
    split = [
        shlex.split(line.removeprefix("exec "), comments=True)
        for line in lines
        if re.match(r"(exec )?lftui\s", line)
    ]
    # Up to what belongs to the shell again: `lftui … || code=$?`.
    ends = {"||", "&&", ";", "|", ">", ">>"}
    return [words[: next((n for n, w in enumerate(words) if w in ends), None)] for words in split]


def options_of(words: list[str]) -> set[str]:
    """The names of the options of a command."""
    return {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
