"""What the demo target says of itself at `/metrics`."""

from __future__ import annotations

import time

import psutil

from lftui.demo.metrics_text import CONTENT_TYPE, Family, gauge, render
from lftui.demo.service import Service

__all__ = ["CONTENT_TYPE", "exposition"]

# The memory that the target pretends to have; its stores are bounded to fit in it.
MEMORY_BYTES = 512 * 1024 * 1024
_SAMPLE_S = 1.0


class ProcessMeter:
    """The process's CPU and memory.

    The CPU's share is taken over at least a second, whoever asks and however often.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._at = time.monotonic()
        self._cpu_s = time.process_time()
        self._ratio = 0.0

    def cpu_ratio(self) -> float:
        """The share of one core in use; may exceed 1 with native threads."""
        now, cpu_s = time.monotonic(), time.process_time()
        if now - self._at >= _SAMPLE_S:
            self._ratio = (cpu_s - self._cpu_s) / (now - self._at)
            self._at, self._cpu_s = now, cpu_s
        return self._ratio

    def resident_bytes(self) -> int:
        return int(self._process.memory_info().rss)


_PROCESS = ProcessMeter()


def exposition(state: Service) -> str:
    """The OpenMetrics text."""
    return render([*_process(), *_pools(state), *_stores(state), *_requests(state)])


def _process() -> list[Family]:
    resident = _PROCESS.resident_bytes()
    return [
        gauge("process_cpu_ratio", _PROCESS.cpu_ratio(), "Share of one core in use.", "ratio"),
        gauge("process_resident_memory_bytes", resident, "Resident memory.", "bytes"),
        gauge(
            "la_factoria_memory_ratio",
            resident / MEMORY_BYTES,
            "Share of the target's 512 MiB in use.",
            "ratio",
        ),
    ]


def _pools(state: Service) -> list[Family]:
    machine = state.machine
    named = (
        ("worker_pool", machine.workers, "Worker slots"),
        ("db_pool", machine.database, "Database connections"),
        ("external_api", machine.external, "Calls to the external API"),
    )
    families = []
    for name, pool, text in named:
        families += [
            gauge(f"la_factoria_{name}_in_use", pool.in_use, f"{text} in use."),
            gauge(f"la_factoria_{name}_size", pool.size, f"{text}, at most."),
            gauge(f"la_factoria_{name}_waiting", pool.queued, f"{text}: requests waiting."),
        ]
    return [
        *families,
        gauge("la_factoria_queue_depth", machine.queued, "Requests waiting in any pool."),
        gauge(
            "la_factoria_external_api_quota_remaining",
            machine.quota.remaining,
            "Calls to the external API left in this minute.",
        ),
    ]


def _stores(state: Service) -> list[Family]:
    jobs = tuple(({"status": name}, float(n)) for name, n in state.jobs.by_status().items())
    cache = state.cache
    lookups = (("hit", cache.hits), ("miss", cache.misses), ("bypass", cache.bypassed))
    # The administrator is not counted: zero means that every user cleaned up.
    accounts = len(state.accounts) - 1
    return [
        gauge("la_factoria_accounts", accounts, "Registered accounts, without the administrator."),
        gauge("la_factoria_jobs", len(state.jobs), "Jobs held."),
        Family("la_factoria_jobs_by_status", "gauge", "Jobs held, by status.", jobs),
        gauge("la_factoria_tokens", state.accounts.tokens_held, "Bearer tokens held."),
        gauge("la_factoria_cache_entries", len(cache), "Contents in the cache."),
        Family(
            "la_factoria_cache_lookups",
            "counter",
            "Generations by what the cache did.",
            tuple(({"result": name}, float(n)) for name, n in lookups),
        ),
    ]


def _requests(state: Service) -> list[Family]:
    served = tuple(
        ({"method": method, "endpoint": name}, float(n))
        for (method, name), n in sorted(state.served.items())
    )
    statuses = tuple(({"code": str(c)}, float(n)) for c, n in sorted(state.statuses.items()))
    return [
        Family("la_factoria_requests_served", "counter", "Requests answered, by endpoint.", served),
        Family("la_factoria_responses", "counter", "Requests answered, by status.", statuses),
    ]
