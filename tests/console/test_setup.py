"""Setup: what is chosen by keys is what is asked to be run, and every error is beside its field."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from lftui.choices import Choice
from lftui.records import Smoked
from lftui.screens import messages
from lftui.screens.setup import asking
from lftui.screens.setup.parts.field import Field
from lftui.screens.setup.parts.radios import Radios
from lftui.screens.setup.screen import SetupScreen
from lftui.screens.setup.shape_form import ShapeForm
from lftui.screens.setup.target_panel import TargetPane
from tests.console.setup_app import BROKEN, FakeSetup, SetupApp, in_setup, shop, until

Driver = Pilot[Any]


def setup_of(app: SetupApp) -> SetupScreen:
    assert isinstance(app.first, SetupScreen)
    return app.first


async def write(pilot: Driver, text: str) -> None:
    names = {".": "full_stop", ":": "colon", "/": "slash", "-": "minus", ",": "comma"}
    await pilot.press(*(names.get(letter, letter) for letter in text))


async def field(app: SetupApp, pilot: Driver, name: str) -> Field:
    """The field of that name, with the keys on it and its text selected away."""
    found = next(one for one in app.screen.query(Field) if one.name == name)
    found.input.focus()
    await pilot.press("end", "ctrl+u")
    return found


def test_f5_asks_to_run_what_stands_there() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f5")
        assert app.started == [Choice(locustfile="shop.py", host="staging", users=5)]
        assert "starting" in app.text("#answer")

    in_setup(test, Choice(locustfile="shop.py", host="staging", users=5))


def test_the_button_starts_by_enter_and_by_mouse() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.click("StartButton")
        assert len(app.started) == 1
        setup_of(app).refused("no")
        app.screen.query_one("StartButton").focus()
        await pilot.press("enter")
        assert len(app.started) == 2

    in_setup(test)


def test_a_second_f5_waits_for_the_answer_to_the_first() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f5", "f5")
        assert len(app.started) == 1
        setup_of(app).starting("the generator starts…")
        assert "the generator starts" in app.text("#answer")
        setup_of(app).refused("[/foo] the target refuses it")
        assert "[/foo] the target refuses it" in app.text("#answer")
        await pilot.press("f5")
        assert len(app.started) == 2

    in_setup(test)


def test_classes_weights_tags_and_options_by_keys_alone() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("tab", "space")  # BrowseUser off
        assert setup_of(app).choice.classes == ["AdminUser"]
        await pilot.press("space", "tab", "end", "backspace", "7")  # on again, weight 7
        await pilot.press("tab", "tab", "end", "backspace", "2")  # AdminUser fixed at 2
        await pilot.press("tab", "space", "right", "space", "space")  # +read, -write
        await pilot.press("tab", "right", "right")  # flavor: sour
        await pilot.press("tab")
        await write(pilot, "hush")
        await pilot.press("tab", "space", "tab")  # dry
        await write(pilot, "4")
        await pilot.press("f5")
        assert app.started == [
            Choice(
                locustfile="shop.py",
                weights={"BrowseUser": 7.0},
                fixed_counts={"AdminUser": 2},
                tags=["read"],
                exclude_tags=["write"],
                own_options={
                    "--flavor": "sour",
                    "--api-token": "hush",
                    "--dry": "",
                    "--depth": "4",
                },
            )
        ]
        assert "hush" not in app.shown()

    in_setup(test)


def test_without_any_class_it_says_so_and_does_not_start() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("tab", "space", "tab", "tab", "space", "f5")
        assert not app.started
        assert "tick at least one" in app.text("#answer")

    in_setup(test)


def test_a_shape_and_its_parameters_by_keys() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("3", "home", "down", "tab")  # steps
        await write(pilot, "10")
        await pilot.press("tab")
        await write(pilot, "20")
        await pilot.press("enter", "tab")
        await write(pilot, "50")
        await pilot.press("f5")
        assert app.started == [Choice(locustfile="shop.py", shape="steps:start=10,step=20,to=50")]
        await until(pilot, lambda: "then 20 more every 1m up to 50" in app.text("#summary"))
        assert "peak 50 users, about 1,234 requests" in app.text("#summary")

    in_setup(test)


def test_a_rate_its_arrivals_and_its_most_users_by_keys() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("3", "home", *["down"] * 4, "tab")  # rate
        await write(pilot, "50")
        await pilot.press("tab")
        await write(pilot, "5m")
        arrivals = await field(app, pilot, "--arrivals")
        await write(pilot, "odd")
        assert "write poisson or even" in arrivals.error
        await pilot.press("f5")
        assert not app.started
        await pilot.press("ctrl+u")
        await write(pilot, "even")
        await field(app, pilot, "--max-users")
        assert "the most users" in app.text("#shape-help")
        await write(pilot, "20")
        await pilot.press("f5")
        wanted = "rate:rate=50,for=5m"
        assert app.started == [
            Choice(locustfile="shop.py", shape=wanted, arrivals="even", max_users=20)
        ]
        await until(pilot, lambda: "about 15,000 iterations" in app.text("#summary"))
        assert "rate: 50 iterations a second for 5m" in app.text("#summary")

    in_setup(test)


def test_a_bad_parameter_is_said_beside_its_field_and_not_started() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        users = await field(app, pilot, "-u")
        await write(pilot, "many")
        assert "'many'" in users.error or "many is not a number of users" in users.error
        await pilot.press("f5")
        assert not app.started
        assert "many" in app.text("#answer")
        await pilot.press("ctrl+u", "7")
        assert users.error == ""
        await pilot.press("f5")
        assert app.started[0].users == 7

    in_setup(test)


def test_processes_are_asked_for_whatever_the_shape() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        processes = await field(app, pilot, "processes")
        assert "-1: one per core but one" in app.text("#shape-help")
        await write(pilot, "many")
        assert "'many' is no number of processes" in processes.error
        await pilot.press("f5")
        assert not app.started
        await pilot.press("1", "down", "down")  # another file changes nothing of it
        await pilot.press("f5")
        assert not app.started
        processes = await field(app, pilot, "processes")
        await write(pilot, "3")
        assert processes.error == ""
        await until(pilot, lambda: "on 3 worker processes" in app.text("#summary"))
        await pilot.press("f5")
        assert app.started[0].processes == 3

    in_setup(test)


def test_processes_of_a_plan_stand_in_their_field() -> None:
    needs = FakeSetup()
    needs.last = Choice(locustfile="shop.py", processes=-1)

    async def test(app: SetupApp, pilot: Driver) -> None:
        (processes,) = [one for one in app.screen.query(Field) if one.name == "processes"]
        assert processes.text == "-1"
        assert "one worker process per core but one" in app.text("#summary")

    in_setup(test, needs=needs)


def test_what_the_shape_itself_refuses_stands_beside_the_field_it_names() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("3", "home", "down")
        step = await field(app, pilot, "step")
        await write(pilot, "0")
        await until(pilot, lambda: "never gets anywhere" in step.error)
        assert not app.screen.query_one(ShapeForm).fields["start"].error

    in_setup(test)


def test_a_shape_of_the_locustfile_and_locusts_own_way_beside_it() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        assert app.screen.query_one("#kinds", Radios).chosen == "DoubleWave"
        await pilot.press("3", "home", "f5")
        assert app.started[0].shape == "constant"  # else Locust would take the file's

    in_setup(test, Choice(locustfile="waves.py"))


def test_a_preset_of_the_baseline_brings_its_users_and_its_time() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("3", "end")
        await until(pilot, lambda: setup_of(app).choice.preset == "peak_load")
        await until(pilot, lambda: "200 users" in app.text("#kind-help"))
        assert app.screen.query_one(ShapeForm).texts()["-u"] == "200"
        await pilot.press("home")
        assert setup_of(app).choice.preset == ""

    in_setup(test)


def test_another_scenario_leaves_behind_what_was_of_the_first() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("tab", "space")
        app.screen.query_one("#scenarios").focus()
        await pilot.press("end")
        assert setup_of(app).choice == Choice(locustfile="waves.py", host="staging")

    in_setup(test, Choice(locustfile="shop.py", host="staging"))


def test_a_broken_locustfile_is_listed_with_its_error_and_stops_no_other() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        shown = app.shown()
        assert "bad ■ broken" in shown
        assert "waves  1 class" in shown
        await pilot.press("down")
        assert BROKEN in app.text("#about")
        await pilot.press("f5")
        assert not app.started
        assert BROKEN in app.text("#answer")

    in_setup(test)


def test_a_changed_locustfile_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LOOK_AGAIN_S", 0.05)
    needs = FakeSetup()

    async def test(app: SetupApp, pilot: Driver) -> None:
        warmed = len(app.of(messages.Warm))
        needs.files["shop.py"] = "shop.py:9: NameError: name 'x' is not defined"
        needs.news = ["shop.py"]
        await until(pilot, lambda: "NameError" in app.text("#about"))
        needs.files["shop.py"] = msgspec.structs.replace(FakeSetup().files["shop.py"], doc="Anew.")
        needs.news = ["shop.py"]
        await until(pilot, lambda: "Anew." in app.text("#about"))
        await until(pilot, lambda: len(app.of(messages.Warm)) > warmed)

    in_setup(test, needs=needs)


def test_looking_for_locustfiles_is_said_before_they_are_found() -> None:
    async def run() -> None:
        needs = FakeSetup()
        needs.held = asyncio.Event()
        screen = SetupScreen()
        app = SetupApp(screen, setup=needs)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "looking for locustfiles" in app.shown())
            needs.held.set()
            await until(pilot, lambda: "shop  2 classes" in app.shown())

    asyncio.run(run())


def test_production_is_unmistakable_and_its_host_has_to_be_typed() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        assert "PRODUCTION" in app.shown()
        assert app.screen.query_one(TargetPane).has_class("-production")
        await pilot.press("f5")
        assert not app.started
        confirm = next(one for one in app.screen.query(Field) if one.name == "confirm")
        assert "type api.example here" in confirm.error
        assert app.focused is confirm.input
        await write(pilot, "api.exampl")
        await pilot.press("f5")
        assert not app.started
        await pilot.press("e", "f5")
        assert app.started == [Choice(locustfile="shop.py", host="live", confirmed="api.example")]

    in_setup(test, Choice(locustfile="shop.py", host="live"))


def test_what_was_confirmed_is_forgotten_with_the_target() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("2", "up")
        await until(pilot, lambda: not app.screen.query_one(TargetPane).has_class("-production"))
        assert setup_of(app).choice.confirmed == ""

    in_setup(test, Choice(locustfile="shop.py", host="live", confirmed="api.example"))


def test_another_url_is_typed_and_looked_at() -> None:
    needs = FakeSetup()

    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("2", "end", "f5")
        assert not app.started  # no URL yet
        assert "type the URL" in app.text("#answer")
        await pilot.press("tab")
        await write(pilot, "http://new.exampl")
        url = next(one for one in app.screen.query(Field) if one.name == "url")
        url.input.value += "e"
        setup_of(app).show_facts()  # a late answer, before the screen has heard of the last letter
        assert url.text == "http://new.example"
        await pilot.press("f5")
        assert app.started == [Choice(locustfile="shop.py", host="http://new.example")]
        await until(pilot, lambda: needs.looked_at[-1] == "http://new.example")
        await until(pilot, lambda: "health 200 12 ms" in app.text("#preflight"))
        assert "TLS 9 d" in app.text("#preflight")
        assert "at 10.0.0.1" in app.text("#preflight")

    in_setup(test, needs=needs)


def test_the_generator_is_warmed_when_the_typing_of_an_option_has_settled() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        before = len(app.of(messages.Warm))
        await field(app, pilot, "--depth")
        await write(pilot, "12")
        typed = {"--depth": "12"}

        def warmed() -> list[dict[str, str]]:
            return [one.choice.own_options for one in app.of(messages.Warm)[before:]]

        await until(pilot, lambda: typed in warmed())
        # On a slow machine it may have settled between the two figures as well.
        assert warmed() in ([typed], [{"--depth": "1"}, typed])

    in_setup(test)


def test_the_last_plan_is_there_when_nothing_was_given() -> None:
    needs = FakeSetup()
    needs.last = Choice(locustfile="waves.py", host="staging", shape="ramp:to=80")

    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f5")
        assert app.started == [needs.last]
        assert app.screen.query_one(ShapeForm).texts()["to"] == "80"

    in_setup(test, needs=needs)


def test_what_was_given_comes_before_the_last_plan() -> None:
    needs = FakeSetup()
    needs.last = Choice(locustfile="waves.py")

    async def test(app: SetupApp, pilot: Driver) -> None:
        assert setup_of(app).choice == Choice(locustfile="shop.py", users=3)

    in_setup(test, Choice(users=3), needs)


def test_plans_are_saved_loaded_and_deleted_by_name() -> None:
    needs = FakeSetup()
    needs.plans["night"] = Choice(locustfile="waves.py", shape="soak")

    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f2")
        await until(pilot, lambda: "night" in app.shown())
        await pilot.press("tab")
        await write(pilot, "a/b")
        await pilot.press("f2")
        await until(pilot, lambda: "is no name of a plan" in app.shown())
        await pilot.press("ctrl+u")
        await write(pilot, "day")
        await pilot.press("f2")
        await until(pilot, lambda: "day" in needs.plans)
        await until(pilot, lambda: app.screen.query_one("#saved", Radios).chosen == "day")
        await pilot.press("shift+tab", "delete")
        assert "day" in needs.plans  # it asks first
        await pilot.press("delete")
        await until(pilot, lambda: "day" not in needs.plans)
        await until(pilot, lambda: app.screen.query_one("#saved", Radios).chosen == "night")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.first)
        assert setup_of(app).choice == needs.plans["night"]
        assert app.screen.query_one("#kinds", Radios).chosen == "soak"

    in_setup(test, needs=needs)


def test_f_keys_open_what_is_beside_setup_even_from_a_text_field() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await field(app, pilot, "-u")
        await pilot.press("f7", "f8")
        opened = app.of(messages.Open)
        assert [one.name for one in opened] == ["runs", "checks"]
        assert opened[1].facts == {"choice": setup_of(app).choice}

    in_setup(test)


def test_escape_leaves_a_text_field_first_and_q_is_a_letter_in_it() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await field(app, pilot, "--depth")
        await pilot.press("q")
        assert not app.of(messages.GoBack)
        await pilot.press("escape")
        assert not app.of(messages.GoBack)
        await pilot.press("escape")
        assert len(app.of(messages.GoBack)) == 1
        await pilot.press("q")
        assert len(app.of(messages.GoBack)) == 2

    in_setup(test)


def test_the_smoke_shows_each_request_and_escape_goes_back() -> None:
    needs = FakeSetup()
    needs.smoked = [
        Smoked(task="BrowseUser.page", method="GET", name="/[/api]", status=200,
               response_us=12_300, bytes=2048),
        Smoked(task="BrowseUser.post", method="POST", name="/post", status=503, response_us=900,
               error="HTTP 503: [red]busy"),
        Smoked(task="AdminUser.admin", method="", name="", error="not run: cut off"),
    ]  # fmt: skip

    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f6")
        await until(pilot, lambda: "2 failed" in app.shown())
        rows = app.text("#rows")
        assert "/[/api]" in rows
        assert "12 ms" in rows
        assert "2.0 kB" in rows
        assert "HTTP 503: [red]busy" in rows
        assert "AdminUser.admin: not run: cut off" in rows
        await pilot.press("escape")
        assert app.screen is app.first

    in_setup(test, needs=needs)


def test_a_bad_settings_file_and_a_bad_weight_are_said() -> None:
    needs = FakeSetup()
    needs.wrong = "lftui.toml: [nonsense] is unknown"

    async def test(app: SetupApp, pilot: Driver) -> None:
        assert "[nonsense] is unknown; defaults are used" in app.text("#head")
        await field(app, pilot, "BrowseUser")
        await pilot.press("x")
        assert "'x' is no weight" in app.shown()
        await pilot.press("f5")
        assert not app.started
        await pilot.press("ctrl+u", "2", "f5")
        assert app.started[0].weights == {"BrowseUser": 2.0}

    in_setup(test, needs=needs)


def test_back_from_a_run_it_can_be_started_again() -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        await pilot.press("f5", "f2", "escape", "f5")
        assert len(app.started) == 2

    in_setup(test)


@pytest.mark.parametrize("ascii", [False, True])
def test_at_80_columns_each_pane_has_a_key_and_all_of_it_can_be_reached(ascii: bool) -> None:
    async def test(app: SetupApp, pilot: Driver) -> None:
        for key, words in (
            ("1", ["[1 Scenario]", "shop", "weight", "BrowseUser"]),
            ("2", ["[2 Target]", "staging", "https://api.example", "PRODUCTION", "TLS 9 d"]),
            ("3", ["[3 Load shape]", "constant", "manual", "peak_load", "duration"]),
            ("f9", ["[1 Scenario]"]),
        ):
            await pilot.press(key)
            await pilot.pause()
            shown = app.shown()
            for word in [*words, "Start  F5", "Preview", "F5 start", "F8 checks", "guard: p95>5s"]:
                assert word in shown, (key, word, shown)
            if ascii:
                assert shown.isascii(), sorted({one for one in shown if not one.isascii()})
        seen = set()
        for _ in range(1 if ascii else 10):
            await pilot.press("tab")
            await pilot.pause()
            focused = app.focused
            assert focused is not None
            seen.add(focused)
            assert app.screen.find_widget(focused).visible_region.height > 0
        assert ascii or len(seen) == 10

    in_setup(test, size=(80, 24), ascii=ascii)


def test_a_real_project_with_a_broken_locustfile_and_presets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lftui.services.setup import SetupServices

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "locustfile.py").write_text(
        '"""Reads pages."""\n'
        "from locust import HttpUser, task\n"
        "class Reader(HttpUser):\n"
        "    host = 'http://127.0.0.1:9'\n"
        "    @task\n"
        "    def page(self): self.client.get('/')\n"
    )
    (tmp_path / "locustfile_bad.py").write_text("from locust import task\ndef x(:\n")
    scenario = {"quiet": {"users": 12, "duration_minutes": 2}}
    baseline = {"endpoints": {"/": {}}, "load_scenarios": scenario}
    (tmp_path / "baseline.json").write_text(json.dumps(baseline))

    async def test(app: SetupApp, pilot: Driver) -> None:
        shown = app.shown()
        assert "Reads pages." in shown
        assert "broken" in shown
        await until(pilot, lambda: "cannot be reached" in app.text("#preflight"))
        await until(pilot, lambda: "preset quiet" in app.shown())
        await pilot.press("3", "end")
        await until(pilot, lambda: "peak 12" in app.text("#summary"))
        await pilot.press("f5")
        assert app.started == [
            Choice(locustfile="locustfile.py", preset="quiet", users=12, run_time="2m")
        ]

    in_setup(test, needs=SetupServices(tmp_path))


def test_the_scenario_that_was_given_is_asked_for() -> None:
    """`-f` with a file that is not found here, as the demo's is from another folder."""
    needs = FakeSetup()
    needs.files["/elsewhere/trip.py"] = shop()

    async def test(app: SetupApp, pilot: Driver) -> None:
        assert needs.given == "/elsewhere/trip.py"

    in_setup(test, Choice(locustfile="/elsewhere/trip.py", host="staging"), needs=needs)


def test_a_setup_that_goes_waits_for_no_answer_any_more() -> None:
    """Its widgets go first; an answer in between would find nothing to be drawn in."""

    async def never(choice: Choice, loaded: Any) -> Any:
        await asyncio.Event().wait()

    async def test(app: SetupApp, pilot: Driver) -> None:
        setup = setup_of(app)
        setup.needs.preview = never  # type: ignore[method-assign]
        setup.edit({"users": 7})

        def asking() -> list[str]:
            return [one.group for one in app.workers if one.node is setup and not one.is_cancelled]

        await until(pilot, lambda: "preview" in asking())
        gone = setup.remove()
        assert asking() == []
        await gone

    in_setup(test, Choice(locustfile="shop.py", host="staging"))
