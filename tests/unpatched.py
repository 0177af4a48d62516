"""Locust in the test's own process, which stays as it is.

Locust patches the standard library when it is imported, and takes over a signal. Other tests of this
process must not notice.
"""

from __future__ import annotations

import os
import signal
import warnings

_PATCHES = ("LOCUST_SKIP_MONKEY_PATCH", "LOCUST_SKIP_URLLIB3_PATCH")


def import_locust() -> None:
    """Import it, and nothing else happens."""
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
