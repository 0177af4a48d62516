"""Which HTTP client the scenario's users have, and what it is asked to measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lftui.plan import PlanError

OPTION = "--http-client"
_NAMES = (OPTION, "--lftui-http-client")
_VARIABLE = "LFTUI_HTTP_CLIENT"
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
    name = wanted_client(argv, environment) or "stock"
    if name == "lean":
        from lftui.http.compat import install

        install()
    elif name != "stock":
        raise PlanError(f"{OPTION} is '{name}'; it is one of stock, lean")
    return name


def wanted_client(argv: list[str], environment: Mapping[str, str]) -> str:
    """The value of the option, which is needed before the locustfile can say what options it has
    itself; "" without one."""
    found = environment.get(_VARIABLE, "")
    for index, word in enumerate(argv):
        given, equals, value = word.partition("=")
        if given == "--":
            break
        if given in _NAMES:
            found = value if equals else "".join(argv[index + 1 : index + 2])
    return "" if found.startswith("-") else found  # a word is missing: the parser will say so


def measure_phases(classes: Sequence[type[Any]]) -> str:
    """Let LeanHttpUsers measure the phases of their requests; "" or why that tells nothing."""
    from lftui.http import LeanHttpUser

    LeanHttpUser.timings = True
    return "" if any(issubclass(one, LeanHttpUser) for one in classes) else _NO_LEAN
