"""How the tests are shared out among the processes that run them.

pytest-xdist has groups for that (`xdist_group`), but 3.8 loses them with pytest 9.2, where the name
of a test cannot be changed any more: what a module makes once was made once in each process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

# How long an example takes says how busy the machine is.
settings.register_profile("lftui", deadline=None)
settings.load_profile("lftui")

# Each of these files is run by one process: what its tests share is made once. For unit tests,
# which are short and many, a file is also less to talk about than each of its tests.
TOGETHER = (
    "tests/browser/",
    "tests/http/",
    "tests/runs/test_compare.py",
    "tests/runs/test_demo_server.py",
    "tests/runs/test_locustfiles.py",
    "tests/runs/test_verdict.py",
    "tests/runs/test_wheel.py",
    "tests/unit/",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Shares out tests one by one, and files of TOGETHER as a whole."""
    # Here, since there may be no xdist.
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file.startswith(TOGETHER) else nodeid

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes run them, lets tests that compute run beside tests that wait.

    Stock runs wait and do not mind a busy machine; unit tests compute. Both come last, in turns, so
    that the others, some of which do mind, are left alone by the unit tests.
    """
    if not hasattr(config, "workerinput"):
        return
    stock = [item for item in items if item.nodeid.startswith("tests/stock/")]
    unit = [item for item in items if item.nodeid.startswith("tests/unit/")]
    others = [item for item in items if not item.nodeid.startswith(("tests/stock/", "tests/unit/"))]
    items[:] = [*others, *_in_turns(stock, unit)]


def _in_turns(some: list[pytest.Item], others: list[pytest.Item]) -> list[pytest.Item]:
    """All of both, each in its order and each spread evenly."""
    placed = [(n / len(each), item) for each in (some, others) for n, item in enumerate(each)]
    return [item for _, item in sorted(placed, key=lambda one: one[0])]
