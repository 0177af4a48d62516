"""The Flask application: errors as JSON, the body limit, and the count of what was served."""

from __future__ import annotations

import math
import re

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from lftui.demo import api_accounts, api_content, api_jobs, api_monitoring
from lftui.demo.errors import ApiError
from lftui.demo.pools import Overloaded
from lftui.demo.service import EXTENSION, Service, service

MAX_BODY = 256 * 1024
_VARIABLE = re.compile(r"<(?:\w+:)?\w+>")
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
_UNCOUNTED = {"/metrics"}


def create_app(state: Service) -> Flask:
    """The API over `state`, as a WSGI application."""
    app = Flask("lftui.demo", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = state
    for part in (api_accounts, api_jobs, api_content, api_monitoring):
        app.register_blueprint(part.routes)
    app.before_request(_refuse_large_body)
    app.after_request(_count)
    app.register_error_handler(ApiError, _refused)
    app.register_error_handler(Overloaded, _overloaded)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _refuse_large_body() -> None:
    # Said by its head alone. The server still reads the rest, so that the connection stays good.
    if (request.content_length or 0) > MAX_BODY:
        raise ApiError(413, f"the body is over {MAX_BODY} bytes")


def _refused(error: ApiError) -> Response:
    answer = jsonify(detail=error.detail)
    answer.status_code = error.status
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _overloaded(error: Overloaded) -> Response:
    return _refused(ApiError(503, f"overloaded: {error}", retry_after_s=1))


def _http_error(error: HTTPException) -> Response:
    return _refused(ApiError(error.code or 500, error.description or error.name))


def _count(answer: Response) -> Response:
    rule = request.url_rule
    name = _VARIABLE.sub("{id}", rule.rule) if rule is not None else "other"
    if name not in _UNCOUNTED:
        method = request.method if request.method in _METHODS else "other"
        state = service()
        state.served[method, name] += 1
        state.statuses[answer.status_code] += 1
    return answer
