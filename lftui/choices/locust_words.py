"""Locust's own options that a choice does not show, and whether a value follows each.

Listed, not asked: Locust is imported by the generator alone.
"""

from __future__ import annotations

# fmt: off
LOCUST_SWITCHES = frozenset({
    "-h", "--help", "-l", "--list", "--headless", "--autostart", "--headful",
    "--class-picker", "--master", "--enable-rebalancing", "--worker", "--web-login",
    "--csv-full-history", "--print-stats", "--only-summary", "--reset-stats", "--json",
    "--skip-log-setup", "--show-task-ratio", "--show-task-ratio-json", "-V", "--version",
    "--equal-weights", "--otel",
})
LOCUST_VALUES = frozenset({
    "--config", "--web-host", "--web-host-display-name", "--web-port", "-P", "--autoquit",
    "--tls-cert", "--tls-key", "--build-path", "--master-bind-host", "--master-bind-port",
    "--expect-workers", "--expect-workers-max-wait", "--master-host",
    "--master-port", "--web-base-path", "--csv", "--html", "--json-file", "--loglevel", "-L",
    "--logfile", "--exit-code-on-error", "-s", "--stop-timeout", "--profile",
})
# fmt: on
