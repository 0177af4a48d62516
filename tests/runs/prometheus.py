"""A real Prometheus for tests: it scrapes what a test names, and answers queries."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live import wait_for

_CONFIGURATION = """\
global:
  scrape_interval: 500ms
scrape_configs:
"""
_JOB = """\
  - job_name: {name}
    metrics_path: {path}
    static_configs: [{{ targets: ["{address}"] }}]
"""


def program() -> str:
    """Where it is; without it the test is skipped, in CI it fails."""
    if found := shutil.which("prometheus"):
        return found
    reason = "no prometheus; on Debian: apt-get install prometheus"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Prometheus:
    """One that runs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of an answer of its API."""
        asked = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)["data"]

    def values(self, query: str) -> list[float]:
        """The values of a query now."""
        return [float(one["value"][1]) for one in self.ask("query", query=query)["result"]]

    def wait_for(self, query: str) -> list[float]:
        """Wait until a query has values."""
        return wait_for(lambda: self.values(query), query)

    def faults(self) -> list[str]:
        """Why it cannot scrape a target, of those that it cannot."""
        targets = self.ask("targets", state="active")["activeTargets"]
        return [one["lastError"] for one in targets if one["lastError"]]


@contextmanager
def prometheus(folder: Path, **jobs: str) -> Iterator[Prometheus]:
    """One that scrapes these addresses, `http://…/metrics` by name, twice a second."""
    text = _CONFIGURATION
    for name, url in jobs.items():
        parts = urllib.parse.urlsplit(url)
        text += _JOB.format(name=name, path=parts.path, address=parts.netloc)
    folder.mkdir(exist_ok=True)
    (folder / "prometheus.yml").write_text(text)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    words = [
        program(),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--storage.tsdb.retention.size=50MB",
        "--log.level=error",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Prometheus(_ready(f"http://{address}", process, folder))
    finally:
        process.terminate()
        process.wait(30)


def _ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> str:
    def is_ready() -> bool:
        assert process.poll() is None, (folder / "prometheus.log").read_text()
        with suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    wait_for(is_ready, "Prometheus is ready")
    return url
