"""What a stock worker reports, as a `WorkerReport` with coarse figures.

Locust rounds response times before it sends them (whole milliseconds, above 100 ms two digits) and
puts those of failures into the same histogram, so they cannot be told apart here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lftui.generator.distribution.report import EndpointReport, FailureReport, WorkerReport
from lftui.metrics import bucket_of
from lftui.records import EndpointTick


def report_of_stock(data: Mapping[str, Any], number: int) -> WorkerReport:
    """The report in lftui's form.

    Raises:
        TypeError, ValueError, KeyError, AttributeError: it is none of Locust's.
    """
    endpoints: list[EndpointReport] = []
    numbers: dict[tuple[str, str], int] = {}
    for entry in data.get("stats") or ():
        key = (str(entry["method"] or ""), str(entry["name"]))
        numbers[key] = len(endpoints) + 1
        endpoints.append(EndpointReport("", *key, _tick(entry, len(endpoints) + 1)))
    failures = []
    for error in (data.get("errors") or {}).values():
        key = (str(error["method"] or ""), str(error["name"]))
        if key not in numbers:
            continue
        text, count = str(error["error"]), int(error["occurrences"])
        failures.append(FailureReport(endpoint=numbers[key], text=text, count=count))
    return WorkerReport(number=number, endpoints=endpoints, failures=failures)


def _tick(entry: Mapping[str, Any], number: int) -> EndpointTick:
    times: dict[int, int] = {}
    for ms, count in entry["response_times"].items():
        bucket = bucket_of(int(float(ms) * 1000 + 0.5))
        times[bucket] = times.get(bucket, 0) + int(count)
    lowest = entry["min_response_time"]
    return EndpointTick(
        id=number,
        count=int(entry["num_requests"]),
        failures=int(entry["num_failures"]),
        sum_us=int(float(entry["total_response_time"]) * 1000),
        min_us=None if lowest is None or not times else int(float(lowest) * 1000),
        max_us=int(float(entry["max_response_time"] or 0) * 1000),
        bytes=int(entry["total_content_length"] or 0),
        ok=[number for bucket in sorted(times) for number in (bucket, times[bucket])],
    )
