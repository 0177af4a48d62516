"""Registration, login, and the deletion of one's own account."""

from __future__ import annotations

import math

from flask import Blueprint, request

from lftui.demo.errors import ApiError
from lftui.demo.service import Answer, caller, json_body, service, text_field

routes = Blueprint("accounts", __name__, url_prefix="/api/v1")


@routes.post("/auth/register")
def register() -> Answer:
    """201, or 400: no email address, a bad password, or registered already."""
    body = json_body()
    email, password = text_field(body, "email", 254), text_field(body, "password", 128)
    service().machine.work("/api/v1/auth/register")
    account = service().register(email, password)
    return {"id": account.id, "email": account.email, "role": account.role}, 201


@routes.post("/auth/login")
def log_in() -> Answer:
    """200 with a bearer token, 401, or 429.

    A form with `username`, `password` and, if a shorter life than the usual is wanted,
    `expires_in` in seconds.
    """
    email, password = request.form.get("username", ""), request.form.get("password", "")
    if not email or not password:
        raise ApiError(400, "the form needs username and password")
    wanted_s = _lifetime(request.form.get("expires_in"))
    accounts = service().accounts
    accounts.limit.check(email.strip().lower())
    service().machine.work("/api/v1/auth/login")
    token, life_s, account = accounts.log_in(email, password, wanted_s)
    return {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": life_s,
        "user_id": account.id,
        "role": account.role,
    }, 200


@routes.delete("/users/me")
def remove_me() -> Answer:
    """Deletes the caller's account with all its jobs: one request cleans up after a user."""
    account = caller()
    if account.role == "admin":
        raise ApiError(403, "the administrator's account stays")
    service().machine.work("/api/v1/users/me [DELETE]")
    return {"deleted": account.id, "jobs_deleted": service().remove(account)}, 200


def _lifetime(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ApiError(400, "'expires_in' must be seconds above 0")
    return seconds
