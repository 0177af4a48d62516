"""One run, every form: the same numbers in all of them.

The summary is what the others are held against: its own figures are tested against what was sent.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from lftui.closing_view import closing_lines
from lftui.export_formats import FORMATS
from lftui.metrics import Histogram, bucket_of
from lftui.reports.openmetrics import exposition
from lftui.reports.told import Told
from lftui.reports.write import Exports, export
from tests.unit.distributed_runs import told_by_workers
from tests.unit.exported import recorded, told_of
from tests.unit.html_page import Page
from tests.unit.open_runs import kept, with_an_outage
from tests.unit.paced_runs import stalled
from tests.unit.strategies import Play

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "summary.schema.json").read_text("utf-8"))
HEADS = {
    "requests": "requests", "failed": "failures", "error %": "error_ratio", "rps": "rps",
    "goodput": "goodput_rps", "min": "min_ms", "mean": "mean_ms", "p50": "p50_ms",
    "p90": "p90_ms", "p95": "p95_ms", "p99": "p99_ms", "p99.9": "p999_ms", "max": "max_ms",
}  # fmt: skip
"""What stands above a column of the page's endpoints, and the summary's name for it."""
ADJUSTED = {
    "adjusted p50": "p50_adjusted_ms",
    "adjusted p95": "p95_adjusted_ms",
    "adjusted p99": "p99_adjusted_ms",
}
PLAYED: dict[str, Callable[[], Play]] = {
    "workers": told_by_workers,
    "open": lambda: kept("p95_ms<500", "p95_adjusted_ms<500"),
    "outage": lambda: with_an_outage("p95_ms<500", "p95_adjusted_ms<500"),
    "paced": lambda: stalled("p95_adjusted_ms<500"),
    "stuck": lambda: stalled(pacing_s=None),
}
TIMES = ("p50_ms", "p95_ms", "p99_ms")


class All:
    """A run in every form, read back."""

    def __init__(self, name: str, folder: Path) -> None:
        records = PLAYED[name]().records if name in PLAYED else recorded(name)
        self.told: Told = told_of(records)
        self.folder = folder
        files = {form.name: str(folder / form.file) for form in FORMATS}
        export(records, Exports(files, texts={"text": "run x\n"}), self.told)
        self.summary: dict[str, Any] = self.json("summary.json")
        self.totals = self.summary["totals"]
        self.endpoints = {(one["method"], one["name"]): one for one in self.summary["endpoints"]}
        self.page = Page((folder / "report.html").read_text("utf-8"))
        self.markdown = (folder / "report.md").read_text("utf-8")

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))

    def table(self, suffix: str) -> list[dict[str, str]]:
        with (self.folder / f"locust{suffix}").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture(
    scope="module",
    params=["report", "manual", "steps", "errors", "interrupted", "crew", "arrivals", *PLAYED],
    ids=str,
)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> All:
    return All(request.param, tmp_path_factory.mktemp(request.param))


def test_the_summary_is_valid(run: All) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(run.summary)


def test_locusts_csv(run: All) -> None:
    rows = {(row["Type"], row["Name"]): row for row in run.table("_stats.csv")}
    total = rows.pop(("", "Aggregated"))
    assert rows.keys() == run.endpoints.keys()
    for key, row in [*rows.items(), (("", ""), total)]:
        entry = run.endpoints.get(key, run.totals)
        assert int(row["Request Count"]) == entry["requests"]
        assert int(row["Failure Count"]) == entry["failures"]
        assert float(row["Min Response Time"]) == (entry["min_ms"] or 0)
        assert float(row["Max Response Time"]) == (entry["max_ms"] or 0)
        assert round(float(row["Average Response Time"]), 3) == (entry["mean_ms"] or 0)
        assert round(float(row["Requests/s"]), 3) == entry["rps"]
        if not entry["failures"]:  # Locust's percentiles are of all responses, ours of successes
            for column, name in (("50%", "p50_ms"), ("95%", "p95_ms"), ("99%", "p99_ms")):
                assert int(row[column]) == round(entry[name])
    last = run.table("_stats_history.csv")[-1]
    assert int(last["Total Request Count"]) == run.totals["requests"]
    assert int(last["Total Failure Count"]) == run.totals["failures"]


def test_failures_and_errors(run: All) -> None:
    rows = run.table("_failures.csv")
    assert sum(int(row["Occurrences"]) for row in rows) == run.totals["failures"]
    ours: Counter[tuple[str, str]] = Counter()
    for one in run.summary["errors"]:
        ours[one["method"], one["name"]] += one["count"]
    theirs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        theirs[row["Method"], row["Name"]] += int(row["Occurrences"])
    assert ours == theirs


def test_locusts_json(run: All) -> None:
    entries = run.json("locust.json")
    assert {(one["method"], one["name"]) for one in entries} == run.endpoints.keys()
    for one in entries:
        entry = run.endpoints[one["method"], one["name"]]
        assert one["num_requests"] == entry["requests"]
        assert one["num_failures"] == entry["failures"]
        assert one["max_response_time"] == (entry["max_ms"] or 0)
        assert one["total_content_length"] == entry["bytes"]


def test_the_series(run: All) -> None:
    rows = run.table("_series.csv")
    assert sum(int(row["requests"]) for row in rows) == run.totals["requests"]
    assert sum(int(row["failures"]) for row in rows) == run.totals["failures"]
    document = run.json("series.json")
    assert [
        [str(cell) if cell is not None else "" for cell in row] for row in document["rows"]
    ] == ([list(row.values()) for row in rows])
    assert document["run"]["id"] == run.summary["run"]["id"]


def test_the_arrivals(run: All) -> None:
    """Every form has the same; those of a closed workload have none."""
    found = run.summary["arrivals"]
    rows = run.table("_series.csv")
    assert ("arrivals" in run.page.tables) == bool(found) == ("### Arrivals" in run.markdown)
    closing = "\n".join(closing_lines(run.told.state, run.told.verdict, 400))
    assert ("arrivals: " in closing) == bool(found)
    assert ("chart-arrivals" in run.page.ids) == bool(found)
    assert ("lftui_arrivals" in exposition(run.told.state)) == bool(found)
    checks = [one for one in run.summary["verdict"]["checks"] if one["metric"] == "arrivals"]
    assert len(checks) == bool(found)
    if not found:
        assert "due" not in rows[0]
        assert all(step["rate"] is None for step in run.summary["steps"])
        return
    for name in ("due", "started", "late", "dropped"):
        assert sum(int(row[name]) for row in rows) == found[name], name
        assert f"lftui_arrivals_{name}_total {found[name]}\n" in exposition(run.told.state)
    heads = {
        "reached": "rate", "due": "due", "began": "started", "late": "late", "given up": "dropped",
        "late %": "late_ratio", "given up %": "dropped_ratio", "users busy": "busy_max",
    }  # fmt: skip
    for head, name in heads.items():
        *steps, total = [cell.value for cell in run.page.column("arrivals", head)]
        assert total == found[name], name
        assert steps == [step["arrivals"][name] for step in run.summary["steps"]], name
    assert f"| {found['due']:,} | {found['started']:,} | {found['late']:,} (" in run.markdown
    assert f"{found['started']:,} of {found['due']:,} iterations began" in closing
    wanted = [cell.value for cell in run.page.column("steps", "rate")]
    assert wanted == [step["rate"] for step in run.summary["steps"]]
    table = run.table("_steps.csv")
    for row, step in zip(table, run.summary["steps"], strict=True):
        assert float(row["rate"]) == step["rate"]
        assert int(row["late"]) == step["arrivals"]["late"]


def test_the_adjusted_response_times(run: All) -> None:
    """Beside the measured ones in every form; where there are none nothing is said of them."""
    said = run.summary["adjusted_by"]
    closing = " ".join(closing_lines(run.told.state, run.told.verdict, 400))
    assert ("adjusted p95" in run.page.heads["endpoints"]) == bool(said)
    assert ("adj. p95" in run.markdown) == ("adjusted (adj.): " in closing) == bool(said)
    assert ("p95_adjusted_ms" in run.table("_series.csv")[0]) == bool(said)
    assert ("Tag=adjusted," in (run.folder / "latency.hlog").read_text("utf-8")) == bool(said)
    page = exposition(run.told.state)
    assert ("lftui_adjusted_response_time_seconds" in page) == bool(said)
    if not said:
        every = [run.totals, *run.endpoints.values(), *run.summary["steps"]]
        assert {one[name] for one in every for name in ADJUSTED.values()} <= {None}
        return
    assert said in run.page.text
    assert said.split(" (")[0] in run.markdown
    assert said in closing
    names = [cell.text for cell in run.page.column("endpoints", "endpoint")][:-1]
    entries = {f"{method} {name}".strip(): one for (method, name), one in run.endpoints.items()}
    for head, name in ADJUSTED.items():
        *cells, total = run.page.column("endpoints", head)
        assert total.value == run.totals[name]
        assert [cell.value for cell in cells] == [entries[one][name] for one in names]
    for row, step in zip(run.table("_steps.csv"), run.summary["steps"], strict=True):
        assert float(row["p95_adjusted_ms"]) == step["p95_adjusted_ms"]
    adjusted = run.told.state.total.adjusted
    assert adjusted is not None
    theirs = logged(run.folder / "latency.hlog", "Tag=adjusted,")
    assert theirs.count == adjusted.count
    assert "lftui_adjusted_response_time_seconds_count" in page


def test_users_that_were_stuck(run: All) -> None:
    """Told where it is worth it."""
    share = run.summary["stuck_ratio"]
    assert (share is None) == bool(run.summary["arrivals"])
    closing = " ".join(closing_lines(run.told.state, run.told.verdict, 400))
    shown = share is not None and share > 0.001
    texts = (run.page.text, run.markdown, closing)
    assert ["sers were stuck for" in text for text in texts] == [shown] * 3
    if shown:
        assert all(f"stuck for {100 * share:.2g} % of their time" in text for text in texts)


def test_the_workers(run: All) -> None:
    workers = run.summary["workers"]
    assert ("workers" in run.page.tables) == bool(workers) == ("### Workers" in run.markdown)
    counted = [int(row["workers"]) for row in run.table("_series.csv")]
    if not workers:
        assert set(counted) == {0}
        return
    assert sum(one["requests"] for one in workers) == run.totals["requests"]
    assert sum(one["failures"] for one in workers) == run.totals["failures"]
    assert max(counted) == 3
    assert 2 in counted, "one was lost"
    heads = {
        "users": "users_max", "requests": "requests", "failed": "failures", "rps": "rps",
        "p50": "p50_ms", "p95": "p95_ms", "p99": "p99_ms", "CPU %": "cpu_percent_max",
        "memory": "rss_bytes_max", "lag p99": "loop_lag_p99_ms", "lag max": "loop_lag_max_ms",
        "losses": "lost",
    }  # fmt: skip
    for head, name in heads.items():
        shown = [cell.value for cell in run.page.column("workers", head)]
        assert shown == [one[name] for one in workers], name
    closing = closing_lines(run.told.state, run.told.verdict, 120)
    table = [line for line in run.markdown.splitlines() if line.startswith("| `")]
    for one in workers:
        (row,) = (line for line in table if line.startswith(f"| `{one['id']}` "))
        cells = [cell.strip() for cell in row.split("|")]
        assert cells[2:5] == [str(one[name]) for name in ("users_max", "requests", "failures")]
        (told,) = (line.split() for line in closing if line.startswith(f"  {one['id']} "))
        assert told[1:4] == cells[2:5]


def test_the_exceptions_and_where_they_were_raised(run: All) -> None:
    rows = run.table("_exceptions.csv")
    ours = [(one["message"], one["count"], one["nodes"]) for one in run.summary["exceptions"]]
    assert [(row["Message"], int(row["Count"]), row["Nodes"].split(", ")) for row in rows] == ours


def test_the_steps(run: All) -> None:
    rows = run.table("_steps.csv")
    assert len(rows) == len(run.summary["steps"])
    for row, step in zip(rows, run.summary["steps"], strict=True):
        for name in ("users", "requests", "failures", "rps", "error_ratio", *TIMES):
            expected = step[name]
            assert row[name] == ("" if expected is None else str(expected)), name
        assert row["verdict"] == (step["verdict"] or "")


def test_the_hdr_log(run: All) -> None:
    """Every response that was timed is in it, and its percentiles are those of the summary."""
    figures = run.told.state.total
    for tag, ours in (("", figures.ok), ("Tag=failed,", figures.failed)):
        theirs = logged(run.folder / "latency.hlog", tag)
        assert theirs.count == ours.count
        for quantile in (0.5, 0.9, 0.95, 0.99, 0.999) if ours.count else ():
            expected, found = ours.percentile_us(quantile), theirs.percentile_us(quantile)
            assert expected is not None
            assert found is not None
            assert abs(bucket_of(expected) - bucket_of(found)) <= 1


def logged(path: Path, tag: str) -> Histogram:
    """All intervals of one series of the log, added up by the reader of HdrHistogram."""
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("Tag=") or line.startswith(tag or "#")]
    series = path.with_name("one.hlog")
    series.write_text("\n".join(kept) + "\n", "utf-8")
    together = HdrHistogram(1, 3_600_000_000, 3)
    reader = HistogramLogReader(str(series), HdrHistogram(1, 3_600_000_000, 3))
    with reader.input_file:
        while (interval := reader.get_next_interval_histogram()) is not None:
            if (interval.get_tag() or "") == tag[4:-1]:
                together.add(interval)
    found = Histogram()
    for item in together.get_recorded_iterator():
        found.record(item.value_iterated_to, item.count_added_in_this_iter_step)
    return found


def test_junit(run: All) -> None:
    root = ElementTree.parse(run.folder / "junit.xml").getroot()
    cases = list(root.iter("testcase"))
    checks = run.summary["verdict"]["checks"]
    assert len(cases) == len(checks) + 1 == int(root.attrib["tests"])
    failed = [case for case in cases if case.find("failure") is not None]
    skipped = [case for case in cases if case.find("skipped") is not None]
    about = [case for case in cases if case.attrib["name"] == "verdict"]
    expected = Counter(check["outcome"] for check in checks)
    outcome = run.summary["verdict"]["outcome"]
    in_order = run.summary["run"]["end_reason"] is not None
    assert len(failed) == expected["fail"] + (outcome == "fail" and in_order)
    assert len(skipped) == expected["inconclusive"] + (outcome == "inconclusive" and in_order)
    assert len(about) == 1


def test_markdown(run: All) -> None:
    assert run.summary["verdict"]["sentence"].partition(":")[0] in run.markdown
    cells = {cell.strip(" *`") for line in run.markdown.splitlines() for cell in line.split("|")}
    for entry in run.endpoints.values():
        assert f"{entry['requests']:,}" in cells
    numbers = set(re.findall(r"[\d,]+", run.markdown))
    assert f"{run.totals['requests']:,}" in numbers
    assert f"{run.totals['failures']:,}" in numbers


def test_html(run: All) -> None:
    names = [cell.text for cell in run.page.column("endpoints", "endpoint")]
    entries = {f"{method} {name}".strip(): one for (method, name), one in run.endpoints.items()}
    assert names.pop() == "Aggregated"
    assert sorted(names) == sorted(entries)
    for head, name in HEADS.items():
        *cells, total = run.page.column("endpoints", head)
        assert total.value == run.totals[name], name
        for endpoint, cell in zip(names, cells, strict=True):
            assert cell.value == entries[endpoint][name], (endpoint, name)
    outcome, _, reason = run.summary["verdict"]["sentence"].partition(": ")
    assert outcome.lower() in run.page.text.lower()
    assert reason in run.page.text
    if run.summary["steps"]:
        counts = [cell.value for cell in run.page.column("steps", "requests")]
        assert counts == [step["requests"] for step in run.summary["steps"]]
