"""Ports of a run that machines other than this one reach: said as long as they are open."""

from __future__ import annotations

from lftui.judge.workers import open_said
from lftui.plan import is_open_to_others
from lftui.run_state import RunState


def open_ports_said(state: RunState) -> list[str]:
    """A sentence for each of them."""
    plan = state.started.plan if state.started is not None else {}
    found = [open_said(state)]
    address = str(plan.get("figures_at") or "")
    if is_open_to_others(address):
        host, _, port = address.rpartition(":")
        shown = f"{host}:{port}" if port != "0" else host
        found.append(f"whoever reaches this machine can read the live figures at {shown}")
    return [said for said in found if said]
