"""Who a worker is, and what an operator should know about it before its figures are believed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import locust

from lftui import __version__
from lftui.generator.distribution.member import Member
from lftui.generator.distribution.report import WorkerReport
from lftui.records import WorkerSeen
from lftui.safe_text import Redactor

_CLOCK_S = 2.0


def introduce(
    member: Member,
    report: WorkerReport,
    locust_version: str,
    ahead_s: float | None,
    redactor: Redactor,
) -> WorkerSeen:
    """The record of a worker that has reported for the first time.

    Args:
        locust_version: what it said when it connected.
        ahead_s: by how much its clock is ahead; None where it does not say the time.
    """
    line = redactor.line
    versions = {"locust": locust_version, **report.versions}
    return WorkerSeen(
        id=member.id,
        host=line(report.host or member.client.rsplit("_", 1)[0], 80),
        pid=report.pid,
        local=member.local,
        software=report.kind,
        precision="coarse" if report.kind == "stock" else "full",
        versions={line(name, 40): line(text, 40) for name, text in versions.items() if text},
        scenario_sha256=line(report.scenario_sha256, 80),
        clock_ahead_s=ahead_s,
    )


def cautions(seen: WorkerSeen, digest: str, headers: Collection[str]) -> Iterator[str]:
    """A sentence for each thing that is not as at the master, whose scenario has this digest and
    whose target these headers."""
    if headers and seen.software != "lftui":
        yield (
            f"{seen.id} is a Locust worker and does not send the target's headers"
            f" ({', '.join(sorted(headers))}); an lftui --worker would"
        )
    theirs = seen.versions.get("locust", "")
    if theirs and theirs != locust.__version__:
        yield f"{seen.id} runs Locust {theirs}, this master {locust.__version__}"
    ours = seen.versions.get("lftui", __version__)
    if ours != __version__:
        yield f"{seen.id} runs lftui {ours}, this master {__version__}"
    if seen.scenario_sha256 not in ("", digest):
        yield f"{seen.id} has another locustfile than this master"
    ahead = seen.clock_ahead_s
    if ahead is not None and abs(ahead) > _CLOCK_S:
        way = "ahead of" if ahead > 0 else "behind"
        yield (
            f"the clock of {seen.id} is {abs(ahead):.0f} s {way} this machine's;"
            " lftui's figures do not depend on it"
        )
    if seen.precision == "coarse":
        yield (
            f"{seen.id} is a stock Locust worker: its response times are rounded, failures are"
            " among them, and they come every 3 s; with -f - or as lftui --worker it would be exact"
        )
