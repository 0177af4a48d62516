"""The target server that the stock locustfiles run against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .server import Server, serve


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One target per test process: /ok, /json, /fail, /missing, /slow?ms=, /echo, /locustfiles/."""
    with serve() as target:
        yield target
