"""From the command line and the settings to a plan, or to one sentence why not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from lftui.expectations import Resolve, expectations
from lftui.export_targets import planned_exports
from lftui.judge.steps.searched import planned_rules
from lftui.open_load import open_workload, shape_words
from lftui.options import figures_at
from lftui.plan import PlanError, RunPlan, check_rate, check_users, parse_duration, parse_start_at
from lftui.records import Loaded
from lftui.safe_text import HIDDEN, Redactor, redact_arguments, redact_url
from lftui.settings import Settings, Target, check_target, host_of, read_stages, target_of
from lftui.shapes import Shape, keep_within, limited, parse_shape, stages_from_toml

_HTTP_USERS = ("HttpUser", "FastHttpUser", "PytestUser", "LeanHttpUser")
_MASTER_PORT = 5557
_MOST_PROCESSES = 256
_MOST = 1_000_000_000_000


class Planned(msgspec.Struct, frozen=True):
    """A plan and what surrounds it.

    Attributes:
        shape: one of lftui's shapes; None for a shape of the locustfile.
        embedded: fields of `RunStarted` that are not the generator's business.
    """

    plan: RunPlan
    shape: Any
    embedded: dict[str, Any]


def make_plan(
    argv: list[str],
    loaded: Loaded,
    options: Mapping[str, str],
    settings: Settings,
    folder: Path,
    headless: bool,
    trusted_host: str | None = None,
    resolve: Resolve | None = None,
) -> Planned:
    """The plan of a run.

    Args:
        argv: the whole command line, for the journal.
        loaded: what the generator said of the scenario and of Locust's options.
        options: lftui's own options.
        folder: the working directory.
        headless: no console.
        trusted_host: the embedded target's own address, which no rule refuses.
        resolve: reads a stored run as a baseline.

    Raises:
        PlanError: something cannot work.
    """
    theirs = loaded.options
    if theirs.get("worker"):
        raise PlanError("a worker makes no plan; begin it with: lftui --worker --master-host HOST")
    host, target = _target(loaded, options, settings, trusted_host)
    expected = expectations(loaded.files, options, settings, folder, resolve)
    preset_users, preset_s = expected.preset_load()
    users = check_users(int(_or(_or(theirs.get("num_users"), preset_users), 1)), "-u (users)")
    rate = check_rate(float(_or(theirs.get("spawn_rate"), 1)), "-r (spawn rate)")
    run_time = _or(theirs.get("run_time"), preset_s)
    from_ramp = options.get("run-time-from") == "ramp"
    given_users = users if _or(theirs.get("num_users"), preset_users) is not None else None
    given_rate = rate if theirs.get("spawn_rate") is not None else None
    shape_time = None if from_ramp else run_time
    spec = shape_words(options, [one.name for one in loaded.shapes])
    locust_shape, shape = _shape(loaded, spec, given_users, given_rate, shape_time)
    if from_ramp:
        _check_from_ramp(run_time, shape)
    expected = msgspec.structs.replace(expected, rules=planned_rules(shape, expected.rules))
    ceiling = target.max_users if target else None
    keep_within(shape, ceiling, target.max_rps if target else None)
    workload = open_workload(options, shape, loaded.user_classes, given_users, target)
    if workload is not None:
        users = workload.max_users
    else:
        check_users(max(users, shape.peak if shape is not None else 0), "the load's peak", ceiling)
    plan = RunPlan(
        argv=_shown_arguments(argv, loaded),
        locustfiles=loaded.files,
        user_classes=[one.name for one in loaded.user_classes if one.chosen],
        tags=list(theirs.get("tags") or []),
        exclude_tags=list(theirs.get("exclude_tags") or []),
        host=host,
        users=users,
        spawn_rate=rate,
        given_users=given_users,
        given_rate=given_rate,
        run_time_s=float(run_time) if run_time else None,
        duration_s=_duration(shape, run_time + users / rate if from_ramp else run_time),
        shape=None if locust_shape else _spec(spec, shape),
        locust_shape=locust_shape,
        shape_sentence=_sentence(locust_shape, shape, run_time),
        stages=[msgspec.to_builtins(stage) for stage in shape.stages] if shape else [],
        open_workload=workload,
        stop_timeout_s=_seconds(theirs.get("stop_timeout"))
        if _said(loaded, "stop_timeout")
        else None,
        exit_code_on_error=theirs.get("exit_code_on_error")
        if _said(loaded, "exit_code_on_error")
        else None,
        reset_stats=bool(theirs.get("reset_stats")),
        headless=headless,
        in_process="in-process" in options,
        on_disconnect=options.get("on-disconnect") or settings.on_disconnect,  # type: ignore[arg-type]
        settle_s=parse_duration(options["settle"]) if options.get("settle") else 3.0,
        max_users=ceiling,
        max_rps=target.max_rps if target else None,
        headers=dict(target.headers) if target else {},
        fail_on=options.get("fail-on") or "critical",  # type: ignore[arg-type]
        http_client=options.get("http-client") or "stock",  # type: ignore[arg-type]
        timings="timings" in options,
        **_limits(options),
        figures_at=figures_at(options),
        **_workers(loaded, options),
        preset=expected.preset,
        exports=planned_exports(theirs, options, users, rate),
        **_guard(options, settings, bool(target and target.production)),
    )
    embedded = {"production": bool(target and target.production), **expected.embedded()}
    return Planned(plan, shape, embedded)


def _shown_arguments(argv: list[str], loaded: Loaded) -> list[str]:
    """The command line without its secrets: those of options whose names, or the locustfile, say
    that they are."""
    secret = {option.name for option in loaded.own_options if option.secret}
    shown: list[str] = []
    for number, word in enumerate(argv):
        name, equals, _ = word.partition("=")
        if name in secret and equals:
            shown.append(f"{name}={HIDDEN}")
        elif number and argv[number - 1] in secret:
            shown.append(HIDDEN)
        else:
            shown.append(word)
    return redact_arguments(shown, Redactor.from_environment(os.environ))


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _said(loaded: Loaded, name: str) -> bool:
    return name in loaded.explicit


def _seconds(value: Any) -> float:
    return float(value or 0)


def _target(
    loaded: Loaded, options: Mapping[str, str], settings: Settings, trusted: str | None
) -> tuple[str | None, Target | None]:
    given = loaded.options.get("host")
    chosen = [one for one in loaded.user_classes if one.chosen]
    if given is None:
        homeless = [one.name for one in chosen if one.base in _HTTP_USERS and not one.host]
        if homeless:
            raise PlanError(f"no target: give one with -H, or set `host` on {', '.join(homeless)}")
        for one in chosen:
            if one.host:
                url, target = target_of(one.host, settings)
                check_target(url, target, settings, options.get("confirm-target"))
        return None, None
    url, target = target_of(str(given), settings)
    if not host_of(url) and any(one.base in _HTTP_USERS for one in chosen):
        raise PlanError(f"the target '{redact_url(url)}' is no URL like https://staging.example")
    if url != trusted:
        check_target(url, target, settings, options.get("confirm-target"))
    return url, target


def _shape(
    loaded: Loaded,
    spec: str | None,
    users: int | None,
    rate: float | None,
    run_time: float | None,
) -> tuple[str | None, Shape | None]:
    names = [shape.name for shape in loaded.shapes]
    if spec is None and names:
        return names[0], None
    if spec is not None and spec in names:
        return spec, None
    if spec is not None and spec.endswith(".toml"):
        return None, limited(stages_from_toml(read_stages(spec)), run_time)
    try:
        return None, parse_shape(spec or "constant", users, rate, run_time)
    except PlanError as error:
        if names and "unknown" in str(error):
            raise PlanError(f"{error}; the locustfile has {', '.join(names)}") from None
        raise


def _duration(shape: Shape | None, run_time: float | None) -> float | None:
    ends = [end for end in (run_time, shape.duration_s if shape else None) if end]
    return float(min(ends)) if ends else None


def _spec(spec: str | None, shape: Shape | None) -> str:
    spec = spec or "constant"
    if not spec.endswith(".toml") or shape is None:
        return spec
    stages = (f"{stage.users}x{stage.length_s:g}s@{stage.spawn_rate:g}" for stage in shape.stages)
    return "stages:" + ",".join(stages)


def _sentence(locust_shape: str | None, shape: Shape | None, run_time: float | None) -> str:
    if shape is not None:
        return shape.sentence()
    from lftui.plan import say_duration

    ending = f", at most {say_duration(run_time)}" if run_time else ""
    return f"{locust_shape} of the locustfile{ending}"


def _guard(options: Mapping[str, str], settings: Settings, production: bool) -> dict[str, Any]:
    """The plan's fields about the guard: on production it stops the run, unless told otherwise."""
    guard = settings.guard
    action = options.get("guard") or guard.action or ("stop" if production else "warn")
    return {
        "guard_action": action,
        "guard_stalled": guard.stalled or ("hold" if action == "step-back" else action),
        "guard_window_s": guard.window,
        "guard_grace_s": guard.grace,
        "guard_min_samples": guard.min_samples,
    }


