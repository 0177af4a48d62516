"""Draws the picture of the HTML report for the documentation, from a stored run.

    python scripts/report_picture.py RUN [OUTPUT.png]

The report is opened in headless Chromium (Debian's packages `chromium` and `chromium-driver`), its
beginning photographed as a reader sees it in a window of 1280 pixels.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
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


def photograph(page: Path, image: Path, profile: Path) -> None:
    """The upper part of a page."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "google-chrome"
    for word in (*OPTIONS, f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(word)
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(page.as_uri())
        browser.save_screenshot(str(image))
    finally:
        browser.quit()


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
