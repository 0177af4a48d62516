"""A choice is a command line, and a command line a choice, as far as one can say without Locust."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.choices import Choice
from lftui.choices.command_line import argv_of, choice_from

ROOT = Path(__file__).resolve().parents[2]


def typed(text: str) -> list[str]:
    """The words of a command line without quotes."""
    return text.split()


# name: words -> fields of the choice
READ: dict[str, tuple[list[str], dict[str, Any]]] = {
    "nothing": ([], {}),
    "short names": (
        typed("-f a.py -H http://h -u 20 -r 0.5 -t 5m"),
        {"locustfile": "a.py", "host": "http://h", "users": 20, "spawn_rate": 0.5, "run_time": "5m"},
    ),
    "long names": (
        typed("--locustfile=a.py --host h --users=3 --spawn-rate 2 --run-time=90"),
        {"locustfile": "a.py", "host": "h", "users": 3, "spawn_rate": 2.0, "run_time": "90"},
    ),
    "values that hang on": (["-u20", "-r=2"], {"users": 20, "spawn_rate": 2.0}),
    "a URL with = hangs on": (["-Hhttp://h?a=b"], {"host": "http://h?a=b"}),
    "classes anywhere": (typed("A -u 1 B"), {"classes": ["A", "B"], "users": 1}),
    "tags up to the next option": (
        typed("-T a b --exclude-tags c -u 1"),
        {"tags": ["a", "b"], "exclude_tags": ["c"], "users": 1},
    ),
    "processes": (typed("--processes 4 A"), {"processes": 4, "classes": ["A"]}),
    "a process per core but one": (typed("--processes -1 A"), {"processes": -1, "classes": ["A"]}),
    "no processes, whatever a file says": (["--processes=0"], {"processes": 0}),
    "processes that are no number stay": (
        typed("--processes many --processes"),
        {"rest": typed("--processes many --processes")},
    ),
    "a shape and a guard": (
        ["--shape", "steps:to=5", "--guard=stop", "--on-disconnect", "continue"],
        {"shape": "steps:to=5", "guard": "stop", "on_disconnect": "continue"},
    ),
    "an open workload": (
        ["--shape=rate:rate=5", "--arrivals", "even", "--max-users=20"],
        {"shape": "rate:rate=5", "arrivals": "even", "max_users": 20},
    ),
    "what is no number of users stays": (
        typed("--max-users many --max-users=0 --lftui-max-users 7 --max-users"),
        {"max_users": 7, "rest": typed("--max-users many --max-users=0 --max-users")},
    ),
    "a rate stays until it is known whose it is": (
        typed("--rate 50 A"),
        {"classes": ["A"], "rest": typed("--rate 50")},
    ),
    "ours by their long names": (
        ["--lftui-shape", "ramp", "--lftui-confirm-target", "h"],
        {"shape": "ramp", "confirmed": "h"},
    ),
    "a preset and a baseline": (
        ["--preset", "peak", "--baseline", "none"],
        {"preset": "peak", "baseline": "none"},
    ),
    "what Setup does not show stays": (
        typed("--csv out --headless A --threshold p95_ms<2s -s 5 B"),
        {"classes": ["A", "B"], "rest": typed("--csv out --headless --threshold p95_ms<2s -s 5")},
    ),
    "an option of the locustfile stays": (
        typed("--api-key abc -u 1 --fast"),
        {"users": 1, "rest": ["--api-key", "abc", "--fast"]},
    ),
    "what cannot be read stays": (
        typed("-u many -r -1 -t"),
        {"rest": ["-u", "many", "-r", "-1", "-t"]},
    ),
    "behind two dashes all stays": (["--", "-u", "1"], {"rest": ["--", "-u", "1"]}),
    "the last one counts": (typed("-u 1 -u 2"), {"users": 2}),
    "weights": (
        ["--config-users", '{"user_class_name":"A","weight":3}', '[{"user_class_name":"B","fixed_count":2}]'],
        {"weights": {"A": 3.0}, "fixed_counts": {"B": 2}},
    ),
    "a user configuration that no form shows": (
        ["--config-users", "users.json", "-u", "1"],
        {"users": 1, "rest": ["--config-users", "users.json"]},
    ),
    "tasks of a user configuration": (
        ["--config-users", '{"user_class_name":"A","tasks":["t"]}'],
        {"rest": ["--config-users", '{"user_class_name":"A","tasks":["t"]}']},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_command_line_is_read(name: str) -> None:
    argv, fields = READ[name]
    assert choice_from(argv) == Choice(**fields)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8
).filter(lambda text: not text.startswith("-"))
COUNTS = st.integers(0, 1_000_000)
CHOICES = st.builds(
    Choice,
    locustfile=st.just("") | WORDS,
    classes=st.lists(WORDS, max_size=3),
    weights=st.dictionaries(WORDS, st.floats(0, 1000), max_size=2),
    fixed_counts=st.dictionaries(WORDS, COUNTS, max_size=2),
    tags=st.lists(WORDS, max_size=3),
    exclude_tags=st.lists(WORDS, max_size=3),
    host=st.just("") | WORDS,
    shape=st.just("") | WORDS | st.just("-odd"),
    users=st.none() | COUNTS,
    spawn_rate=st.none() | st.floats(0, 1000, exclude_min=True),
    run_time=st.just("") | WORDS,
    processes=st.none() | st.integers(-1, 64),
    preset=st.just("") | WORDS,
    baseline=st.just("") | WORDS,
    guard=st.just("") | WORDS,
    on_disconnect=st.just("") | WORDS,
    confirmed=st.just("") | WORDS,
    arrivals=st.just("") | WORDS,
    max_users=st.none() | st.integers(1, 1_000_000),
    rest=st.sampled_from(
        [[], ["--csv", "out"], ["--headless"], ["--mine", "a", "b"], ["--", "A"], ["--threshold=x<1"]]
    ),
)  # fmt: skip


@given(CHOICES)
def test_a_choice_comes_back_from_its_command_line(choice: Choice) -> None:
    assert choice_from(argv_of(choice)) == choice


@given(
    st.lists(
        WORDS
        | st.sampled_from(
            typed(
                "-u -r -t -H -f -T -E --tags --shape --lftui-shape --preset --csv --headless"
                " --rate --arrivals --max-users --mine -k --config-users --processes -- -u5 --users=x --threshold 5 -5 -"
            )
        ),
        max_size=8,
    )
)
def test_any_command_line_is_settled_after_one_reading(words: list[str]) -> None:
    read = choice_from(words)
    assert choice_from(argv_of(read)) == read


def test_an_option_that_the_locustfile_has_too_is_written_by_its_long_name() -> None:
    choice = Choice(shape="ramp", preset="peak")
    assert argv_of(choice, {"--shape"}) == ["--lftui-shape", "ramp", "--preset", "peak"]


def test_weights_join_a_user_configuration_that_was_given() -> None:
    choice = Choice(weights={"A": 2.0}, rest=["--config-users", "users.json", "--csv", "out"])
    ours = '[{"user_class_name": "A", "weight": 2}]'
    assert argv_of(choice) == ["--config-users", "users.json", ours, "--csv", "out"]


_WORKER = """
import json, sys
from lftui import options
from lftui.generator.command_line import Parsed
from locust import argument_parser, events

