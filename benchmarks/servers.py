"""The targets: a server with a fixed delay, and the fastest one at hand."""

from __future__ import annotations

import contextlib
import os
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
_NGINX_MANY = """\
{user}
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
  default_type text/plain;
  server {{
    listen 127.0.0.1:{port};
    listen 127.0.0.1:{secure} ssl;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    root {folder}/files;
    location /small {{ return 200 "Hello, world\\n"; }}
    location /echo {{ return 200 '{{"id": "01hzzzzzzzzzzzzzzzzzzzzzzz", "status": "queued"}}'; }}
    location /login {{ add_header Set-Cookie "session=0123456789abcdef; Path=/"; return 200 "in"; }}
    location /gzip {{ gzip on; gzip_types *; gzip_min_length 1; try_files /10kb =404; }}
  }}
}}
"""


@dataclass(frozen=True)
class Target:
    """A server that runs: its URL, what it is, for the page, and its process where it is needed."""

    url: str
    what: str
    pid: int = 0


@contextlib.contextmanager
def delay_server(bench: Bench, delay_us: int) -> Iterator[Target]:
    """A server that answers after a fixed time, pinned to the targets' core."""
    command, what = _delay_command(bench)
    with running([*command, str(delay_us)], bench.folder, bench.server_core) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise BenchError("the delay server does not start")
        yield Target(f"http://127.0.0.1:{int(line)}", what, process.pid)


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
    nginx = _nginx()
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


@contextlib.contextmanager
def many_server(bench: Bench) -> Iterator[tuple[Target, str]]:
    """nginx with answers of all kinds, and its URL with TLS; pinned to the targets' core.

    Raises:
        BenchError: there is no nginx, or no openssl to make a certificate with.
    """
    nginx, openssl = _nginx(), shutil.which("openssl")
    if nginx is None or openssl is None:
        raise BenchError("nginx and openssl are needed; on Debian: apt-get install nginx-light")
    folder = bench.folder / "many"
    files = folder / "files"
    files.mkdir(parents=True)
    text = b"".join(b"line %d of a text that can be compressed\n" % n for n in range(300))
    (files / "10kb").write_bytes(text[:10_000])
    (files / "1mb").write_bytes(os.urandom(1_000_000))
    _certificate(openssl, folder)
    port, secure = _free_port(), _free_port()
    # As nobody it could not read the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    config = _NGINX_MANY.format(folder=folder, port=port, secure=secure, user=user)
    (folder / "nginx.conf").write_text(config, encoding="utf-8")
    command = [nginx, "-p", str(folder), "-e", str(folder / "nginx.log")]
    with running([*command, "-c", str(folder / "nginx.conf")], folder, bench.server_core):
        wait_for_port(port)
        version = version_of([nginx, "-v"]).partition(": ")[2]
        target = Target(f"http://127.0.0.1:{port}", f"{version} with one worker")
        yield target, f"https://127.0.0.1:{secure}"


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _certificate(openssl: str, folder: Path) -> None:
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-keyout", str(folder / "key.pem"),
         "-out", str(folder / "cert.pem")],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
