"""Text from outside in Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.reports.markup import code_span, prose


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p95 2.31 s broke the limit 2 s", "p95 2.31 s broke the limit 2 s"),
        ("GET /api/v1/jobs: 5 % more.", "GET `/api/v1/jobs`: 5 % more."),
        ("(at /a), or not", "(at `/a`), or not"),
        ("ask @team about #12", "ask `@team` about `#12`"),
        ("see https://x.example or www.x.example", "see `https://x.example` or `www.x.example`"),
        ("GH-7 deadbeef a_b a*b", "`GH-7` `deadbeef` `a_b` `a*b`"),
        ("<b>x</b> a|b", "`<b>x</b>` `a∣b`"),
        ("1. not a list", "`1.` not a list"),
        ("- nor this", "`-` nor this"),
        ("5 of 10 requests failed", "5 of 10 requests failed"),
        ("a\nb", "`a\\nb`"),
        ("", ""),
    ],
)
def test_words_that_would_be_markup_are_code(text: str, shown: str) -> None:
    assert prose(text) == shown


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_outside_of_code_nothing_is_markup(text: str) -> None:
    shown = prose(text)
    assert "\n" not in shown
    assert shown.count("`") % 2 == 0
    outside = "".join(shown.split("`")[::2])
    assert not set(outside) & set("\\*_[]<>|#@!&~$/")
    assert "://" not in outside


@pytest.mark.parametrize(("text", "shown"), [("a`|b", "`a'∣b`"), ("", "—"), (" ", "—")])
def test_a_code_span_is_never_left(text: str, shown: str) -> None:
    assert code_span(text) == shown
