"""`[monitor]` of the settings: what it may say, and one sentence for what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lftui.expectations import row_rules
from lftui.judge.thresholds.threshold import parse_threshold
from lftui.monitor.sources import embedded, monitored
from lftui.monitor_settings import Monitor
from lftui.plan import PlanError
from lftui.records import Loaded, UserClassFact
from lftui.settings import Settings, read_settings

ROW = '[[monitor.sources.api.rows]]\nname = "queue"\n'
API = '[monitor.sources.api]\nmetrics = "http://127.0.0.1:9/metrics"\n'


def read(folder: Path, text: str) -> Settings:
    (folder / "lftui.toml").write_text(text)
    return read_settings(None, folder)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(PlanError) as caught:
        read(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'lftui.toml'}: ")


def source(**fields: Any) -> Monitor:
    return Monitor.model_validate({"sources": {"api": fields}})


def test_every_kind_of_source_is_read(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        [monitor]
        every = "5s"
        [monitor.sources.prom]
        prometheus = "https://prom.example:9090"
        headers = { Authorization = "env:PROM_TOKEN" }
        rows = [{ name = "db", query = "sum(pg_stat_activity_count)", unit = "connections" }]
        [monitor.sources.api]
        metrics = "http://127.0.0.1:8000/metrics"
        timeout = "0.5s"
        rows = [{ name = "pool", metric = "in_use", of = "size", scale = 100, unit = "%" }]
        [monitor.sources.usage]
        json = "http://127.0.0.1:8000/usage"
        rows = [{ name = "calls", path = ["external.api", "calls"], rate = true, critical = ">10" }]
        [monitor.sources.machine]
        host = true
        [monitor.sources.postgres]
        process = "postgres"
        rows = [{ name = "db_memory", measure = "memory" }]
        """,
    )
    kinds = {name: one.kind for name, one in settings.monitor.sources.items()}
    assert kinds == {
        "prom": "prometheus", "api": "metrics", "usage": "json", "machine": "host",
        "postgres": "process",
    }  # fmt: skip
    machine, postgres = settings.monitor.sources["machine"], settings.monitor.sources["postgres"]
    assert [row.name for row in machine.shown_rows()] == ["cpu_usage", "memory_usage"]
    assert [row.shown_unit for row in machine.shown_rows()] == ["%", "%"]
    assert postgres.rows[0].shown_unit == "B"
    assert (settings.monitor.every, settings.monitor.sources["api"].timeout) == (5.0, 0.5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[monitor]\nevery = '10s'", "monitor.every: '10s' is not from 1s to 5s"),
        ("[monitor]\ntimeout = 'x'", "monitor.timeout: 'x' is not a duration; write it like 90s,"),
        ("[monitor]\nevry = 1", "monitor.evry: there is no such setting"),
        ("[monitor.sources.api]", "monitor.sources.api: give it one of prometheus, metrics, json,"),
        (f"{API}host = true", "monitor.sources.api: give it one of prometheus, metrics, json,"),
        (API, "monitor.sources.api: it has no rows; add [[…rows]]"),
        ("[monitor.sources.'a b']\nhost = true", "monitor.sources: 'a b' is no name of a source"),
        (f"{API}{ROW}", "monitor.sources.api: row queue: metric is missing"),
        (f'{API}{ROW}query = "up"', "monitor.sources.api: row queue: query is not for metrics; it"),
        (f'{API}{ROW}metric = "q"\n{ROW}metric = "p"', "monitor.sources.api: two rows are named"),
        (f'{API}{ROW}metric = "q"\nwarning = "lots"', "monitor.sources.api.rows.0.warning: 'lots'"),
        (f'{API}{ROW}metric = "q"\nscale = inf', "monitor.sources.api.rows.0.scale: Input should"),
        (f'{API}{ROW}metric = "q"\naggregate = "p95"', "monitor.sources.api.rows.0.aggregate: "),
        (
            "[monitor.sources.m]\nhost = true\nrows = [{ name = 'threads' }]",
            "monitor.sources.m: row threads: host has no measure threads; it has cpu_usage,",
        ),
        (
            "[monitor.sources.p]\nprometheus = 'http://h'\n"
            "rows = [{ name = 'q', query = 'c', rate = true }]",
            "monitor.sources.p: row q: rate is not for prometheus; write it into the query",
        ),
        (
            "[monitor.sources.m]\nhost = true\nrows = [{ name = 'cpu usage' }]",
            "monitor.sources.m.rows.0.name: 'cpu usage' is no name of a row; write letters,",
        ),
        (
            "[monitor.sources.p]\nprometheus = 'ftp://h'\nrows = [{ name = 'q', query = 'c' }]",
            "monitor.sources.p.prometheus: this is no URL like http://127.0.0.1:9090",
        ),
        (
            '[monitor.sources.p]\njson = "http://h/\\u001b[31m"\nrows = [{ name = "q", path = "c" }]',
            "monitor.sources.p.json: this is no URL like http://127.0.0.1:9090",
        ),
        (
            "[monitor.sources.p]\njson = 'http://u:secret@h'\nrows = [{ name = 'q', path = 'c' }]",
            "monitor.sources.p.json: a URL with a password would be shown; send it as a header",
        ),
        (
            f"{API}headers = {{ Authorization = 'Bearer abc' }}\n{ROW}metric = 'q'",
            "monitor.sources.api.headers: the header Authorization must come from the environment:",
        ),
        (
            "[monitor.sources.m]\nhost = true\ntarget = 'live'",
            "monitor.sources.m.target: there is no target live; [targets] has none",
        ),
        (
            "[monitor.sources.m]\nhost = true\nrows = ["
            + ",".join(f"{{ name = 'r{n}', measure = 'load' }}" for n in range(61))
            + "]",
            "monitor.sources.m.rows: List should have at most 60 items",
        ),
    ],
)
def test_a_mistake_is_one_sentence_that_names_its_place(
    tmp_path: Path, text: str, sentence: str
) -> None:
    said = refused(tmp_path, text)
    assert said.startswith(sentence)
    assert "secret" not in said
    assert "\n" not in said


