"""Locust's JSON (`--json-file`): the list that its `save_stats_json` writes, endpoint by endpoint.

The fields, their order and the layout are Locust's; like there, the total is not among them. One
thing is truer: the keys of `response_times` are ms to three significant digits (`1.53`, `147`),
where Locust rounds to whole ms below 100 ms and to two digits above.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from lftui.metrics import Figures, value_us
from lftui.reports.locust_figures import measured
from lftui.reports.seconds import EndpointSeconds, PerSecond, PerSecondFold
from lftui.run_state import Row, RunState

SUFFIX = ".json"
"""Locust puts it behind the name that it is given, whatever that ends in."""
_PIECE = 5_000


def locust_json(state: RunState, seconds: PerSecondFold) -> Iterator[str]:
    """The text in pieces: that of a day with its counts by second is too long for one."""
    before = "[\n"
    for row, figures in measured(state).rows:
        if not figures.count:
            continue
        counts = seconds.endpoints.get((row.method, row.name))
        yield before
        yield from _entry(row, figures, counts or EndpointSeconds(row.first_wall))
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def _entry(row: Row, figures: Figures, counts: EndpointSeconds) -> Iterator[str]:
    times = figures.all_times()
    head = {
        "name": row.name,
        "method": row.method,
        "last_request_timestamp": counts.last_wall or row.last_wall,
        "start_time": counts.start_wall,
        "num_requests": figures.count,
        "num_none_requests": figures.count - times.count,
        "num_failures": figures.failures,
        "total_response_time": _ms(figures.sum_us),
        "max_response_time": _ms(figures.max_us or 0),
        "min_response_time": None if figures.min_us is None else _ms(figures.min_us),
        "total_content_length": figures.bytes,
        "response_times": {
            _ms(value_us(bucket)): times.buckets[bucket] for bucket in sorted(times.buckets)
        },
    }
    lines = json.dumps(head, indent=4).splitlines()[:-1]
    yield "\n".join("    " + line for line in lines)
    yield from _by_second("num_reqs_per_sec", counts.requests)
    yield from _by_second("num_fail_per_sec", counts.failures)
    yield "\n    }"


def _ms(us: int) -> int | float:
    """Milliseconds, an int where they are whole."""
    return us / 1000 if us % 1000 else us // 1000


def _by_second(name: str, counts: PerSecond) -> Iterator[str]:
    yield f',\n        "{name}": {{'
    pairs = counts.pairs()
    before, after = "\n", "}"
    while piece := [f'            "{second}": {count}' for second, count in islice(pairs, _PIECE)]:
        yield before + ",\n".join(piece)
        before, after = ",\n", "\n        }"
    yield after
