"""deploy/Containerfile: what it copies is there, is enough for the wheel, and is all there is."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.unit.deployed import COMPOSE, CONTAINERFILE, ROOT, compose

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """Each instruction and what follows it, comments left out and lines joined."""
    lines = CONTAINERFILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    split = [line.partition(" ") for line in text.splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in split]


def copied() -> list[str]:
    """What comes from the checkout, as paths in it."""
    words = [shlex.split(rest) for name, rest in instructions() if name == "COPY"]
    return [path for one in words if not one[0].startswith("--from") for path in one[:-1]]


def is_sent(path: Path) -> bool:
    """Whether .dockerignore lets this file of the checkout into a build: the last line that fits
    it, or a folder above it, decides."""
    parts = path.relative_to(ROOT).parts
    above = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        tail = pattern.removeprefix("**/")
        names = (
            parts
            if tail != pattern
            else [one for one in above if one.count("/") == pattern.count("/")]
        )
        if any(fnmatch.fnmatchcase(name, tail) for name in names):
            sent = line.startswith("!")
    return sent


def test_what_is_copied_is_there_and_is_sent() -> None:
    assert copied()
    for path in copied():
        assert (ROOT / path).exists(), path
        assert is_sent(ROOT / path), path


def test_nothing_else_is_sent() -> None:
    top = {path.name for path in ROOT.iterdir() if is_sent(path)}
    assert top == {Path(path).parts[0] for path in copied()}
    for secret in (".git/config", ".env", "deploy/load.env", "lftui/__pycache__/cli.pyc"):
        assert not is_sent(ROOT / secret)
    assert is_sent(ROOT / "lftui" / "reports" / "html" / "vendor" / "uplot" / "LICENSE")


def test_the_wheel_is_made_of_what_is_copied(tmp_path: Path) -> None:
    context = tmp_path / "context"
    for path in copied():
        if (ROOT / path).is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.py[cod]")
            shutil.copytree(ROOT / path, context / path, ignore=ignore)
        else:
            context.mkdir(exist_ok=True)
            shutil.copy(ROOT / path, context / path)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=context, stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("lftui-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    package = {
        str(path.relative_to(context)) for path in (context / "lftui").rglob("*") if path.is_file()
    }
    assert package <= inside
    assert {"lftui/_bundled/locustfiles/main.py", "lftui/_bundled/baseline.json"} <= inside


def test_the_image_has_one_plain_base_with_a_python_that_is_supported() -> None:
    bases = [rest for name, rest in instructions() if name == "FROM"]
    (base,) = {one.removesuffix(" AS build") for one in bases}
    python = re.fullmatch(r"python:(3\.\d+)-slim", base)
    assert python is not None
    named = PYPROJECT["project"]["classifiers"]
    assert f"Programming Language :: Python :: {python[1]}" in named


def test_dependencies_are_pinned_and_what_builds_stays_behind() -> None:
    runs = [rest for name, rest in instructions() if name == "RUN"]
    installs = [
        one for run in runs for one in run.split("&&") if " install " in one and "pip" in one
    ]
    assert len(installs) == 3
    assert all("-c constraints.txt" in one or "--no-deps" in one for one in installs)
    (last_stage,) = [n for n, one in enumerate(instructions()) if one[0] == "FROM"][1:]
    after = " ".join(rest for _, rest in instructions()[last_stage:])
    assert "pip uninstall" in after
    assert not re.search(r"pip install|apt-get|hatchling|gcc", after)


def test_it_runs_as_a_number_and_keeps_runs_in_its_volume() -> None:
    last = dict(instructions())
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last["USER"])
    uid = last["USER"].partition(":")[0]
    (made,) = [rest for name, rest in instructions() if name == "RUN" and "useradd" in rest]
    assert f"--uid {uid}" in made
    assert re.search(rf"install --directory --owner {uid} .* /runs", made)
    assert last["VOLUME"] == '["/runs"]'
    assert "LFTUI_RUNS_DIR=/runs" in last["ENV"]
    assert last["ENTRYPOINT"] == '["lftui"]'
    assert last["WORKDIR"] == "/load"


def test_compose_builds_it_from_the_checkout() -> None:
    build = compose()["services"]["master"]["build"]
    assert (COMPOSE.parent / build["context"]).resolve() == ROOT
    assert ROOT / build["dockerfile"] == CONTAINERFILE
    assert "runs:/runs" in compose()["services"]["master"]["volumes"]
