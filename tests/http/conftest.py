"""The client is tested in the test's own process, beside a scripted server in the same hub."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import gevent
import pytest

from tests.unpatched import import_locust

import_locust()

from tests.http.raw import RawServer  # noqa: E402


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """TLS sockets, and FastHttpUser's, are left to the garbage collector, which warns: that is
    not to happen in another module's test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for _ in range(3):
            gevent.sleep(0.001)  # what was told to end has to have its turn first
            gc.collect()


@pytest.fixture
def server() -> Iterator[RawServer]:
    """A scripted server of this test's own."""
    with RawServer() as one:
        yield one
