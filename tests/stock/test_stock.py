"""Every stock locustfile gives the same names, counts, failures, events and exit code in lftui."""

from __future__ import annotations

from pathlib import Path

import pytest

from lftui.safe_text import safe_line

from .cases import CASES, Case
from .harness import Outcome, run_lftui, run_locust
from .server import Server

CLOSE_RATIO = 0.5
CLOSE_REQUESTS = 3


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_same_as_locust(case: Case, tmp_path: Path, server: Server) -> None:
    locust = run_locust(case, tmp_path, server)
    assert locust.code == case.expect_code, f"Locust itself:\n{locust.output}"
    assert case.says.casefold() in locust.output.casefold(), f"Locust itself:\n{locust.output}"
    lftui = run_lftui(case, tmp_path, server)
    expected = case.expect_code if case.lftui_code is None else case.lftui_code
    assert lftui.code == expected, lftui.output
    assert case.says.casefold() in lftui.output.casefold(), lftui.output
    _compare_numbers(case, locust, lftui)
    if case.compare_failures:
        assert locust.failures, f"the case shows no failure:\n{locust.output}"
        assert lftui.failures == locust.failures, lftui.output
    if case.compare_events:
        assert locust.events, f"the case notes no event:\n{locust.output}"
        assert lftui.events == locust.events, lftui.output


def _compare_numbers(case: Case, locust: Outcome, lftui: Outcome) -> None:
    # A newline in a name is written out by lftui: it would break the rows of a screen.
    counts = {
        (safe_line(method), safe_line(name)): figures
        for (method, name), figures in locust.counts.items()
    }
    if case.compare_names:
        assert counts or case.silent, f"the case sends no request:\n{locust.output}"
        assert lftui.counts.keys() == counts.keys(), lftui.output
    if case.compare_counts == "equal":
        assert lftui.counts == counts, lftui.output
    elif case.compare_counts == "close":
        for entry, (requests, _failures) in counts.items():
            allowed = max(CLOSE_REQUESTS, CLOSE_RATIO * requests)
            assert abs(lftui.counts[entry][0] - requests) <= allowed, (entry, lftui.output)
