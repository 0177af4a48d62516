"""One headless Chromium for all tests here; without one they are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from lftui.judge.verdict import judge
from lftui.reports.html import html_report
from lftui.run_state import RunState
from tests.console.fake import folded
from tests.unit.html_runs import HOSTILE, a_run, a_trend

# No network, no profile of anybody's, nothing that phones home.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)


def program(*names: str) -> str:
    """The path of a program; without it the test is skipped, in CI it fails."""
    for name in names:
        if found := shutil.which(name):
            return found
    reason = f"no {names[0]}; on Debian: apt-get install chromium chromium-driver"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: webdriver.Chrome) -> webdriver.Chrome:
    """The browser as if it had just been opened: light, on screen, 1280 wide, with JavaScript."""
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    emulate(chromium)
    resize(chromium, 1280)
    chromium.get("about:blank")
    chromium.get_log("browser")
    chromium.get_log("performance")
    return chromium


def emulate(browser: webdriver.Chrome, media: str = "", scheme: str = "light") -> None:
    """Choose screen or print, and the color scheme of the system."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def resize(browser: webdriver.Chrome, width: int) -> None:
    """Make the page so many CSS pixels wide."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )


def _written(folder: Path, name: str, state: RunState) -> str:
    path = folder / f"{name}.html"
    path.write_text(html_report(state, judge(state), a_trend()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Reports by name, as addresses of files: of a recorded run, one with everything in it, and
    one whose texts are hostile."""
    folder = tmp_path_factory.mktemp("reports")
    states = {
        "recorded": folded("manual"),
        "full": a_run().state,
        "hostile": a_run(HOSTILE, HOSTILE, HOSTILE).state,
    }
    return {name: _written(folder, name, state) for name, state in states.items()}
