"""Metrics that are served as text: the Prometheus format, and OpenMetrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as _openmetrics
from prometheus_client.parser import text_string_to_metric_families as _plain

from lftui.monitor.fetching import Answer, Fetcher, check_status
from lftui.monitor.reading import Reading, SourceError
from lftui.monitor.values import RowValue, Series
from lftui.monitor_settings import Row

ACCEPT = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.7,*/*;q=0.1"
MOST_LINES = 2_000
_SUFFIXES = "_total|_created|_bucket|_sum|_count|_info|_gsum|_gcount"
_SUFFIX = re.compile(f"(?:{_SUFFIXES})$")

_PLAIN: Callable[[str], Iterable[Metric]] = _plain
_OPENMETRICS: Callable[[str], Iterable[Metric]] = _openmetrics

Samples = dict[str, list[tuple[dict[str, str], float]]]
"""Labels and value of each sample, by its name."""


class ExpositionReader:
    """Rows of one address that serves metrics."""

    def __init__(self, url: str, rows: list[Row], fetcher: Fetcher) -> None:
        self._url = url
        self._rows = [(row, RowValue(row)) for row in rows]
        names = [name for row in rows for name in (row.metric, row.of) if isinstance(name, str)]
        self._names = sorted(set(names))
        self._fetcher = fetcher

    async def read(self, now: float) -> Reading:
        """All rows, of one answer."""
        answer = await self._fetcher.get(self._url)
        check_status(answer)
        samples = samples_of(answer, self._names)
        reading = Reading({})
        for row, value in self._rows:
            found = _series(samples, row.metric, row.labels)
            of = _series(samples, row.of, row.labels) if isinstance(row.of, str) else None
            try:
                reading.values[row.name] = value.value(found, of, now)
            except SourceError as error:
                reading.values[row.name] = None
                reading.faults[row.name] = str(error)
        return reading

    async def close(self) -> None:
        """Let the connection go."""
        await self._fetcher.close()


def samples_of(answer: Answer, names: Sequence[str]) -> Samples:
    """The samples of these names; the others, mostly thousands, are not even parsed.

    Raises:
        SourceError: the text is no exposition, or has too many samples of these names.
    """
    strict = "openmetrics" in answer.content_type
    lines = _wanted(answer.body, names)
    if len(lines) > MOST_LINES:
        raise SourceError(f"more than {MOST_LINES:,} of its lines are of these metrics")
    text = "\n".join([*lines, "# EOF", ""] if strict else [*lines, ""])
    found: Samples = {}
    try:
        for family in _OPENMETRICS(text) if strict else _PLAIN(text):
            for sample in family.samples:
                found.setdefault(sample.name, []).append((sample.labels, float(sample.value)))
    except Exception as error:  # the parsers raise whatever a malformed line makes them raise
        raise SourceError(f"what it serves cannot be read: {type(error).__name__}") from None
    return found


def _wanted(body: bytes, names: Sequence[str]) -> list[str]:
    """The lines that belong to these names, with the comments that say what they are."""
    found = _lines_of(tuple(names)).finditer(body)
    return [one[0].decode("utf-8", "replace").rstrip("\r") for one in found]


@lru_cache(maxsize=32)
def _lines_of(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """Finds them without looking at each line in Python: of megabytes that is a tenth of a
    second in the process that keeps the journal."""
    families = {_SUFFIX.sub("", name) for name in names} | set(names)
    either = "|".join(re.escape(one) for one in sorted(families))
    text = rf"^(?:# (?:TYPE|HELP|UNIT) )?(?:{either})(?:{_SUFFIXES})?(?=[\s{{])[^\n]*"
    return re.compile(text.encode(), re.MULTILINE)


def _series(samples: Samples, name: str | None, labels: dict[str, str]) -> Series:
    """The samples of a name that have these labels, by all of their labels."""
    return {
        repr(sorted(own.items())): value
        for own, value in samples.get(name or "", [])
        if value == value and all(own.get(label) == text for label, text in labels.items())
    }
