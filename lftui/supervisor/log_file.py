"""`generator.log`: the log records as plain lines, for grep and tail."""

from __future__ import annotations

import time

from lftui.records import Logged


def log_line(record: Logged) -> bytes:
    """`2026-11-23 09:12:33 ERROR locust.runners: text`; later lines of a text are indented."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.wall))
    text = record.text.replace("\n", "\n    ")
    left_out = f" ({record.dropped} lines before this were left out)" if record.dropped else ""
    return f"{stamp} {record.level.upper()} {record.source}: {text}{left_out}\n".encode()
