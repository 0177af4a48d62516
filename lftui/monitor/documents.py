"""Figures in JSON documents that the target serves."""

from __future__ import annotations

from lftui.monitor.fetching import Fetcher, check_status, json_of
from lftui.monitor.reading import Reading, SourceError
from lftui.monitor.values import RowValue, at_path
from lftui.monitor_settings import Row


class DocumentReader:
    """Rows of one JSON document."""

    def __init__(self, url: str, rows: list[Row], fetcher: Fetcher) -> None:
        self._url = url
        self._rows = [(row, RowValue(row)) for row in rows]
        self._fetcher = fetcher

    async def read(self, now: float) -> Reading:
        """All rows, of one answer."""
        answer = await self._fetcher.get(self._url)
        check_status(answer)
        document = json_of(answer)
        reading = Reading({})
        for row, value in self._rows:
            try:
                of = at_path(document, row.of) if row.of is not None else None
                found = value.value(at_path(document, row.path or ""), of, now)
                reading.values[row.name] = found
            except SourceError as error:
                reading.values[row.name] = None
                reading.faults[row.name] = str(error)
        return reading

    async def close(self) -> None:
        """Let the connection go."""
        await self._fetcher.close()
