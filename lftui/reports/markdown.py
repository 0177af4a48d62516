"""The report as Markdown, for a comment on a pull request or a page of a pipeline.

The verdict stands first, then what the run was, then the figures; long parts are folded. Rows are
capped and what is left out is counted, the gravest and the busiest stay. It reads well as plain
text, too.
"""

from __future__ import annotations

from collections.abc import Callable

from lftui.judge.verdict import Verdict
from lftui.reports.comparison import comparison_markdown
from lftui.reports.markdown_arrivals import arrival_lines
from lftui.reports.markdown_errors import error_lines
from lftui.reports.markdown_figures import check_lines, endpoint_lines, step_lines
from lftui.reports.markdown_search import search_lines
from lftui.reports.markdown_target import target_lines
from lftui.reports.markdown_words import fact_lines, note_lines, verdict_lines
from lftui.reports.markdown_workers import worker_lines
from lftui.run_state import RunState, endpoint_entries

MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment: whoever posts it may put something around it."""
_MOST_ROWS = 60


def markdown_report(state: RunState, verdict: Verdict) -> str:
    """The report in at most `MOST_CHARACTERS`, whatever the run."""
    return fitted(state, verdict, _MOST_ROWS, lambda text: len(text) <= MOST_CHARACTERS)


def fitted(state: RunState, verdict: Verdict, most: int, fits: Callable[[str], bool]) -> str:
    """The report with at most `most` rows in any of its parts, and fewer until it fits."""
    total, entries = endpoint_entries(state, state.reset)
    while True:
        parts = [
            verdict_lines(state, verdict),
            fact_lines(state),
            endpoint_lines(state, verdict, total, entries, most),
            arrival_lines(state),
            check_lines(verdict, most),
            _comparison_lines(verdict, most),
            search_lines(state, most),
            step_lines(state, verdict, most),
            worker_lines(state, most),
            target_lines(state, most),
            error_lines(state, verdict, most),
            note_lines(state, most),
        ]
        text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
        if most <= 1 or fits(text):
            return text
        most //= 2


def _comparison_lines(verdict: Verdict, most: int) -> list[str]:
    if verdict.comparison is None:
        return []
    return ["### Baseline", "", *comparison_markdown(verdict.comparison, most).splitlines()]
