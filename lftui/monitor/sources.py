"""From the settings to readers: which sources belong to a run, and what reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lftui.monitor.reading import Reader
from lftui.monitor_settings import Row, Source
from lftui.plan import PlanError
from lftui.records import Loaded
from lftui.settings import Settings, target_of

_OTEL = (
    "--otel (LOCUST_ENABLE_OPENTELEMETRY) is not carried out here: exporting would take its time "
    "from the measuring; leave it out, and let --prometheus-port serve the live figures"
)
EMBEDDED = "demo"
"""The name of the embedded target's own source."""


def monitored(
    settings: Settings,
    loaded: Loaded,
    trusted_host: str | None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings with those sources of `[monitor]` that belong to the run's target.

    Args:
        loaded: what the generator said of the scenario; it knows the run's target.
        trusted_host: the address of the embedded target, which serves its own metrics.

    Raises:
        PlanError: a header of one of them is not in the environment; or Locust's `--otel` is asked
            for, which would have to be carried out in the generator.
    """
    if loaded.options.get("otel"):
        raise PlanError(_OTEL)
    host = _host(loaded)
    if host and host == trusted_host:
        monitor = settings.monitor.model_copy(update={"sources": {EMBEDDED: embedded(host)}})
        return settings.model_copy(update={"monitor": monitor})
    named = target_of(host, settings)[1] if host else None
    sources = {
        name: source
        for name, source in settings.monitor.sources.items()
        if source.target is None or (named is not None and settings.targets[source.target] == named)
    }
    for name, source in sources.items():
        headers_of(name, source, environment)
    monitor = settings.monitor.model_copy(update={"sources": sources})
    return settings.model_copy(update={"monitor": monitor})


def _host(loaded: Loaded) -> str | None:
    """What `-H` says, a URL or the name of a target; else the host of a user class."""
    given = loaded.options.get("host")
    if given is not None:
        return str(given)
    return next((one.host for one in loaded.user_classes if one.chosen and one.host), None)


def headers_of(name: str, source: Source, environment: Mapping[str, str]) -> dict[str, str]:
    """The headers with their values.

    Raises:
        PlanError: one is not in the environment, or cannot be sent.
    """
    found = {}
    for header, reference in source.headers.items():
        variable = reference.removeprefix("env:")
        value = environment.get(variable)
        where = f"the settings: monitor.sources.{name}.headers.{header}"
        if value is None:
            raise PlanError(f"{where}: the variable {variable} is not set; set it, or take it out")
        if not (header.isascii() and value.isascii() and f"{header}{value}".isprintable()):
            raise PlanError(f"{where}: its name, or the value of {variable}, cannot be sent")
        found[header] = value
    return found


def reader_of(name: str, source: Source, environment: Mapping[str, str]) -> Reader:
    """What reads a source. Imports are here: most runs have none of them.

    Raises:
        PlanError: a header of it is not in the environment.
    """
    rows = source.shown_rows()
    if source.kind in ("host", "process"):
        from lftui.monitor.machine import MachineReader

        return MachineReader(rows, source.process)
    from lftui.monitor.documents import DocumentReader
    from lftui.monitor.exposition import ACCEPT, ExpositionReader
    from lftui.monitor.fetching import Fetcher
    from lftui.monitor.prometheus import PrometheusReader

    headers = headers_of(name, source, environment)
    if source.kind == "metrics":
        return ExpositionReader(
            source.url, rows, Fetcher(source.url, {"Accept": ACCEPT, **headers})
        )
    if source.kind == "prometheus":
        return PrometheusReader(source.url, rows, Fetcher(source.url, headers))
    return DocumentReader(source.url, rows, Fetcher(source.url, headers))


def embedded(url: str) -> Source:
    """What the embedded target is asked."""

    def usage(pool: str) -> Row:
        metric = f"la_factoria_{pool}"
        return Row(
            name=f"{pool}_usage",
            unit="%",
            metric=f"{metric}_in_use",
            of=f"{metric}_size",
            scale=100.0,
        )

    return Source(
        metrics=f"{url.rstrip('/')}/metrics",
        rows=[
            Row(name="cpu_usage", metric="process_cpu_ratio", scale=100.0),
            Row(name="memory_usage", metric="la_factoria_memory_ratio", scale=100.0),
            usage("worker_pool"),
            usage("db_pool"),
            Row(name="queue_depth", metric="la_factoria_queue_depth"),
            Row(
                name="api_quota_left",
                unit="calls",
                metric="la_factoria_external_api_quota_remaining",
            ),
            Row(name="served", unit="/s", metric="la_factoria_requests_served_total", rate=True),
        ],
    )
