"""In the Markdown report: arrivals of an open workload, users of a closed one that were stuck."""

from __future__ import annotations

from lftui.judge.load import rate_said
from lftui.judge.omission import stuck_said
from lftui.reports.arrival_figures import arrival_figures
from lftui.reports.markdown_words import table
from lftui.reports.markup import prose
from lftui.reports.said import percent
from lftui.run_state import RunState

_HEADS = ["wanted", "reached", "due", "began", "late", "given up", "users busy", "users"]


def arrival_lines(state: RunState) -> list[str]:
    """A row for an open workload; of a closed one the share of time in which users were stuck."""
    found = arrival_figures(state)
    if found is None:
        stuck = stuck_said(state)
        return [prose(f"{stuck[:1].upper()}{stuck[1:]}.")] if stuck else []
    row = [
        rate_said(found["target_rate"]),
        rate_said(found["rate"]),
        f"{found['due']:,}",
        f"{found['started']:,}",
        f"{found['late']:,} ({percent(found['late_ratio'])})",
        f"{found['dropped']:,} ({percent(found['dropped_ratio'])})",
        f"{found['busy_max']:,}",
        f"{found['users_max']:,} of {found['max_users']:,}",
    ]
    return [
        "### Arrivals",
        "",
        *table(_HEADS, [row]),
        "",
        "Iterations whose time came, whether or not a user was free; late is 50 ms or more after "
        "its time. Rates on average; users at most.",
    ]
