"""Draws a picture of some charts of the HTML report for the documentation, from a stored run.

    python scripts/chart_picture.py RUN OUTPUT.png CHART...

A chart is named as in the report: throughput, arrivals, users, times, errors, cpu, lag. The report
is opened in headless Chromium (Debian's packages `chromium` and `chromium-driver`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from report_picture import browser_on
from selenium.webdriver.common.by import By

from lftui.exporting import export_run
from lftui.supervisor.store import RunFolder

WIDTH, HEIGHT = 900, 2400
ONLY = """
const wanted = arguments[0];
for (const figure of document.querySelectorAll("#charts figure"))
  if (!wanted.includes(figure.id.replace("chart-", ""))) figure.remove();
for (const text of document.querySelectorAll("#charts > :not(figure)"))
  if (!text.querySelector("figure")) text.remove();
"""


def main(run: str, image: Path, charts: list[str]) -> None:
    """Write the picture of the charts of a run's report."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        _, failures = export_run(RunFolder(Path(run).absolute()), {"html": str(page)})
        if failures:
            sys.exit("\n".join(failures))
        with browser_on(page, WIDTH, HEIGHT, Path(folder) / "profile") as browser:
            browser.execute_script(ONLY, charts)  # type: ignore[no-untyped-call]
            browser.find_element(By.ID, "charts").screenshot(str(image))
    print(f"wrote {image}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
