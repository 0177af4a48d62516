"""The phases of a request, apart: `context["timings"]` in Locust's `request` event.

    dns, connect, tls   of requests that opened a connection
    first_byte          from the request sent to the first byte of the response

Milliseconds; where redirects were followed, the sums.
"""

from __future__ import annotations

from lftui.http.connection import Connection

KEY = "timings"


def note(timings: dict[str, float], connection: Connection) -> None:
    """Add what one response took."""
    phases, connection.phases = connection.phases, None
    for phase, seconds in (phases or {}).items():
        timings[phase] = timings.get(phase, 0.0) + seconds * 1000
    waited = max(0.0, connection.first_byte - connection.began) * 1000
    timings["first_byte"] = timings.get("first_byte", 0.0) + waited
