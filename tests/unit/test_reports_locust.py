"""Our CSV and JSON, derived from a journal, beside those that Locust itself writes of the same run.

The run is played to Locust's own statistics and to our meter in one process (of its own, since
importing Locust patches it), on a clock that the run sets.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lftui.records import AnyRecord, read_lines
from lftui.records.codec import decode_record
from lftui.reports.write import Exports
from lftui.run_state import duration_s
from tests.unit.exported import exported, state_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30

PLAY = """
import sys
from types import SimpleNamespace

import gevent.monkey
gevent.monkey.patch_all()
from locust import stats
from locust.env import Environment
from locust.exception import CatchResponseError
from locust.runners import LocalRunner
import msgspec
from lftui.generator.meter import Meter
from lftui.records import *
from lftui.safe_text import Redactor

folder, seconds, reset_at = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
WALL, MONO = 1_700_000_000.25, 5000.25
now = WALL
stats.time = SimpleNamespace(time=lambda: now)
users = 0
LocalRunner.user_count = property(lambda self: users)

records = []
def say(record, wall=None):
    moment = {"wall": now, "mono": MONO + now - WALL}
    records.append(msgspec.structs.replace(record, seq=len(records) + 1, **moment))

meter = Meter(Redactor(), say, lambda: MONO + now - WALL)
environment = Environment()
runner = environment.create_local_runner()
environment.events.request.add_listener(meter.on_request)
environment.events.user_error.add_listener(meter.on_user_error)

def writer(name, full):
    made = stats.StatsCSVFileWriter(
        environment, stats.PERCENTILES_TO_REPORT, f"{folder}/{name}", full_history=full)
    made.requests_csv_writer.writerow(made.requests_csv_columns)
    made.stats_history_csv_writer.writerow(made.stats_history_csv_columns)
    made.failures_csv_writer.writerow(made.failures_columns)
    made.exceptions_csv_writer.writerow(made.exceptions_columns)
    return made

writers = [writer("locust", False), writer("locust_full", True)]

def cut(state="running"):
    interval = meter.cut()
    for (number, node), count in interval.exceptions.items():
        say(ExceptionSeen(id=number, count=count, node=node))
    if interval.end > interval.start:
        endpoints = [tick for chunk in interval.endpoint_chunks(100) for tick in chunk]
        say(Tick(start=interval.start, end=interval.end, state=state, target=users, users=users,
                 endpoints=endpoints, errors=interval.errors, last_response=meter.last_response))

def request(number):
    # Evenly spread response times in an order that looks random: neighbours in rank are close.
    name, method, base = [("/", "GET", 3.0), ("/jobs", "POST", 10.0), ("/jobs", "GET", 0.2),
                          ("=1+1", "GET", 30.0)][number % 4]
    time = base + (number * 7919 % 601) * 0.2345
    exception = None
    if number % 11 == 0:
        exception = "status <503>"
    elif number % 13 == 0:
        exception = CatchResponseError("not what was wanted")
    elif number % 17 == 0:
        exception = ConnectionRefusedError("refused")
    if number % 29 == 0:
        time = None
    environment.events.request.fire(
        request_type=method, name=name, response_time=time, response_length=100 + number % 50,
        exception=exception, response=None, context={})

def broken_task(number):
    try:
        if number % 2:
            raise KeyError(f"token")
        raise ValueError("no number")
    except Exception as error:
        environment.events.user_error.fire(user_instance=None, exception=error,
                                           tb=error.__traceback__)

say(RunStarted(schema=SCHEMA, run_id="r", plan={"reset_stats": reset_at > 0}))
number = 0
for second in range(seconds):
    begin = now
    end = float(int(WALL)) + second + 1
    users = min(second + 1, 10)
    count = 0 if 18 <= second < 20 else 20 + second % 7
    for place in range(count):
        now = begin + (end - begin) * (place + 1) / (count + 2)
        if second + 1 == reset_at and place == count // 2:
            cut()
            say(Marked(type="window", why="--reset-stats"))
            environment.stats.reset_all()
        request(number)
        number += 1
    if second % 5 == 0:
        broken_task(second)
    now = end
    cut()
    for made in writers:
        made._stats_history_data_rows(made.stats_history_csv_writer, now)
