"""What a loaded scenario offers, as a record: for the plan, for lists and for forms."""

from __future__ import annotations

import os
from typing import Any

import gevent
import locust
import msgspec

from lftui.generator.command_line import Parsed
from lftui.generator.scenario import (
    Scenario,
    chosen_classes,
    class_facts,
    listing,
    shape_facts,
)
from lftui.records import Loaded
from lftui.safe_text import HIDDEN, Redactor, is_secret_name, redact_url

_LISTING_LIMIT = 100_000
_LOCUST_OPTIONS = (
    "host", "num_users", "spawn_rate", "run_time", "stop_timeout", "csv_prefix",
    "stats_history_enabled", "html_file", "json", "json_file", "exit_code_on_error", "headless",
    "headful", "autostart", "autoquit", "tags", "exclude_tags", "reset_stats", "user_classes",
    "loglevel", "logfile", "only_summary", "print_stats", "master", "worker", "processes",
    "expect_workers", "expect_workers_max_wait", "master_bind_host", "master_bind_port",
    "class_picker", "profile", "equal_weights", "otel", "config_users",
)  # fmt: skip


def describe(scenario: Scenario, parsed: Parsed, took_s: float, redactor: Redactor) -> Loaded:
    """The record `Loaded`.

    Raises:
        PlanError: no user class, or an unknown one was named.
    """
    shown = listing(scenario, parsed)
    chosen = [] if shown else chosen_classes(scenario, parsed.options)
    options = {name: _plain(getattr(parsed.options, name, None)) for name in _LOCUST_OPTIONS}
    options["host"] = parsed.options.host  # the plan needs it whole; journals get it redacted
    return Loaded(
        files=scenario.files,
        doc=redactor.block(scenario.doc),
        user_classes=[
            msgspec.structs.replace(fact, doc=redactor.block(fact.doc))
            for fact in class_facts(scenario, chosen)
        ],
        shapes=[
            msgspec.structs.replace(fact, doc=redactor.block(fact.doc))
            for fact in shape_facts(scenario)
        ],
        options=options,
        explicit=sorted(parsed.explicit),
        own_options=[
            msgspec.structs.replace(
                fact, help=redactor.line(fact.help), default=redactor.line(fact.default)
            )
            for fact in parsed.custom_options()
        ],
        ours=parsed.ours,
        warnings=scenario.warnings,
        listing=None if shown is None else redactor.block(shown, _LISTING_LIMIT),
        took_s=round(took_s, 3),
        pid=os.getpid(),
        versions={"locust": locust.__version__, "gevent": gevent.__version__},
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact_url(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {
            str(key): HIDDEN if is_secret_name(str(key)) else _plain(one)
            for key, one in value.items()
        }
    return str(value)
