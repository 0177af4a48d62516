"""Our options are taken out of the command line by exact name; the rest is Locust's.

The module imports Locust, which patches the process that does so: the table is worked through in
a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_WORKER = """
import json, sys
from lftui.generator.command_line import split_ours
from lftui.plan import PlanError

answers = []
for argv, own, taken in json.load(sys.stdin):
    try:
        answers.append(split_ours(argv, own, taken))
    except PlanError as error:
        answers.append(str(error))
json.dump(answers, sys.stdout)
"""

OWN = {"--shape": True, "--html": True, "--in-process": False, "--baseline": True}
LOCUSTS = ["--html", "--users", "-u", "--host"]

# name: words, options that Locust or the locustfile has -> ours, the rest (or what is said)
SPLIT: dict[str, tuple[list[str], list[str], Any, Any]] = {
    "nothing": ([], LOCUSTS, [], []),
    "only theirs": (["-u", "10", "--host", "h"], LOCUSTS, [], ["-u", "10", "--host", "h"]),
    "a value after it": (["--shape", "ramp", "-u", "5"], LOCUSTS, [["--shape", "ramp"]], ["-u", "5"]),
    "a value in it": (["--shape=steps:users=10,hold=1m"], LOCUSTS,
                      [["--shape", "steps:users=10,hold=1m"]], []),
    "an empty value": (["--baseline="], LOCUSTS, [["--baseline", ""]], []),
    "a value with a dash": (["--baseline", "-"], LOCUSTS, [["--baseline", "-"]], []),
    "a negative value": (["--shape", "-1"], LOCUSTS, [["--shape", "-1"]], []),
    "a switch": (["--in-process", "-u", "1"], LOCUSTS, [["--in-process", None]], ["-u", "1"]),
    "in their order, twice": (["--shape", "a", "x", "--shape=b"], LOCUSTS,
                              [["--shape", "a"], ["--shape", "b"]], ["x"]),
    "theirs of the same name": (["--html", "r.html"], LOCUSTS, [], ["--html", "r.html"]),
    "ours by its long name": (["--lftui-html", "r.html", "--html", "q"], LOCUSTS,
                              [["--html", "r.html"]], ["--html", "q"]),
    "a locustfile takes ours": (["--shape", "round"], ["--shape"], [], ["--shape", "round"]),
    "a long name nobody knows": (["--lftui-nothing"], LOCUSTS, [], ["--lftui-nothing"]),
    "no abbreviation": (["--sha", "ramp", "--shapes", "x"], LOCUSTS, [],
                        ["--sha", "ramp", "--shapes", "x"]),
    "behind two dashes all is theirs": (["--shape", "a", "--", "--shape", "b"], LOCUSTS,
                                        [["--shape", "a"]], ["--", "--shape", "b"]),
    "user classes stay": (["Reader", "Writer", "--in-process"], LOCUSTS,
                          [["--in-process", None]], ["Reader", "Writer"]),
    "no value": (["--shape"], LOCUSTS, "the option --shape needs a value after it", None),
    "an option for a value": (["--shape", "--users", "1"], LOCUSTS,
                              "the option --shape needs a value after it", None),
    "no value by its long name": (["--lftui-shape"], LOCUSTS,
                                  "the option --lftui-shape needs a value after it", None),
    "a value for a switch": (["--in-process=yes"], LOCUSTS,
                             "the option --in-process takes no value, but has 'yes'", None),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    cases = [(argv, OWN, taken) for argv, taken, _, _ in SPLIT.values()]
    done = subprocess.run(
        [sys.executable, "-c", _WORKER],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(SPLIT, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("case", SPLIT)
def test_our_options_are_split_from_locusts(case: str, answers: dict[str, Any]) -> None:
    _, _, ours, rest = SPLIT[case]
    assert answers[case] == (ours if rest is None else [ours, rest])
