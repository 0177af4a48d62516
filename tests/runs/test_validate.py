"""`lftui validate` as it is run: on the repository, on broken projects, against real targets."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live import REPOSITORY, Done, Lftui, wait_for
from tests.runs.target import Target

SCRIPT = REPOSITORY / "scripts" / "validate_load_testing.py"
GOOD = """
import os
from locust import HttpUser, tag, task
KEY = os.environ.get("SHOP_KEY", "none")
class Shopper(HttpUser):
    @tag("quick")
    @task
    def look(self):
        self.client.get("/look")
    @task
    def mixed(self):
        self.client.get("/look")
        self.client.get("/fail")
"""
FAILING = """
from locust import HttpUser, task
class Shopper(HttpUser):
    @task
    def look(self):
        self.client.get("/fail")
"""


def findings(done: Done) -> dict[str, dict[str, Any]]:
    """The findings of `--json` by topic and name."""
    document = json.loads(done.out)
    assert document["schema"] == "lftui.validate/1"
    found = {f"{one['topic']}/{one['name']}": one for one in document["findings"]}
    assert all(bool(one["remedy"]) == (one["outcome"] != "pass") for one in found.values())
    return found


def test_the_repository_is_ready(lftui: Lftui) -> None:
    """Its scenarios load, offer what they should, and its baseline is whole."""
    files = ",".join(str(path) for path in sorted((REPOSITORY / "locustfiles").glob("[a-z]*.py")))
    done = lftui.command(
        "validate", "-f", files, "--baseline", str(REPOSITORY / "baseline.json"), "--json"
    )
    found = findings(done)
    assert done.code == 0, done.said
    for name in ("main", "authentication", "content_generation", "stress"):
        assert found[f"scenarios/{name}"]["outcome"] == "pass"
    assert "14 tasks" in found["scenarios/main"]["text"]
    assert "shape SpikeLoadShape" in found["scenarios/stress"]["text"]
    assert found["baseline/baseline.json"]["outcome"] == "pass"
    assert "LA_FACTORIA_API_KEY" in found["environment/locustfiles"]["text"]
    assert json.loads(done.out)["skipped"] == [
        "the target (add --host URL)",
        "the tasks (add --smoke)",
    ]
    assert not lftui.runs.exists(), "a check keeps nothing"


def test_a_project_of_one_s_own_as_text(lftui: Lftui) -> None:
    folder = lftui.folder / "locustfiles"
    folder.mkdir()
    (folder / "main.py").write_text(GOOD)
    done = lftui.command("validate", LOCUST_USRES="5", LC_ALL="C.UTF-8")
    assert done.code == 0, done.said
    lines = done.out.splitlines()
    assert "  ● pass  main               1 user class, 2 tasks; tags quick" in lines
    assert "▲ warn  guide" in done.out
    assert "Did you mean LOCUST_USERS?" in done.out
    assert max(map(len, lines)) <= 80
    assert lines[-1].startswith("▲ ready: ")
    assert done.err == ""


def test_what_cannot_be_loaded_fails_and_the_rest_is_still_checked(lftui: Lftui) -> None:
    lftui.script("def (:", "broken.py")
    lftui.script("import time\ntime.sleep(1000)", "hanging.py")
    lftui.script("import nothing_like_it", "importing.py")
    lftui.script("x = 1", "empty.py")
    lftui.script(GOOD, "good.py")
    (lftui.folder / "baseline.json").write_text(
        '{"endpoints": {"/a": {"expected_error_rate": NaN}}}'
    )
    names = ("broken", "hanging", "importing", "empty", "absent")
    files = ",".join(f"{name}.py" for name in (*names, "good"))
    # Long enough for those that do load, on a machine that has other things to do.
    done = lftui.command("validate", "-f", files, "--load-timeout", "8s", "--json")
    found = findings(done)
    assert done.code == 1
    assert {found[f"scenarios/{name}"]["outcome"] for name in names} == {"fail"}
    assert found["scenarios/broken"]["text"].startswith("broken.py:1: ")
    assert "hanging.py:2" in found["scenarios/hanging"]["text"]
    assert found["scenarios/good"]["outcome"] == "pass"
    assert found["baseline/baseline.json"]["outcome"] == "fail"
    assert found["limits/memory"]["topic"] == "limits"


def test_a_folder_without_a_locustfile_fails(lftui: Lftui) -> None:
    done = lftui.command("validate", "--json")
    assert done.code == 1
    assert findings(done)["scenarios/locustfile"]["text"] == (
        "there is no locustfile in this folder"
    )


@pytest.mark.parametrize(
    "words",
    [("--nope",), ("-f", ","), ("--smoke-limit", "soon"), ("--load-timeout", "0"), ("--host",)],
)
def test_wrong_arguments_are_one_sentence_and_code_2(lftui: Lftui, words: tuple[str, ...]) -> None:
    done = lftui.command("validate", *words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("lftui: ")
    assert done.err.count("\n") == 1


def test_help_loads_nothing_heavy(lftui: Lftui) -> None:
    code = (
        "import sys\nfrom lftui.cli import main\n"
        "try: main(['validate', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=lftui.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.splitlines()[-1]
    for name in ("locust", "gevent", "pydantic", "httpx", "rich", "textual", "psutil"):
        assert f"'{name}'" not in loaded


def test_the_check_itself_never_imports_locust(lftui: Lftui) -> None:
    lftui.script(GOOD)
    code = (
        "import sys\nfrom lftui.cli import main\nmain(['validate'])\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=lftui.folder, env=lftui.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = done.stdout.splitlines()[-1]
    assert "'httpx'" not in loaded, "there is no target to look at"
    for name in ("locust", "gevent", "textual"):
        assert f"'{name}'" not in loaded


# --- against a target --------------------------------------------------------------------------


def test_a_smoke_shows_each_request_and_judges_each_task(lftui: Lftui, target: Target) -> None:
    lftui.script(GOOD)
    done = lftui.command("validate", "--host", target.url, "--smoke", "--json")
    found = findings(done)
    assert done.code == 0, done.said
    assert found["target/health"]["outcome"] == "pass"
    assert found["smoke/Shopper.mixed"]["outcome"] == "warn", "one failed request of two"
    rows = json.loads(done.out)["smoke"]
    assert [(row["task"], row["name"], row["status"]) for row in rows] == [
        ("Shopper.look", "/look", 200),
        ("Shopper.mixed", "/look", 200),
        ("Shopper.mixed", "/fail", 500),
    ]
    assert all(row["response_ms"] > 0 and row["scenario"] == "locustfile" for row in rows)
    assert target.answered_at("/look") == 2
    assert not lftui.runs.exists(), "a smoke keeps nothing"


def test_each_task_of_the_repository_s_scenarios_passes_on_the_demo(lftui: Lftui) -> None:
    served = lftui.background("demo", "--serve", "--port", "0", "--speed", "20")
    url = wait_for(lambda: "listening on " in served.said and served.said.split()[-1], "the demo")
    files = ",".join(str(path) for path in sorted((REPOSITORY / "locustfiles").glob("[a-z]*.py")))
    done = lftui.command("validate", "-f", files, "--host", url, "--smoke", "--json")
    served.process.terminate()
    found = findings(done)
    classes = {name: one["outcome"] for name, one in found.items() if name.startswith("smoke/")}
    assert set(classes.values()) == {"pass"}, done.said
    assert len(classes) == 17
    assert done.code == 0


def test_a_task_whose_requests_all_fail_fails_the_check(lftui: Lftui, target: Target) -> None:
    lftui.script(FAILING)
    done = lftui.command("validate", "--host", target.url, "--smoke", LC_ALL="C.UTF-8")
    assert done.code == 1
    assert "    look                    GET    /fail                    500 " in done.out
    assert "■ fail  Shopper.look       its only request failed: " in done.out


def test_tags_classes_and_a_host_of_the_locustfile(lftui: Lftui, target: Target) -> None:
    lftui.script(f"{GOOD}    host = '{target.url}'\n")
    lftui.script(
        "from locust import User, task\nclass B(User):\n    @task\n    def b(self): pass", "b.py"
    )
    done = lftui.command("validate", "Shopper", "--smoke", "--tags", "quick", "--json")
    assert done.code == 0, done.said
    assert [row["task"] for row in json.loads(done.out)["smoke"]] == ["Shopper.look"]
    done = lftui.command("validate", "Nobody", "--smoke", "--json")
    assert findings(done)["smoke/classes"]["text"] == "no locustfile here has Nobody"


def test_no_smoke_on_a_target_that_is_not_there(lftui: Lftui) -> None:
    lftui.script(GOOD)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = lftui.command("validate", "--host", url, "--smoke", "--json")
    assert done.code == 1
    assert findings(done)["target/connection"]["outcome"] == "fail"
    assert json.loads(done.out)["smoke"] == []
    assert "the tasks: the target comes first" in json.loads(done.out)["skipped"]


def test_a_target_s_headers_are_sent_and_production_is_left_alone(
    lftui: Lftui, target: Target
) -> None:
    lftui.script(GOOD)
    (lftui.folder / "lftui.toml").write_text(
        f'[targets.live]\nurl = "{target.url}"\nproduction = true\n'
        'headers = { X-Key = "env:LIVE_KEY" }\n'
    )
    done = lftui.command("validate", "-H", "live", "--smoke", "--json", LIVE_KEY="hunter2")
    assert done.code == 0, done.said
    assert target.answered == 0
    confirmed = ("--confirm-target", "127.0.0.1")
    done = lftui.command("validate", "-H", "live", "--smoke", *confirmed, LIVE_KEY="hunter2")
    assert target.answered_at("/look") == 2, done.said
    assert "hunter2" not in done.out
    done = lftui.command("validate", "-H", "live", "--smoke", *confirmed, "--json")
    assert findings(done)["environment/LIVE_KEY"]["outcome"] == "fail"


def test_few_open_files_are_told(lftui: Lftui) -> None:
    lftui.script(GOOD)
    shell = shutil.which("sh")
    assert shell is not None
    done = subprocess.run(
        [shell, "-c", f"ulimit -n 90; exec {sys.executable} -m lftui validate --json"],
        cwd=lftui.folder, env=lftui.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    found = findings(Done(1, done.stdout, "", None))
    assert found["limits/open files"]["outcome"] == "fail"
    assert found["scenarios/locustfile"]["outcome"] == "pass"


# --- the guide's command -----------------------------------------------------------------------


def test_the_guide_s_command_says_the_same_from_a_checkout(lftui: Lftui, target: Target) -> None:
    env = {name: value for name, value in lftui.environment().items() if name != "PYTHONPATH"}
    lftui.script(GOOD)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--host", target.url, "--smoke", "--json"],
        cwd=lftui.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "lftui.validate/1"
    assert len(json.loads(done.stdout)["smoke"]) == 3


def test_the_guide_s_command_without_what_it_needs_says_how_to_install_it(tmp_path: Path) -> None:
    # No site packages at all: as with a Python that nobody has installed lftui into.
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(SCRIPT)],
        cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "is not installed in this Python" in done.stderr
    assert "Traceback" not in done.stderr
