"""What a run may replace, and what `lftui report` may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lftui.export_formats import FORMATS, files_of, format_named
from lftui.export_targets import check_free, check_replaceable, planned_exports
from lftui.plan import PlanError
from lftui.reports.write import Exports
from lftui.whole_file import WholeFile, write_whole_file
from tests.unit.exported import exported, recorded

GIVEN = {form.name: form.file for form in FORMATS}


def wanted(folder: Path) -> dict[str, str]:
    return {name: str(folder / file) for name, file in GIVEN.items()}


def test_every_form_knows_what_each_of_its_files_begins_with(tmp_path: Path) -> None:
    """A second run replaces the files of the first: what is written is what is looked for."""
    files = wanted(tmp_path)
    written = exported(recorded("manual"), Exports(files, texts={"text": "run x\n"}))
    assert len(written) == sum(len(form.suffixes) for form in FORMATS)
    for form in FORMATS:
        assert len(form.begins) == len(form.suffixes)
        assert {Path(path) for path in files_of(form, files[form.name])} <= set(written)
    check_replaceable(files)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_file_of_another_form_is_not_replaced(tmp_path: Path, form: object) -> None:
    name = form.name  # type: ignore[attr-defined]
    given = str(tmp_path / "precious")
    path = Path(files_of(format_named(name), given)[-1])
    path.write_text('{"metadata": {"name": "my baseline"}}')
    with pytest.raises(PlanError, match="--force replaces it, or give another name") as caught:
        check_replaceable({name: given})
    assert str(path) in str(caught.value)
    path.write_text("")
    check_replaceable({name: given})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    for check in (check_replaceable, check_free):
        with pytest.raises(PlanError, match="is a directory; name a file in it"):
            check({"html": str(tmp_path / "report.html")})
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanError, match="file is no folder; name another place"):
        check_replaceable({"html": str(tmp_path / "file" / "deep" / "report.html")})
    check_replaceable({"html": str(tmp_path / "new" / "deep" / "report.html")})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PlanError, match="you may not write into"):
            check_replaceable({"html": str(tmp_path / "report.html")})
    finally:
        tmp_path.chmod(0o700)


def test_a_report_names_all_that_is_there(tmp_path: Path) -> None:
    check_free(wanted(tmp_path))
    (tmp_path / "locust_stats.csv").write_text("")
    with pytest.raises(PlanError, match=r"locust_stats\.csv is there already; --force replaces it"):
        check_free({"csv": str(tmp_path / "locust")})
    for file in ("locust_failures.csv", "locust.json", "report.html"):
        (tmp_path / file).write_text("")
    with pytest.raises(PlanError, match="and 1 more are there already; --force replaces them"):
        check_free(wanted(tmp_path))
    check_free({"summary": "/dev/null"})


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    file = WholeFile(path, replace=False)
    file.open()
    path.write_text("somebody else's")
    file.add_text(["ours"])
    file.finish()
    assert "is there already and stays" in file.sentence
    assert not file.finished
    assert path.read_text() == "somebody else's"
    assert list(tmp_path.iterdir()) == [path]


def test_without_hard_links_a_file_is_still_whole_and_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("lftui.whole_file.os.link", no_links)
    for name, there in (("a", False), ("b", True)):
        path = tmp_path / name
        file = WholeFile(path, replace=False)
        file.open()
        file.add_text(["ours"])
        if there:
            path.write_text("theirs")
        file.finish()
        assert file.finished is not there
        assert path.read_text() == ("theirs" if there else "ours")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_is_there_can_be_kept_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_whole_file(path, "old")
    kept = WholeFile(path, replace=False)
    kept.open()
    kept.add_text(["new"])
    kept.finish()
    assert path.read_text() == "old"
    assert kept.sentence
    write_whole_file(path, "new")
    assert path.read_text() == "new"


def test_locusts_terms_in_the_name_of_the_html_file() -> None:
    found = planned_exports(
        {"html_file": "r-{u}-{r}-{t}.html", "run_time": 90}, {"force": ""}, 50, 2.5
    )
    assert found == {"html": "r-50-2.5-90.html"}
    found = planned_exports({"html_file": "r-{t}.html", "run_time": None}, {"force": ""}, 5, 1.0)
    assert found == {"html": "r-{t}.html"}


def test_what_a_plan_writes(tmp_path: Path) -> None:
    found = planned_exports(
        {"csv_prefix": f"{tmp_path}/c", "stats_history_enabled": True, "json": True},
        {"summary": f"{tmp_path}/s", "junit": f"{tmp_path}/j"},
        1,
        1.0,
    )
    assert found == {
        "summary": f"{tmp_path}/s",
        "csv": f"{tmp_path}/c",
        "junit": f"{tmp_path}/j",
        "csv_full_history": "yes",
        "json": "yes",
    }
    (tmp_path / "s").write_text("a letter")
    with pytest.raises(PlanError, match="was not written by --summary"):
        planned_exports({}, {"summary": f"{tmp_path}/s"}, 1, 1.0)
    planned_exports({}, {"summary": f"{tmp_path}/s", "force": ""}, 1, 1.0)
