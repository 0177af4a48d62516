"""A headless run inside a GitHub Actions job: annotations, and the job's summary."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from lftui.judge.verdict import Verdict
from lftui.run_state import RunState


class GitHubActions:
    """Speaks to the runner, where there is one.

    A line of output that begins with `::` is a command to it. Nothing that the target or the
    locustfile says may become one, so commands are off until the run has been told.

    Args:
        environment: `GITHUB_ACTIONS` says that a runner reads the output, `GITHUB_STEP_SUMMARY`
            names the file of the step's summary.
        say: writes a line.
    """

    def __init__(self, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._here = environment.get("GITHUB_ACTIONS") == "true"
        self._summary = environment.get("GITHUB_STEP_SUMMARY", "")
        self._say = say
        self._token = secrets.token_hex(16)
        self._ended = False

    def begin(self) -> None:
        """Before anything of the run is printed."""
        if self._here:
            self._say(f"::stop-commands::{self._token}")

    def end(self) -> None:
        """Commands count again; more than once does no harm."""
        if self._here and not self._ended:
            self._ended = True
            self._say(f"::{self._token}::")

    def tell(self, state: RunState, verdict: Verdict) -> str | None:
        """Annotate the job and write its summary; a sentence where that cannot be written."""
        if not self._here:
            return None
        from lftui.reports.github import annotations, job_summary

        for line in annotations(state, verdict):
            self._say(line)
        if not self._summary:
            return None
        try:
            with open(self._summary, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(job_summary(state, verdict))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return f"the job's summary {self._summary} cannot be written: {reason}"
        return None