say(Finished(reason="completed", exit_code=1))
for made in writers:
    made._requests_data_rows(made.requests_csv_writer)
    made._failures_data_rows(made.failures_csv_writer)
    made._exceptions_data_rows(made.exceptions_csv_writer)
    made.close_files()
with open(f"{folder}/journal.ndjson", "wb") as file:
    file.writelines(encode(record) for record in records)
stats.save_stats_json(environment.stats, f"{folder}/locust")
"""

Table = list[list[str]]


def records_of(folder: Path) -> Iterator[AnyRecord]:
    return (decode_record(line) for line, _ in read_lines((folder / "journal.ndjson").read_bytes()))


@pytest.fixture(scope="module", params=[0, 9], ids=["whole run", "reset in it"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Locust's files and ours: `locust_stats.csv` and `ours_stats.csv`, and so on."""
    made = tmp_path_factory.mktemp("exports")
    done = subprocess.run(
        [sys.executable, "-P", "-c", PLAY, str(made), str(SECONDS), str(request.param)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ours = str(made / "ours")
    exported(records_of(made), Exports({"json_file": ours, "csv": ours}))
    exported(records_of(made), Exports({"csv": f"{ours}_full"}, full_history=True))
    return made


def table(folder: Path, name: str) -> Table:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def both(folder: Path, suffix: str) -> tuple[Table, Table]:
    return table(folder, f"ours{suffix}"), table(folder, f"locust{suffix}")


def unescaped(row: list[str]) -> list[str]:
    """The row without the apostrophes that keep spreadsheets from calculating."""
    return [cell.removeprefix("'") for cell in row]


def assert_same_numbers(ours: list[str], theirs: list[str]) -> None:
    """Equal to the microsecond to which our response times are rounded."""
    assert [float(cell) for cell in ours] == pytest.approx(
        [float(cell) for cell in theirs], abs=0.0006
    )


def assert_percentiles_agree(ours: list[str], theirs: list[str]) -> None:
    """Within Locust's rounding (whole ms, and two digits from 100 ms on) and a neighbor's distance:
    of 20 requests the 15th is our 75th percentile, and the 16th is Locust's."""
    if "N/A" in theirs:
        assert ours == theirs
        return
    assert all(cell.isdecimal() for cell in ours)
    for mine, locusts in zip(map(int, ours), map(int, theirs), strict=True):
        assert mine == pytest.approx(locusts, abs=2 + 0.051 * locusts)


def test_the_same_files_have_the_same_names(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    for prefix in ("locust", "locust_full"):
        mine = prefix.replace("locust", "ours")
        theirs = {name for name in names if name.startswith(prefix) and "csv" in name}
        assert {name.replace(prefix, mine, 1) for name in theirs} <= names
    assert {"ours.json", "locust.json"} <= names


@pytest.mark.parametrize(
    "suffix", ["_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"]
)
def test_the_header_and_the_number_of_rows_are_locusts(folder: Path, suffix: str) -> None:
    ours, theirs = both(folder, suffix)
    assert ours[0] == theirs[0]
    assert len(ours) == len(theirs)
    assert len(theirs) > 2


def test_stats(folder: Path) -> None:
    ours, theirs = both(folder, "_stats.csv")
    load_s = length_of_load_s(folder)
    for mine, locusts in zip(map(unescaped, ours[1:]), theirs[1:], strict=True):
        assert mine[:4] == locusts[:4]
        assert_percentiles_agree(mine[4:5], locusts[4:5])
        assert_same_numbers(mine[5:9], locusts[5:9])
        # Locust's rates end with the last response, ours with the load, as in every other export.
        assert [float(rate) for rate in mine[9:11]] == pytest.approx(
            [int(count) / load_s for count in mine[2:4]]
        )
        assert [float(rate) for rate in mine[9:11]] == pytest.approx(
            [float(rate) for rate in locusts[9:11]], rel=0.01
        )
        assert_percentiles_agree(mine[11:], locusts[11:])
    assert ours[-1][:2] == ["", "Aggregated"]
    assert "'=1+1" in [row[1] for row in ours]


def length_of_load_s(folder: Path) -> float:
    """Seconds of load, or of what came after the reset."""
    state = state_of(records_of(folder))
    return duration_s(state) if state.reset is None else state.reset.covered_s


def test_history(folder: Path) -> None:
    ours, theirs = both(folder, "_stats_history.csv")
    assert len(ours) == SECONDS + 1
    # While requests come. Over a silent target Locust's rates stand still and ours fall.
    for mine, locusts in zip(ours[1:19], theirs[1:19], strict=True):
        assert mine[:6] == locusts[:6]
    for mine, locusts in zip(ours[1:], theirs[1:], strict=True):
        assert mine[:4] == locusts[:4]
        assert mine[17:19] == locusts[17:19]
        if int(mine[17]) > 100:
            assert_percentiles_agree(mine[6:17], locusts[6:17])
            assert_percentiles_agree(mine[19:20], locusts[19:20])
        assert_same_numbers(mine[20:], locusts[20:])


def test_the_rate_falls_while_the_target_is_silent(folder: Path) -> None:
    ours, theirs = both(folder, "_stats_history.csv")
    # Two seconds of silence reach the window of ten seconds two seconds after they began.
    assert float(ours[23][4]) < float(ours[19][4])
    assert theirs[19][4] == theirs[20][4]


def test_full_history(folder: Path) -> None:
    ours, theirs = (
        table(folder, "ours_full_stats_history.csv"),
        table(folder, "locust_full_stats_history.csv"),
    )
    assert len(ours) == len(theirs)
    assert {row[3] for row in ours[1:]} == {"/", "/jobs", "'=1+1", "Aggregated"}
    for mine, locusts in zip(map(unescaped, ours[1:]), theirs[1:], strict=True):
        assert mine[:4] == locusts[:4]
        assert mine[17:19] == locusts[17:19]
        assert_same_numbers(mine[20:], locusts[20:])


def test_failures(folder: Path) -> None:
    ours, theirs = both(folder, "_failures.csv")
    assert sorted(map(unescaped, ours[1:])) == sorted(theirs[1:])


def test_exceptions(folder: Path) -> None:
    ours, theirs = both(folder, "_exceptions.csv")
    mine = [(row[0], row[1], row[3]) for row in ours[1:]]
    assert mine == [(row[0], row[1], row[3]) for row in theirs[1:]]


def test_json(folder: Path) -> None:
    ours, theirs = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("ours", "locust")
    )
    assert [list(entry) for entry in ours] == [list(entry) for entry in theirs]
    for mine, locusts in zip(ours, theirs, strict=True):
        assert {key: mine[key] for key in EXACT} == {key: locusts[key] for key in EXACT}
        for key in ("total_response_time", "max_response_time", "min_response_time"):
            assert mine[key] == pytest.approx(locusts[key], abs=0.0006 * mine["num_requests"])
        for key in ("start_time", "last_request_timestamp"):
            assert mine[key] == pytest.approx(locusts[key], abs=1.0)
        times = spread_out(mine["response_times"]), spread_out(locusts["response_times"])
        for ms, rounded in zip(*times, strict=True):
            assert ms == pytest.approx(rounded, abs=max(0.5, 0.0501 * rounded))


EXACT = (
    "name",
    "method",
    "num_requests",
    "num_none_requests",
    "num_failures",
    "total_content_length",
    "num_reqs_per_sec",
    "num_fail_per_sec",
)


def spread_out(times: dict[str, int]) -> list[float]:
    """Each response time, sorted."""
    return sorted(float(time) for time, count in times.items() for _ in range(count))
