"""What the panels load: a screen opens at once."""

from __future__ import annotations

import json
import subprocess
import sys

_PROBE = """
import json, sys
import lftui.screens.live.panels
json.dump([name for name in ("textual", "pydantic", "httpx", "asyncio") if name in sys.modules],
          sys.stdout)
"""


def test_the_panels_load_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, check=True)
    assert json.loads(done.stdout) == []
