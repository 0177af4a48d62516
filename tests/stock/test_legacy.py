"""A locustfile that uses what Locust has removed gets one sentence: what, where, and what now."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from .harness import LFTUI, REPOSITORY, TIMEOUT_S
from .legacy_cases import LEGACY, Legacy
from .server import Server

FOLDER = Path(__file__).parent / "legacy"


def test_every_file_has_a_case() -> None:
    assert {file.name for file in FOLDER.glob("*.py")} == {legacy.file for legacy in LEGACY}


@pytest.mark.parametrize("legacy", LEGACY, ids=[legacy.file for legacy in LEGACY])
def test_lines_hold_the_removed_name(legacy: Legacy) -> None:
    lines = (FOLDER / legacy.file).read_text(encoding="utf-8").splitlines()
    last = legacy.removed.rsplit(".", 1)[-1]
    for number in legacy.lines:
        assert re.search(rf"\b({last}|max_wait)\b", lines[number - 1])


@pytest.mark.parametrize("legacy", LEGACY, ids=[legacy.file for legacy in LEGACY])
def test_message_names_what_where_and_replacement(
    legacy: Legacy, tmp_path: Path, server: Server
) -> None:
    done = subprocess.run(
        [*LFTUI, "--headless", "-f", str(FOLDER / legacy.file), "-H", server.url, "-t", "2s"],
        cwd=tmp_path,
        env=_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    message = done.stdout + done.stderr
    # What Locust merely ignores is a warning, and the run goes on as it does there.
    assert done.returncode == (0 if legacy.locust_code == 0 else 2), message
    assert re.search(rf"(?<!\w){re.escape(legacy.removed)}(?!\w)", message), message
    assert re.search(rf"\b{re.escape(legacy.replacement)}\b", message), message
    places = [f"{legacy.file}:{number}" for number in legacy.lines]
    assert any(re.search(rf"{re.escape(place)}\b", message) for place in places), message
    assert "Traceback" not in message


def _environment(tmp_path: Path) -> dict[str, str]:
    """The process environment without options of ours or Locust's."""
    ours = ("LOCUST_", "LFTUI_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return env | {
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "LFTUI_RUNS_DIR": str(tmp_path / "runs"),
    }
