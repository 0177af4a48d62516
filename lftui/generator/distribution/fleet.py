"""The workers of a run: their reports become the run's figures, their losses become records."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from locust.runners import WorkerNode

from lftui.generator.arrivals.counts import Counts
from lftui.generator.distribution.introduction import cautions, introduce
from lftui.generator.distribution.losses import Losses
from lftui.generator.distribution.member import Member
from lftui.generator.distribution.report import FIELD, PART, WorkerReport, decode_report
from lftui.generator.distribution.stock import report_of_stock
from lftui.generator.meter import Meter
from lftui.records import AnyRecord, Level, Logged, Marked, WorkerTick
from lftui.safe_text import Redactor

SOURCE = "workers"
_FEWER_S = 5.0
_HOST_LIMIT = 40
_GARBAGE_EVERY_S = 10.0
_LOGS_A_REPORT = 200
_LOCUSTS = {"stats": list, "stats_total": dict, "errors": dict, "user_classes_count": dict}


class Fleet:
    """Keeps account of the workers.

    Args:
        meter: the run's; what workers report is added to it.
        announce, mark: as the session's.
        digest: of the scenario here.
        headers: names of the target's headers, which only lftui's own workers send.

    Attributes:
        load_is_on: whether users are wanted by now.
        closing: the run stops, and last reports come.
        needs_pace: the workload is open, which stock workers know nothing of.
    """

    def __init__(
        self,
        meter: Meter,
        redactor: Redactor,
        announce: Callable[[AnyRecord], None],
        mark: Callable[[Marked], None],
        digest: str,
        headers: Collection[str] = (),
    ) -> None:
        self._meter = meter
        self._redactor = redactor
        self._announce = announce
        self._mark = mark
        self._digest = digest
        self._headers = headers
        self._members: dict[str, Member] = {}
        self._losses = Losses(self._members.values(), announce)
        self._versions: dict[str, str] = {}
        self._refused: set[str] = set()
        self._garbage = 0
        self._garbage_told = -1e9
        self.load_is_on = False
        self.closing = False
        self.needs_pace = False
        self.on_refusal: Callable[[str], None] = lambda client: None
        self.on_nobody: Callable[[], None] = lambda: None
        self.on_iterations: Callable[[Mapping[str, int]], None] = lambda counts: None

    # --- requests under way, as the ticker asks for them ----------------------------------------

    known = True

    def __len__(self) -> int:
        return sum(member.latest.in_flight or 0 for member in self._here())

    def oldest_s(self) -> float | None:
        """The age of the oldest request under way in any worker, in seconds."""
        now = time.monotonic()
        ages = [
            member.latest.oldest_in_flight_s + now - member.heard_at
            for member in self._here()
            if member.latest.oldest_in_flight_s is not None
        ]
        return max(ages, default=None)

    @property
    def cut(self) -> int:
        """Requests that workers sent and did not wait for."""
        return sum(member.latest.cut for member in self._members.values())

    @property
    def iterations(self) -> int:
        """Tasks that workers did, where they count them."""
        return sum(member.latest.iterations for member in self._members.values())

    def arrivals(self) -> Counts:
        """Of an open workload what the workers did since the last call, and how it is now."""
        return sum((one.arrivals() for one in self._members.values()), Counts())

    # --- who is there ----------------------------------------------------------------------------

    def _here(self) -> list[Member]:
        return [one for one in self._members.values() if one.lost_at is None and not one.gone]

    @property
    def present(self) -> int:
        """Workers that are connected and have reported."""
        return len(self._here())

    def of(self, worker: str) -> Member | None:
        """The member with this id, where it is still there."""
        return next((one for one in self._here() if one.id == worker), None)

    @property
    def all_left(self) -> bool:
        """Whether nobody is there, and nobody is missed."""
        return all(one.gone for one in self._members.values())

    def has_left(self, worker: str) -> bool:
        """Whether it was there and is gone for good, in order."""
        return any(one.id == worker and one.gone for one in self._members.values())

    def named(self, client: str) -> str:
        """The id of a worker; of one that has not reported yet its name in Locust's messages."""
        member = self._members.get(client)
        return member.id if member is not None else self._redactor.line(client, _HOST_LIMIT)

    # --- reports ---------------------------------------------------------------------------------

    def is_report(self, data: Any) -> bool:
        """Whether this is what a worker reports."""
        try:
            report_of_stock(data, 0)
            _users_of(data)
            # What Locust's own listeners read: an error there would be the run's exit code.
            if not all(isinstance(data[field], kind) for field, kind in _LOCUSTS.items()):
                return False
            return FIELD not in data or decode_report(data[FIELD]) is not None
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            return False

    def take(self, client_id: str, data: Mapping[str, Any], **_: Any) -> None:
        """Locust's `worker_report` event."""
        if PART in data:
            return  # of Locust's own statistics alone
        before = self._members.get(client_id)
        report = decode_report(data.get(FIELD))
        if report is None:
            report = report_of_stock(data, before.number + 1 if before else 1)
        member = before or self._meet(client_id, report)
        if report.number <= member.number:
            return  # it came twice
        if report.number > member.number + 1:
            self._losses.missed(member, report.number - member.number - 1)
        self._add(report)
        member.take(report, time.monotonic())
        self._tell(member, report, met=before is None)
        if self.closing and _users_of(data) == 0:
            member.told_all = True

    def _add(self, report: WorkerReport) -> None:
        self.on_iterations(report.iterations_by_class)
        ids: dict[int, int] = {}
        for endpoint in report.endpoints:
            key = (endpoint.user_class, endpoint.method, endpoint.name)
            ids[endpoint.tick.id] = self._meter.add(key, endpoint.tick)
        for failure in report.failures:
            endpoint_id = ids.get(failure.endpoint)
            if endpoint_id is not None:
                self._meter.add_failures(
                    endpoint_id,
                    failure.text,
                    failure.count,
                    status=failure.status,
                    exception=failure.exception,
                    errno=failure.errno,
                    varied=failure.varied,
                )
        if report.quiet_s is not None:
            self._meter.responded(report.quiet_s)
        elif report.kind == "stock" and report.endpoints:
            self._meter.responded(0.0)

    def _meet(self, client: str, report: WorkerReport) -> Member:
        if report.name:
            member = Member(report.name, client, local=True)
        else:
            host = re.sub(r"[^\w.-]", "", client.rsplit("_", 1)[0])[:_HOST_LIMIT] or "worker"
            number = 1 + sum(one.id.startswith(f"{host}-") for one in self._members.values())
            member = Member(f"{host}-{number}", client, local=False)
        self._members[client] = member
        return member

    def _tell(self, member: Member, report: WorkerReport, met: bool) -> None:
        """Say what is new about a worker, and what its own log says."""
        ahead = None if report.wall is None else round(report.wall - time.time(), 1)
        if met:
            version = self._versions.get(member.client, "")
            member.seen = introduce(member, report, version, ahead, self._redactor)
            self._announce(member.seen)
            for text in cautions(member.seen, self._digest, self._headers):
                self._say("warning", text)
            if self.load_is_on and not self.closing:
                self._say_mark(member, "joined", f"{member.id} has joined", "")
        for log in report.logs[:_LOGS_A_REPORT]:
            text = self._redactor.block(log.text, 4000)
            source = self._redactor.line(f"{member.id} {log.source}", 80)
            told = Logged(source=source, level=log.level, text=text, dropped=log.dropped)
            self._announce(told)
        problem = report.problem
        if self.needs_pace and report.kind != "lftui":
            problem = "a stock worker cannot keep a rate; begin it with lftui --worker"
        if problem and member.client not in self._refused:
            self._refused.add(member.client)
            why = self._redactor.line(problem, 300)
            self._say("error", f"{member.id} gets no users: {why}")
            self.on_refusal(member.client)

    # --- ticks -----------------------------------------------------------------------------------

    def ticks(
        self, nodes: Mapping[str, WorkerNode], asked: Callable[[str], int]
    ) -> list[WorkerTick]:
        """What is new of each worker since the last call; Locust's nodes by client."""
        found = []
        self._losses.look()
        for member in self._members.values():
            if member.gone:
                if member.has_news:
                    found.append(member.tick("left", 0))
                continue
            node = nodes.get(member.client)
            paced = member.latest.arrivals
            wanted = asked(member.client) if paced is None else paced.wanted
            member.most_users = max(member.most_users, wanted)
            if node is not None:
                member.see(node)
            self._look_for_fewer(member, wanted)
            found.append(member.tick(str(node.state) if node else "stopped", wanted))
        return found

    def _look_for_fewer(self, member: Member, wanted: int) -> None:
        """Users that raise where they begin are gone, and Locust's master never hears of it."""
        if member.lost_at is not None or self.closing or member.users >= wanted:
            member.fewer_since, member.told_fewer = None, False
            return
        now = time.monotonic()
        member.fewer_since = member.fewer_since or now
        if now - member.fewer_since > _FEWER_S and not member.told_fewer:
            member.told_fewer = True
            text = f"{member.id} runs {member.users} users where {wanted} are wanted: see its log"
            self._say("warning", text)

    # --- the master's watch ----------------------------------------------------------------------

    def ready(self, client: str, version: str) -> None:
        """It has connected; it is a member once it has reported."""
        self._versions[client] = self._redactor.line(version, 40)
        member = self._members.get(client)
        if member is not None and member.lost_at is not None:
            self.back(client)

    def lost(self, client: str, why: str) -> None:
        """Its users are with the others by now; what it did since its last report may be lost."""
        member = self._members.get(client)
        if member is None or member.lost_at is not None:
            return
        member.lost_at = time.monotonic()
        self._say_mark(member, "lost", f"{member.id} is lost", why)

    def dead(self, client: str, why: str) -> None:
        """It will not come back: its process has ended. It is missed until somebody removes it."""
        member = self._members.get(client)
        if member is not None and not member.gone:
            self._losses.died(member, why)

    def dismiss(self, worker: str) -> str:
        """Miss a lost worker no longer; its name in Locust's messages, "" where there is none."""
        for member in self._members.values():
            if member.id == worker and member.lost_at is not None and not member.gone:
                self._losses.write_off(member)
                member.gone = True
                self._say_mark(member, "removed", f"{worker} is not waited for any more", "")
                return member.client
        return ""

    def back(self, client: str) -> None:
        """It is there again; what it could not send comes now."""
        member = self._members.get(client)
        if member is None or member.lost_at is None:
            return
        away_s = time.monotonic() - member.lost_at
        member.lost_at = None
        why = f"after {away_s:.0f} s; what it measured meanwhile is counted as it comes"
        self._say_mark(member, "back", f"{member.id} is back", why)

    def left(self, client: str) -> None:
        """It has gone in order."""
        member = self._members.get(client)
        if member is None or member.gone:
            return
        member.gone = member.told_all = True
        if not self.closing:
            event, how = ("removed", "was sent away") if member.sent_away else ("left", "has left")
            self._say_mark(member, event, f"{member.id} {how}", "")

    def raised(self, client: str, message: str, text: str) -> None:
        """The locustfile raised there."""
        self._meter.on_worker_error(self.named(client), message, text)

    def garbage(self, what: str) -> None:
        """Something came that no worker sends."""
        self._garbage += 1
        now = time.monotonic()
        if now - self._garbage_told > _GARBAGE_EVERY_S:
            self._garbage_told = now
            text = f"the workers' port got what no worker sends, {self._garbage} times: {what}"
            self._say("warning", self._redactor.line(text, 200))

    def has_told_all(self, client: str) -> bool:
        """A stock worker's last report comes after it has stopped, the others' before."""
        member = self._members.get(client)
        if member is None or member.gone or member.lost_at is not None or not member.is_stock:
            return True
        return member.told_all

    def nobody(self) -> None:
        """The last worker is gone."""
        self._say("critical", "no worker is left: there is no load until one comes")
        self.on_nobody()

    # --- the end ---------------------------------------------------------------------------------

    def close(self) -> None:
        """Say what is missing for good: of those that were lost and did not come back."""
        self._losses.close()

    def cut_off(self, drained: bool) -> None:
        """The run stops now: what stock workers cut off cannot be known, only bounded."""
        self.closing = True
        for member in self._here():
            member.told_all = False
            if not drained and member.seen.software != "lftui" and member.users:
                self._losses.cut_off(member)

    def unheard(self, client: str) -> None:
        """The run has ended without this worker's last report."""
        member = self._members.get(client)
        if member is not None and not member.gone and member.lost_at is None:
            self._losses.unheard(member)

    def _say_mark(self, member: Member, event: str, text: str, why: str) -> None:
        facts = {"worker": member.id, "event": event}
        self._mark(Marked(type="worker", text=text, why=self._redactor.line(why, 300), facts=facts))

    def _say(self, level: Level, text: str) -> None:
        self._announce(Logged(source=SOURCE, level=level, text=text))


def _users_of(data: Mapping[str, Any]) -> int:
    return sum(int(count) for count in data["user_classes_count"].values())
