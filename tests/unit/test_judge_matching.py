"""Names: which entry of a baseline a measured endpoint belongs to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lftui.judge.comparison.matching import Entries, match_all, path_of

BASELINE = list(
    json.loads((Path(__file__).parents[2] / "baseline.json").read_text(encoding="utf-8"))[
        "endpoints"
    ]
)
JOB = "/api/v1/jobs/{id} [GET]"


@pytest.mark.parametrize(
    ("method", "name", "key"),
    [
        ("GET", "/healthz", "/healthz"),
        ("", "/healthz", "/healthz"),
        ("GET", "/api/v1/jobs", "/api/v1/jobs [GET]"),
        ("get", "/api/v1/jobs", "/api/v1/jobs [GET]"),
        ("POST", "/api/v1/jobs", "/api/v1/jobs [POST]"),
        ("PUT", "/api/v1/jobs", None),
        ("GET", "/api/v1/jobs/{id}", JOB),
        ("GET", "/api/v1/jobs/{job_id}", JOB),
        ("GET", "/api/v1/jobs/[id]", JOB),
        ("GET", "/api/v1/jobs/:id", JOB),
        ("GET", "/api/v1/jobs/<int:id>", JOB),
        ("GET", "/api/v1/jobs/123", JOB),
        ("GET", "/api/v1/jobs/123?full=1", JOB),
        ("GET", "http://127.0.0.1:8000/api/v1/jobs/7f-3?a=/b#c", JOB),
        ("DELETE", "/api/v1/jobs/123", None),
        ("GET", "/api/v1/jobs/", None),
        ("GET", "/api/v1/jobs/1/2", None),
        ("GET", "/api/v1/jobs?page=2&page_size=10", "/api/v1/jobs [GET]"),
        ("POST", "/api/v1/content/generate", "/api/v1/content/generate"),
        ("POST", "/api/v1/content/generate (cached)", None),
        ("GET", "/api/v1/jobs/7 (cached)", None),
        ("GET", "/api/v1/monitoring/usage/user/ann", "/api/v1/monitoring/usage/user/{id}"),
        ("GET", "/api/v1/monitoring/usage/summary", "/api/v1/monitoring/usage/summary"),
    ],
)
def test_an_endpoint_finds_its_entry_in_the_projects_baseline(
    method: str, name: str, key: str | None
) -> None:
    match = Entries(BASELINE).find(method, name)
    assert match.key == key
    assert match.ambiguous == ()


@pytest.mark.parametrize(
    ("keys", "method", "name", "key"),
    [
        # The very name before a template, a method's own entry before one for all.
        (["/a/{x}", "/a/b"], "GET", "/a/b", "/a/b"),
        (["/a/{x} [GET]", "/a/b"], "GET", "/a/b", "/a/b"),
        (["/a", "/a [GET]"], "GET", "/a", "/a [GET]"),
        (["/a", "GET /a"], "GET", "/a", "GET /a"),
        (["/a", "/a [GET]"], "PUT", "/a", "/a"),
        (["/a/{x}", "/a/{x} [GET]"], "GET", "/a/1", "/a/{x} [GET]"),
        (["/a/{x}", "/a/{x} [GET]"], "PUT", "/a/1", "/a/{x}"),
        # Of templates the one that leaves the least open.
        (["/a/{x}/{y}", "/a/{x}/c"], "GET", "/a/1/c", "/a/{x}/c"),
        (["/u/{id}", "/u/{id}.json"], "GET", "/u/3.json", "/u/{id}.json"),
        (["/u/{id}", "/u/{id}.json"], "GET", "/u/3", "/u/{id}"),
        # Names need not be paths.
        (["Search page"], "GET", "Search page", "Search page"),
        (["GET Search page"], "GET", "Search page", "GET Search page"),
        (["Search page [GET]"], "GET", "Search page", "Search page [GET]"),
        (["search [cached]"], "GET", "search [cached]", "search [cached]"),
        (["{id}"], "GET", "anything", None),
        (["/j [GET]"], "PUT", "/j [cached]", None),
        (["/j [GET]"], "PUT", "/j/[cached]", None),
        (["What now?"], "GET", "What now", None),
        # A name with the method in it is a name too.
        (["GET /a"], "", "GET /a", "GET /a"),
        (["/a [GET]"], "POST", "/a [GET]", "/a [GET]"),
        # A query that is asked for is looked at.
        (["/s?q={q}", "/s"], "GET", "/s?q={q}", "/s?q={q}"),
        (["/s?q={q}", "/s"], "GET", "/s?q=1", "/s"),
        (["https://a.example/x"], "GET", "https://a.example/x", "https://a.example/x"),
        (["/"], "GET", "https://a.example", "/"),
        (["/d/{a}{b}-{c}"], "GET", "/d/xx-y", "/d/{a}{b}-{c}"),
        (["/d/{a}{b}-{c}"], "GET", "/d/x-y", None),
        (["/d/{a}-{b}-{c}"], "GET", "/d/x-y-z", "/d/{a}-{b}-{c}"),
        (["/d/{a}-{b}-{c}"], "GET", "/d/x x-y-z", None),
        (["/d/{a}-{b}-{c}"], "GET", "/d/x-y-z z", None),
    ],
)
def test_the_nearest_entry_is_taken(
    keys: list[str], method: str, name: str, key: str | None
) -> None:
    assert Entries(keys).find(method, name).key == key
    assert Entries(keys[::-1]).find(method, name).key == key


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["/a/{x}", "/{y}/b"], "/a/b"),
        (["/a/{x}", "/a/{y}"], "/a/1"),
        (["/a [GET]", "GET /a"], "/a"),
    ],
)
def test_entries_that_are_equally_near_are_told_and_not_taken(keys: list[str], name: str) -> None:
    match = Entries(keys).find("GET", name)
    assert match.key is None
    assert set(match.ambiguous) == set(keys)
    found = match_all([("GET", name)], keys)
    assert (found.groups, found.missing, found.unknown) == ([], [], [])
    assert [key for key, _ in found.ambiguous] == [("GET", name)]


def test_names_without_a_name_are_put_together_by_their_template_and_method() -> None:
    found = match_all(
        [("GET", "/jobs/2"), ("GET", "/jobs/1"), ("DELETE", "/jobs/1"), ("GET", "/jobs/{id}")],
        ["/jobs/{id}", "/other"],
    )
    assert {(group.method, group.members) for group in found.groups} == {
        ("GET", (("GET", "/jobs/1"), ("GET", "/jobs/2"), ("GET", "/jobs/{id}"))),
        ("DELETE", (("DELETE", "/jobs/1"),)),
    }
    assert found.missing == ["/other"]


def test_what_is_on_one_side_only_is_told() -> None:
    found = match_all([("GET", "/b"), ("GET", "/a")], ["/a", "/c"])
    assert (found.missing, found.unknown) == (["/c"], [("GET", "/b")])


def test_a_thousand_templates_and_long_names_take_no_time() -> None:
    # A pattern that tries every way to split would not end.
    keys = [f"/x{number}/" + "{a}-" * 30 + "{b}c" for number in range(1000)]
    assert Entries(keys).find("GET", "/x7/" + "-" * 5000).key is None
    assert Entries(keys).find("GET", "/x7/" + "a-" * 30 + "bc").key == keys[7]


_PART = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), max_size=6)
_PLAIN = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)
_METHODS = st.sampled_from(["GET", "POST", "get", "", "WSR"])


@settings(deadline=None)
@given(_METHODS, _PART)
def test_every_name_finds_itself_in_every_form(method: str, name: str) -> None:
    forms = [name] if not method else [name, f"{name} [{method}]", f"{method} {name}"]
    for form in forms:
        if form.strip() and name.strip() == name and name:
            wanted = form if not form.startswith("get ") else None
            assert Entries([form]).find(method, name).key == wanted


@settings(deadline=None)
@given(st.lists(_PLAIN, min_size=1, max_size=5), st.data())
def test_a_template_fits_every_path_that_it_stands_for(
    parts: list[str], data: st.DataObject
) -> None:
    open_parts = data.draw(st.lists(st.booleans(), min_size=len(parts), max_size=len(parts)))
    forms = data.draw(st.permutations(["{id}", "[id]", ":id", "<id>"]))
    path = "/" + "/".join(parts)
    key = "/" + "/".join(
        forms[index % 4] if is_open else part
        for index, (part, is_open) in enumerate(zip(parts, open_parts, strict=True))
    )
    found = Entries([key, "/some/other"])
    assert found.find("GET", path).key == key
    assert found.find("GET", path + "?a=1").key == key
    assert found.find("GET", f"https://h.example{path}").key == key
    assert found.find("GET", path + "/more").key is None


@settings(deadline=None)
@given(st.lists(st.tuples(_METHODS, _PART), max_size=6), st.lists(_PART, max_size=6))
def test_every_endpoint_and_every_entry_is_somewhere(
    measured: list[tuple[str, str]], keys: list[str]
) -> None:
    found = match_all(measured, keys)
    members = [key for group in found.groups for key in group.members]
    there = members + found.unknown + [key for key, _ in found.ambiguous]
    assert sorted(there) == sorted(measured)
    met = {group.key for group in found.groups}
    met |= {key for _, several in found.ambiguous for key in several}
    assert met | set(found.missing) == set(keys)
    assert not met & set(found.missing)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/a?b", "/a"), ("/a#b", "/a"), ("https://h/a?b", "/a"), ("https://h?b", "/"),
        ("https://h", "/"), ("What?", "What?"), ("", ""), ("a://", "/"), ("//x?y", "//x"),
    ],
)  # fmt: skip
def test_the_path_of_a_name(name: str, path: str) -> None:
    assert path_of(name) == path
