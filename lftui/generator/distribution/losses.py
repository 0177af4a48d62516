"""What workers took along: the most requests that can be missing, said once for each loss."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection

from lftui.generator.distribution.member import Member
from lftui.records import AnyRecord, Gap

_KNOWN_AFTER_S = 3.0


class Losses:
    """Writes gaps.

    Args:
        members: all workers of the run, those that are gone too; it grows.
    """

    def __init__(self, members: Collection[Member], announce: Callable[[AnyRecord], None]) -> None:
        self._members = members
        self._announce = announce

    def died(self, member: Member, why: str) -> None:
        """It will not come back. How fast a worker can be is known best from the others, once they
        have its users: so it is said a little later."""
        member.write_off_at = time.monotonic() + _KNOWN_AFTER_S
        member.died_of = why

    def look(self) -> None:
        """Say what is due."""
        now = time.monotonic()
        for member in self._members:
            if member.write_off_at is not None and now >= member.write_off_at:
                self.write_off(member)

    def close(self) -> None:
        """Say it of all that were lost and did not come back."""
        for member in self._members:
            if member.lost_at is not None and not member.gone:
                self.write_off(member)

    def write_off(self, member: Member) -> None:
        """Say what one took along, unless that is said."""
        if member.written_off:
            return
        member.written_off = True
        member.write_off_at = None
        fastest = self._most_a_second()
        if member.died_of:
            most, why = member.may_have_done(fastest), f"is lost: {member.died_of}"
        else:
            most = member.may_have_done(fastest, time.monotonic() - member.heard_at)
            why = "was lost and did not come back"
        self._gap(member, most, f"{member.id} {why}")

    def unheard(self, member: Member) -> None:
        """The run has ended without this worker's last report."""
        most = member.may_have_done(self._most_a_second())
        self._gap(member, most, f"{member.id} did not report its end in time")

    def missed(self, member: Member, reports: int) -> None:
        """So many of its reports never came, and later ones did."""
        most = math.ceil(self._most_a_second() * member.every_s) * reports
        several = "1 report" if reports == 1 else f"{reports} reports"
        self._gap(member, most, f"{several} of {member.id} never came")

    def cut_off(self, member: Member) -> None:
        """A stock worker stops without a drain: what it cuts off it does not say."""
        why = (
            f"{member.id} is a stock Locust worker and cuts off what its users have under way;"
            " --stop-timeout lets them finish"
        )
        self._gap(member, member.users, why)

    def _most_a_second(self) -> float:
        return max((member.most_a_second for member in self._members), default=0.0)

    def _gap(self, member: Member, count: int, reason: str) -> None:
        self._announce(Gap(what="requests", worker=member.id, reason=reason, count=count))
