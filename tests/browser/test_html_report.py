"""The HTML report in a real browser: alone, drawn, sorted, filtered, themed, printed, unscripted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.conftest import emulate, resize
from tests.unit.html_runs import HOSTILE

PIXELS = """
    const [canvas, color] = arguments;
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const wanted = (255 << 24 | color[2] << 16 | color[1] << 8 | color[0]) >>> 0;
    return new Uint32Array(data.buffer).filter(pixel => pixel === wanted).length;
"""
DISPLAY = "return getComputedStyle(document.querySelector(arguments[0])).display"


BLUE, LIGHT_BLUE = (27, 92, 184), (138, 186, 255)
"""The first line of a chart, in the light theme and in the dark one."""


def canvases(browser: Chrome) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, ".plot canvas")


def pixels(browser: Chrome, canvas: WebElement, color: tuple[int, int, int]) -> int:
    """How many pixels of a chart have this color."""
    return int(browser.execute_script(PIXELS, canvas, color))


def drawn_anew(browser: Chrome) -> None:
    """Wait until the browser has shown what it was told before."""
    browser.execute_script(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def column(browser: Chrome, table: str, number: int) -> list[str]:
    """The words of a column's cells, foot left out."""
    script = (
        "return [...document.querySelectorAll('#table-' + arguments[0] + ' tbody tr:not([hidden])')]"
        ".map(row => row.cells[arguments[1]].textContent)"
    )
    return list(browser.execute_script(script, table, number))


def numbers(browser: Chrome, table: str, number: int) -> list[float]:
    return [float(text.replace(",", "")) for text in column(browser, table, number)]


@pytest.mark.parametrize("name", ["recorded", "full", "hostile"])
def test_it_loads_alone_and_without_a_word_of_complaint(
    browser: Chrome, reports: dict[str, str], name: str
) -> None:
    browser.get(reports[name])
    assert browser.get_log("browser") == []
    messages = [json.loads(one["message"])["message"] for one in browser.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [reports[name]]


def test_charts_are_drawn_and_fill_the_width(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["recorded"])
    charts = canvases(browser)
    assert len(charts) == 6
    assert all(pixels(browser, chart, BLUE) > 200 for chart in charts[:3])
    widths = "return [...document.querySelectorAll('.plot')].map(p => [p.clientWidth, p.querySelector('canvas').clientWidth])"
    assert all(place == canvas > 1_000 for place, canvas in browser.execute_script(widths))
    resize(browser, 700)
    drawn_anew(browser)
    assert all(place == canvas < 700 for place, canvas in browser.execute_script(widths))


def test_the_cursor_reads_all_charts_at_one_moment(
    browser: Chrome, reports: dict[str, str]
) -> None:
    browser.get(reports["full"])
    over = browser.find_elements(By.CSS_SELECTOR, ".plot .u-over")[1]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", over)
    # Onto the note, 44 s after the begin of 90 s of load.
    beside = round((44 / 90 - 0.5) * over.size["width"])
    ActionChains(browser).move_to_element_with_offset(over, beside, 0).perform()
    reads = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".chart .at")]
    assert len(reads) == 8
    assert len({read.split(" · ")[0] for read in reads}) == 1
    minutes, clock = reads[0].split(" · ")[:2]
    assert minutes in ("00:43", "00:44")
    assert clock in ("22:14:03 UTC", "22:14:04 UTC")
    assert "note: deploy (ben)" in reads[0]
    values = [one.text for one in browser.find_elements(By.CSS_SELECTOR, "#chart-users .value")]
    assert values == ["20", "20"]


def test_a_zoom_zooms_all_charts(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["full"])
    overs = browser.find_elements(By.CSS_SELECTOR, ".plot .u-over")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", overs[0])
    before = [pixels(browser, chart, BLUE) for chart in canvases(browser)[:3]]
    chain = ActionChains(browser).move_to_element_with_offset(overs[0], -100, 0)
    chain.click_and_hold().move_by_offset(120, 0).release().perform()
    drawn_anew(browser)
    after = [pixels(browser, chart, BLUE) for chart in canvases(browser)[:3]]
    assert all(one != other for one, other in zip(before, after, strict=True))


