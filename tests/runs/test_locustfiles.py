"""Each scenario under plain `locust -f`, against the demo target."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

LOCUSTFILES = Path(__file__).parents[2] / "locustfiles"
WAIT_S = 90.0
# The request names that a run of a few seconds is sure to show.
NAMES = {
    "main.py": {
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/login"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/health"),
        ("POST", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs/{id}"),
        ("POST", "/api/v1/content/generate"),
        ("GET", "/api/v1/monitoring/usage/user/{id}"),
        ("GET", "/api/v1/monitoring/usage/summary"),
        ("DELETE", "/api/v1/users/me"),
    },
    "authentication.py": {
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/register (400 expected)"),
        ("POST", "/api/v1/auth/login"),
        ("POST", "/api/v1/auth/login (401 expected)"),
        ("POST", "/api/v1/auth/login (429 expected)"),
        ("GET", "/api/v1/monitoring/usage/user/{id}"),
        ("GET", "/api/v1/monitoring/usage/user/{id} (401 expected)"),
        ("DELETE", "/api/v1/users/me"),
    },
    "content_generation.py": {
        ("POST", "/api/v1/content/generate"),
        ("POST", "/api/v1/content/generate (cached)"),
        ("POST", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs/{id}"),
        ("JOB", "completed"),
        ("DELETE", "/api/v1/users/me"),
    },
    "stress.py": {
        ("GET", "/healthz"),
        ("GET", "/api/v1/health"),
        ("POST", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs"),
        ("GET", "/api/v1/jobs (500 rows)"),
        ("POST", "/api/v1/jobs (413 expected)"),
        ("DELETE", "/api/v1/users/me"),
    },
}


# Runs that only have to be waited for go on at the same time, each with a target of its own; the
# file that keeps more than one of them is run by one process (tests/conftest.py).
# Name of the run: the options of its target (None: it is gone), its locustfile, its own options.
Plan = tuple[tuple[str, ...] | None, str, str]
SCENARIOS: dict[str, Plan] = {
    name: (("--speed", "20"), name, "-u 15 -r 15 -t 6s") for name in sorted(NAMES)
}
ABSENT: dict[str, Plan] = {"absent": (None, "main.py", "-u 5 -r 5 -t 2s")}
OTHERS: dict[str, Plan] = {
    "spike": (("--speed", "20"), "stress.py", "-u 10 -t 5s"),
    "failing": (("--speed", "20", "--errors", "0.3"), "main.py", "-u 15 -r 15 -t 5s"),
    # Shorter than the margin in which a token is renewed: each use logs in, none is refused.
    "forgetful": (
        ("--speed", "20", "--token-ttl", "4"),
        "main.py",
        "-u 3 -r 3 -t 3s LaFactoriaUser",
    ),
}


@dataclass(frozen=True)
class Target:
    """A running demo target."""

    url: str

    def metric(self, name: str) -> float:
        text = httpx.get(f"{self.url}/metrics", trust_env=False, timeout=WAIT_S).text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found is not None, name
        return float(found[1])

    def left_over(self) -> tuple[float, float]:
        """The accounts and the jobs that nobody deleted."""
        return self.metric("la_factoria_accounts"), self.metric("la_factoria_jobs")


@contextmanager
def demo(*options: str) -> Iterator[Target]:
    command = [sys.executable, "-m", "lftui.demo", "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Target(process.stdout.readline().split(" on ")[1].strip())
    finally:
        process.kill()
        process.communicate()


def locust(
    target: Target, name: str, folder: Path, *options: str, shape: str = "off"
) -> subprocess.Popen[str]:
    """Plain Locust, in a folder of its own, where no configuration file lies about."""
    base = [sys.executable, "-m", "locust", "--headless", "-f", str(LOCUSTFILES / name)]
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("LOCUST_", "ADMIN_"))}
    environ |= {"LA_FACTORIA_THINK": "0.1", "LA_FACTORIA_SHAPE": shape, "HOME": str(folder)}
    environ.pop("LA_FACTORIA_API_KEY", None)
    return subprocess.Popen(
        [*base, "-H", target.url, "--json-file", str(folder / "run"), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environ,
    )


@dataclass(frozen=True)
class Run:
    """A run of plain Locust that has been started.

    Attributes:
        target: its target.
        process: Locust.
        folder: the folder of its own.
    """

    target: Target
    process: subprocess.Popen[str]
    folder: Path

    def end(self) -> tuple[int, str]:
        """Wait for its end; the exit code, and what it said."""
        _, err = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, err


def rows(folder: Path) -> dict[tuple[str, str], int]:
    """Failures by type and name, the clean-up's included (Locust's CSV may end before it)."""
    entries = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {(entry["method"], entry["name"]): entry["num_failures"] for entry in entries}


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until it holds; the limit only ends a test that is broken."""
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "the condition never came to hold"
        time.sleep(0.05)


