"""Never gets to its end; starts a process of its own before that."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from locust import LoadTestShape, User

helper = subprocess.Popen(["sleep", "600"])
Path(os.environ["HELPER_PID_FILE"]).write_text(str(helper.pid))
while True:
    time.sleep(1)


class NeverThere(LoadTestShape):
    def tick(self) -> None:
        return None


class NeverUser(User):
    pass
