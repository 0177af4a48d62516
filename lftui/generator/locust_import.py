"""Brings Locust into a process: the first thing that a generator does, and most of its start.

Locust lets gevent patch the process, and gevent asks for plugins at each module that it patches:
each time Python looks through the metadata of all packages that are installed. Here it does so
once.
"""

from __future__ import annotations

from importlib import metadata


def bring_in_locust() -> None:
    """Import Locust; in the main thread, before anything that it patches is used."""
    usual = metadata.entry_points
    metadata.entry_points = usual().select
    try:
        import locust  # noqa: F401 - patches the process
    finally:
        metadata.entry_points = usual