@contextmanager
def side_by_side(plans: dict[str, Plan], place: Path) -> Iterator[dict[str, Run]]:
    """All of these runs, started."""
    with ExitStack() as ends:
        runs = {}
        for name, (settings, file, options) in plans.items():
            with ExitStack() as gone:
                target = (gone if settings is None else ends).enter_context(demo(*settings or ()))
            folder = place / name
            folder.mkdir()
            shape = "on" if name == "spike" else "off"
            process = locust(target, file, folder, *options.split(), shape=shape)
            ends.callback(process.communicate)
            ends.callback(process.kill)
            runs[name] = Run(target, process, folder)
        yield runs


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    # The one without a target tries to clean up for long, so it begins with the first.
    with side_by_side(SCENARIOS | ABSENT, tmp_path_factory.mktemp("scenarios")) as runs:
        yield runs


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    with side_by_side(OTHERS, tmp_path_factory.mktemp("others")) as runs:
        yield runs


@pytest.mark.parametrize("name", sorted(NAMES))
def test_scenario_runs_and_cleans_up(scenarios: dict[str, Run], name: str) -> None:
    run = scenarios[name]
    code, err = run.end()
    assert code == 0, err
    found = rows(run.folder)
    assert set(found) >= NAMES[name]
    assert not any(found.values()), found
    assert "Traceback" not in err
    assert run.target.left_over() == (0, 0)


def test_spike_shape_runs_by_default(others: dict[str, Run]) -> None:
    run = others["spike"]
    code, err = run.end()
    assert code == 0, err
    assert "Shape test updating to 10 users" in err
    assert run.target.left_over() == (0, 0)


@pytest.mark.parametrize(
    ("name", "user"), [("main.py", "LaFactoriaUser"), ("authentication.py", "RegistrationUser")]
)
def test_stop_in_the_middle_of_a_ramp_cleans_up(name: str, user: str, tmp_path: Path) -> None:
    """Users are stopped wherever they are: in a registration, a login, a deletion."""
    # Slow enough that many of them are in the middle of a request.
    with demo("--speed", "2", "--capacity", "64") as slow:
        run = locust(slow, name, tmp_path, "-u", "500", "-r", "20", user)
        wait_for(lambda: slow.metric("la_factoria_accounts") >= 20)
        run.send_signal(signal.SIGTERM)
        _, err = run.communicate(timeout=WAIT_S)
        assert slow.left_over() == (0, 0)
    assert "Traceback" not in err
    assert not any(rows(tmp_path).values())


def test_users_outlive_a_failing_target(others: dict[str, Run]) -> None:
    """Failed registrations, logins and clean-ups are failed requests, never exceptions."""
    run = others["failing"]
    code, err = run.end()
    assert code == 1
    assert "Traceback" not in err
    found = rows(run.folder)
    # They came through registration and login to their work all the same.
    assert set(found) >= NAMES["main.py"]


def test_expired_tokens_are_renewed(others: dict[str, Run]) -> None:
    run = others["forgetful"]
    code, err = run.end()
    assert run.target.left_over() == (0, 0)
    assert code == 0, err


def test_without_a_target_nothing_raises(scenarios: dict[str, Run]) -> None:
    run = scenarios["absent"]
    code, err = run.end()
    assert code == 1
    assert "Traceback" not in err
    # It has really tried: what it could not reach is counted as failed.
    assert any(rows(run.folder).values())


def test_all_of_them_load_as_a_folder(tmp_path: Path) -> None:
    listing = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(LOCUSTFILES), "--list"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=WAIT_S,
        check=False,
    )
    assert listing.returncode == 0, listing.stderr
    for user in ("LaFactoriaUser", "AdminUser", "QuickCheckUser", "HeavyContentUser"):
        assert user in listing.stdout
    for user in ("RateLimitUser", "CacheUser", "ConcurrentJobsUser", "ShortTimeoutUser"):
        assert user in listing.stdout


# Locust patches its process when imported, so it is imported in one of its own.
SHAPE = """
import json, sys
from types import SimpleNamespace as N
sys.path.insert(0, sys.argv[1])
from stress import SpikeLoadShape
import stress
clock = N(now=0.0)
stress.time = N(perf_counter=lambda: clock.now)
shape = SpikeLoadShape()
shape.start_time = 0.0
if len(sys.argv) > 2:
    users, seconds = (int(a) or None for a in sys.argv[2:])
    shape.runner = N(environment=N(parsed_options=N(num_users=users, run_time=seconds)))
seen = []
for second in range(0, 400):
    clock.now = second / 2
    tick = shape.tick()
    if not seen or seen[-1][1] != (tick and tick[0]):
        seen.append([second / 2, tick and tick[0]])
print(json.dumps(seen))
"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [[0, 10], [30, 100], [60, 20], [90, 200], [135, 50], [165, 0], [170, None]]),
        # As Locust fills in where -u and -t are missing.
        (["1", "0"], [[0, 10], [30, 100], [60, 20], [90, 200], [135, 50], [165, 0], [170, None]]),
        (["20", "85"], [[0, 1], [15, 10], [30, 2], [45, 20], [67.5, 5], [82.5, 0], [85, None]]),
    ],
)
def test_spike_shape(options: list[str], expected: list[list[float | None]]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHAPE, str(LOCUSTFILES), *options],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected
