"""The scenario of deploy/kubernetes as a pod finds it, on the demo target opened as it is there.

The engine's own tests have the workers; here one process makes the load.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.deployed import KUBERNETES, container, settings

KEY = "key-of-the-secret"
WAIT_S = 90.0


@contextmanager
def demo() -> Iterator[str]:
    """The target behind an address that is not 127.0.0.1, with the Secret's key; its URL."""
    words = container("lftui-target")["args"][2:]
    words = [*words[: words.index("--port")], "--port", "0", "--speed", "20"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lftui.demo", *words],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=os.environ | {"LA_FACTORIA_API_KEY": KEY},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split(" on ")[1].strip().replace("0.0.0.0", "127.0.0.2")
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def load(tmp_path: Path) -> Path:
    """/load as a ConfigMap is mounted: each file a link through a link to a folder."""
    folder, data = tmp_path / "load", tmp_path / "load" / "..2026"
    data.mkdir(parents=True)
    (folder / "..data").symlink_to("..2026")
    for path in (KUBERNETES / "scenario").iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            (data / path.name).write_text(text.replace("lftui-target", "127.0.0.2"), "utf-8")
            (folder / path.name).symlink_to(f"..data/{path.name}")
    return folder


def run(load: Path, host: str, key: str, *more: str) -> subprocess.CompletedProcess[str]:
    """The master's scenario with the master's variables, for some seconds."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LFTUI_", "LOCUST_"))
    }
    (scenario,) = [w for w in container("lftui-master")["args"] if w.startswith("--locustfile")]
    words = ["--headless", scenario, "--host", host, "--spawn-rate", "40", "--run-time", "4s"]
    around = {"LFTUI_RUNS_DIR": str(load.parent / "runs"), "LA_FACTORIA_API_KEY": key}
    return subprocess.run(
        [sys.executable, "-m", "lftui", *words, *more],
        cwd=load, env=inherited | settings() | around,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=WAIT_S, check=False,
    )  # fmt: skip


def test_it_runs_with_the_key_of_the_secret(load: Path, tmp_path: Path) -> None:
    with demo() as url:
        done = run(load, url, KEY, "--settle", "1s", "--summary", str(tmp_path / "summary.json"))
    # Too short for a p95, perhaps.
    assert done.returncode in (0, 3), done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["plan"]["users"] == int(settings()["LOCUST_USERS"])
    assert summary["errors"] == []
    assert {one["name"] for one in summary["endpoints"]} == {"/healthz", "/api/v1/health"}
    assert {one["source"] for one in summary["verdict"]["checks"]} >= {"threshold"}


def test_another_target_is_refused(load: Path) -> None:
    done = run(load, "http://elsewhere.example:8000", KEY)
    assert done.returncode == 2
    assert "elsewhere.example" in done.stderr
    assert "allow" in done.stderr
