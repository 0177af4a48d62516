"""What a locustfile offers and how its shapes run, asked of real child processes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from lftui import options
from lftui.plan import PlanError, Stage
from lftui.records import Loaded
from lftui.scenarios import POINTS, Preview, describe, describe_many, preview_shape

ROOT = Path(__file__).parents[2]
SHAPES = Path(__file__).parent / "shapes"
STRESS = ROOT / "locustfiles" / "stress.py"
OWN = options.takes_value()
WAIT_S = 60.0
# What hangs is waited for in full, so for a short time first. A busy machine may have spent that
# on the import of Locust, before anything could hang: then once more, for longer.
LIMITS_S = (2.9, 10.0, 40.0)


def preview(
    shape: str, *more: str, file: Path = SHAPES / "many.py", timeout_s: float = WAIT_S
) -> Preview:
    return asyncio.run(preview_shape(["-f", str(file), *more], shape, timeout_s))


def patiently(attempt: Callable[[float], Preview], pattern: str) -> Preview:
    """The first preview whose reason is the one that is waited for."""
    for limit_s in LIMITS_S:
        found = attempt(limit_s)
        if re.fullmatch(pattern, found.reason):
            return found
    pytest.fail(found.reason)


def plateau(users: int, rate: float, length_s: float) -> Stage:
    return Stage(users, rate, length_s)


# --- shapes that can be previewed --------------------------------------------------------------


def test_the_spikes_of_the_repository() -> None:
    found = preview("SpikeLoadShape", file=STRESS)
    assert found.reason == ""
    assert found.length_s == 170
    assert found.sentence == (
        "SpikeLoadShape of the locustfile: 10 → 100 → 20 → 200 → 50 users over 2m50s"
    )
    assert [(stage.users, stage.length_s) for stage in found.stages] == [
        (10, 30), (100, 30), (20, 30), (200, 45), (50, 30), (0, 5),
    ]  # fmt: skip
    assert found.peak == 200
    # A hundred users a second, in batches: 200 are there with the second one.
    assert (90.0, 120) in found.points
    assert (91.0, 200) in found.points
    assert found.points[-1] == (170.0, 0)


def test_the_command_line_is_the_run_s() -> None:
    """A shape that reads -u and -t gets them, and lftui's own options are not in the way."""
    found = preview("SpikeLoadShape", "-u", "20", "-t", "340s", "--shape", "x", file=STRESS)
    assert [stage.users for stage in found.stages] == [1, 10, 2, 20, 5, 0]
    assert found.length_s == 340
    found = preview("Options", "-u", "12", "-r", "6", "-t", "5m")
    assert found.sentence == "Options of the locustfile: 12 users over 5m"
    assert found.length_s == 300
    assert preview("Options").sentence == "Options of the locustfile: 1 user over 10m"


def test_a_list_of_stages_with_a_ramp() -> None:
    found = preview("StageList")
    assert found.length_s == 180
    assert found.sentence == "StageList of the locustfile: 10 → 50 → 20 users over 3m"
    assert found.stages == [plateau(10, 10, 60), plateau(50, 2.5, 40), plateau(20, 10, 80)]
    # 2.5 a second are two each 0.8 s; 40 users take 20 batches, the first one at once.
    assert [point for point in found.points if 60 <= point[0] < 62] == [
        (60.0, 10), (60.0, 12), (60.8, 14), (61.6, 16),
    ]  # fmt: skip
    assert (75.2, 50) in found.points
    assert [point for point in found.points if point[0] >= 100] == [
        (100.0, 50), (100.0, 40), (101.0, 30), (102.0, 20), (180.0, 20),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "sentence", "length_s"),
    [
        ("WallClock", "5 → 15 users over 2h", 7200),
        ("ImportedClock", "4 users over 1m30s", 90),
        ("TimeOfDay", "3 users over 2m", 120),
        ("Sleeps", "1 user over 1m40s", 100),
        ("Counter", "10 → 20 → 30 → 40 users over 30s", 30),
        ("Follows", "20 → 40 → 60 users over 12s", 12),
        ("Quits", "8 users over 40s", 40),
        ("Classes", "2 → 6 users over 40s", 40),
        ("Prints", "7 users over 30s", 30),
        ("Nothing", "no users over 0s", 0),
        ("TooSlow", "1000 users over 1m; its spawn rate takes it to 60 users at most", 60),
    ],
)
def test_shapes_on_a_simulated_clock(shape: str, sentence: str, length_s: float) -> None:
    found = preview(shape)
    assert found.reason == ""
    assert found.sentence == f"{shape} of the locustfile: {sentence}"
    assert found.length_s == length_s
    assert found.points[-1][0] == length_s


