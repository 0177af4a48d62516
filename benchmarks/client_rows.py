"""What the HTTP clients are measured with. No Locust here: it patches whoever imports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

USERS = 50
GROWTH_REQUESTS = 1_000_000
SMALL, TEN_KB, MEGABYTE = "/small", "/10kb", "/1mb"
_BODY = {"topic": "photosynthesis", "content_type": "summary", "size": "small"}


def small(client: Any) -> None:
    client.get(SMALL)
    client.get(SMALL)
    client.get(SMALL)


def post_json(client: Any) -> None:
    client.post("/echo", json=_BODY)


def ten_kb(client: Any) -> None:
    client.get(TEN_KB)


def megabyte(client: Any) -> None:
    client.get(MEGABYTE)


def compressed(client: Any) -> None:
    client.get("/gzip")


def caught(client: Any) -> None:
    with client.get(SMALL, catch_response=True) as response:
        if response.status_code != 200:
            response.failure("no")


def with_headers(client: Any) -> None:
    headers = {"X-API-Key": "key", "Authorization": "Bearer 0123456789"}
    client.get(SMALL, headers=headers, name="small")


ROWS: dict[str, Callable[[Any], None]] = {
    "small": small,
    "post": post_json,
    "10kb": ten_kb,
    "1mb": megabyte,
    "gzip": compressed,
    "tls": small,
    "cookies": small,
    "caught": caught,
    "headers": with_headers,
    "growth": small,
}
