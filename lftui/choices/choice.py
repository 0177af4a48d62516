"""A choice: everything that Setup asks, as one value that is a command line as well."""

from __future__ import annotations

import msgspec


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run.

    Attributes:
        locustfile: the scenario's file; "" while none is chosen.
        classes: the user classes that take part; none for all.
        weights, fixed_counts: where they differ from the locustfile's.
        own_options: the locustfile's own options, by name with dashes, as they were typed: "" for
            a switch, a line for each of several values.
        host: a URL, or the name of a target of the settings; "" for the locustfile's own.
        shape: the specification of `--shape`; "" for Locust's own way (-u -r -t).
        arrivals, max_users: `--arrivals` and `--max-users`, of a shape of a rate.
        processes: so many worker processes make the load; 0 for none, None where nobody says.
        confirmed: the host as it was typed, for a target that is production.
        rest: further words of the command line, taken over as they were given.
    """

    locustfile: str = ""
    classes: list[str] = []
    weights: dict[str, float] = {}
    fixed_counts: dict[str, int] = {}
    tags: list[str] = []
    exclude_tags: list[str] = []
    own_options: dict[str, str] = {}
    host: str = ""
    shape: str = ""
    users: int | None = None
    spawn_rate: float | None = None
    run_time: str = ""
    arrivals: str = ""
    max_users: int | None = None
    processes: int | None = None
    preset: str = ""
    baseline: str = ""
    guard: str = ""
    on_disconnect: str = ""
    confirmed: str = ""
    rest: list[str] = []