def test_a_wave_is_thinned_and_keeps_its_extremes() -> None:
    found = preview("Wave")
    assert found.length_s == 7200
    assert 150 < len(found.points) <= POINTS
    assert found.points == sorted(found.points, key=lambda point: point[0])
    assert found.peak == 190
    assert min(users for t, users in found.points if t > 10) == 10
    assert re.search(r"\d{3,} levels from 10 to 190 users over 2h", found.sentence)


def test_a_shape_that_draws_random_numbers_says_so() -> None:
    found = preview("ByChance")
    assert found.length_s == 60
    assert found.sentence.endswith(" over 1m; it draws random numbers, so each run differs")


def test_a_shape_without_an_end_says_how_far_it_was_followed() -> None:
    found = preview("Endless")
    assert found.length_s is None
    assert found.reason == "it has no end within the 24h that were previewed"
    assert found.sentence == ("Endless of the locustfile: 10 → 30 users, without an end within 24h")
    # What is drawn is where something happens, and as long again.
    assert found.points[-1] == (602.0, 30)
    assert preview("Endless", "-t", "20m").length_s == 1200


def test_ticks_that_take_their_time_are_not_followed_for_ever() -> None:
    found = patiently(
        lambda limit_s: preview("Dawdles", timeout_s=limit_s),
        r"it has no end within the \d+s that were previewed",
    )
    assert found.length_s is None
    assert 0 < found.points[-1][0] < 60
    assert found.peak == 2


