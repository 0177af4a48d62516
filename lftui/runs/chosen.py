"""Some of the stored runs."""

from __future__ import annotations

import msgspec

from lftui.runs.row import RunRow


class RunFilter(msgspec.Struct, frozen=True):
    """What a run has to be; several said all hold, and "" or None says nothing.

    Attributes:
        scenario, host, operator: a part of it, however it is capitalized.
        since, until: Unix times that it began between.
    """

    status: str = ""
    verdict: str = ""
    scenario: str = ""
    host: str = ""
    operator: str = ""
    since: float | None = None
    until: float | None = None

    def fits(self, row: RunRow) -> bool:
        """Whether a run is one of those. A damaged one is, where nothing is said."""
        if row.complaint:
            return self == RunFilter()
        parts = (
            (self.scenario, row.scenario),
            (self.host, row.host),
            (self.operator, row.operator),
        )
        return (
            self.status in ("", row.status)
            and self.verdict in ("", row.verdict)
            and all(part.lower() in text.lower() for part, text in parts)
            and (self.since is None or row.started_at >= self.since)
            and (self.until is None or row.started_at < self.until)
        )
