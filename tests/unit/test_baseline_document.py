"""Baseline documents: what is kept, and the sentence for everything that cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.baseline import baseline_text, find_baseline, read_baseline
from lftui.baseline.document import MOST_ENDPOINTS, document_of
from lftui.plan import PlanError
from lftui.whole_file import write_whole_file

ROOT = Path(__file__).parents[2]
TIMES = "expected_response_time_ms"


def refusal(raw: dict[str, Any]) -> str:
    """Why this document is refused."""
    with pytest.raises(PlanError) as caught:
        document_of(raw, "b.json")
    return str(caught.value)


def entry(**fields: Any) -> dict[str, Any]:
    return {"endpoints": {"/healthz": fields}}


def test_the_projects_own_baseline_can_be_read() -> None:
    raw = read_baseline(ROOT / "baseline.json")
    document = document_of(raw, "baseline.json")
    assert document.endpoints["/healthz"].figure("p95_ms") == 50
    assert document.endpoints["/healthz"].figure("rps") == 1000
    assert document.endpoints["/healthz"].figure("error_ratio") == 0
    assert document.endpoints["/healthz"].figure("p90_ms") is None
    assert document.load_scenarios["peak_load"].users == 200


def test_unknown_keys_survive_everywhere() -> None:
    raw = {"team": "core", **entry(owner="ann", **{TIMES: {"p50": 1, "p75": 2}})}
    document = document_of(raw, "b.json")
    assert document.model_extra == {"team": "core"}
    assert document.endpoints["/healthz"].model_extra == {"owner": "ann"}
    assert document.model_dump(exclude_unset=True) == raw


P95 = f"endpoints./healthz.{TIMES}.p95"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("50", f'{P95}: must be a number, not the text "50"'),
        (True, f"{P95}: must be a number, not true"),
        ([50], f"{P95}: must be a number, not a list"),
        ({}, f"{P95}: must be a number, not an object"),
        (-1, f"{P95}: must not be negative, and is -1"),
        (float("nan"), f"{P95}: must be a finite number, not nan"),
        (float("inf"), f"{P95}: must be a finite number, not inf"),
        (5e9, f"{P95}: 5000000000 is too large; at most 86400000 can be"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_place(value: Any, sentence: str) -> None:
    assert refusal(entry(**{TIMES: {"p95": value}})) == f"the baseline b.json: {sentence}"


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({"p50": 40, "p95": 30}, f"{P95}: 30 is below p50, which is 40"),
        (
            {"p50": 10, "p95": 30, "p99": 29.5},
            f"endpoints./healthz.{TIMES}.p99: 29.5 is below p95, which is 30",
        ),
        ({"p99": 30, "max": 20}, f"endpoints./healthz.{TIMES}.max: 20 is below p99, which is 30"),
        ({"p50": 40, "p99": 30}, f"endpoints./healthz.{TIMES}.p99: 30 is below p50, which is 40"),
    ],
)
def test_percentiles_have_to_rise(times: dict[str, float], sentence: str) -> None:
    assert refusal(entry(**{TIMES: times})) == f"the baseline b.json: {sentence}"


METRICS = "p50_ms, p90_ms, p95_ms, p99_ms, p999_ms, error_ratio"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, " has no `endpoints` and no `thresholds` to hold a run to"),
        ({"endpoints": {}}, " has no `endpoints` and no `thresholds` to hold a run to"),
        ({"endpoints": []}, ": endpoints: must be an object, not a list"),
        ({"endpoints": None}, ": endpoints: must be an object, not null"),
        ({"endpoints": {"/a": 3}}, ": endpoints./a: must be an object, not 3"),
        ({"endpoints": {" ": {}}}, ": endpoints: an endpoint has no name"),
        ({"schema": "lftui.summary/1"}, " is no baseline, but a lftui.summary/1"),
        (entry(**{TIMES: 3}), f": endpoints./healthz.{TIMES}: must be an object, not 3"),
        (
            entry(expected_error_rate=5),
            ": endpoints./healthz.expected_error_rate: "
            "must be a share from 0 to 1, and is 5 (5 % is 0.05)",
        ),
        (
            entry(expected_error_rate=-0.1),
            ": endpoints./healthz.expected_error_rate: must not be negative, and is -0.1",
        ),
        (
            entry(expected_throughput_rps="9"),
            ': endpoints./healthz.expected_throughput_rps: must be a number, not the text "9"',
        ),
        (
            entry(samples=1.5),
            ": endpoints./healthz.samples: must be a whole number, not 1.5",
        ),
        (
            entry(samples=True, requests=-1),
            ": endpoints./healthz.samples: must be a whole number, not true (and 1 more like that)",
        ),
        (
            entry(intervals={"p50": [1, 2, 3]}),
            ": endpoints./healthz.intervals.p50: must be two numbers, [low, high]",
        ),
        (
            entry(intervals={"p50": [3, 2]}),
            ": endpoints./healthz.intervals: p50 begins at 3 and ends at 2, before it",
        ),
        (
            entry(intervals={"p50": ["3", 4]}),
            ': endpoints./healthz.intervals.p50[0]: must be a number, not the text "3"',
        ),
        (
            entry(tolerance="10%"),
            ': endpoints./healthz.tolerance: must be a number, not the text "10%"',
        ),
        (
            entry(tolerance={"p95_ms": 0.1, "p42": 1}),
            f": endpoints./healthz.tolerance.p42: there is no such metric; there are {METRICS}, rps",
        ),
        (
            {"tolerance": 11, **entry()},
            ": tolerance: 11 is too large (10 % is 0.1, and 10 is the most)",
        ),
        (
            entry(loads={"many": {}}),
            ': endpoints./healthz.loads.many: must be a number of users, like "50"',
        ),
        (
            entry(loads={"50": {"users": 51}}),
            ": endpoints./healthz.loads.50.users: 51 is not 50",
        ),
        (
            entry(loads={"50": {TIMES: {"p50": None, "p95": "1"}}}),
            f': endpoints./healthz.loads.50.{TIMES}.p95: must be a number, not the text "1"',
        ),
        (
            {"load_scenarios": {"normal": {"users": 0}}},
            ": load_scenarios.normal.users: must be at least 1",
        ),
        (
            {"load_scenarios": {"normal": {"expected_metrics": {"error_rate": 2}}}},
            ": load_scenarios.normal.expected_metrics.error_rate: "
            "must be a share from 0 to 1, and is 2 (5 % is 0.05)",
        ),
    ],
)
def test_a_document_that_cannot_be_is_refused_in_one_sentence(
    raw: dict[str, Any], sentence: str
) -> None:
    assert refusal(raw) == f"the baseline b.json{sentence}"


@pytest.mark.parametrize(
    ("thresholds", "sentence"),
    [
        ({"warn": {}}, "thresholds.warn: there are the levels warning and critical"),
        ({"critical": 3}, "thresholds.critical: must be an object of limits"),
        (
            {"critical": {"p42_ms": 3}},
            "thresholds.critical.p42_ms: there is no such metric; "
            f"there are {METRICS}, cpu_usage, memory_usage",
        ),
        (
            {"critical": {"p95_ms": "2s"}},
            'thresholds.critical.p95_ms: must be a number, not the text "2s"',
        ),
        (
            {"critical": {"p95_ms": False}},
            "thresholds.critical.p95_ms: must be a number, not false",
        ),
        (
            {"critical": {"p95_ms": -2}},
            "thresholds.critical.p95_ms: must not be negative, and is -2",
        ),
        (
            {"critical": {"cpu_usage": 85}},
            "thresholds.critical.cpu_usage: must be a share from 0 to 1, and is 85 (5 % is 0.05)",
        ),
        (
            {"warning": {"p95_ms": 3, "response_time_p95_ms": 4}},
            "thresholds.warning.response_time_p95_ms: the same as p95_ms; keep one of them",
        ),
        (
            {"warning": {"p95_ms": 3000}, "critical": {"response_time_p95_ms": 2000}},
            "thresholds.warning.p95_ms: 3000 is above the critical response_time_p95_ms, "
            "which is 2000",
        ),
    ],
)
def test_thresholds_that_cannot_be_are_refused(thresholds: dict[str, Any], sentence: str) -> None:
    assert refusal({"thresholds": thresholds}) == f"the baseline b.json: {sentence}"


def test_thresholds_alone_are_a_baseline() -> None:
    both = {
        "notes": "agreed in May",
        "warning": {"response_time_p95_ms": 2000, "notes": "p95 first"},
        "critical": {"response_time_p95_ms": 2000, "error_ratio": 0.05},
    }
    assert document_of({"thresholds": both}, "b.json").thresholds == both


def test_the_nearest_tolerance_is_taken() -> None:
    raw = {
        "tolerance": {"p99": 0.5, "p95_ms": 0.4},
        "endpoints": {"/a": {"tolerance": {"p95_ms": 0.2}}, "/b": {"tolerance": 0.3}, "/c": {}},
    }
    document = document_of(raw, "b.json")
    found = {
        (key, metric): document.tolerance_of(key, metric)
        for key in raw["endpoints"]
        for metric in ("p50_ms", "p95_ms", "p99_ms")
    }
    assert [found[key, "p95_ms"] for key in ["/a", "/b", "/c"]] == [0.2, 0.3, 0.4]
    assert [found[key, "p99_ms"] for key in ["/a", "/b", "/c"]] == [0.5, 0.3, 0.5]
    assert found["/c", "p50_ms"] == 0.1


def test_too_many_endpoints_are_refused() -> None:
    many = {"endpoints": {f"/{number}": {} for number in range(MOST_ENDPOINTS + 1)}}
    assert refusal(many) == (
        "the baseline b.json: endpoints: there are 10,001, and 10,000 are the most"
    )


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    [
        "endpoints", "thresholds", "tolerance", "load_scenarios", "warning", "critical", "p95_ms",
        TIMES, "p50", "p95", "expected_error_rate", "intervals", "loads", "50", "samples", "users",
    ]
)  # fmt: skip
DOCUMENTS = st.recursive(
    JSONS, lambda inner: st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(st.dictionaries(_KEYS, DOCUMENTS, max_size=4))
def test_any_object_is_a_document_or_one_sentence(raw: dict[str, Any]) -> None:
    said = ""
    try:
        document_of(raw, "b.json")
    except PlanError as error:
        said = str(error)
    assert said == "" or said.startswith("the baseline b.json")
    assert "\n" not in said


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "{} is empty"),
        (b" \n", "{} is empty"),
        (b"{", "{} is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"[]", "{} must be a JSON object, with `endpoints` in it"),
        (b"\xff\xfe", "{} is no text in UTF-8: byte 0 cannot be read"),
        (b'{"endpoints": {"/a": {}, "/b": {}, "/a": {}}}', "{}: endpoints: the key '/a' stands there twice"),
        (b'{"x": [1, {"y": NaN}]}', "{}: x[1].y: must be a finite number"),
        (b'{"endpoints": {"/a": {"samples": 1e999}}}', "{}: endpoints./a.samples: must be a finite number"),
        (b'{"x": 123456789012345678901}', "{}: x: the number is too large"),
        (b'{"x": "\\ud800"}', "{}: x: the text has half a character (a lone surrogate)"),
        (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", "{} is nested too deeply"),
        (b"[" * 100_000, "{} is nested too deeply"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        read_baseline(path)
    assert str(caught.value) == "the baseline " + sentence.replace("{}", str(path))


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none\.json cannot be read: no such file or directory$"):
        read_baseline(tmp_path / "none.json")
    with pytest.raises(PlanError, match=r"is a directory; name the file in it$"):
        read_baseline(tmp_path)


def test_a_huge_file_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(PlanError, match=r"huge\.json is larger than 10 MB$"):
        read_baseline(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text('{"endpoints": {"/a": {}}}', encoding="utf-8-sig")
    assert read_baseline(path) == {"endpoints": {"/a": {}}}


def test_names_in_a_sentence_are_made_safe(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps({"endpoints": {"/a\x1b[31m": 1}}), encoding="utf-8")
    with pytest.raises(PlanError, match=r"endpoints\./a\\x1b\[31m: must be an object"):
        read_baseline(path)


def test_the_baseline_beside_the_locustfile_is_found(tmp_path: Path) -> None:
    beside, here = tmp_path / "scenarios", tmp_path / "here"
    for folder in (beside, here):
        folder.mkdir()
        (folder / "baseline.json").write_text("{}", encoding="utf-8")
    script = str(beside / "locustfile.py")
    assert find_baseline(None, [script], here) == beside / "baseline.json"
    assert find_baseline(None, [], here) == here / "baseline.json"
    assert find_baseline(None, [], tmp_path) is None
    assert find_baseline("none", [script], here) is None
    assert find_baseline("x.json", [script], here) == Path("x.json")


# --- text and writing ----------------------------------------------------------------------------

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), _VALUES))
def test_the_text_of_a_document_is_the_document(document: dict[str, Any]) -> None:
    assert json.loads(baseline_text(document)) == document


def test_the_text_has_one_figure_a_line_and_short_intervals() -> None:
    text = baseline_text({"endpoints": {"/a": {"samples": 9, "intervals": {"p50": [1, 2.5]}}}})
    assert text == (
        '{\n  "endpoints": {\n    "/a": {\n      "samples": 9,\n      "intervals": {\n'
        '        "p50": [1, 2.5]\n      }\n    }\n  }\n}\n'
    )


def test_writing_keeps_the_link_and_the_permissions(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole_file(link, "new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "b.json"
    path.write_text("old", encoding="utf-8")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if failing == "fsync" else Path, failing, no_room)
    with pytest.raises(PlanError) as caught:
        write_whole_file(path, "new")
    assert str(caught.value) == (
        f"{path} cannot be written: no space left on device; make room there, or name another place"
    )
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    write_whole_file(tmp_path / "new" / "b.json", "x")
    assert (tmp_path / "new" / "b.json").read_text(encoding="utf-8") == "x"


def test_places_that_cannot_be_written_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"is a directory; name a file in it$"):
        write_whole_file(tmp_path, "x")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PlanError, match=r"name a place whose folders are folders$"):
        write_whole_file(tmp_path / "file" / "b.json", "x")


def test_finding_a_baseline_loads_no_pydantic() -> None:
    probe = "import sys, lftui.baseline; print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
