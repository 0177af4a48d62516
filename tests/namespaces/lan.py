"""What the tests of separate hosts share: the target, the master's command, and workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.namespaces.hosts import Host
from tests.runs.live import LFTUI, Background, Lftui
from tests.runs.target import Target

LOCUST = (sys.executable, "-m", "locust")


@dataclass(frozen=True)
class Lan:
    """Hosts by name, the target on one of them, and the command on the master's."""

    hosts: dict[str, Host]
    target: Target
    lftui: Lftui
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, name: str, *options: str, port: int, **env: str) -> Background:
        """Start an lftui worker on this host."""
        return self.background(name, [*LFTUI, "--worker", *self.to_master(port), *options], **env)

    def stock_worker(self, name: str, file: Path | str, port: int) -> Background:
        """Start Locust's own worker on this host; `file` is its locustfile, or `-` for none."""
        return self.background(name, [*LOCUST, "--worker", *self.to_master(port), "-f", str(file)])

    def to_master(self, port: int) -> list[str]:
        """The options that lead to the master."""
        return ["--master-host", self.hosts["master"].address, "--master-port", str(port)]

    def background(self, name: str, words: Sequence[str], **env: str) -> Background:
        """Start a command on this host; it ends with the test."""
        out = self.lftui.folder / f"{name}.out"
        environment = self.lftui.environment(env)
        process = self.hosts[name].popen(*words, out=out, env=environment, cwd=self.lftui.folder)
        self._started.append(process)
        return Background(process, out, Path("/dev/null"))

    def clean_up(self) -> None:
        """End what this test has started and what is still there of it."""
        for process in self._started:
            process.kill()
            process.wait()
        self.lftui.clean_up()
