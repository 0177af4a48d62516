"""The search for the capacity as plain lines for a terminal."""

from __future__ import annotations

from lftui.reports.capacity_search import HEADS, level_head, search_sentences, trial_texts
from lftui.reports.said import one_line
from lftui.reports.text_table import Column, table_lines
from lftui.run_state import RunState
from lftui.verdict_view import wrapped

_INDENT = 2
_MOST = 40
_RANKS = {"p50": 4, "p99": 3, "measured": 5, "errors": 2}


def search_lines(state: RunState, columns: int) -> list[str]:
    """What was found and a line for each trial; nothing of a run that did not search."""
    sentences = search_sentences(state)
    if not sentences:
        return []
    lines = ["", "capacity:"]
    trials = state.search.trials[-_MOST:]
    if trials:
        texts = [[one_line(text) for text in trial_texts(state, one)] for one in trials]
        heads = [level_head(state) if head == "level" else head for head in HEADS[:-1]]
        table = [
            Column(
                "" if head == "said" else head,
                [row[number] for row in texts],
                _RANKS.get(head, 0),
                right=head != "said",
            )
            for number, head in enumerate(heads)
        ]
        lines += [" " * _INDENT + line for line in table_lines(table, columns - _INDENT)]
    for sentence in sentences:
        lines += wrapped(f"  {sentence}", columns, 4)
    return lines