# --- which sources belong to a run ---------------------------------------------------------------


def loaded(host: str | None, class_host: str | None = None) -> Loaded:
    return Loaded(
        files=["main.py"],
        user_classes=[UserClassFact(name="U", host=class_host, chosen=True)],
        options={"host": host},
    )


def chosen(settings: Settings, host: str | None, class_host: str | None = None) -> list[str]:
    found = monitored(settings, loaded(host, class_host), "http://127.0.0.1:8000", {})
    return list(found.monitor.sources)


def test_a_source_that_belongs_to_a_target_is_read_for_no_other(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        "targets = { live = { url = 'https://api.example' }, test = { url = 'http://t.example' } }\n"
        "[monitor.sources.here]\nhost = true\n"
        "[monitor.sources.theirs]\nhost = true\ntarget = 'live'\n",
    )
    assert chosen(settings, "live") == chosen(settings, "https://api.example") == ["here", "theirs"]
    assert chosen(settings, "test") == chosen(settings, "http://other.example") == ["here"]
    assert chosen(settings, None, "https://api.example/v1") == ["here", "theirs"]
    assert chosen(settings, None) == ["here"]


def test_the_embedded_target_has_its_own_and_none_of_those_of_others(tmp_path: Path) -> None:
    settings = read(tmp_path, "[monitor.sources.here]\nhost = true\n")
    assert chosen(settings, "http://127.0.0.1:8000") == ["demo"]
    names = [row.name for row in embedded("http://h/").shown_rows()]
    assert names[:2] == ["cpu_usage", "memory_usage"]
    assert {"db_pool_usage", "queue_depth", "api_quota_left"} <= set(names)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "headers.Authorization: the variable TOKEN is not set"),
        ({"TOKEN": "a\nb"}, "headers.Authorization: its name, or the value of TOKEN, cannot be"),
    ],
)
def test_a_header_that_cannot_be_sent_refuses_the_run(
    environment: dict[str, str], sentence: str
) -> None:
    monitor = source(
        json="http://h", headers={"Authorization": "env:TOKEN"}, rows=[{"name": "q", "path": "a"}]
    )
    with pytest.raises(PlanError, match=r"monitor\.sources\.api") as caught:
        monitored(Settings(monitor=monitor), loaded("http://h"), None, environment)
    assert sentence in str(caught.value)
    assert "a\nb" not in str(caught.value)


def test_telemetry_inside_the_generator_is_refused() -> None:
    asked = loaded("http://h")
    asked.options["otel"] = True
    with pytest.raises(PlanError, match=r"--otel .* is not carried out here: .* --prometheus-port"):
        monitored(Settings(), asked, None, {})


# --- limits --------------------------------------------------------------------------------------


def rules(monitor: Monitor, *others: str) -> list[str]:
    found = row_rules(monitor, [parse_threshold(text) for text in others])
    assert all(not one.asked and one.origin == "settings" for one in found)
    return [one.text for one in found]


def test_cpu_and_memory_have_usual_limits_and_others_their_own() -> None:
    monitor = source(
        metrics="http://h",
        rows=[
            {"name": "cpu_usage", "metric": "c"},
            {"name": "memory_usage", "metric": "m", "warning": False, "critical": 95},
            {"name": "quota_left", "metric": "q", "warning": "> 100", "unit": "calls"},
            {"name": "queue", "metric": "q2"},
        ],
    )
    assert rules(monitor) == [
        "cpu_usage<0.7:warning",
        "cpu_usage<0.85:critical",
        "memory_usage<0.95:critical",
        "quota_left@target>100:warning",
    ]


def test_a_limit_that_somebody_wrote_stands_before_that_of_a_row() -> None:
    monitor = source(host=True)
    assert rules(monitor, "cpu_usage@target<95%", "cpu_usage<50%:warning") == [
        "memory_usage<0.7:warning",
        "memory_usage<0.85:critical",
    ]


def test_a_row_that_two_sources_have_is_judged_by_source() -> None:
    monitor = Monitor.model_validate({"sources": {"a": {"host": True}, "b": {"process": 1}}})
    assert rules(monitor, "cpu_usage@target:a<90%", "memory_usage<1", "memory_usage<1:warning") == [
        "cpu_usage@target:a<0.7:warning",
        "cpu_usage@target:b<0.7:warning",
        "cpu_usage@target:b<0.85:critical",
    ]
