"""The search for the capacity in the Markdown report."""

from __future__ import annotations

from lftui.reports.capacity_search import HEADS, level_head, search_sentences, trial_texts
from lftui.reports.markdown_words import left_out, table
from lftui.reports.markup import prose
from lftui.run_state import RunState

_WHY = 200


def search_lines(state: RunState, most: int) -> list[str]:
    """What was found, and a row for each trial, the last ones of many; nothing of another run."""
    sentences = search_sentences(state)
    if not sentences:
        return []
    lines = ["### Capacity", "", *(prose(sentence) + "  " for sentence in sentences)]
    lines[-1] = lines[-1].rstrip()
    trials = state.search.trials
    if not trials:
        return lines
    heads = ["trial", level_head(state), "", *HEADS[3:-1], "why"]
    rows = [[prose(text, _WHY) for text in trial_texts(state, one)] for one in trials[-most:]]
    return [*lines, "", *table(heads, rows), *left_out(len(trials) - most, "earlier trials")]
