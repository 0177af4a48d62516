"""A run in GitHub Actions: workflow commands that annotate the job, and the page of its summary.

A command is a line of the job's output, `::error title=…::…`. Text that goes into one is on one
line and escaped as GitHub's own toolkit does, so that it can neither end its command nor begin
another one. Nothing here asks whether this is GitHub, and nothing is printed.
"""

# No `from __future__ import annotations` here: it would take the name of the function below.

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from lftui.judge.comparison.compared import users_said
from lftui.judge.consequence import breaks, broke_off, run_breaks
from lftui.judge.diagnosis import Explained
from lftui.judge.load import rate_said
from lftui.judge.outcome import Check
from lftui.judge.verdict import Verdict
from lftui.reports.markdown import fitted
from lftui.reports.markdown_errors import by_meaning
from lftui.run_state import RunState
from lftui.safe_text import safe_line

MOST = 10
"""GitHub shows so many errors, so many warnings and so many notices of a step."""
MOST_BYTES = 1_000_000
"""GitHub takes 1 MiB (1,048,576 bytes) of summary from a step, and nothing of a longer one."""
_MOST_ROWS = 480
_TITLE = 150
_MESSAGE = 600
_KINDS = 3

Level = Literal["error", "warning", "notice"]


def annotations(state: RunState, verdict: Verdict) -> list[str]:
    """The workflow commands, each a line: the verdict, the gravest checks, the errors explained.

    Errors are what fails the job by the rule of the exit code. At most `MOST` of each level; the
    verdict counts what is left out.
    """
    checks = _by_gravity(state, verdict)
    meanings = by_meaning([*verdict.errors, *verdict.exceptions])
    level = _verdict_level(state, verdict)
    room: Counter[Level] = Counter({"error": MOST, "warning": MOST, "notice": MOST})
    room[level] -= 1
    lines = []
    for one, check in checks:
        if room[one] > 0:
            room[one] -= 1
            lines.append(_command(one, _about(check), [check.reason or _about(check)]))
    more_checks = len(checks) - len(lines)
    more_meanings = len(meanings) - room["notice"]
    lines += [_explained(kinds) for kinds in meanings[: room["notice"]]]
    broken = broke_off(state)
    said = [broken, verdict.sentence]
    said += [f"{more_checks:,} checks more did not pass" if more_checks else ""]
    said += [f"{more_meanings:,} meanings of errors more" if more_meanings > 0 else ""]
    return [_command(level, "the run broke off" if broken else verdict.outcome, said), *lines]


def job_summary(state: RunState, verdict: Verdict) -> str:
    """The Markdown report in at most `MOST_BYTES` of UTF-8."""
    return fitted(state, verdict, _MOST_ROWS, lambda text: len(text.encode()) <= MOST_BYTES)


def _verdict_level(state: RunState, verdict: Verdict) -> Level:
    if run_breaks(state, verdict.outcome):
        return "error"
    return "notice" if verdict.outcome == "pass" else "warning"


def _by_gravity(state: RunState, verdict: Verdict) -> list[tuple[Level, Check]]:
    """The checks that failed, then those that warned; the whole before its parts."""
    found = [check for check in verdict.checks if check.outcome in ("fail", "warn")]
    found.sort(key=lambda check: (check.outcome != "fail", check.scope != "total"))
    return [("error" if breaks(state, check.outcome) else "warning", check) for check in found]


def _about(check: Check) -> str:
    at = "" if check.users is None else f" at {users_said(check.users)}"
    at = at if check.rate is None else f" at {rate_said(check.rate)}"
    return f"{check.outcome} {check.metric} of {check.scope}{at}"


def _explained(kinds: Sequence[Explained]) -> str:
    """Failures of one meaning: what to do, and the most frequent of them."""
    first = kinds[0]
    points = f"Points at the {first.points_at}. " if first.points_at else ""
    lines = [f"{points}{first.remedy}"]
    for kind in kinds[:_KINDS]:
        place = f"{kind.method} {kind.name}: " if kind.source == "request" and kind.name else ""
        lines.append(f"{kind.count:,} × {place}{kind.text}")
    rest = kinds[_KINDS:]
    lines += [f"{sum(kind.count for kind in rest):,} of {len(rest):,} more kinds" if rest else ""]
    return _command("notice", f"{sum(kind.count for kind in kinds):,} × {first.title}", lines)


def _command(level: Level, title: str, lines: Sequence[str]) -> str:
    message = "\n".join(safe_line(line, _MESSAGE) for line in lines if line)
    return f"::{level} title={_property(safe_line(f'lftui: {title}', _TITLE))}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
