"""Against nginx: keep-alive to its limit, TLS, compression, and bodies of many sizes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent.pool import Group

from lftui.http import LeanPool
from tests.http.raw import lean

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
CONFIG = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log;
events {{ }}
http {{
  access_log off;
  keepalive_requests 7;
  client_max_body_size 1k;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  gzip on; gzip_types *; gzip_min_length 1;
  server {{
    listen unix:{folder}/socket;
    listen 127.0.0.1:{port};
    root {folder};
    location /hello {{ return 200 "hello"; }}
    location /moved {{ return 302 /hello; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What nginx serves, and where it keeps its own."""
    return tmp_path_factory.mktemp("n")


@pytest.fixture(scope="module")
def nginx(folder: Path) -> Iterator[str]:
    """An nginx of this module's own; its URL."""
    if NGINX is None:
        assert not os.environ.get("CI"), "nginx is not installed"
        pytest.skip("nginx is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""  # as nobody it could not read the folder
    config = CONFIG.format(folder=folder, port=port, user=user)
    (folder / "conf").write_text(config, encoding="ascii")
    for size in (0, 1, 65_536, 2_000_000):
        (folder / f"{size}.bin").write_bytes(os.urandom(size))
    command = [NGINX, "-p", str(folder), "-e", str(folder / "log"), "-c", str(folder / "conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for_port(port: int, folder: Path) -> None:
    """Until something listens there."""
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)


def test_a_connection_ends_when_the_server_says_so(nginx: str) -> None:
    client = lean(nginx)
    for _ in range(30):
        for method in ("GET", "HEAD"):
            assert client.session.request(method, "/hello").status_code == 200
    assert [event["exception"] for event in client.events] == [None] * 60


def test_users_together_get_each_what_they_asked_for(nginx: str) -> None:
    pool = LeanPool(concurrency=4)

    def use(size: int) -> None:
        client = lean(nginx, client_pool=pool)
        for _ in range(3):
            assert len(client.session.get(f"/{size}.bin").content) == size
            assert client.event["exception"] is None

    Group().map(use, [0, 1, 65_536, 2_000_000] * 3)


def test_redirects_refusals_and_large_requests(nginx: str) -> None:
    client = lean(nginx)
    assert client.session.get("/moved").text == "hello"
    assert client.session.get("/nothing").status_code == 404
    assert repr(client.event["exception"]) == "LocustBadStatusCode(code=404)"
    assert client.session.post("/hello", data=b"x" * 5_000).status_code in (405, 413)
    assert client.session.get("/hello").headers["Content-Encoding"] == "gzip"


def test_its_unix_socket(nginx: str, folder: Path) -> None:
    path = str(folder / "socket")
    assert lean("http://any.test", unix_socket=path).session.get("/hello").text == "hello"