# --- tables -----------------------------------------------------------------------------------------


def test_a_click_sorts_and_a_second_one_turns_it_around(
    browser: Chrome, reports: dict[str, str]
) -> None:
    browser.get(reports["recorded"])
    head = browser.find_elements(By.CSS_SELECTOR, "#table-endpoints thead tr:last-child th")[3]
    requests = numbers(browser, "endpoints", 3)
    assert requests != sorted(requests)
    head.find_element(By.TAG_NAME, "button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert numbers(browser, "endpoints", 3) == sorted(requests, reverse=True)
    head.find_element(By.TAG_NAME, "button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert numbers(browser, "endpoints", 3) == sorted(requests)
    foot = browser.find_element(By.CSS_SELECTOR, "#table-endpoints tfoot th").text
    assert foot == "Aggregated"


def test_the_keyboard_sorts_too(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["recorded"])
    button = browser.find_element(By.CSS_SELECTOR, "#table-endpoints thead tr:last-child button")
    button.send_keys(Keys.ENTER)
    names = column(browser, "endpoints", 0)
    assert names == sorted(names)
    button.send_keys(Keys.SPACE)
    assert column(browser, "endpoints", 0) == names[::-1]
    sorted_by = browser.find_elements(By.CSS_SELECTOR, "#table-endpoints [aria-sort]")
    assert [one.text for one in sorted_by] == ["endpoint"]


def test_lines_without_a_figure_stand_last_in_either_order(
    browser: Chrome, reports: dict[str, str]
) -> None:
    browser.get(reports["recorded"])
    button = browser.find_elements(By.CSS_SELECTOR, "#table-checks thead button")[5]
    for _ in range(2):
        button.click()
        shown = [text == "—" for text in column(browser, "checks", 5)]
        assert True in shown
        assert shown == sorted(shown)


def test_the_filter_shows_only_lines_with_its_words(
    browser: Chrome, reports: dict[str, str]
) -> None:
    browser.get(reports["recorded"])
    field = browser.find_element(By.CSS_SELECTOR, "#endpoints .filter input")
    everything = column(browser, "endpoints", 0)
    field.send_keys("JOBS")
    shown = column(browser, "endpoints", 0)
    assert shown == [name for name in everything if "jobs" in name]
    assert 0 < len(shown) < len(everything)
    said = browser.find_element(By.CSS_SELECTOR, "#endpoints [role=status]").text
    assert said == f"{len(shown)} of {len(everything)} lines"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    assert column(browser, "endpoints", 0) == everything


# --- themes, paper, no JavaScript -------------------------------------------------------------------


def background(browser: Chrome) -> str:
    script = "return getComputedStyle(document.body).backgroundColor"
    return str(browser.execute_script(script))


def test_the_button_turns_the_theme_and_the_charts_follow(
    browser: Chrome, reports: dict[str, str]
) -> None:
    browser.get(reports["recorded"])
    light, button = background(browser), browser.find_element(By.ID, "theme")
    assert button.text == "Dark theme"
    button.click()
    assert button.text == "Light theme"
    assert background(browser) != light
    assert pixels(browser, canvases(browser)[0], LIGHT_BLUE) > 200
    assert pixels(browser, canvases(browser)[0], BLUE) == 0
    button.click()
    assert background(browser) == light
    assert pixels(browser, canvases(browser)[0], BLUE) > 200


def test_the_systems_dark_scheme_is_followed(browser: Chrome, reports: dict[str, str]) -> None:
    emulate(browser, scheme="dark")
    browser.get(reports["recorded"])
    assert background(browser) == "rgb(20, 24, 28)"
    assert pixels(browser, canvases(browser)[0], LIGHT_BLUE) > 200
    browser.find_element(By.ID, "theme").click()
    assert background(browser) == "rgb(247, 247, 245)"


def test_on_paper_there_are_pictures_on_white_and_nothing_to_press(
    browser: Chrome, reports: dict[str, str]
) -> None:
    emulate(browser, scheme="dark")
    browser.get(reports["recorded"])
    emulate(browser, "print", "dark")
    assert background(browser) == "rgb(255, 255, 255)"
    assert browser.execute_script(DISPLAY, ".chart .plot") == "none"
    picture = browser.find_element(By.CSS_SELECTOR, ".chart .picture svg")
    assert picture.is_displayed()
    assert picture.size["height"] > 100
    for hidden in ("nav", ".filter", ".live-only"):
        assert browser.execute_script(DISPLAY, hidden) == "none"
    pages = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert len(pages["data"]) > 10_000


def test_what_is_folded_in_is_open_on_paper(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["full"])
    browser.execute_script(
        "const one = document.createElement('details'); one.id = 'folded'; document.body.append(one);"
        "dispatchEvent(new Event('beforeprint'))"
    )
    assert browser.find_element(By.ID, "folded").get_attribute("open") is not None
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.find_element(By.ID, "folded").get_attribute("open") is None


def test_without_javascript_all_of_it_can_be_read(browser: Chrome, reports: dict[str, str]) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(reports["recorded"])
    assert browser.find_elements(By.TAG_NAME, "canvas") == []
    pictures = browser.find_elements(By.CSS_SELECTOR, ".chart .picture svg")
    assert len(pictures) == 6
    assert all(one.is_displayed() and one.size["height"] > 150 for one in pictures)
    assert len(browser.find_elements(By.CSS_SELECTOR, "#table-endpoints tbody tr")) > 5
    for pressed in ("#theme", ".filter", "th button"):
        shown = [one.is_displayed() for one in browser.find_elements(By.CSS_SELECTOR, pressed)]
        assert not any(shown), pressed


# --- hostile texts, narrow screens, reach -----------------------------------------------------------


def test_hostile_texts_are_shown_and_nothing_else(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["hostile"])
    title: Any = browser.title
    assert title == "warn: Load test of https://staging.example"
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 4
    shown = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert f"POST {shown}" in column(browser, "endpoints", 0)
    page = browser.execute_script("return document.body.textContent")
    for words in (f"note: {shown}", f"{shown}", "{{7*7}}"):
        assert words in page
    assert not {"\x1b", "\u202e"} & set(page)


@pytest.mark.parametrize("name", ["recorded", "hostile"])
def test_the_page_is_never_wider_than_the_screen(
    browser: Chrome, reports: dict[str, str], name: str
) -> None:
    browser.get(reports[name])
    for width in (1280, 800, 400):
        resize(browser, width)
        drawn_anew(browser)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        wide = browser.execute_script(
            "const box = document.querySelector('#table-endpoints').parentElement;"
            "return [box.scrollWidth > box.clientWidth, getComputedStyle(box).overflowX]"
        )
        assert wide == [True, "auto"], width


def test_a_very_large_figure_stays_in_its_tile(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["recorded"])
    browser.execute_script("document.querySelector('.figure').textContent = '17,280,000,000'")
    for width in (1280, 400):
        resize(browser, width)
        over = browser.execute_script(
            "return [...document.querySelectorAll('.tiles > div')]"
            ".filter(tile => tile.scrollWidth > tile.clientWidth).length"
        )
        assert over == 0, width


def test_it_can_be_reached_by_keyboard(browser: Chrome, reports: dict[str, str]) -> None:
    browser.get(reports["full"])
    ActionChains(browser).send_keys(Keys.TAB).perform()
    focused = browser.switch_to.active_element
    assert focused.text == "Skip to the report"
    assert focused.rect["x"] >= 0
    style = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"
    assert browser.execute_script("return document.documentElement.lang") == "en"
    silent = browser.execute_script(
        "return [...document.querySelectorAll('svg, .plot')].filter(one => !one.ariaLabel).length"
    )
    assert silent == 0
