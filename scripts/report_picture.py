"""Draws the picture of the HTML report for the documentation, from a stored run.

    python scripts/report_picture.py RUN [OUTPUT.png]

The report is opened in headless Chromium (Debian's packages `chromium` and `chromium-driver`), its
beginning photographed as a reader sees it in a window of 1280 pixels.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from lftui.exporting import export_run
from lftui.supervisor.store import RunFolder

IMAGE = Path(__file__).resolve().parents[1] / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1280, 2060
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextlib.contextmanager
def browser_on(page: Path, width: int, height: int, profile: Path) -> Iterator[webdriver.Chrome]:
    """A browser that shows a page in a window of this size."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "google-chrome"
    for word in (*OPTIONS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(word)
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(page.as_uri())
        yield browser
    finally:
        browser.quit()


def photograph(page: Path, image: Path, profile: Path) -> None:
    """The upper part of a page."""
    with browser_on(page, WIDTH, HEIGHT, profile) as browser:
        browser.save_screenshot(str(image))


def main(run: str, image: Path = IMAGE) -> None:
    """Write the picture of a run's report."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        _, failures = export_run(RunFolder(Path(run).absolute()), {"html": str(page)})
        if failures:
            sys.exit("\n".join(failures))
        photograph(page, image, Path(folder) / "profile")
    print(f"wrote {image}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], *map(Path, sys.argv[2:]))