def _check_from_ramp(run_time: float | None, shape: Shape | None) -> None:
    if not run_time:
        raise PlanError("--run-time-from ramp needs -t: how long the load stays once all users run")
    if shape is None or shape.name != "constant":
        raise PlanError(
            "--run-time-from ramp is for one level of users; a shape says itself how long it lasts"
        )


def _limits(options: Mapping[str, str]) -> dict[str, Any]:
    """The plan's fields about its end and its beginning."""
    found: dict[str, Any] = {
        name: _count(options[name], f"--{name}")
        for name in ("iterations", "requests")
        if name in options
    }
    if "run-time-from" in options:
        found["run_time_from"] = options["run-time-from"]
    if "start-at" in options:
        found["start_at"] = parse_start_at(options["start-at"], datetime.now().astimezone())
    return found


def _count(text: str, option: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:20]) <= _MOST:
        raise PlanError(f"{option} is '{text[:40]}'; give a whole number from 1 to {_MOST:,}")
    return int(text)


def _workers(loaded: Loaded, options: Mapping[str, str]) -> dict[str, Any]:
    """The plan's fields about workers."""
    theirs = loaded.options
    processes = _processes(theirs.get("processes"))
    master = bool(theirs.get("master"))
    given = [name for name in ("master_bind_host", "expect_workers") if _said(loaded, name)]
    if given and not (master or processes):
        option = "--" + given[0].replace("_", "-")
        raise PlanError(f"{option} is for a run with workers; give --master or --processes as well")
    if not (master or processes):
        return {}
    if "in-process" in options:
        raise PlanError("--in-process is one process; leave it away, or --processes and --master")
    # Locust's own default is every interface; a port without a password is opened only on purpose.
    host = theirs.get("master_bind_host") if _said(loaded, "master_bind_host") else "127.0.0.1"
    said_port = master or _said(loaded, "master_bind_port")
    given_port = theirs.get("master_bind_port")
    port = (_MASTER_PORT if given_port is None else int(given_port)) if said_port else 0
    if not 0 <= port <= 65535:
        raise PlanError(f"--master-bind-port is {port}; a port is a number up to 65535")
    remote = int(theirs.get("expect_workers") or 1) if _said(loaded, "expect_workers") else 0
    wait_s = float(theirs.get("expect_workers_max_wait") or 0)
    return {
        "processes": processes,
        "master": master,
        "master_bind_host": "0.0.0.0" if host == "*" else str(host),
        "master_bind_port": port,
        "expect_workers": max(remote, processes, 1),
        "expect_workers_max_wait_s": wait_s or None,
    }


def _processes(given: Any) -> int:
    """How many local workers: -1 stands for one per core, but for the one of the master."""
    wanted = int(given or 0)
    if wanted < -1 or wanted > _MOST_PROCESSES:
        raise PlanError(
            f"--processes is {wanted}; give 1 to {_MOST_PROCESSES}, or -1 for one per core but one"
        )
    cores = len(os.sched_getaffinity(0))
    return max(cores - 1, 1) if wanted == -1 else wanted
