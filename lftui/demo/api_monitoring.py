"""Health, usage and the target's own metrics."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, request

from lftui.demo.accounts import Account
from lftui.demo.errors import ApiError
from lftui.demo.exposition import CONTENT_TYPE, exposition
from lftui.demo.service import caller, service

routes = Blueprint("monitoring", __name__)


@routes.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive; asks for no credentials."""
    service().machine.work("/healthz")
    return {"status": "ok"}


@routes.get("/api/v1/health")
def health() -> dict[str, Any]:
    """Alive with its parts; needs the `X-API-Key`, else 401."""
    key = request.headers.get("X-API-Key", "")
    if not hmac.compare_digest(key.encode(), service().options.api_key.encode()):
        raise ApiError(401, "the X-API-Key is missing or wrong")
    machine = service().machine
    machine.work("/api/v1/health")
    return {
        "status": "ok",
        "uptime_s": round(service().clock() - service().started, 1),
        "workers": {"in_use": machine.workers.in_use, "size": machine.workers.size},
        "database": {"in_use": machine.database.in_use, "size": machine.database.size},
    }


@routes.get("/api/v1/monitoring/usage/user/<account_id>")
def usage_of_user(account_id: str) -> dict[str, Any]:
    """What an account used: one's own, or any for the administrator; else 403 or 404."""
    me = caller()
    if me.id != account_id and me.role != "admin":
        raise ApiError(403, "this is someone else's usage")
    service().machine.work("/api/v1/monitoring/usage/user/{id}")
    account = service().accounts.get(account_id)
    if account is None:
        raise ApiError(404, "there is no such user")
    return {"user_id": account.id, **_usage(account)}


@routes.get("/api/v1/monitoring/usage/summary")
def usage_summary() -> dict[str, Any]:
    """What all accounts used together; for the administrator, else 403."""
    if caller().role != "admin":
        raise ApiError(403, "this is for the administrator")
    state = service()
    state.machine.work("/api/v1/monitoring/usage/summary")
    total = dict.fromkeys(("requests", "jobs_created", "generations", "cache_hits"), 0)
    for account in state.accounts.all():
        for name, value in _usage(account).items():
            total[name] += value
    return {"users": len(state.accounts), "jobs": state.jobs.by_status(), **total}


@routes.get("/metrics")
def metrics() -> Response:
    """OpenMetrics text. Takes no worker: it must answer when the target is saturated."""
    return Response(exposition(service()), content_type=CONTENT_TYPE)


def _usage(account: Account) -> dict[str, int]:
    return {
        "requests": account.requests,
        "jobs_created": account.jobs_created,
        "generations": account.generations,
        "cache_hits": account.cache_hits,
    }
