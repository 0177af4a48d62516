"""Which files are scenarios, and what a preview is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lftui.plan import Stage
from lftui.scenarios import Preview, find_scenarios

ROOT = Path(__file__).parents[2]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in find_scenarios(folder)]


def test_the_scenarios_of_the_repository() -> None:
    assert names(ROOT) == [
        "locustfiles/authentication.py",
        "locustfiles/content_generation.py",
        "locustfiles/main.py",
        "locustfiles/stress.py",
    ]


def test_the_folder_s_own_come_before_those_of_locustfiles(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "locustfile.py": "this is no Python",
            "my_locustfile_old.py": "",
            "shop.py": "import os, locust\n",
            "setup.py": "import setuptools\n",
            "_private.py": "import locust\n",
            ".hidden.py": "import locust\n",
            "locust_notes.txt": "import locust\n",
            "locustfiles/b.py": "",
            "locustfiles/a.py": "this is no Python",
            "locustfiles/_shared.py": "import locust\n",
            "locustfiles/__init__.py": "",
            "locustfiles/deeper/c.py": "import locust\n",
        },
    )
    assert names(tmp_path) == [
        "locustfile.py", "my_locustfile_old.py", "shop.py", "locustfiles/a.py", "locustfiles/b.py",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("import locust", True),
        ("import locust.contrib.fasthttp as fast", True),
        ("from locust import HttpUser", True),
        ("from locust.contrib.fasthttp import FastHttpUser", True),
        ("if True:\n    def f():\n        from locust import task", True),
        ("print('\\d')\nimport locust", True),
        ("import locustfile_tools", False),
        ("from .locust import User", False),
        ("from . import locust", False),
        ("from shop import locust", False),
        ("'import locust'", False),
        ("# import locust", False),
        # Broken, but meant as one: Setup lists it with what is wrong.
        ("import locust as", True),
        ("import locust\x00", True),
        ("(" * 5000 + "\nimport locust", True),
        ("def (", False),
    ],
)
def test_what_counts_as_an_import_of_locust(tmp_path: Path, text: str, imports: bool) -> None:
    write(tmp_path, {"shop.py": text})
    assert names(tmp_path) == (["shop.py"] if imports else [])


def test_looking_runs_nothing(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    write(tmp_path, {"shop.py": f"import locust\nopen({str(trap)!r}, 'w').close()\n"})
    assert names(tmp_path) == ["shop.py"]
    assert not trap.exists()


def test_text_that_is_not_utf_8_and_folders_that_look_like_files(tmp_path: Path) -> None:
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\n# caf\xe9\nimport locust\n")
    (tmp_path / "bad.py").write_bytes(b"# caf\xe9\nimport locust\n")
    (tmp_path / "locustfile.py").mkdir()
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert set(names(tmp_path)) - {"bad.py"} == {"latin.py"}  # versions of Python differ on it


def test_no_folder_no_scenarios(tmp_path: Path) -> None:
    assert find_scenarios(tmp_path / "nowhere") == []


def test_a_preview_is_a_value() -> None:
    whole = Preview(
        points=[(0.0, 0), (1.0, 10), (60.0, 10)],
        length_s=60.0,
        sentence="S of the locustfile: 10 users over 1m",
        stages=[Stage(10, 10.0, 60.0)],
    )
    assert whole.peak == 10
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Preview) == whole
    with pytest.raises(AttributeError):
        whole.reason = "another"  # type: ignore[misc]


def test_without_a_preview_there_is_no_peak() -> None:
    assert Preview(reason="cannot be previewed: it raises").peak == 0
