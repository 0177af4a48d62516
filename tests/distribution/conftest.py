"""The master's account of its workers is tested in the test's own process, without sockets."""

from __future__ import annotations

from tests.unpatched import import_locust

import_locust()
