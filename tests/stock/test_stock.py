"""Every stock locustfile gives the same names, counts, failures, events and exit code in lftui.

What Locust makes of them is recorded (see recorded.py): it does not change with lftui.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import CASES, Case
from .comparing import as_lftui_writes, compared, far_off, missing
from .harness import run_lftui, run_locust
from .recorded import Recording, fingerprint, installed, read
from .server import Server

RECORD = "Locust or a case has changed; run: make record-stock"

# Locust itself once more, so that the recording stays what Locust does here: counts and texts of
# failures, what a locustfile hears of events, and an exit code of its own choice.
AGAIN = ("http-user", "all-events", "process-exit-code")


@pytest.fixture(scope="module")
def recording() -> Recording:
    """What Locust made of the cases."""
    return read()


def test_the_recording_is_of_these_cases_and_of_the_locust_that_is_installed(
    recording: Recording,
) -> None:
    assert recording.versions == installed(), RECORD
    assert recording.prints.keys() == {case.id for case in CASES}, RECORD
    stale = [case.id for case in CASES if recording.prints[case.id] != fingerprint(case)]
    assert stale == [], RECORD
    outcomes = recording.outcomes
    wrong = [case.id for case in CASES if outcomes[case.id].code != case.expect_code]
    assert wrong == [], RECORD
    assert [why for case in CASES if (why := missing(case, outcomes[case.id]))] == []


@pytest.mark.parametrize("name", AGAIN)
def test_locust_still_does_what_is_recorded(
    name: str, tmp_path: Path, server: Server, recording: Recording
) -> None:
    case = next(case for case in CASES if case.id == name)
    locust = run_locust(case, tmp_path, server)
    assert locust.code == case.expect_code, locust.output
    assert compared(case, locust) == compared(case, recording.outcomes[name]), locust.output


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_same_as_locust(case: Case, tmp_path: Path, server: Server, recording: Recording) -> None:
    locust = as_lftui_writes(recording.outcomes[case.id])
    lftui = run_lftui(case, tmp_path, server)
    expected = case.expect_code if case.lftui_code is None else case.lftui_code
    assert lftui.code == expected, lftui.output
    assert case.says.casefold() in lftui.output.casefold(), lftui.output
    assert compared(case, lftui) == compared(case, locust), lftui.output
    assert far_off(case, locust, lftui) == [], lftui.output
