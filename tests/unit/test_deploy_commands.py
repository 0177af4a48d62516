"""deploy/ and docs/distributed.md: what they run is what lftui, Locust and the files know."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lftui.cli import COMMANDS
from lftui.demo.options import parse_options
from tests.unit.deployed import KUBERNETES, ROOT, Command, commands, compose, objects, pods
from tests.unit.pipelines import examples

PAGE = ROOT / "docs" / "distributed.md"
SCRIPTS = examples(PAGE, "sh")
# As lftui reads a command line: its own options first, the rest by Locust's own parser.
_READ = """
import json, os, sys
from lftui import options
from lftui.generator.command_line import Parsed

answers = []
for words, environment in json.load(sys.stdin):
    os.environ.update(environment)
    parsed = Parsed(words, options.takes_value())
    options.read(parsed.ours, environment)
    for name in environment:
        del os.environ[name]
    answers.append({"explicit": sorted(parsed.explicit), **vars(parsed.options)})
json.dump(answers, sys.stdout, default=str)
"""


def lines_of(program: str) -> list[list[str]]:
    """The words of each command of the page that runs this program, variables before it and what
    the shell reads after it left out."""
    joined = "\n".join(SCRIPTS).replace("\\\n", " ").splitlines()
    found = []
    for words in (shlex.split(line, comments=True) for line in joined):
        while words and re.match(r"\w+=", words[0]):
            del words[0]
        if words and words[0] == program:
            found.append(words[: words.index(">")] if ">" in words else words)
    return found


def read_all(words: list[tuple[list[str], dict[str, str]]], folder: Path) -> list[dict[str, Any]]:
    """What lftui and Locust make of these command lines, in a process that Locust may patch."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LOCUST_", "LFTUI_"))}
    done = subprocess.run(
        [sys.executable, "-c", _READ],
        cwd=folder, env=env | {"PYTHONPATH": str(ROOT)}, input=json.dumps(words),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert isinstance(answers, list)
    return answers


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the command of each container says, but for the demo's, by where it stands."""
    runs = [one for one in commands() if one.words[0] != "demo"]
    answers = read_all(
        [(one.words, one.environment) for one in runs], tmp_path_factory.mktemp("empty")
    )
    return {one.where: answer for one, answer in zip(runs, answers, strict=True)}


def test_masters_say_all_that_makes_them_one(made: dict[str, dict[str, Any]]) -> None:
    for where in ("compose master", "kubernetes lftui-master"):
        said = made[where]
        assert (said["headless"], said["master"], said["worker"]) == (True, True, False)
        assert {"master_bind_host", "expect_workers", "host", "num_users"} <= set(said["explicit"])
        assert said["master_bind_host"] == "0.0.0.0"
        assert said["master_bind_port"] == 5557
        assert said["run_time"] == 300
        assert said["expect_workers_max_wait"] > 0


def test_workers_say_where_their_master_is_and_end_well(made: dict[str, dict[str, Any]]) -> None:
    for where in ("compose worker", "kubernetes lftui-worker"):
        said = made[where]
        assert (said["worker"], said["master"]) == (True, False)
        assert {"master_host", "master_port"} <= set(said["explicit"])
        assert said["exit_code_on_error"] == 0


def test_scenarios_are_where_the_commands_look_for_them(made: dict[str, dict[str, Any]]) -> None:
    at_load = {"compose": ROOT, "kubernetes": KUBERNETES / "scenario"}
    for where, said in made.items():
        assert (at_load[where.split()[0]] / said["locustfile"]).is_file()


@pytest.mark.parametrize(
    "command",
    [pytest.param(one, id=one.where) for one in commands() if one.words[0] == "demo"],
)
def test_target_is_open_to_the_other_containers(command: Command) -> None:
    assert command.words[:2] == ["demo", "--serve"]
    options = parse_options(command.words[2:], {})
    assert (options.host, options.port, options.is_open_to_others) == ("0.0.0.0", 8000, True)


def test_page_s_runs_are_read(tmp_path: Path) -> None:
    """`lftui …` with options alone, as written; `locust --worker …` by the same parser."""
    runs = [words[1:] for words in lines_of("lftui") if words[1].startswith("-")]
    stock = [words[1:] for words in lines_of("locust")]
    answers = read_all([(words, {}) for words in runs + stock], tmp_path)
    assert sum(one["processes"] is not None for one in answers) >= 2
    assert sum(bool(one["master"]) for one in answers) >= 2
    assert sum(bool(one["worker"]) for one in answers) >= 4
    assert {one["locustfile"] for one in answers} == {"locustfile.py", "-"}


@pytest.mark.parametrize("words", lines_of("docker"), ids=lambda words: " ".join(words)[:60])
def test_page_s_docker_commands_are_for_what_there_is(words: list[str]) -> None:
    if words[1] == "build":
        assert words[2:] == ["-f", "deploy/Containerfile", "-t", "lftui:local", "."]
        return
    assert words[:4] == ["docker", "compose", "-f", "deploy/compose.yaml"]
    command, *rest = words[4:]
    assert command in {"up", "exec", "logs", "wait", "run", "down"}
    services = set(compose()["services"])
    if command == "up":
        assert {word for word in rest if not word.startswith("-")} <= services
        return
    if command == "down":
        assert set(rest) <= {"--volumes"}
        return
    assert "master" in rest
    if command == "exec":
        assert rest[1] == "lftui"
        assert rest[2] in COMMANDS


@pytest.mark.parametrize("words", lines_of("kubectl"), ids=lambda words: " ".join(words)[:60])
def test_page_s_kubectl_commands_are_for_what_there_is(words: list[str]) -> None:
    for option in ("-k", "-f"):
        if option in words:
            assert (ROOT / words[words.index(option) + 1]).exists()
    for word in words:
        if named := re.fullmatch(r"(job|pod)/([\w-]+)", word):
            assert named[2] in objects(named[1].capitalize())
    if words[1] == "exec":
        inside = words[words.index("--") + 1 :]
        assert words[words.index("--") - 1].removeprefix("job/") in pods()
        assert inside[0] == "cat" or inside[1] in COMMANDS
    if words[1:4] == ["create", "secret", "generic"]:
        (variable,) = pods()["lftui-worker"]["spec"]["containers"][0]["env"]
        wanted = variable["valueFrom"]["secretKeyRef"]
        assert words[4] == wanted["name"]
        assert words[5].startswith(f"--from-file={wanted['key']}=")


def test_comments_in_the_files_give_commands_of_the_page() -> None:
    shown = {re.sub(r"\s+", " ", line).strip() for text in SCRIPTS for line in text.splitlines()}
    files = [ROOT / "deploy" / "compose.yaml", *sorted(KUBERNETES.glob("*.yaml"))]
    said = [
        re.split(r"\s{3,}", line.removeprefix("#").strip())[0]
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.match(r"#   (docker|kubectl) ", line)
    ]
    assert len(said) >= 8
    assert set(said) <= shown


@pytest.mark.parametrize("script", SCRIPTS)
def test_page_s_examples_are_shell(script: str) -> None:
    shell = shutil.which("bash")
    assert shell is not None
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_page_leads_to_what_there_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (PAGE.parent / link).is_file(), link
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
    for path in re.findall(r"`(deploy/[\w./-]+)`", text):
        assert (ROOT / path).exists() or path == "deploy/load.env"
