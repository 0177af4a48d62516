"""The client is tested in the test's own process, beside a scripted server in the same hub.

Locust patches the standard library when it is imported. Other tests of this process must not be
patched, and the client does not depend on it.
"""

from __future__ import annotations

import gc
import os
import signal
import warnings
from collections.abc import Iterator

import gevent
import pytest

_PATCHES = ("LOCUST_SKIP_MONKEY_PATCH", "LOCUST_SKIP_URLLIB3_PATCH")


def _import_locust() -> None:
    kept = {name: os.environ.get(name) for name in _PATCHES}
    resized = signal.getsignal(signal.SIGWINCH)
    os.environ.update(dict.fromkeys(_PATCHES, "1"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import locust  # noqa: F401
    finally:
        signal.signal(signal.SIGWINCH, resized)
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_import_locust()

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