# --- shapes that cannot ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("ReadsStats", "it reads runner.stats, which only a run has"),
        ("HidesThatItReadsStats", "it reads environment.stats, which only a run has"),
        ("ReadsTheDate", "it reads the real clock with datetime.now()"),
        ("Connects", "tick() opens a connection"),
        ("LooksUp", "tick() looks up an address"),
        ("Writes", "tick() writes a file"),
        ("Raises", "tick() at 12s raises ValueError: no\\x1b[31m stage, password=*** (*:* in tick)"),
        ("RaisesAtOnce", "RaisesAtOnce() raises LookupError: there is one already (*:* in __init__)"),
        ("Exits", "tick() at 0s raises SystemExit: 3 (*:* in tick)"),
        ("Wrong", "tick() at 0s returns 5; it must be (users, spawn_rate) or None"),
        ("Negative", "what tick() at 0s asks for is -5; there cannot be fewer than 0 users"),
        ("NoRate", "what tick() at 0s asks for is 0; give a number of users a second above 0"),
        ("NotThere", "the locustfile has no shape NotThere; there is StageList, *"),
    ],
)  # fmt: skip
def test_why_a_shape_cannot_be_previewed(
    shape: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = preview(shape)
    pattern = ".*".join(map(re.escape, f"cannot be previewed: {why}".split("*:*")))
    if why.endswith("*"):
        pattern = pattern.removesuffix(re.escape("*")) + ".*"
    assert re.fullmatch(pattern, found.reason), found.reason
    assert found.sentence == f"{shape} of the locustfile, which {found.reason}"
    assert (found.points, found.length_s, found.stages) == ([], None, [])
    assert list(tmp_path.iterdir()) == []


def test_a_locustfile_that_cannot_be_imported_cannot_be_previewed() -> None:
    found = preview("BrokenShape", file=SHAPES / "broken.py")
    assert found.reason == f"cannot be previewed: {SHAPES}/broken.py:8: KeyError: 'coffee'"


def test_an_import_that_takes_its_time_leaves_none_for_ticks(tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    text = (
        "import time\n"
        "from locust import LoadTestShape, User\n"
        "time.sleep(max(0.0, {until} - time.monotonic()))\n"
        "class Plain(LoadTestShape):\n"
        "    def tick(self):\n"
        "        return None\n"
        "class PlainUser(User):\n"
        "    pass\n"
    )

    def attempt(limit_s: float) -> Preview:
        slow.write_text(text.format(until=time.monotonic() + 0.85 * limit_s))
        return preview("Plain", file=slow, timeout_s=limit_s)

    why = "the import of the locustfile took all the time there was"
    assert patiently(attempt, f"cannot be previewed: {why}").points == []


def test_a_tick_that_hangs_is_named() -> None:
    patiently(
        lambda limit_s: preview("Hangs", timeout_s=limit_s),
        r"cannot be previewed: tick\(\) at 0s did not end in time; "
        r"it stands at .*many\.py:\d+ in tick",
    )


def test_a_child_that_cannot_end_itself_is_ended() -> None:
    before = running(psutil.Process().children(recursive=True))
    patiently(
        lambda limit_s: preview("HangsInC", timeout_s=limit_s),
        r"cannot be previewed: there was no answer within [\d.]+ s",
    )
    after = running(psutil.Process().children(recursive=True))
    assert [one for one in after if one not in before] == []


def test_an_import_that_hangs_takes_along_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "helper.pid"
    monkeypatch.setenv("HELPER_PID_FILE", str(helper))
    hanging = SHAPES / "hangs_at_import.py"
    patiently(
        lambda limit_s: preview("NeverThere", file=hanging, timeout_s=limit_s),
        r"cannot be previewed: the import of the locustfile did not end in time; "
        r"it stands at .*hangs_at_import\.py:\d+ in <module>",
    )
    assert is_gone(int(helper.read_text()))


# --- what a locustfile offers ------------------------------------------------------------------


def test_what_a_locustfile_offers() -> None:
    loaded = asyncio.run(describe(["-f", str(STRESS), "--shape", "steps"], OWN, WAIT_S))
    assert [shape.name for shape in loaded.shapes] == ["SpikeLoadShape"]
    assert "ShortTimeoutUser" in [one.name for one in loaded.user_classes]
    assert loaded.ours == [("--shape", "steps")]


def test_a_locustfile_that_is_broken_is_one_sentence() -> None:
    with pytest.raises(PlanError, match=r"broken\.py:8: KeyError: 'coffee'"):
        asyncio.run(describe(["-f", str(SHAPES / "broken.py")], OWN, WAIT_S))


def test_broken_and_hanging_ones_do_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "helper.pid"
    monkeypatch.setenv("HELPER_PID_FILE", str(helper))
    no_python = tmp_path / "no_python.py"
    no_python.write_text("from locust import\n")
    files = [SHAPES / "hangs_at_import.py", SHAPES / "broken.py", no_python, SHAPES / "many.py"]
    came: list[Path] = []
    for limit_s in LIMITS_S:
        came.clear()
        results = asyncio.run(describe_many(files, OWN, limit_s, lambda path, _: came.append(path)))
        hanging, broken, syntax, many = (results[path] for path in files)
        if came[-1] == files[0] and "still importing" in str(hanging):
            break
    assert isinstance(hanging, str)
    assert hanging.startswith(
        f"the locustfile was not imported within {limit_s:g} s (still importing"
    )
    assert "hangs_at_import.py" in hanging
    assert broken == f"{SHAPES}/broken.py:8: KeyError: 'coffee'"
    assert syntax == f"{no_python}:1: this is no Python: invalid syntax"
    assert isinstance(many, Loaded)
    assert [one.name for one in many.user_classes] == ["OneUser", "TwoUser"]
    assert sorted(came) == sorted(files)
    assert came[-1] == files[0], "the others did not wait for the one that hangs"
    assert is_gone(int(helper.read_text()))


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def is_gone(pid: int) -> bool:
    """Whether the process comes to its end, as one does that has been killed."""
    give_up = time.monotonic() + WAIT_S
    while time.monotonic() < give_up:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
