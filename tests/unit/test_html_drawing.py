"""What the report draws: axes, lines with gaps, distributions, and colors that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.metrics import Histogram
from lftui.reports.html.charts import chart_data, run_charts
from lftui.reports.html.grid import grid
from lftui.reports.html.overlays import Overlays, overlays
from lftui.reports.html.plots import Plot, Spot, plot_svg
from lftui.reports.html.scale import round_up, ticks, time_ticks
from lftui.reports.html.sparks import LogAxis, axis_of, bars_of, spark
from lftui.reports.html.svg import chart_svg, path_of
from tests.unit.html_runs import HOSTILE, a_run
from tests.unit.strategies import Play

STYLE = Path(__file__).resolve().parents[2] / "lftui/reports/html/assets/report.css.j2"


@given(st.floats(1e-6, 1e12))
def test_an_axis_holds_its_highest_value_in_a_few_round_ticks(value: float) -> None:
    end, step = round_up(value)
    assert end >= value * (1 - 1e-9)
    assert 2 <= len(ticks(value)) <= 7
    assert re.match(r"(1|2|2\.5|5)$", f"{step / 10 ** (len(str(int(step))) - 1):g}") or step < 1


@pytest.mark.parametrize("value", [0.0, -3.0, float("inf"), float("nan")])
def test_an_axis_of_nothing_is_an_axis(value: float) -> None:
    assert round_up(value) == (1.0, 0.5)


@given(st.floats(0, 40_000_000))
def test_moments_on_the_axis_are_few(length: float) -> None:
    moments = time_ticks(length)
    assert moments[0] == 0.0
    assert len(moments) <= 11
    assert moments[-1] <= length


def test_a_line_has_gaps_and_a_lonely_point_is_a_dot() -> None:
    drawn = path_of([0, 1, 2, 3, 4], [5, 6, None, 7, None])
    assert drawn == "M0.0 5.0L1.0 6.0M3.0 7.0h.01"
    assert path_of([0, 1], [5, 6], stepped=True) == "M0.0 5.0H1.0V6.0"
    assert path_of([0.0], [None]) == ""


@given(st.lists(st.integers(1, 3_600_000_000), max_size=200))
def test_a_spark_has_every_response_in_a_bar(times: list[int]) -> None:
    histogram = Histogram.of(times)
    axis = axis_of(histogram)
    assert sum(bars_of(histogram, axis)) == len(times)
    drawn = spark(histogram, axis)
    assert bool(drawn) == bool(times)
    if times:
        assert f"{len(times):,} response" in drawn


def test_a_spark_says_what_it_shows() -> None:
    drawn = spark(Histogram.of([10_000, 20_000, 3_000_000]), LogAxis(10_000, 3_000_000))
    assert 'aria-label="3 responses from 10 ms to 3.00 s, half of them within 20 ms"' in drawn


def test_limits_are_horizontals_and_far_ones_are_told() -> None:
    play = a_run()
    began = play.state.load_began_s or 0.0
    charts = {one.name: one for one in run_charts(play.state, grid(play.state.series, began))}
    assert [(one.text, one.severity) for one in charts["times"].limits] == [
        ("p95 < 300 ms", "warning"),
        ("p95 < 900 ms", "critical"),
    ]
    assert [one.text for one in charts["errors"].limits] == ["errors < 5 %"]
    assert charts["errors"].limits[0].value == 5.0
    quiet = Play(thresholds=a_run().state.started.thresholds)  # type: ignore[union-attr]
    quiet.seconds(10, ms=2)
    began = quiet.state.load_began_s or 0.0
    times = {one.name: one for one in run_charts(quiet.state, grid(quiet.state.series, began))}
    assert times["times"].limits == []
    assert times["times"].notes == [
        "warning limit p95 < 300 ms: above this chart",
        "critical limit p95 < 900 ms: above this chart",
    ]


def test_steps_are_bands_and_what_people_did_are_verticals() -> None:
    play = a_run()
    over = overlays(play.state, play.state.load_began_s or 0.0, 60)
    assert [(band.number, band.load) for band in over.bands] == [(1, "10"), (2, "20"), (3, "30")]
    assert all(band.begin_s < band.end_s for band in over.bands)
    assert [one.kind for one in over.verticals] == ["note", "breach", "other"]
    assert over.verticals[0].text == "note: deploy (ben)"


def test_of_very_many_marks_those_of_people_are_drawn() -> None:
    play = Play()
    for second in range(300):
        play.seconds(1)
        play.mark("window" if second % 3 else "note", text=f"n {second}", who="ann")
    over = overlays(play.state, 0.0, 60)
    assert (len(over.verticals), over.events) == (60, 300)
    assert {one.kind for one in over.verticals} == {"note"}


def test_all_charts_have_both_ends_of_the_run_for_the_script() -> None:
    play = a_run()
    charts = run_charts(play.state, grid(play.state.series, play.state.load_began_s or 0.0))
    for chart in charts:
        data = chart_data(chart, 100.0)["data"]
        assert (data[0][0], data[0][-1]) == (0.0, 100.0)
        assert {len(column) for column in data} == {len(data[0])}


def test_foreign_text_in_a_picture_is_text() -> None:
    play = a_run(note=HOSTILE)
    began = play.state.load_began_s or 0.0
    over = overlays(play.state, began, 60)
    drawn = chart_svg(run_charts(play.state, grid(play.state.series, began))[0], over, 90.0)
    assert "<img" not in drawn
    assert "&lt;img" in drawn
    plot = Plot(HOSTILE, HOSTILE, HOSTILE, [Spot(1.0, 2.0, label=HOSTILE)], [(1.0, HOSTILE)])
    assert "<img" not in plot_svg(plot)
    assert "<script" not in plot_svg(plot)


def test_a_picture_of_nothing_is_a_picture() -> None:
    play = Play()
    play.tick([])
    chart = run_charts(play.state, grid(play.state.series, play.state.load_began_s or 0.0))[2]
    assert "nothing was measured" in chart_svg(chart, Overlays([], []), 0.0)


# --- colors --------------------------------------------------------------------------------------


def palettes() -> dict[str, dict[str, str]]:
    """The colors of each theme by name, from the style itself."""
    text = STYLE.read_text("utf-8")
    parts = {
        "dark": text[text.index("{% macro dark() %}") : text.index("{% endmacro %}")],
        "light": text[text.index(":root {") : text.index("@media (prefers")],
        "print": text[text.index("@media print") :],
    }
    return {
        theme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", part))
        for theme, part in parts.items()
    }


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_has_contrast(theme: str) -> None:
    colors = palettes()[theme]
    texts = ("text", "soft", "accent", "pass", "warn", "fail", "inconclusive")
    backs = ("page", "card", "band", "band-odd", "hover", "warn-back", "info-back")
    weak = {
        (text, back): round(contrast(colors[text], colors[back]), 2)
        for text in texts
        for back in backs
        if contrast(colors[text], colors[back]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_line_of_a_chart_can_be_seen(theme: str) -> None:
    colors = palettes()[theme]
    for number in range(1, 7):
        for back in ("card", "band", "band-odd"):
            assert contrast(colors[f"c{number}"], colors[back]) >= 3.0, (number, back)
