"""What Setup asks: scenarios, targets, shapes ahead of time, plans, a smoke; nothing raises."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from lftui.choices import Choice
from lftui.choices.completing import fitted
from lftui.choices.offers import Preflight
from lftui.records import Loaded, OptionFact, ShapeFact, Smoked, UserClassFact
from lftui.services.setup import SetupServices
from lftui.supervisor.store import RunFile, RunFolder
from tests.runs.live import wait_for
from tests.runs.target import Target
from tests.unit.test_validation_target import CERTIFICATE, serving

SCENARIO = '''
"""What readers do."""
from locust import HttpUser, LoadTestShape, events, tag, task

@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--api-key", required=True, is_secret=True)

class Reader(HttpUser):
    weight = 3
    @tag("read")
    @task
    def page(self):
        self.client.get("/page")

class Writer(HttpUser):
    @tag("write")
    @task
    def form(self):
        self.client.post("/form")

class Two(LoadTestShape):
    def tick(self):
        return (2, 2) if self.get_run_time() < 30 else None
'''
SETTINGS = """
thresholds = ["p95_ms<5s", "error_ratio<5%", "p95_ms<1s:warning"]
[targets.staging]
url = "http://127.0.0.1:1"
max_users = 50
[targets.live]
url = "https://api.example"
production = true
headers = { Authorization = "env:LIVE_TOKEN" }
"""
BASELINE = {
    "endpoints": {},
    "thresholds": {"warning": {"response_time_p95_ms": 500}},
    "load_scenarios": {"peak": {"users": 40, "duration_minutes": 2}, "plain": {}},
}
LOADED = Loaded(
    files=["locustfiles/ok.py"],
    user_classes=[
        UserClassFact("Reader", weight=3, tasks={"page": 1.0}, tags=["read"], base="HttpUser"),
        UserClassFact("Writer", tasks={"form": 1.0}, tags=["write"], base="HttpUser"),
    ],
)
CHOICE = Choice(locustfile="locustfiles/ok.py", host="http://127.0.0.1:1", shape="steps:to=20")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "locustfiles").mkdir()
    (tmp_path / "locustfiles" / "ok.py").write_text(SCENARIO)
    (tmp_path / "locustfiles" / "broken.py").write_text("import os\nimport nothing_like_it\n")
    (tmp_path / "lftui.toml").write_text(SETTINGS)
    (tmp_path / "baseline.json").write_text(json.dumps(BASELINE))
    return tmp_path


Make = Callable[..., SetupServices]


@pytest.fixture
def make(folder: Path) -> Make:
    def services(demo_url: str = "", **variables: str) -> SetupServices:
        environment = {**os.environ, "LFTUI_RUNS_DIR": str(folder / "runs"), **variables}
        return SetupServices(folder, demo_url=demo_url, environment=environment)

    return services


def with_(**changes: Any) -> Choice:
    return msgspec.structs.replace(CHOICE, **changes)


# --- scenarios -----------------------------------------------------------------------------------


def test_a_broken_locustfile_is_one_sentence_and_does_not_stop_the_others(
    make: Make, folder: Path
) -> None:
    async def tried() -> None:
        services = make()
        rows = await services.scenarios()
        assert [row.name for row in rows] == ["broken", "ok"]
        broken, good = await asyncio.gather(*(services.describe(row.path) for row in rows))
        assert isinstance(broken, str)
        assert broken == (
            "locustfiles/broken.py:2: ModuleNotFoundError: No module named 'nothing_like_it'"
        )
        # Its required option has no value yet: what it is has to be known before one can give it.
        assert isinstance(good, Loaded)
        assert [fact.name for fact in good.own_options] == ["--api-key"]
        assert [one.name for one in good.user_classes] == ["Reader", "Writer"]
        assert services.described(rows[1].path) is good
        assert await services.describe(rows[1].path) is good
        await looks_again_at_what_changed(services, folder)
        await agrees_with_the_generator(services, rows[1].path, good)

    def rows_path(path: Path) -> str:
        return str(path.relative_to(folder))

    async def looks_again_at_what_changed(services: SetupServices, folder: Path) -> None:
        assert await services.changed() == []
        path = folder / "locustfiles" / "broken.py"
        path.write_text("from locust import HttpUser\nclass Whole(HttpUser): pass\n")
        assert rows_path(path) in await services.changed()
        await services.scenarios()
        assert await services.changed() == []
        mended = await services.describe(rows_path(path))
        assert isinstance(mended, Loaded)

    async def agrees_with_the_generator(services: SetupServices, path: str, loaded: Loaded) -> None:
        """What is said of a choice without asking is what the generator would say."""
        choice = Choice(
            locustfile=path, classes=["Writer"], own_options={"--api-key": "k"}, users=7,
            spawn_rate=2.0, run_time="1m", tags=["write"], shape="ramp", host="http://h",
            rest=["--threshold", "p95_ms<2s"],
        )  # fmt: skip
        words = [word for word in services.argv(choice, loaded) if word not in ("-f", path)]
        asked = await services.describe(path, words)
        assert isinstance(asked, Loaded)
        told = fitted(loaded, choice)
        assert told.user_classes == asked.user_classes
        assert told.options | {"run_time": 60} == asked.options | {"user_classes": ["Writer"]}
        assert sorted(told.ours) == sorted(asked.ours)

    asyncio.run(tried())


def test_a_description_that_nobody_waits_for_leaves_no_process(make: Make, folder: Path) -> None:
    slow = folder / "locustfiles" / "slow.py"
    slow.write_text("import time\ntime.sleep(600)\n")

    before = set(psutil.Process().children())  # another test's browser, for one

    def started() -> list[psutil.Process]:
        new = set(psutil.Process().children()) - before
        return [one for one in new if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    async def tried() -> None:
        services = make()
        await services.scenarios()
        asked = asyncio.create_task(services.describe(str(slow)))
        await asyncio.to_thread(wait_for, started, "a generator")
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert started() == []

    asyncio.run(tried())


def test_what_was_given_comes_first_and_once(make: Make, folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    given = folder / "elsewhere" / "ok.py"
    given.write_text(SCENARIO)
    rows = asyncio.run(make().scenarios(str(given)))
    assert [(row.origin, row.path) for row in rows] == [
        ("given", str(given)),
        ("here", "locustfiles/broken.py"),
        ("here", "locustfiles/ok.py"),
    ]
    assert rows[0].name == str(given)
    again = asyncio.run(make().scenarios(str(folder / "locustfiles" / "ok.py")))
    assert [row.name for row in again] == ["ok", "broken"]


def test_the_demo_brings_its_own_scenarios(make: Make) -> None:
    rows = asyncio.run(make("http://127.0.0.1:5").scenarios())
    assert {row.name for row in rows if row.origin == "bundled"} >= {"main", "stress"}


# --- targets -------------------------------------------------------------------------------------


def a_run(folder: Path, name: str, **facts: Any) -> None:
    place = folder / "runs" / name
    place.mkdir(parents=True)
    RunFolder(place).write(RunFile(id=name, **facts))


def test_targets_are_those_of_the_settings_and_of_recent_runs(make: Make, folder: Path) -> None:
    hosts = ["https://old.example", "http://127.0.0.1:40001", "https://***@secret.example",
             "http://127.0.0.1:1", "https://old.example/base"]  # fmt: skip
    for number, host in enumerate(hosts):
        a_run(folder, f"run-{number}", host=host)
    rows = asyncio.run(make("http://127.0.0.1:5").targets("https://new.example"))
    assert [(row.origin, row.name) for row in rows] == [
        ("given", "new.example"),
        ("demo", "demo (embedded)"),
        ("settings", "staging"),
        ("settings", "live"),
        ("recent", "old.example"),
    ]
    assert rows[3].production
    assert rows[3].missing == ["LIVE_TOKEN"]
    assert rows[2].max_users == 50


def test_production_has_to_be_typed(make: Make) -> None:
    async def tried() -> None:
        services = make(LIVE_TOKEN="x")
        for host in ("live", "https://api.example/v2"):
            choice = with_(host=host)
            assert await services.confirmation(choice, LOADED) == "api.example"
            assert await services.check(choice, LOADED) == [
                "this is production: type api.example to confirm it"
            ]
            for words in ("api.example", "https://api.example" if host == "live" else host):
                typed = msgspec.structs.replace(choice, confirmed=words)
                assert await services.check(typed, LOADED) == []
        at_home = msgspec.structs.replace(
            LOADED,
            user_classes=[UserClassFact("Reader", tasks={"t": 1}, host="https://api.example")],
        )
        assert await services.confirmation(with_(host=""), at_home) == "api.example"
        assert await services.confirmation(CHOICE, LOADED) == ""

    asyncio.run(tried())


def look(services: SetupServices, host: str, confirmed: str = "") -> Preflight:
    return asyncio.run(services.preflight(host, confirmed))


def test_a_preflight_says_each_step(make: Make) -> None:
    with serving({"/health": 200}) as server:
        found = look(make(), f"http://me:s3cret@{server.place}")
    assert (found.error, found.level, found.status) == ("", "good", 200)
    assert found.addresses == ["127.0.0.1"]
    assert [one.name for one in found.seen] == ["TCP", "health"]
    assert found.summary().startswith("health 200 ")
    assert server.asked == ["/healthz", "/health"]
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("statuses", "level", "word"),
    [
        ({"/healthz": 503}, "critical", "not well"),
        ({"/healthz": 401}, "warning", "credentials"),
        ({"/healthz": 429}, "warning", "limits"),
        ({}, "good", "404"),
    ],
)
def test_a_preflight_judges_the_health(
    make: Make, statuses: dict[str, int], level: str, word: str
) -> None:
    with serving(statuses) as server:
        found = look(make(), f"http://{server.place}")
    assert found.level == level
    assert word in found.seen[-1].text + found.seen[-1].remedy


def test_a_preflight_sends_the_headers_of_the_target_and_hides_them(
    make: Make, folder: Path
) -> None:
    with serving({"/healthz": 200}) as server:
        (folder / "lftui.toml").write_text(
            f'[targets.here]\nurl = "http://{server.place}"\n'
            'headers = { X-Key = "env:HERE_KEY" }\n'
        )
        assert "needs HERE_KEY" in look(make(), "here").error
        assert server.asked == []
        found = look(make(HERE_KEY="s3cret-key"), "here")
    assert found.status == 200
    assert "s3cret" not in repr(found)


def test_a_preflight_sees_a_certificate_that_nobody_trusts(make: Make, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(CERTIFICATE)
    with serving({"/healthz": 200}, certificate) as server:
        found = look(make(), f"https://{server.place}")
    assert found.status == 200
    assert found.level == "warning"
    assert "not trusted" in found.summary()


def test_a_preflight_leaves_alone_what_it_may_not_visit(make: Make, folder: Path) -> None:
    found = look(make(), "live")
    assert (found.error, found.level) == ("", "warning")
    assert "api.example is typed" in found.seen[0].text
    assert "is no URL" in look(make(), "nonsense").error
    (folder / "lftui.toml").write_text('allow = ["*.example"]\n')
    assert "the settings allow" in look(make(), "http://127.0.0.1:9").error
    assert "cannot be reached" in look(make("http://127.0.0.1:1"), "http://127.0.0.1:1").error


def test_the_guard_says_what_it_will_do(make: Make, folder: Path) -> None:
    async def said(choice: Choice) -> str:
        return await make().guard(choice, LOADED)

    assert asyncio.run(said(CHOICE)) == "guard: p95>5s or err>5% for 10s → warn"
    assert asyncio.run(said(with_(host="live"))) == "guard: p95>5s or err>5% for 10s → stop"
    assert asyncio.run(said(with_(guard="hold"))).endswith("→ hold")
    assert asyncio.run(said(with_(guard="off"))) == "guard: off"
    (folder / "lftui.toml").write_text("")
    assert "no critical limit" in asyncio.run(said(CHOICE))
    (folder / "baseline.json").write_text("[")
    assert asyncio.run(said(CHOICE)).startswith("guard: the baseline ")


# --- shapes --------------------------------------------------------------------------------------


def test_a_preview_is_the_shapes_own_users(make: Make, folder: Path) -> None:
    async def tried() -> None:
        services = make()
        found = await services.preview(with_(shape="steps:start=10,step=10,to=30"), LOADED)
        assert (found.peak, found.total_s, found.error) == (30, 180.0, "")
        assert found.marks == [60.0, 120.0]
        assert found.points[0] == (0.0, 0)
        assert found.points[-1] == (180.0, 30)
        endless = await services.preview(with_(shape="manual", users=4), LOADED)
        assert (endless.total_s, endless.peak) == (None, 4)
        (folder / "day.toml").write_text('[[stage]]\nusers = 5\nlength = "1m"\n')
        assert (await services.preview(with_(shape="day.toml"), LOADED)).peak == 5
        timed = await services.preview(with_(run_time="90s"), LOADED)
        assert timed.total_s == 90.0

    asyncio.run(tried())


def test_a_preview_of_a_rate_has_its_iterations_and_its_most_users(make: Make) -> None:
    async def tried() -> None:
        services = make(LFTUI_RATE="30/m")
        rate = with_(shape="rate:rate=20,for=1m,ramp-in=10s", host="http://127.0.0.1:2")
        found = await services.preview(rate, LOADED)
        assert (found.unit, found.peak, found.total_s) == ("rate", 20.0, 60.0)
        assert (found.iterations, found.max_users) == (1100.0, 300)
        assert (found.points[0], found.points[-1]) == ((0.0, 0.0), (60.0, 20.0))
        for given, users in (({"host": "staging"}, 50), ({"max_users": 7}, 7), ({"users": 9}, 9)):
            found = await services.preview(msgspec.structs.replace(rate, **given), LOADED)
            assert (found.max_users, found.error) == (users, "")
        many = await services.preview(
            msgspec.structs.replace(rate, host="staging", max_users=51), LOADED
        )
        assert "ceiling of 50 users" in many.error
        assert set(many.field_errors) == {"--max-users"}
        completed = await services.complete(with_(shape=""), LOADED)
        assert completed.shape == "rate:rate=0.5"

    asyncio.run(tried())


def test_a_preview_says_what_is_wrong_beside_the_field(make: Make) -> None:
    async def tried() -> None:
        services = make()
        wrong = await services.preview(with_(shape="steps:start=x,to=5"), LOADED)
        assert set(wrong.field_errors) == {"start"}
        timed = await services.preview(with_(run_time="soon"), LOADED)
        assert set(timed.field_errors) == {"run_time"}
        high = await services.preview(with_(host="staging", shape="steps:to=60"), LOADED)
        assert "ceiling of 50 users" in high.error
        assert high.points
        assert (await services.preview(with_(shape="missing.toml"), LOADED)).error

    asyncio.run(tried())


def test_a_shape_of_the_locustfile_is_previewed(make: Make, folder: Path) -> None:
    loaded = msgspec.structs.replace(LOADED, shapes=[ShapeFact("Two")])
    path = str(folder / "locustfiles" / "ok.py")
    choice = with_(locustfile=path, shape="Two", own_options={"--api-key": "k"})
    found = asyncio.run(make().preview(choice, loaded))
    assert (found.peak, found.reason) == (2, "")
    assert found.total_s == pytest.approx(30.0, abs=2.0)
    assert "Two of the locustfile" in found.sentence


def test_requests_are_guessed_by_the_last_run_of_the_scenario(make: Make, folder: Path) -> None:
    facts = {"requests": 1200, "duration_s": 60.0, "users_max": 10}
    scenario = "locustfiles/ok.py"
    a_run(folder, "a", scenario="locustfiles/other.py", facts={**facts, "requests": 9})
    a_run(folder, "b", scenario=scenario, facts=facts)  # 2 a second of each user
    choice = with_(shape="stages:10x100s@10")
    found = asyncio.run(make().preview(choice, LOADED))
    assert found.requests_guess == 2000
    assert asyncio.run(make().preview(with_(shape="manual"), LOADED)).requests_guess is None


def test_nothing_chosen_yet_is_no_error(folder: Path) -> None:
    below = folder / "below"  # a baseline lies above it, which is nobody's here
    below.mkdir()

    async def tried() -> None:
        services = SetupServices(below, runs_dir=str(folder / "runs"))
        nothing = Choice()
        assert (await services.preview(nothing)).peak == 1
        assert "no critical limit" in await services.guard(nothing)
        assert await services.presets(nothing) == []
        assert await services.confirmation(nothing) == ""
        assert await services.check(nothing) == ["no scenario is chosen"]
        assert await services.changed() == []
        assert services.described("x.py") is None

    asyncio.run(tried())


def test_presets_come_from_the_baseline_that_is_found(make: Make, folder: Path) -> None:
    async def tried() -> None:
        services = make()
        presets = await services.presets(CHOICE)
        assert [(one.name, one.sentence) for one in presets] == [
            ("peak", "40 users for 2m"),
            ("plain", "without users and run time"),
        ]
        chosen = await services.choose_preset(with_(shape=""), "peak")
        assert (chosen.users, chosen.run_time, chosen.preset) == (40, "2m", "peak")
        assert (await services.preview(chosen, LOADED)).peak == 40
        assert await services.choose_preset(CHOICE, "storm") == CHOICE
        assert await services.presets(with_(baseline="none")) == []
        (folder / "baseline.json").write_text("{")
        assert await services.presets(CHOICE) == []

    asyncio.run(tried())


# --- what would refuse it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"locustfile": ""}, "no scenario is chosen"),
        ({"classes": ["Nobody"]}, "no user class Nobody; it has Reader, Writer"),
        ({"weights": {"Reader": 0.0, "Writer": 0.0}}, "give one a weight above 0"),
        ({"tags": ["other"]}, "no task has the tag other"),
        ({"tags": ["read"], "exclude_tags": ["read"]}, "both included and excluded"),
        ({"host": ""}, "no target"),
        ({"host": "nonsense"}, "is no URL"),
        ({"host": "live"}, "the header Authorization needs LIVE_TOKEN"),
        ({"run_time": "soon"}, "is not a duration"),
        ({"shape": "steps:to=x"}, "is not a number of users"),
        ({"preset": "storm"}, "no such load scenario"),
        ({"baseline": "no.json"}, "no.json"),
        ({"own_options": {"--mode": "c"}}, "--mode is 'c'; it is one of a, b"),
        ({"rest": ["--threshold", "nonsense"]}, "cannot be read"),
    ],
)
def test_what_would_refuse_the_run_is_said_before(
    make: Make, changes: dict[str, Any], sentence: str
) -> None:
    loaded = msgspec.structs.replace(LOADED, own_options=[OptionFact("--mode", choices=["a", "b"])])
    found = asyncio.run(make().check(with_(**changes), loaded))
    assert any(sentence in one for one in found), found


def test_a_run_that_can_begin_is_refused_by_nothing(make: Make) -> None:
    assert asyncio.run(make().check(CHOICE, LOADED)) == []
    needed = msgspec.structs.replace(LOADED, own_options=[OptionFact("--key", required=True)])
    assert asyncio.run(make().check(CHOICE, needed)) == ["--key is needed: give it a value"]
    given = with_(own_options={"--key": "k"})
    assert asyncio.run(make().check(given, needed)) == []


def test_bad_settings_are_a_sentence_and_defaults(make: Make, folder: Path) -> None:
    (folder / "lftui.toml").write_text('on_disconnect = "dance"\n')

    async def tried() -> None:
        services = make()
        settings, wrong = await services.settings()
        assert settings.targets == {}
        assert wrong.startswith("lftui.toml: on_disconnect: ")
        assert await services.check(CHOICE, LOADED) == [wrong]
        assert await services.targets() == []

    asyncio.run(tried())


# --- one user ------------------------------------------------------------------------------------


def test_a_smoke_runs_each_chosen_task_once(make: Make, folder: Path, target: Target) -> None:
    async def rows(choice: Choice) -> list[Smoked]:
        return [row async for row in make().smoke(choice)]

    path = str(folder / "locustfiles" / "ok.py")
    choice = with_(
        locustfile=path, host=target.url, classes=["Reader"], own_options={"--api-key": "k"}
    )
    found = asyncio.run(rows(choice))
    assert [(row.method, row.name, row.status) for row in found] == [("GET", "/page", 200)]
    assert target.counts() == {"/page": 1}
    refused = asyncio.run(rows(msgspec.structs.replace(choice, host="live")))
    assert [row.task for row in refused] == [""]
    assert "is production" in refused[0].error


# --- plans ---------------------------------------------------------------------------------------


def test_plans_are_kept_and_secrets_are_not(make: Make, folder: Path) -> None:
    async def tried() -> None:
        services = make()
        assert await services.last_plan() == (None, "")
        assert await services.plan_names() == []
        choice = with_(users=5, own_options={"--api-key": "s3cret", "--mode": "a"})
        assert await services.remember(choice) == ""
        assert await services.save_plan("night 2", choice) == ""
        assert await services.plan_names() == ["night 2"]
        kept = with_(users=5, own_options={"--mode": "a"})
        assert await services.last_plan() == (kept, "")
        assert await services.load_plan("night 2") == (kept, "")
        assert await services.load_plan("day") == (None, "there is no plan day; there is night 2")
        assert await services.delete_plan("night 2") == ""
        assert await services.delete_plan("night 2") == "there is no plan night 2"
        for path in (folder / "runs").rglob("*"):
            assert path.is_dir() or "s3cret" not in path.read_text()

    asyncio.run(tried())


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "x" * 61, "a\nb", "-f"])
def test_a_plan_has_a_name_that_is_one(make: Make, name: str) -> None:
    assert "is no name for a plan" in asyncio.run(make().save_plan(name, CHOICE))


@pytest.mark.parametrize("text", [b"users = ", b"\xff", b'users = "many"', b"#" * 2_000_000])
def test_a_broken_plan_is_one_sentence(make: Make, folder: Path, text: bytes) -> None:
    (folder / "runs").mkdir()
    (folder / "runs" / "last-plan.toml").write_bytes(text)
    choice, wrong = asyncio.run(make().last_plan())
    assert choice is None
    assert "last-plan.toml cannot be read: " in wrong
    assert "\n" not in wrong
