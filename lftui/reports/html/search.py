"""The search for the capacity: what was found, and a table of its trials."""

from __future__ import annotations

from lftui.judge.steps.search import SAID
from lftui.reports.capacity_search import level_head, level_text, search_sentences
from lftui.reports.html.caps import Caps
from lftui.reports.html.table import Cell, Head, Row, Table, left_out, line, number, share
from lftui.reports.said import clock
from lftui.run_state import RunState, Trial

_TEXT = 600
_TONES = {"breaks": "fail", "invalid": "warn", "unclear": "warn"}


def found_sentences(state: RunState) -> list[str]:
    """What was found; empty of a run that did not search."""
    return [line(sentence, _TEXT) for sentence in search_sentences(state)]


def trials_table(state: RunState, caps: Caps) -> Table | None:
    """Each trial in the order in which it was made; None of a run without any."""
    trials = state.search.trials
    if not trials:
        return None
    shown = trials[-caps.steps :]
    return Table(
        name="trials",
        caption=(
            "Each level by its settled load. Times in ms, percentiles of successful responses; in "
            "an open workload from the intended start. What is settled, or run down, between two "
            "levels is in no trial."
        ),
        heads=[
            Head("trial"),
            Head(level_head(state)),
            Head("said", "text", "by the interval of the figure that decided"),
            Head("begins", about="time of the run"),
            Head("measured", about="seconds that it stands on"),
            Head("requests"),
            Head("rps", about="with its 95 % interval"),
            Head("error %"),
            Head("p50"),
            Head("p95"),
            Head("p99"),
            Head("why", "text"),
        ],
        rows=[_row(state, one) for one in shown],
        more=left_out(len(shown), len(trials), "earlier ones, in the summary"),
        sortable=len(trials) > 3,
    )


def _row(state: RunState, trial: Trial) -> Row:
    began_s = trial.began_s - (state.load_began_s or trial.began_s)
    known = trial.rps_low is not None and trial.rps_high is not None
    between = f"{trial.rps_low:.4g}–{trial.rps_high:.4g}" if known else ""
    steps = f"{trial.times} steps" if trial.times > 1 else ""
    return Row(
        [
            Cell(f"{trial.number:,}", trial.number),
            Cell(level_text(state, trial.level), trial.level, note=line(trial.aim)),
            Cell(SAID[trial.said], note=steps),
            Cell(clock(max(0.0, began_s)), began_s),
            Cell(f"{trial.measured_s:.0f} s", trial.measured_s),
            Cell(f"{trial.requests:,}", trial.requests),
            number(trial.rps, note=between),
            share(trial.error_ratio),
            number(trial.p50_ms),
            number(trial.p95_ms),
            number(trial.p99_ms),
            Cell(line(trial.why, _TEXT)),
        ],
        tone=_TONES.get(trial.said, ""),
    )
