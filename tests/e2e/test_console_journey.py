"""`lftui demo` from Setup to an exported report, with keys alone, in the smallest terminal."""

from __future__ import annotations

import csv
import json
import re
import urllib.request

from tests.e2e.console import console
from tests.runs.live import Finished, Lftui, exact, read_journal, wait_for

WORDS = ("demo", "--port", "0", "--speed", "20", "-u", "4", "-r", "20", "-t", "3s")
SERVED = re.compile(
    r'^la_factoria_requests_served_total\{method="\w+",endpoint="(.*)"\} (\d+)', re.M
)
PREFLIGHT = "/healthz"


def served(url: str) -> int:
    """The requests that the target itself has counted, but for those of Setup's own look at it."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        text = answer.read().decode()
    return sum(int(count) for path, count in SERVED.findall(text) if path != PREFLIGHT)


def test_from_setup_to_an_exported_report_with_keys_alone(lftui: Lftui) -> None:
    with console(lftui, *WORDS) as one:
        shown = one.wait_text("main → demo (embedded) http://127.0.0.1:", "constant: 4 users")
        found = re.search(r"http://127\.0\.0\.1:\d+", shown)
        assert found is not None
        url = found[0]
        one.press("3")
        one.wait_text("one level, as Locust does it", "users      4")
        one.press("tab")
        one.wait_text("users: the level")
        one.press("backspace")
        one.wait_line("users      1")  # what an empty field stands for
        one.press("6")
        one.wait_text("constant: 6 users")
        live = one.start("RUNNING", "/api/v1/")
        one.wait_tile("users", "6/6")
        one.press("m")
        one.wait_text("It is kept in the journal")
        one.press("all is quiet", "enter")
        one.wait_line("note: all is quiet (you)")
        assert live.wait_record(Finished).reason == "completed"
        one.wait_text("COMPLETED", "q opens the report")

        one.press("q")
        one.wait_text("Verdict", "Totals", f"run       {live.folder.name}")
        one.press("e")
        one.wait_text("Summary: every figure", "space chooses")
        one.press("f5")
        one.wait_text("wrote 8 files", "locust_stats.csv")
        exports = live.folder / "exports"
        summary = json.loads((exports / "summary.json").read_text(encoding="utf-8"))
        with (exports / "locust_stats.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        records = read_journal(live.folder)
        counted = summary["totals"]["requests"]
        assert counted == int(rows[-1]["Request Count"]) == live.read().total.count
        assert exact(records) >= counted
        health = sum(
            endpoint["requests"]
            for endpoint in summary["endpoints"]
            if endpoint["name"] == PREFLIGHT
        )
        wait_for(lambda: served(url) >= counted - health, "the target's own count")
        assert counted - health <= served(url) <= exact(records) - health
        one.leave("escape", "wrote 8 files")

        one.press("a")
        one.wait_text("main → demo (embedded)", "constant: 6 users", "[ Start  F5 ]")
        one.press("f7")
        one.wait_text("Runs (1)", "finished", "main")
        one.press("enter")
        one.wait_text("Verdict", live.folder.name)
        one.leave("q", "Verdict")
        one.wait_text("Runs (1)")
        one.leave("q", "Runs (1)")
        one.wait_text("[ Start  F5 ]")
        one.press("q")
        assert one.left() == 0
