"""The demo target as it is started: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

QUICK = ("--speed", "50")
ADMIN = ("boss@la-factoria.example", "boss-password")
API_KEY = "key-of-the-test"
PASSWORD = "long-enough"
WAIT_S = 60.0


@contextmanager
def demo(*options: str, **settings: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A target on a port of the system's choice; the process and its URL."""
    environ = {**os.environ, "ADMIN_EMAIL": ADMIN[0], "ADMIN_PASSWORD": ADMIN[1]}
    command = [sys.executable, "-m", "lftui.demo", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        **settings,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"lftui demo target listening on (http://\S+:\d+)\n", line)
        assert match is not None, line
        yield process, match[1]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with demo(*QUICK, "--api-key", API_KEY) as (_, address):
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=WAIT_S, trust_env=False) as http:
        yield http


@pytest.fixture
def unique(request: pytest.FixtureRequest) -> str:
    name = re.sub(r"\W+", "-", request.node.name)
    return f"{name[:40]}-{os.urandom(4).hex()}@la-factoria.example"


@pytest.fixture
def bearer(client: httpx.Client, unique: str) -> Iterator[dict[str, str]]:
    register(client, unique)
    headers = {"Authorization": f"Bearer {log_in(client, unique).json()['access_token']}"}
    yield headers
    client.delete("/api/v1/users/me", headers=headers)


