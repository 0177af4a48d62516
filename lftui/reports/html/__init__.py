"""The HTML report: one self-contained file that needs no network.

`page` puts it together from parts that are each pure: `header`, `facts`, `charts` (with the series
put together by `grid`, and `overlays`), `endpoints`, `checks`, `steps`, `errors`, `events`,
`trends`, `glossary`. `svg`, `plots` and `sparks` draw, `table` is the form of all tables, `caps`
say how much is shown. `assets/` holds the templates, the style and the script, `vendor/` uPlot.
"""

from lftui.reports.html.page import html_report

__all__ = ["html_report"]
