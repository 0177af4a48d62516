"""The forms in which a run can be exported: one list for options, commands, dialogs and writers."""

from __future__ import annotations

import msgspec


class Format(msgspec.Struct, frozen=True):
    """One form.

    Attributes:
        name: what it is called inside, in a plan's `exports` and in an export dialog.
        option: on the command line.
        value: what the option takes, in its help: a file, or a prefix or name for several.
        file: what it is called in a folder of exports (without the suffixes).
        label: what it is, for an export dialog.
        help: what it is, for the command line.
        suffixes: what stands behind the given name in those of the files; one or several.
        begins: what such a file begins with, in small letters. A run may replace an earlier file
            of the same form, and no other.
        locusts: the option is Locust's own and read by its parser.
    """

    name: str
    option: str
    value: str
    file: str
    label: str
    help: str
    suffixes: tuple[str, ...] = ("",)
    begins: tuple[str, ...] = ()
    locusts: bool = False


CSV_BEGINS = {
    "_stats.csv": "type,name,request count",
    "_stats_history.csv": "timestamp,user count",
    "_failures.csv": "method,name,error",
    "_exceptions.csv": "count,message",
    "_steps.csv": "number,users,",
    "_series.csv": "time,",
}
"""The files of `--csv`: Locust's four, and two of lftui's own."""

FORMATS: tuple[Format, ...] = (
    Format(
        "html",
        "--html",
        "FILE",
        "report.html",
        "HTML: the whole report in one file, with charts",
        "the report as one HTML file",
        begins=("<!doctype html",),
        locusts=True,
    ),
    Format(
        "summary",
        "--summary",
        "FILE",
        "summary.json",
        "Summary: every figure and verdict, JSON (lftui.summary/1)",
        "the summary as JSON (schema lftui.summary/1)",
        begins=('{\n  "schema": "lftui.summary/',),
    ),
    Format(
        "csv",
        "--csv",
        "PREFIX",
        "locust",
        "CSV: Locust's four files, steps, and the run second by second",
        "Locust's four CSV files, _steps.csv and _series.csv",
        suffixes=tuple(CSV_BEGINS),
        begins=tuple(CSV_BEGINS.values()),
        locusts=True,
    ),
    Format(
        "json_file",
        "--json-file",
        "NAME",
        "locust",
        "JSON: Locust's --json-file format",
        "Locust's JSON, to NAME.json",
        suffixes=(".json",),
        begins=("[",),
        locusts=True,
    ),
    Format(
        "series",
        "--series",
        "FILE",
        "series.json",
        "Series: the run second by second, JSON (lftui.series/1)",
        "the run second by second as JSON (schema lftui.series/1)",
        begins=('{"schema": "lftui.series/',),
    ),
    Format(
        "markdown",
        "--markdown",
        "FILE",
        "report.md",
        "Markdown: fits a comment on a pull request",
        "the report as Markdown, for a pull request's comment",
        begins=("**",),
    ),
    Format(
        "junit",
        "--junit",
        "FILE",
        "junit.xml",
        "JUnit: a test case for each check",
        "JUnit XML, a test case for each check",
        begins=("<?xml",),
    ),
    Format(
        "hlog",
        "--hlog",
        "FILE",
        "latency.hlog",
        "HdrHistogram log: response times by interval and endpoint",
        "the response times as an HdrHistogram interval log",
        begins=("#[",),
    ),
    Format(
        "text",
        "--text",
        "FILE",
        "report.txt",
        "Text: the report as plain text",
        "the report as plain text",
        begins=("run ",),
    ),
)


def format_named(name: str) -> Format:
    """The form of this name.

    Raises:
        KeyError: there is none.
    """
    found = next((form for form in FORMATS if form.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def files_of(form: Format, given: str) -> list[str]:
    """The paths that a form writes where `given` is named."""
    return [given + suffix for suffix in form.suffixes]
