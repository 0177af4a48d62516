"""The targets: a server with a fixed delay, and the fastest one at hand."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import version_of
from benchmarks.processes import Bench, BenchError, running, wait_for_port

_SOURCE = Path(__file__).with_name("delay_server.c")
_NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    default_type text/plain;
    location / {{ return 200 "Hello, world\\n"; }}
  }}
}}
"""


@dataclass(frozen=True)
class Target:
    """A server that runs: its URL, and what it is, for the page."""

    url: str
    what: str


@contextlib.contextmanager
def delay_server(bench: Bench, delay_us: int) -> Iterator[Target]:
    """A server that answers after a fixed time, pinned to the targets' core."""
    command, what = _delay_command(bench)
    with running([*command, str(delay_us)], bench.folder, bench.server_core) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise BenchError("the delay server does not start")
        yield Target(f"http://127.0.0.1:{int(line)}", what)


def _delay_command(bench: Bench) -> tuple[list[str], str]:
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        what = "benchmarks/delay_server.py (no C compiler here; it is up to 1 ms late)"
        return [sys.executable, "-m", "benchmarks.delay_server"], what
    program = bench.folder / "delay_server"
    if not program.exists():
        done = subprocess.run(
            [compiler, "-O2", "-o", str(program), str(_SOURCE)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"benchmarks/delay_server.c does not compile: {done.stderr[:300]}")
    return [str(program)], "benchmarks/delay_server.c (epoll and timerfd)"


@contextlib.contextmanager
def fast_server(bench: Bench) -> Iterator[Target]:
    """nginx with a fixed answer, pinned to the targets' core; without nginx our own."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        with delay_server(bench, 0) as target:
            yield Target(target.url, f"{target.what} without a delay (no nginx here)")
        return
    port = _free_port()
    config = bench.folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=bench.folder, port=port), encoding="utf-8")
    command = [nginx, "-p", str(bench.folder), "-e", str(bench.folder / "nginx.log")]
    with running([*command, "-c", str(config)], bench.folder, bench.server_core):
        wait_for_port(port)
        version = version_of([nginx, "-v"]).partition(": ")[2]
        yield Target(f"http://127.0.0.1:{port}", f"{version} with one worker")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
