"""Separate hosts for a test; where they cannot be made it is skipped, in CI it fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.namespaces.hosts import Host, NoNamespaces, connected, remove_stale
from tests.namespaces.lan import Lan
from tests.runs.live import Lftui
from tests.runs.target import serve

if sys.platform != "linux":
    pytest.skip("network namespaces are Linux's", allow_module_level=True)


@pytest.fixture(scope="session")
def namespaces() -> None:
    """Whether hosts can be made here, and nothing is left of earlier ones."""
    try:
        remove_stale()
        with connected("probe"):
            pass
    except NoNamespaces as why:
        reason = f"no network namespaces: {why}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def hosts(namespaces: None) -> Iterator[dict[str, Host]]:
    """Five hosts on one network: master, target, w1, w2, w3."""
    with connected("master", "target", "w1", "w2", "w3") as made:
        yield made


@pytest.fixture
def lan(hosts: dict[str, Host], tmp_path: Path) -> Iterator[Lan]:
    """The hosts, a counting target on its own, and the command on the master's."""
    with serve(hosts["target"].listen()) as target:
        made = Lan(hosts, target, Lftui(tmp_path, target.url, hosts["master"].command()))
        yield made
        made.clean_up()
