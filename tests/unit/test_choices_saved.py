"""A plan as TOML: what is kept of it, and what never is."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.choices import Choice
from lftui.choices.saved import choice_again, from_toml, to_toml
from lftui.plan import PlanError

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6)
CHOICES = st.builds(
    Choice,
    locustfile=TEXTS,
    classes=st.lists(TEXTS, max_size=3),
    weights=st.dictionaries(NAMES, st.floats(0, 1e9), max_size=3),
    fixed_counts=st.dictionaries(NAMES, st.integers(0, 10**6), max_size=3),
    tags=st.lists(TEXTS, max_size=2),
    shape=TEXTS,
    users=st.none() | st.integers(0, 10**6),
    spawn_rate=st.none() | st.floats(0.001, 1e6),
    run_time=TEXTS,
    processes=st.none() | st.integers(-1, 64),
    preset=TEXTS,
    arrivals=TEXTS,
    max_users=st.none() | st.integers(1, 10**6),
)


@given(CHOICES)
def test_a_plan_comes_back_as_it_was_saved(choice: Choice) -> None:
    assert from_toml(to_toml(choice)) == choice


def test_a_plan_is_toml_that_one_can_read() -> None:
    text = to_toml(Choice(locustfile="a.py", users=20, weights={"A": 2.0}, tags=["x"]))
    assert text.splitlines()[1:] == [
        'locustfile = "a.py"', 'tags = ["x"]', "users = 20", "", "[weights]", "A = 2.0",
    ]  # fmt: skip


def test_no_secret_is_written() -> None:
    choice = Choice(
        own_options={"--api-key": "s3cret-1", "--pin": "s3cret-2", "--mode": "a",
                     "--proxy": "http://me:s3cret-3@proxy"},
        host="https://me:s3cret-4@staging.example/base",
        confirmed="api.example",
        rest=["--password", "s3cret-5", "--csv", "out", "--token=s3cret-6", "http://u:s3cret-7@h"],
    )  # fmt: skip
    text = to_toml(choice, secret={"--pin"})
    assert "s3cret" not in text
    kept = from_toml(text)
    assert kept.own_options == {"--mode": "a"}
    assert kept.host == "https://staging.example/base"
    assert kept.rest == ["--csv", "out"]


def test_production_has_to_be_typed_again() -> None:
    assert from_toml(to_toml(Choice(confirmed="api.example"))) == Choice()
    with pytest.raises(PlanError, match="a plan has no `confirmed`"):
        from_toml('confirmed = "api.example"')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("users = ", "it is no TOML"),
        ("unknown = 1", "a plan has no `unknown`"),
        ('users = "20"', "users: expected `int | null`, got `str`"),
        ("classes = [1]", r"classes\[0\]: expected `str`, got `int`"),
        ("[weights]\nA = 'x'", "weights.*expected `float`, got `str`"),
    ],
)
def test_a_broken_plan_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence) as refused:
        from_toml(text)
    assert "\n" not in str(refused.value)


def test_half_a_surrogate_pair_does_not_break_the_file() -> None:
    text = to_toml(Choice(shape="a\ud800b"))
    assert tomllib.loads(text)["shape"] == "a\ufffdb"
    assert msgspec.json.encode(from_toml(text))


def test_a_run_again_has_neither_its_secrets_nor_its_confirmation() -> None:
    argv = ["-f", "a.py", "-H", "https://***@h/base", "--api-key", "***", "--pin=***", "-u", "5",
            "--headless", "--confirm-target", "h"]  # fmt: skip
    assert choice_again(argv) == Choice(locustfile="a.py", host="https://h/base", users=5)
