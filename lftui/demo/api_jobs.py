"""Jobs: create, list, look at, delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from lftui.demo.errors import ApiError
from lftui.demo.jobs import SIZE_SECONDS, STATUSES, TYPE_FACTORS, Job
from lftui.demo.service import Answer, caller, choice_field, json_body, service, text_field

routes = Blueprint("jobs", __name__, url_prefix="/api/v1/jobs")
MAX_PAGE_SIZE = 500


@routes.post("")
def create() -> Answer:
    """201 with the job, or 400."""
    account = caller()
    body = json_body()
    topic = text_field(body, "topic", 500)
    content_type = choice_field(body, "content_type", TYPE_FACTORS, "summary")
    size = choice_field(body, "size", SIZE_SECONDS, "medium")
    state = service()
    state.machine.work("/api/v1/jobs [POST]")
    if state.accounts.get(account.id) is None:
        # Deleted meanwhile: a job of nobody would never be cleaned up.
        raise ApiError(401, "the account is gone")
    spread = state.machine.draw("job length")
    job = state.jobs.create(account.id, topic, content_type, size, spread)
    account.jobs_created += 1
    return _shown(job), 201


@routes.get("")
def listing() -> Answer:
    """The caller's jobs, newest first: `page` from 1, `page_size` 1 to 500, `status`."""
    account = caller()
    page = _number("page", 1, 1_000_000)
    page_size = _number("page_size", 20, MAX_PAGE_SIZE)
    status = request.args.get("status")
    if status is not None and status not in STATUSES:
        raise ApiError(400, f"'status' must be one of {', '.join(STATUSES)}")
    # A page up to the usual 20 takes the usual time; each further row adds to it.
    factor = 1.0 + max(0, page_size - 20) / 100
    service().machine.work("/api/v1/jobs [GET]", factor)
    found = service().jobs.newest_first(account.id, status)
    first = (page - 1) * page_size
    return {
        "items": [_shown(job) for job in found[first : first + page_size]],
        "page": page,
        "page_size": page_size,
        "total": len(found),
        "pages": -(-len(found) // page_size),
    }, 200


@routes.get("/<job_id>")
def status(job_id: str) -> Answer:
    """The job with its status and progress, or 404."""
    account = caller()
    service().machine.work("/api/v1/jobs/{id} [GET]")
    job = service().jobs.get(account.id, job_id)
    return _shown(job), 200


@routes.delete("/<job_id>")
def remove(job_id: str) -> Answer:
    """200, or 404."""
    account = caller()
    service().machine.work("/api/v1/jobs/{id} [DELETE]")
    service().jobs.remove(service().jobs.get(account.id, job_id))
    return {"deleted": job_id}, 200


def _shown(job: Job) -> dict[str, Any]:
    now = service().jobs.now()
    return {
        "id": job.id,
        "status": job.status(now),
        "progress": round(job.progress(now), 3),
        "topic": job.topic,
        "content_type": job.content_type,
        "size": job.size,
        "created_at": job.created_at,
    }


def _number(name: str, default: int, largest: int) -> int:
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= largest):
        raise ApiError(400, f"'{name}' must be a whole number from 1 to {largest}")
    return int(text)
