"""The demo target's command line."""

from __future__ import annotations

import pytest

from lftui.demo.options import (
    DEFAULT_ADMIN_EMAIL,
    DEFAULT_ADMIN_PASSWORD,
    DEFAULT_API_KEY,
    Options,
    parse_options,
)


def test_defaults() -> None:
    assert parse_options([], {}) == Options()
    assert Options().api_key == DEFAULT_API_KEY
    assert (Options().admin_email, Options().admin_password) == (
        DEFAULT_ADMIN_EMAIL,
        DEFAULT_ADMIN_PASSWORD,
    )


def test_switches() -> None:
    argv = "--port 0 --host ::1 --speed 2 --capacity 8 --errors 0.1 --seed 9 --token-ttl 3"
    options = parse_options([*argv.split(), "--api-key", "k", "--until-stdin-closes"], {})
    assert options == Options(
        host="::1",
        port=0,
        speed=2,
        capacity=8,
        errors=0.1,
        seed=9,
        token_ttl_s=3,
        api_key="k",
        until_stdin_closes=True,
    )


@pytest.mark.parametrize(
    ("argv", "host", "is_open"),
    [
        ([], "127.0.0.1", False),
        (["--host", "::1"], "::1", False),
        (["--bind", "127.0.0.2"], "127.0.0.2", False),
        (["--bind", "0.0.0.0"], "0.0.0.0", True),
        (["--bind=::"], "::", True),
        (["--bind", "192.0.2.7"], "192.0.2.7", True),
    ],
)
def test_only_bind_opens_it(argv: list[str], host: str, is_open: bool) -> None:
    options = parse_options(argv, {})
    assert (options.host, options.is_open_to_others) == (host, is_open)


def test_credentials_from_the_environment() -> None:
    environ = {"ADMIN_EMAIL": "b@c.example", "ADMIN_PASSWORD": "pw", "LA_FACTORIA_API_KEY": "key"}
    options = parse_options([], environ)
    assert (options.admin_email, options.admin_password) == ("b@c.example", "pw")
    assert options.api_key == "key"
    assert parse_options(["--api-key", "other"], environ).api_key == "other"


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["--speed", "0"], "--speed"),
        (["--speed", "-1"], "--speed"),
        (["--speed", "nan"], "--speed"),
        (["--speed", "fast"], "--speed"),
        (["--errors", "1.5"], "--errors"),
        (["--errors", "-0.1"], "--errors"),
        (["--capacity", "0"], "--capacity"),
        (["--capacity", "1.5"], "--capacity"),
        (["--port", "65536"], "--port"),
        (["--port", "-1"], "--port"),
        (["--seed", "x"], "--seed"),
        (["--token-ttl", "0"], "--token-ttl"),
        (["--host", "0.0.0.0"], "loopback"),
        (["--host", "10.0.0.1"], "loopback"),
        (["--hots", "::1"], "--hots"),
        (["--bind", ""], "--bind"),
        (["--bind", "everywhere"], "0.0.0.0 for all"),
        (["--bind", "10.0.0.1/8"], "--bind"),
        (["--bind", "\x1b[2J"], "\\x1b[2J"),
        (["--bind", "0.0.0.0", "--host", "::1"], "not allowed with"),
    ],
)
def test_bad_option_is_one_sentence(
    argv: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_options(argv, {})
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert word in captured.err
    assert captured.err.startswith("lftui demo: ")


def test_help_prints_no_key_of_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LA_FACTORIA_API_KEY", "very-secret")
    with pytest.raises(SystemExit) as ended:
        parse_options(["--help"])
    assert ended.value.code == 0
    assert "very-secret" not in capsys.readouterr().out
