"""`[monitor]` of the settings: what is read of the target while a run is on (docs/monitoring.md).

[monitor]
every = "2s"

[monitor.sources.api]
metrics = "https://staging.example/metrics"
headers = { Authorization = "env:METRICS_TOKEN" }

[[monitor.sources.api.rows]]
name = "cpu_usage"
metric = "process_cpu_ratio"
scale = 100
"""

from lftui.monitor_settings.row import Kind, Limit, Row
from lftui.monitor_settings.source import MOST_ROWS, MOST_SOURCES, Monitor, Source

__all__ = ["MOST_ROWS", "MOST_SOURCES", "Kind", "Limit", "Monitor", "Row", "Source"]