@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--mode", choices=["a", "-b"])
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--ids", nargs="+")
    parser.add_argument("--shape")

parsed = Parsed(json.load(sys.stdin), options.takes_value())
json.dump([vars(parsed.options), parsed.ours], sys.stdout, default=str)
"""


def test_locust_reads_the_command_line_of_a_choice_as_it_was_meant() -> None:
    choice = Choice(
        locustfile="a.py",
        classes=["A", "B"],
        weights={"A": 2.0, "B": 0.5},
        fixed_counts={"A": 0},
        tags=["x", "y"],
        exclude_tags=["z"],
        own_options={"--mode": "-b", "--fast": "", "--ids": "1\n2", "--shape": "round"},
        host="staging",
        shape="steps:to=5",
        users=20,
        spawn_rate=0.5,
        run_time="1m30s",
        processes=-1,
        guard="stop",
        rest=["--csv", "out", "--headless"],
    )
    done = subprocess.run(
        [sys.executable, "-c", _WORKER],
        input=json.dumps(argv_of(choice)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs, ours = json.loads(done.stdout)
    wanted = {
        "locustfile": "a.py", "user_classes": ["A", "B"], "tags": ["x", "y"], "host": "staging",
        "exclude_tags": ["z"], "mode": "-b", "fast": True, "ids": ["1", "2"], "shape": "round",
        "num_users": 20, "spawn_rate": 0.5, "run_time": 90, "csv_prefix": "out", "headless": True,
        "processes": -1,
    }  # fmt: skip
    assert {name: theirs[name] for name in wanted} == wanted
    assert theirs["config_users"] == [
        [
            {"user_class_name": "A", "weight": 2, "fixed_count": 0},
            {"user_class_name": "B", "weight": 0.5},
        ]
    ]
    assert ours == [["--shape", "steps:to=5"], ["--guard", "stop"]]


def test_every_option_of_locust_is_known_for_what_it_takes() -> None:
    """A new option of Locust would swallow, or lose, the word behind it."""
    worker = """
import json
from locust import argument_parser
parser = argument_parser.get_parser()
print(json.dumps([[a.option_strings, a.nargs] for a in parser._actions if a.option_strings]))
"""
    done = subprocess.run(
        [sys.executable, "-c", worker], capture_output=True, text=True, timeout=60, check=True
    )
    for names, nargs in json.loads(done.stdout):
        for name in names:
            after = choice_from([name, "7", "Word"])
            removed = name in ("--web-auth", "--legacy-ui", "--expect-slaves", "--slave")
            if removed or nargs == "*":
                continue
            taken = after.classes == ["Word"] if nargs is None else after.classes == ["7", "Word"]
            assert taken, f"{name} takes {nargs}"


def test_the_choice_of_a_reading_can_be_changed_and_written_again() -> None:
    read = choice_from(["-f", "a.py", "-u", "20", "--mine", "5"])
    changed = msgspec.structs.replace(read, users=30)
    assert argv_of(changed) == ["-f", "a.py", "-u", "30", "--mine", "5"]
