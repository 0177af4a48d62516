"""Imported by the locustfile beside it."""

PATHS = ["/ok?page=1", "/ok?page=2"]
