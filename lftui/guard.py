"""`lftui guard`: what the guard of a live run watches; switch it, accept what it proposes."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from typing import Any

from lftui import exit_codes
from lftui.arguments import Arguments
from lftui.judge.thresholds.limits import rule_figure
from lftui.judge.watch.guard import STALLED, critical_rules, rule_names, rules_off
from lftui.judge.watch.stalled import stall_limit_s
from lftui.plan import PlanError
from lftui.records import AcceptProposal, Acked, Command, Refused, SetGuard
from lftui.run_state import RunState
from lftui.runs.store import store_at
from lftui.supervisor.client import Connection
from lftui.supervisor.store import RunFolder

ALL = "all"
_ONLY_ONE = ""


def guard(argv: list[str]) -> int:
    """Show the guard of a live run, or change it."""
    parser = Arguments("guard", "the guard of a live run: its rules, what is broken, proposals")
    parser.add_argument("run", nargs="?", help="the run's id or the beginning of it")
    for name, word in (("--off", "off"), ("--on", "on")):
        parser.add_argument(
            name,
            metavar="RULE",
            action="append",
            default=[],
            help=f"switch a rule {word} by its name, or {ALL} of them; may be given many times",
        )
    parser.add_argument(
        "--accept",
        metavar="PROPOSAL",
        nargs="?",
        const=_ONLY_ONE,
        help="do what is proposed; without a name the one proposal that is open",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_runs_dir()
    given = parser.parse_args(argv)
    store = store_at(given.runs_dir)
    return asyncio.run(_talk(store.live(given.run), given))


async def _talk(folder: RunFolder, given: argparse.Namespace) -> int:
    connection = await Connection.to(folder.read().socket)
    try:
        records = connection.records()
        async for _ in records:
            break  # the first record is the whole state
        for command in _commands(given, connection.state):
            sent = connection.send(command)
            async for record in records:
                if isinstance(record, Refused) and record.command_id == sent:
                    raise PlanError(record.reason)
                if isinstance(record, Acked) and record.command_id == sent:
                    break
            else:
                raise PlanError(f"the run {folder.id} ended before it answered")
        _show(connection.state, folder.id, given.json)
    finally:
        await connection.close()
    return exit_codes.PASS


def _commands(given: argparse.Namespace, state: RunState) -> list[Command]:
    commands: list[Command] = []
    for names, enabled in ((given.off, False), (given.on, True)):
        commands += [SetGuard(enabled=enabled, name="" if n == ALL else n) for n in names]
    if given.accept is not None:
        commands.append(AcceptProposal(proposal_id=given.accept or _only_proposal(state)))
    return commands


def _only_proposal(state: RunState) -> str:
    if not state.proposals:
        raise PlanError("no proposal is open")
    if len(state.proposals) > 1:
        raise PlanError(f"several proposals are open: {', '.join(state.proposals)}; name one")
    return next(iter(state.proposals))


# --- shown ---------------------------------------------------------------------------------------


def guard_facts(state: RunState) -> dict[str, Any]:
    """The guard of a run as it is now: its actions, its rules, what it proposes."""
    plan = state.started.plan if state.started is not None else {}
    return {
        "action": plan.get("guard_action", "warn"),
        "stalled_action": plan.get("guard_stalled", "warn"),
        "window_s": plan.get("guard_window_s"),
        "rules": [_rule_facts(name, state) for name in rule_names(state)],
        "proposals": [
            {
                "id": one.proposal_id,
                "source": one.source,
                "action": one.action,
                "users": one.users,
                "rate": one.rate,
                "reason": one.reason,
            }
            for one in state.proposals.values()
        ],
        "acted": state.guard.acted.text if state.guard.acted is not None else None,
    }


def _rule_facts(name: str, state: RunState) -> dict[str, Any]:
    mark = state.guard.broken.get(name)
    off = name in rules_off(state)
    return {
        "rule": name,
        "limit": _limit(name, state),
        "state": "off" if off else "broken" if mark is not None else "armed",
        "since": mark.wall if mark is not None and not off else None,
        "text": mark.text if mark is not None and not off else "",
    }


def _limit(name: str, state: RunState) -> str:
    if name == STALLED:
        return f"< {stall_limit_s(state):.3g} s without a response"
    limits = [one for one in critical_rules(state) if one.rule == name]
    return " and ".join(
        f"{'<' if one.upper else '>'} {rule_figure(one, one.limit)}" for one in limits
    )


def _show(state: RunState, run: str, as_json: bool) -> None:
    facts = guard_facts(state)
    if as_json:
        print(json.dumps({"run": run, **facts}, indent=2, ensure_ascii=False))
        return
    print(f"run {run}: guard {facts['action']}, for a silent target {facts['stalled_action']}")
    rules = facts["rules"]
    width = max(len(rule["rule"]) for rule in rules)
    room = max(len(rule["limit"]) for rule in rules)
    for rule in rules:
        since = f" since {_clock(rule['since'])}: {rule['text']}" if rule["since"] else ""
        print(f"  {rule['rule']:<{width}}  {rule['limit']:<{room}}  {rule['state']}{since}")
    if len(rules) == 1:
        print("  no critical threshold: add one, such as --threshold 'error_ratio<5%'")
    for one in facts["proposals"]:
        users = f" to {one['users']} users" if one["users"] is not None else ""
        rate = f" to {one['rate']:g} iterations a second" if one["rate"] is not None else ""
        print(f"proposal {one['id']}: {one['action']}{users}{rate}, because {one['reason']}")
        print(f"  accept it: lftui guard {run} --accept {one['id']}")
    if facts["acted"]:
        print(f"it has acted last: {facts['acted']}")


def _clock(wall: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(wall))
