"""The demo target when it is too much, and when it injects errors."""

from __future__ import annotations

from collections import Counter

import gevent
import pytest
from flask import Flask
from gevent.event import Event

from lftui.demo.app import create_app
from lftui.demo.options import Options
from lftui.demo.service import Service

CAPACITY = 2
QUEUE = 16 * CAPACITY


class HeldTime:
    """A sleep that lasts until it is released; counts who sleeps."""

    def __init__(self) -> None:
        self.released = Event()

    def __call__(self, _: float) -> None:
        self.released.wait()


@pytest.fixture
def held() -> HeldTime:
    return HeldTime()


@pytest.fixture
def app(held: HeldTime) -> Flask:
    # Slow on purpose: the patience of the queues is scaled up with it.
    return create_app(Service(Options(capacity=CAPACITY, speed=0.01), sleep=held))


def health(app: Flask) -> tuple[int, str | None, str]:
    answer = app.test_client().get("/healthz")
    return answer.status_code, answer.headers.get("Retry-After"), answer.text


def test_over_the_bound_is_a_quick_503(app: Flask, held: HeldTime) -> None:
    calls = [gevent.spawn(health, app) for _ in range(CAPACITY + QUEUE)]
    gevent.idle()
    state: Service = app.extensions["la_factoria"]
    assert (state.machine.workers.in_use, state.machine.queued) == (CAPACITY, QUEUE)
    status, retry_after, text = health(app)  # answers while all the others still wait
    assert (status, retry_after) == (503, "1")
    assert "the worker queue is full" in text
    assert not any(call.ready() for call in calls)
    held.released.set()
    gevent.joinall(calls)
    assert Counter(call.value[0] for call in calls) == Counter({200: CAPACITY + QUEUE})
    assert state.machine.workers.in_use == 0


def test_metrics_answer_while_all_workers_are_taken(app: Flask, held: HeldTime) -> None:
    calls = [gevent.spawn(health, app) for _ in range(CAPACITY + 3)]
    gevent.idle()
    text = app.test_client().get("/metrics").text
    assert f"la_factoria_worker_pool_in_use {CAPACITY}\n" in text
    assert "la_factoria_queue_depth 3\n" in text
    held.released.set()
    gevent.joinall(calls)


def test_a_full_database_holds_up_the_workers() -> None:
    state = Service(Options(capacity=4, speed=0.01), sleep=lambda _: None)
    assert state.machine.database.size == 1
    with state.machine.database.slot():
        calls = [gevent.spawn(state.machine.work, "/api/v1/jobs [GET]") for _ in range(4)]
        gevent.idle()
        assert state.machine.workers.in_use == 4
        assert state.machine.database.queued == 4
        # Even what needs no database now has to queue.
        quick = gevent.spawn(state.machine.work, "/healthz")
        gevent.idle()
        assert state.machine.workers.queued == 1
    gevent.joinall([*calls, quick])
    assert state.machine.workers.in_use == state.machine.database.in_use == 0


def test_generation_holds_no_worker_while_it_waits_for_the_external_api() -> None:
    state = Service(Options(capacity=2, speed=0.01), sleep=lambda _: None)
    with state.machine.external.slot(), state.machine.external.slot():
        waiting = gevent.spawn(state.machine.generate, "/api/v1/content/generate", 1.0)
        gevent.idle()
        assert state.machine.external.queued == 1
        assert state.machine.workers.in_use == 0
        state.machine.work("/healthz")
    waiting.join()
    assert waiting.successful()


@pytest.mark.parametrize(
    ("ratio", "low", "high"), [(0.0, 0, 0), (0.2, 140, 260), (1.0, 1000, 1000)]
)
def test_injected_errors(ratio: float, low: int, high: int) -> None:
    app = create_app(Service(Options(errors=ratio, seed=2), sleep=lambda _: None))
    statuses = Counter(health(app)[0] for _ in range(1000))
    assert low <= 1000 - statuses[200] <= high
    assert set(statuses) <= {200, 500, 502, 503}
    again = create_app(Service(Options(errors=ratio, seed=2), sleep=lambda _: None))
    assert Counter(health(again)[0] for _ in range(1000)) == statuses


def test_a_job_of_an_account_deleted_meanwhile_is_not_kept(held: HeldTime) -> None:
    held.released.set()
    app = create_app(Service(Options(), sleep=held))
    client = app.test_client()
    who = {"email": "a@b.example", "password": "12345678"}
    client.post("/api/v1/auth/register", json=who)
    form = {"username": who["email"], "password": who["password"]}
    token = client.post("/api/v1/auth/login", data=form).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    held.released.clear()
    call = gevent.spawn(
        lambda: app.test_client().post("/api/v1/jobs", json={"topic": "t"}, headers=headers)
    )
    gevent.idle()
    state: Service = app.extensions["la_factoria"]
    state.remove(state.accounts.all()[1])
    held.released.set()
    call.join()
    assert call.value.status_code == 401
    assert len(state.jobs) == 0