def register(client: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/v1/auth/register", json={"email": email, "password": password})


def log_in(
    client: httpx.Client, email: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    form = {"username": email, "password": password, **more}
    return client.post("/api/v1/auth/login", data=form)


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until it holds; the limit only ends a test that is broken."""
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "the condition never came to hold"
        time.sleep(0.02)


def metric(client: httpx.Client, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def test_health(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/api/v1/health").status_code == 401
    assert client.get("/api/v1/health", headers={"X-API-Key": "no"}).status_code == 401
    answer = client.get("/api/v1/health", headers={"X-API-Key": API_KEY})
    assert answer.status_code == 200
    assert answer.json()["database"]["size"] == 4


def test_registration(client: httpx.Client, unique: str) -> None:
    made = register(client, unique)
    assert made.status_code == 201
    assert made.json()["email"] == unique
    again = register(client, unique)
    assert (again.status_code, again.json()["detail"]) == (400, "the email is already registered")
    assert register(client, "no address").status_code == 400
    assert register(client, f"x{unique}", "short").status_code == 400
    assert client.post("/api/v1/auth/register", content=b"{").status_code == 400
    token = log_in(client, unique).json()["access_token"]
    gone = client.delete("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert gone.status_code == 200


def test_login(client: httpx.Client, unique: str) -> None:
    register(client, unique)
    good = log_in(client, unique)
    assert good.status_code == 200
    assert good.json()["token_type"] == "bearer"
    assert good.json()["expires_in"] == 900
    assert log_in(client, unique, "wrong-password").status_code == 401
    assert log_in(client, f"x{unique}").status_code == 401
    assert log_in(client, unique, "").status_code == 400
    assert log_in(client, unique, expires_in="soon").status_code == 400
    headers = {"Authorization": f"Bearer {good.json()['access_token']}"}
    for _ in range(4):
        assert log_in(client, unique, "wrong-password").status_code == 401
    limited = log_in(client, unique)
    assert limited.status_code == 429
    assert 1 <= int(limited.headers["Retry-After"]) <= 60
    assert client.delete("/api/v1/users/me", headers=headers).status_code == 200


def test_token_expires(client: httpx.Client, unique: str, bearer: dict[str, str]) -> None:
    answer = log_in(client, unique, expires_in="0.5")
    assert answer.json()["expires_in"] == 0.5
    short = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    wait_for(lambda: client.get("/api/v1/jobs", headers=short).status_code == 401)
    assert client.get("/api/v1/jobs", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}]
)
def test_no_good_token(client: httpx.Client, header: dict[str, str]) -> None:
    for method, path in (
        ("GET", "/api/v1/jobs"),
        ("POST", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs/1"),
        ("DELETE", "/api/v1/jobs/1"),
        ("POST", "/api/v1/content/generate"),
        ("GET", "/api/v1/monitoring/usage/user/1"),
        ("GET", "/api/v1/monitoring/usage/summary"),
        ("DELETE", "/api/v1/users/me"),
    ):
        answer = client.request(method, path, headers=header)
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_jobs(client: httpx.Client, bearer: dict[str, str]) -> None:
    wanted = {"topic": "prime numbers", "content_type": "quiz", "size": "small"}
    ids = []
    for _ in range(5):
        made = client.post("/api/v1/jobs", json=wanted, headers=bearer)
        assert made.status_code == 201
        assert made.json()["status"] == "pending"
        ids.append(made.json()["id"])
    page = client.get("/api/v1/jobs?page=2&page_size=2", headers=bearer).json()
    assert [job["id"] for job in page["items"]] == ids[2:0:-1]
    assert (page["total"], page["pages"], page["page"]) == (5, 3, 2)
    seen = []

    def completed() -> bool:
        job = client.get(f"/api/v1/jobs/{ids[0]}", headers=bearer).json()
        seen.append((job["status"], job["progress"]))
        return bool(job["status"] == "completed")

    wait_for(completed)
    assert seen[-1] == ("completed", 1)
    found = client.get("/api/v1/jobs?status=completed", headers=bearer).json()["items"]
    assert ids[0] in [job["id"] for job in found]
    assert client.delete(f"/api/v1/jobs/{ids[0]}", headers=bearer).status_code == 200
    assert client.get(f"/api/v1/jobs/{ids[0]}", headers=bearer).status_code == 404


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page_size=501", "page_size=-1", "page=%C2%B2", "status=done"]
)
def test_bad_page(client: httpx.Client, bearer: dict[str, str], query: str) -> None:
    assert client.get(f"/api/v1/jobs?{query}", headers=bearer).status_code == 400


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"topic": ""},
        {"topic": 3},
        {"topic": "x" * 501},
        {"topic": "t", "content_type": "film"},
        {"topic": "t", "size": ["small"]},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/v1/content/generate"])
def test_bad_order(
    client: httpx.Client, bearer: dict[str, str], path: str, wanted: dict[str, object]
) -> None:
    assert client.post(path, json=wanted, headers=bearer).status_code == 400


def test_generation_and_its_cache(
    client: httpx.Client, bearer: dict[str, str], unique: str
) -> None:
    def cache(**wanted: object) -> str:
        order = {"topic": unique, "content_type": "podcast", "size": "small", **wanted}
        answer = client.post("/api/v1/content/generate", json=order, headers=bearer)
        assert answer.status_code == 200
        assert answer.headers["X-Cache"] == answer.json()["cache"]
        assert answer.json()["content"].startswith("Host:")
        return str(answer.json()["cache"])

    assert cache(use_cache=False) == "bypass"
    assert cache() == "miss"
    assert cache() == "hit"
    assert cache(topic=unique.upper()) == "hit"
    assert cache(size="medium") == "miss"
    assert cache(use_cache=False) == "bypass"


@pytest.mark.parametrize("size", [300_000, 2_000_000])
def test_large_bodies_are_refused(client: httpx.Client, bearer: dict[str, str], size: int) -> None:
    order = {"topic": "t", "source_text": "x" * size}
    answer = client.post("/api/v1/jobs", json=order, headers=bearer)
    assert (answer.status_code, answer.json()["detail"]) == (413, "the body is over 262144 bytes")
    # The connection is good for the next request.
    assert client.get("/api/v1/jobs", headers=bearer).json()["total"] == 0
    order["source_text"] = "x" * 250_000
    assert client.post("/api/v1/jobs", json=order, headers=bearer).status_code == 201


def test_usage(client: httpx.Client, unique: str, bearer: dict[str, str]) -> None:
    user_id = log_in(client, unique).json()["user_id"]
    client.post("/api/v1/jobs", json={"topic": "t"}, headers=bearer)
    path = f"/api/v1/monitoring/usage/user/{user_id}"
    mine = client.get(path, headers=bearer).json()
    assert (mine["user_id"], mine["jobs_created"], mine["requests"]) == (user_id, 1, 2)
    admin = log_in(client, *ADMIN).json()
    boss = {"Authorization": f"Bearer {admin['access_token']}"}
    assert admin["role"] == "admin"
    assert client.get(path, headers=boss).json()["jobs_created"] == 1
    other = f"/api/v1/monitoring/usage/user/{admin['user_id']}"
    assert client.get(other, headers=bearer).status_code == 403
    assert client.get("/api/v1/monitoring/usage/user/none", headers=boss).status_code == 404
    assert client.get("/api/v1/monitoring/usage/summary", headers=bearer).status_code == 403
    summary = client.get("/api/v1/monitoring/usage/summary", headers=boss).json()
    assert summary["users"] >= 2
    assert summary["jobs_created"] >= 1
    assert client.delete("/api/v1/users/me", headers=boss).status_code == 403


def test_one_request_cleans_up(client: httpx.Client, unique: str) -> None:
    before = metric(client, "la_factoria_accounts"), metric(client, "la_factoria_jobs")
    register(client, unique)
    headers = {"Authorization": f"Bearer {log_in(client, unique).json()['access_token']}"}
    for _ in range(3):
        client.post("/api/v1/jobs", json={"topic": "t"}, headers=headers)
    during = metric(client, "la_factoria_accounts"), metric(client, "la_factoria_jobs")
    assert during == (before[0] + 1, before[1] + 3)
    gone = client.delete("/api/v1/users/me", headers=headers)
    assert gone.json()["jobs_deleted"] == 3
    assert (metric(client, "la_factoria_accounts"), metric(client, "la_factoria_jobs")) == before
    assert client.get("/api/v1/jobs", headers=headers).status_code == 401
    assert log_in(client, unique).status_code == 401


def test_unknown_path_and_method(client: httpx.Client) -> None:
    assert client.get("/nowhere").status_code == 404
    assert client.put("/healthz").status_code == 405
    assert "detail" in client.get("/nowhere").json()


def test_metrics_do_not_count_themselves(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    assert 'endpoint="/metrics"' not in client.get("/metrics").text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_it_is_quiet(number: signal.Signals) -> None:
    with demo("--speed", "0.001") as (process, address):
        parts = httpx.URL(address)
        # A request under way (it would take seconds) must not hold it up.
        with socket.create_connection((parts.host, parts.port or 0)) as busy:
            busy.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            with httpx.Client(base_url=address, timeout=WAIT_S, trust_env=False) as http:
                wait_for(lambda: metric(http, "la_factoria_worker_pool_in_use") == 1)
            process.send_signal(number)
            out, err = process.communicate(timeout=WAIT_S)
    assert (process.returncode, out, err) == (0, "", "")


def test_ends_with_its_parents_pipe() -> None:
    with demo(*QUICK, "--until-stdin-closes", stdin=subprocess.PIPE) as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=WAIT_S) == 0


def test_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "lftui.demo", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr


def test_bind_opens_it_and_says_so() -> None:
    # What is not 127.0.0.1 stands for another machine's way in.
    with demo(*QUICK, "--bind", "0.0.0.0") as (process, address):
        assert address.startswith("http://0.0.0.0:")
        answer = httpx.get(address.replace("0.0.0.0", "127.0.0.2") + "/healthz", trust_env=False)
        assert answer.status_code == 200
        process.terminate()
        out, err = process.communicate(timeout=WAIT_S)
    assert (process.returncode, out, err.count("\n")) == (0, "", 1)
    assert "0.0.0.0 is open to other machines" in err


def test_loopback_is_what_it_serves_by_itself() -> None:
    with demo(*QUICK) as (_, address), pytest.raises(httpx.ConnectError):
        httpx.get(address.replace("127.0.0.1", "127.0.0.2") + "/healthz", trust_env=False)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lftui.demo", "--port", "0", "--bind", "192.0.2.7"],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "this machine has no such address" in done.stderr


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--bind", "192.0.2.7", "--headless"], "give --serve for the target alone, or --master"),
        (["--bind", "192.0.2.7"], "give --serve for the target alone, or --master"),
        (["--bind", "0.0.0.0", "--master"], "the one by which they reach this machine"),
        (["--bind=::", "--master", "--headless"], "the one by which they reach this machine"),
    ],
)
def test_the_target_of_a_run_is_opened_for_workers_only(more: list[str], why: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lftui", "demo", *more],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert why in done.stderr


def test_bad_option_ends_with_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lftui.demo", "--host", "0.0.0.0"],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_injected_errors_are_seen() -> None:
    with demo(*QUICK, "--errors", "1") as (_, address):
        answer = httpx.get(f"{address}/healthz", trust_env=False, timeout=WAIT_S)
        assert answer.status_code in (500, 502, 503)
        assert httpx.get(f"{address}/metrics", trust_env=False).status_code == 200
