"""Asking a Prometheus server: instant queries for rows, range queries for `lftui correlate`."""

from __future__ import annotations

from typing import Any

from lftui.monitor.fetching import Answer, Fetcher, check_status, json_of
from lftui.monitor.reading import Reading, SourceError
from lftui.monitor.values import aggregated, number, scaled
from lftui.monitor_settings import Row
from lftui.safe_text import safe_line

Points = list[tuple[float, float]]
"""Unix seconds and values."""


class PrometheusReader:
    """Rows of one server, one query after the other."""

    def __init__(self, url: str, rows: list[Row], fetcher: Fetcher) -> None:
        self._url = url
        self._rows = rows
        self._fetcher = fetcher

    async def read(self, now: float) -> Reading:
        """All rows; a query that the server refuses is a fault of its row alone."""
        reading = Reading({})
        for row in self._rows:
            reading.values[row.name] = None
            try:
                found = await instant(self._fetcher, self._url, row.query or "")
            except RefusedQuery as refused:
                reading.faults[row.name] = str(refused)
                continue
            value = aggregated(found, row.aggregate)
            reading.values[row.name] = scaled(value, row.scale)
        return reading

    async def close(self) -> None:
        """Let the connection go."""
        await self._fetcher.close()


class RefusedQuery(SourceError):
    """The server is there, and does not take the query."""


async def instant(fetcher: Fetcher, url: str, query: str) -> list[float]:
    """The values of a query now, those that are numbers.

    Raises:
        SourceError: the server cannot be asked; RefusedQuery: it does not take the query.
    """
    answer = await fetcher.get(f"{url.rstrip('/')}/api/v1/query", {"query": query})
    data = _data(answer)
    found = data.get("result")
    if data.get("resultType") == "scalar":
        found = [{"value": found}]
    if data.get("resultType") not in ("scalar", "vector") or not isinstance(found, list):
        raise RefusedQuery("the query gives no instant value; leave the range out of it")
    values = [number(_second(one.get("value"))) for one in found if isinstance(one, dict)]
    return [value for value in values if value is not None]


async def over_range(
    fetcher: Fetcher, url: str, query: str, start: float, end: float, step_s: float
) -> list[Points]:
    """The series of a query over a span of Unix seconds, a point a step; no gaps are filled.

    Raises:
        SourceError: the server cannot be asked; RefusedQuery: it does not take the query.
    """
    asked = {"query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step_s:g}"}
    data = _data(await fetcher.get(f"{url.rstrip('/')}/api/v1/query_range", asked))
    found = data.get("result")
    if data.get("resultType") != "matrix" or not isinstance(found, list):
        raise RefusedQuery("the query gives no series over time")
    return [_points(one.get("values")) for one in found if isinstance(one, dict)]


def _points(values: Any) -> Points:
    found = []
    for pair in values if isinstance(values, list) else []:
        at, value = number(pair[0]) if isinstance(pair, list) and pair else None, _second(pair)
        shown = number(value)
        if at is not None and shown is not None:
            found.append((at, shown))
    return found


def _second(pair: Any) -> Any:
    return pair[1] if isinstance(pair, list) and len(pair) == 2 else None


def _data(answer: Answer) -> dict[str, Any]:
    """What a server found; why it found nothing stands in its answer, whatever the status."""
    try:
        document = json_of(answer)
    except SourceError:
        check_status(answer)
        raise
    if not isinstance(document, dict):
        raise SourceError("its answer is not that of a Prometheus")
    if document.get("status") == "error":
        text = safe_line(str(document.get("error", "")), 200)
        if document.get("errorType") in ("bad_data", "execution"):
            raise RefusedQuery(f"the query is refused: {text}")
        raise SourceError(f"it reports {text or 'an error'}")
    check_status(answer)
    data = document.get("data")
    if document.get("status") != "success" or not isinstance(data, dict):
        raise SourceError("its answer is not that of a Prometheus")
    return data
