"""`python -m tests.stock.record [CASE...]`: Locust on the cases that are new or have changed."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .cases import CASES, Case
from .comparing import compared, far_off, missing
from .harness import Outcome, run_locust
from .recorded import RECORDED, Recording, fingerprint, installed, read, write
from .server import Server, serve

SIDE_BY_SIDE = 2
MOST_RUNS = 8


def main(named: list[str]) -> None:
    """Record the named cases, and all whose recording does not hold any more."""
    known = {case.id: case for case in CASES}
    if unknown := set(named) - known.keys():
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    old = read()
    current = old if old.versions == installed() else Recording({}, {}, {})
    prints = {name: fingerprint(case) for name, case in known.items()}
    stale = [name for name in known if name in named or current.prints.get(name) != prints[name]]
    with serve() as server, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        found = dict(
            zip(stale, pool.map(lambda name: _record(known[name], server), stale), strict=True)
        )
    outcomes = {name: found.get(name) or current.outcomes[name] for name in known}
    write(Recording(installed(), prints, outcomes), CASES)
    print(f"{RECORDED.name}: {len(found)} of {len(known)} cases recorded")


def _record(case: Case, server: Server) -> Outcome:
    """The outcome of two runs in a row that agree and show what the case is there to show."""
    before: Outcome | None = None
    for _ in range(MOST_RUNS):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run_locust(case, Path(folder), server)
        why = _wrong(case, outcome)
        if why:
            print(f"{case.id}: {why}; once more", flush=True)
        elif before and _agree(case, before, outcome):
            return outcome
        before = None if why else outcome
    sys.exit(f"{case.id}: no two runs in a row agree\n{outcome.output}")


def _wrong(case: Case, outcome: Outcome) -> str:
    # What a case says about Locust itself is held against Locust here, and nowhere later.
    if outcome.code != case.expect_code:
        return f"exit code {outcome.code} instead of {case.expect_code}"
    if case.says.casefold() not in outcome.output.casefold():
        return f"it does not say {case.says}"
    return missing(case, outcome)


def _agree(case: Case, one: Outcome, other: Outcome) -> bool:
    return compared(case, one) == compared(case, other) and not far_off(case, one, other)


if __name__ == "__main__":
    main(sys.argv[1:])
