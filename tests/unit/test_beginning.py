"""How a generator begins: Locust quickly, and with all that Locust's own import does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PLUGIN = """
[gevent.plugins.monkey.did_patch_all]
mine = plugin_of_mine:patched
"""


def run(code: str, *paths: Path) -> list[str]:
    """The lines that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*map(str, paths), os.getcwd()])},
    )
    return done.stdout.split()


def test_a_plugin_of_gevent_is_told_of_the_patching(tmp_path: Path) -> None:
    facts = tmp_path / "mine-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(PLUGIN)
    (tmp_path / "plugin_of_mine.py").write_text("def patched(event): print('told')")
    assert run("import lftui.runner", tmp_path) == ["told"]


def test_packages_are_looked_through_once_and_as_ever_afterwards() -> None:
    code = """
from importlib import metadata
usual, looks = metadata.entry_points, []
def counted(**wanted):
    looks.append(wanted)
    return usual(**wanted)
metadata.entry_points = counted
import lftui.runner
print(len(looks), metadata.entry_points is counted)
"""
    assert run(code) == ["1", "True"]


def test_garbage_is_collected_again_but_not_what_was_imported() -> None:
    code = "import gc, lftui.runner; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    assert run(code) == ["True", "True"]


def test_whoever_collects_no_garbage_goes_on_so() -> None:
    code = "import gc; gc.disable(); import lftui.runner; print(gc.isenabled())"
    assert run(code) == ["False"]
