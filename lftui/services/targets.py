"""The targets to choose from, and what has to be typed for one that is production."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from lftui.choices.offers import TargetRow
from lftui.plan import PlanError
from lftui.safe_text import HIDDEN, redact_url, safe_line
from lftui.settings import Settings, Target, host_of, target_of
from lftui.supervisor.store import Store

_MOST_RECENT = 5
_RUNS_LOOKED_AT = 40
_EPHEMERAL = 32768
_ENVIRONMENT = "env:"
_LOOPBACK = re.compile(r"127\.|localhost|\[?::1")


def target_rows(
    settings: Settings, store: Store, environment: Mapping[str, str], demo_url: str, given: str
) -> list[TargetRow]:
    """What was given, the embedded target, the settings' targets, hosts of recent runs."""
    rows: list[TargetRow] = []
    if demo_url:
        rows.append(TargetRow(demo_url, "demo (embedded)", demo_url, "demo"))
    rows += [
        _row(name, name, target.url, target, environment)
        for name, target in settings.targets.items()
    ]
    known = {row.host for row in rows} | {host_of(row.url) for row in rows}
    if given and given not in known and host_of(given) not in known:
        rows.insert(0, TargetRow(given, host_of(given) or given, redact_url(given), "given"))
        known |= {given, host_of(given)}
    for url in _recent(store):
        if host_of(url) not in known:
            known.add(host_of(url))
            rows.append(TargetRow(url, host_of(url), url, "recent"))
    return rows


def _row(
    host: str, name: str, url: str, target: Target, environment: Mapping[str, str]
) -> TargetRow:
    variables = [value.removeprefix(_ENVIRONMENT) for value in target.headers.values()]
    return TargetRow(
        host=host,
        name=safe_line(name, 60),
        url=redact_url(url),
        origin="settings",
        production=target.production,
        max_users=target.max_users,
        max_rps=target.max_rps,
        headers=list(target.headers),
        missing=[name for name in variables if name not in environment],
    )


def _recent(store: Store) -> list[str]:
    """The hosts of the newest runs, each once."""
    found: list[str] = []
    for folder in store.newest(_RUNS_LOOKED_AT):
        try:
            host = folder.read().host
        except PlanError:
            continue
        if host and host not in found and HIDDEN not in host and not _is_gone(host):
            found.append(host)
        if len(found) == _MOST_RECENT:
            break
    return found


def _is_gone(url: str) -> bool:
    """Whether it was a server on a port that the system gave it for that run alone."""
    address = host_of(url)
    if not address:
        return True
    port = urlsplit(url).port
    return bool(_LOOPBACK.match(address)) and port is not None and port >= _EPHEMERAL


def host_to_confirm(host: str, settings: Settings) -> str:
    """The name that has to be typed before load is run on this target; "" for none."""
    url, target = target_of(host, settings)
    if target is None or not target.production:
        return ""
    return urlsplit(url).hostname or host_of(url)
