"""Which HTTP client the scenario's users have, and what it is asked to measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lftui.generator.command_line import early_value
from lftui.plan import PlanError

OPTION = "--http-client"
_NO_LEAN = (
    "--timings tells nothing here: no user class of this run is a LeanHttpUser;"
    " try --http-client lean"
)


def choose_client(argv: list[str], environment: Mapping[str, str]) -> str:
    """Replace Locust's HTTP users where `--http-client lean` says so; the client's name.

    Before the locustfile is imported.

    Raises:
        PlanError: there is no such client.
    """
    name = early_value(argv, OPTION, environment) or "stock"
    if name == "lean":
        from lftui.http.compat import install

        install()
    elif name != "stock":
        raise PlanError(f"{OPTION} is '{name}'; it is one of stock, lean")
    return name


def measure_phases(classes: Sequence[type[Any]]) -> str:
    """Let LeanHttpUsers measure the phases of their requests; "" or why that tells nothing."""
    from lftui.http import LeanHttpUser

    LeanHttpUser.timings = True
    return "" if any(issubclass(one, LeanHttpUser) for one in classes) else _NO_LEAN
