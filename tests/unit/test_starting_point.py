"""`lftui init`: what it writes, where it refuses to, and that it touches nothing that is there."""

from __future__ import annotations

import ast
import errno
import json
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.baseline import read_baseline
from lftui.baseline.document import document_of
from lftui.cli import main
from lftui.plan import PlanError
from lftui.settings import read_settings
from lftui.starting_point import placing, starting_files
from lftui.starting_point.placing import place

FILES = {"a/b/one.txt": "one\n", "two.txt": "twö\n"}
STAGING = "https://staging.example:8443/api"
NAMES = ["locustfiles/api.py", "baseline.json", "lftui.toml", ".github/workflows/load-test.yml"]


def tree(folder: Path) -> dict[str, str]:
    """Every file by its path; folders with a slash."""
    return {
        str(path.relative_to(folder)) + ("/" if path.is_dir() else ""): ""
        if path.is_dir() or not path.exists()
        else path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
    }


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence that a command is refused with."""
    assert main(["init", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("lftui: ")
    assert said.err.count("\n") == 1
    return said.err


# --- what it says ------------------------------------------------------------------------------


def test_every_file_is_valid_and_harmless(tmp_path: Path) -> None:
    files = starting_files()
    assert list(files) == NAMES
    place(tmp_path, files)
    read = read_settings(None, tmp_path)
    assert read.targets["local"].url == "http://127.0.0.1:8000"
    assert read.guard.action == "stop"
    assert read.thresholds
    document = document_of(read_baseline(tmp_path / "baseline.json"), "baseline.json")
    assert not document.endpoints, "a figure here would fail somebody's first run"
    assert document.load_scenarios["smoke"].users == 5
    limits = {"response_time_p95_ms": 2000, "error_rate": 0.01}
    assert document.thresholds["warning"] == limits
    assert document.thresholds["critical"] == {"response_time_p95_ms": 5000, "error_rate": 0.05}
    ast.parse(files["locustfiles/api.py"])
    assert len(files["locustfiles/api.py"].splitlines()) < 100


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:9000", "local"),
        ("http://[::1]:9000", "local"),
        ("http://localhost", "local"),
        (STAGING, "remote"),
        ("https://münchen.example", "remote"),
        ("https://127.0.0.1.example", "remote"),
    ],
)
def test_the_target_is_filled_in_under_an_honest_name(tmp_path: Path, url: str, name: str) -> None:
    place(tmp_path, starting_files(url))
    targets = read_settings(None, tmp_path).targets
    assert {name: url} == {one: target.url for one, target in targets.items()}


@settings(deadline=None)  # how long it takes is up to the machine
@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40))
def test_no_url_breaks_the_settings(path: str) -> None:
    url = f"https://a.example/{path}"
    assert tomllib.loads(starting_files(url)["lftui.toml"])["targets"]["remote"]["url"] == url


# --- the command -------------------------------------------------------------------------------


def test_it_says_what_it_wrote_and_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "load tests", "--host", STAGING]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [f"wrote load tests/{name}" for name in NAMES]
    assert said[4:] == [
        "",
        "next:",
        "  cd 'load tests'",
        "  lftui validate -f locustfiles/api.py -H remote --smoke",
        "  lftui --headless -f locustfiles/api.py -H remote --preset smoke",
        "  lftui baseline promote last",
    ]
    before = tree(tmp_path)
    assert main(["init", "load tests"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [f"kept  load tests/{name}" for name in NAMES]
    assert said[4] == "all of it was there already: nothing is written"
    assert tree(tmp_path) == before


def test_what_is_there_stays_and_the_rest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lftui.toml").write_text('[targets.shop]\nurl = "http://127.0.0.1:8000"\n', "utf-8")
    Path("baseline.json").write_text("", "utf-8")
    assert main(["init"]) == 0
    said = capsys.readouterr().out
    assert "kept  lftui.toml\n" in said
    assert "kept  baseline.json\n" in said
    assert "wrote locustfiles/api.py\n" in said
    assert "  cd " not in said
    assert "-H shop" in said, "their name for this target"
    assert Path("baseline.json").read_text("utf-8") == ""


def test_settings_in_pyproject_are_not_shadowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.lftui]\non_disconnect = "stop"\n', encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    assert "its [tool.lftui] has the settings" in capsys.readouterr().out
    assert not (tmp_path / "lftui.toml").exists()
    assert read_settings(None, tmp_path).on_disconnect == "stop"


@pytest.mark.parametrize("text", ["[tool.other]\n", "tool = 3\n", "= broken", "\0"])
def test_a_pyproject_of_somebody_else_is_no_matter(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    assert (tmp_path / "lftui.toml").exists()


def test_a_folder_inside_a_repository_is_told_where_workflows_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    assert main(["init", str(tmp_path / "load")]) == 0
    said = capsys.readouterr().out
    assert f"note: GitHub reads workflows in {tmp_path}/.github/workflows only" in said
    assert main(["init", str(tmp_path)]) == 0
    assert "note:" not in capsys.readouterr().out


def test_control_characters_in_a_name_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "a\x1b[31mb")]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "host",
    [
        "", "staging", "local", "http://", "ftp://a.example", "ws://a.example",
        "http://a.example\n", "http://a.example\x1b[31m", "http://a:99999", "http://a.example/\ud800",
    ],
)  # fmt: skip
def test_a_host_that_is_no_url_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert "is no URL like https://staging.example" in refused(
        capsys, str(tmp_path / "new"), "--host", host
    )
    assert tree(tmp_path) == {}


def test_a_space_in_the_host_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, str(tmp_path / "new"), "--host", "http://a.example/b c")
    assert "has a space in it" in said
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    "host", ["https://me:hunter2@a.example", "https://hunter2@a.example", "https://a.example/?key=hunter2"]
)  # fmt: skip
def test_a_secret_in_the_host_is_refused_and_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    said = refused(capsys, str(tmp_path / "new"), "--host", host)
    assert "has more than a base URL" in said
    assert "hunter2" not in said
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("words", [[""], ["a", "b"], ["--nothing"], ["--host"]])
def test_wrong_arguments_are_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(capsys, *words)
    assert tree(tmp_path) == {}


# --- the places --------------------------------------------------------------------------------


def test_files_and_their_folders_are_made(tmp_path: Path) -> None:
    assert place(tmp_path / "x" / "y", FILES) == list(FILES)
    assert (tmp_path / "x" / "y" / "two.txt").read_text(encoding="utf-8") == "twö\n"
    assert list(tree(tmp_path)) == ["x/", "x/y/", "x/y/a/", "x/y/a/b/", "x/y/a/b/one.txt", "x/y/two.txt"]  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("a", "a is a file, and a/b/one.txt needs a folder there: move it away"),
        ("two.txt/", "two.txt is a folder, and a file belongs there: move it away"),
        (
            "a -> elsewhere/",
            "a is a symbolic link, and a/b/one.txt would be written where it leads",
        ),
        ("two.txt -> nowhere", "two.txt is a symbolic link that leads nowhere: remove it"),
    ],
)
def test_what_stands_in_the_way_is_named_and_nothing_is_written(
    tmp_path: Path, standing: str, said: str
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    name, _, link = standing.partition(" -> ")
    if link:
        if link.endswith("/"):
            (tmp_path / link).mkdir()
        (folder / name).symlink_to(tmp_path / link)
    elif name.endswith("/"):
        (folder / name).mkdir()
    else:
        (folder / name).write_text("", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(PlanError) as refusal:
        place(folder, FILES)
    assert said in str(refusal.value)
    assert tree(tmp_path) == before


def test_where_all_is_there_nothing_has_to_be_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, FILES)
    monkeypatch.delattr(placing.os, "open")
    assert place(tmp_path, FILES) == []


def test_a_link_to_a_file_is_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs", encoding="utf-8")
    (tmp_path / "two.txt").symlink_to(tmp_path / "theirs")
    assert place(tmp_path, FILES) == ["a/b/one.txt"]
    assert (tmp_path / "theirs").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("folder", ["file", "file/below", "a" * 300, "loop", "/proc/lftui"])
def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    before = tree(tmp_path)
    with pytest.raises(PlanError) as refusal:
        place(tmp_path / folder, FILES)
    assert "\n" not in str(refusal.value)
    assert ": " in str(refusal.value)
    assert tree(tmp_path) == before


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0

    def full(fd: int) -> None:
        nonlocal written
        written += 1
        if written == len(FILES):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(placing.os, "fsync", full)
    with pytest.raises(PlanError) as refusal:
        place(tmp_path / "new", FILES)
    assert str(refusal.value) == (
        f"{tmp_path}/new/two.txt cannot be made: no space left on device; make room there, "
        "or name another folder"
    )
    assert tree(tmp_path) == {}


def test_an_interrupt_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(fd: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(placing.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        place(tmp_path / "new", FILES)
    assert tree(tmp_path) == {}


def test_a_name_that_is_taken_meanwhile_stays_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(fd: int) -> None:
        if list(tmp_path.glob("*.part")):  # its text waits for its name
            (tmp_path / "two.txt").write_text("theirs", encoding="utf-8")

    monkeypatch.setattr(placing.os, "fsync", meanwhile)
    assert place(tmp_path, FILES) == ["a/b/one.txt"]
    assert tree(tmp_path)["two.txt"] == "theirs"
    assert not [name for name in tree(tmp_path) if ".part" in name]


@pytest.mark.parametrize("taken", [False, True])
def test_a_file_system_without_links_gets_the_files_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    def no_links(source: Path, target: Path) -> None:
        if taken:
            target.write_text("theirs", encoding="utf-8")
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(placing.os, "link", no_links)
    assert place(tmp_path, FILES) == ([] if taken else list(FILES))
    assert tree(tmp_path)["two.txt"] == ("theirs" if taken else FILES["two.txt"])
    assert not [name for name in tree(tmp_path) if ".part" in name]


def test_new_files_are_as_open_as_others_are(tmp_path: Path) -> None:
    place(tmp_path, FILES)
    plain = tmp_path / "plain"
    plain.write_text(json.dumps({}), encoding="utf-8")
    assert (tmp_path / "two.txt").stat().st_mode == plain.stat().st_mode
