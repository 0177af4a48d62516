"""Text from outside is made harmless, and secrets stay out of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.safe_text import (
    HIDDEN,
    NAME_LIMIT,
    TEXT_LIMIT,
    TRACEBACK_LIMIT,
    Redactor,
    is_secret_name,
    redact_arguments,
    redact_url,
    safe,
    safe_line,
)

ANY_TEXT = st.text(st.characters())  # lone surrogates as well
# Where a rule is likely to trip over itself: its own words and signs, side by side.
PIECES = st.lists(
    st.sampled_from(
        ["token", "password", "Authorization", "Bearer", "basic", "=", ":", " ", "\n", ",", ";",
         "'", "abcdef123", "https://", "user", "@", "/", "?", "&", "***", "api_key", "{", "}",
         '"', "\\", "[", "]", "(", ")", "Cookie", "pass", "eyJhbGci.eyJzdWIi", "x9Y8z7W6v", "b'",
         "None", "."]
    ),
    max_size=12,
).map("".join)  # fmt: skip

# --- harmless ------------------------------------------------------------------------------------

HOSTILE = {
    "clear screen": ("\x1b[2J", "\\x1b[2J"),
    "color": ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    "title": ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    "clipboard": ("\x1b]52;c;aGk=\x1b\\", "\\x1b]52;c;aGk=\\x1b\\"),
    "8-bit CSI": ("\x9b2J", "\\x9b2J"),
    "next line": ("a\x85b", "a\\x85b"),
    "null": ("a\x00b", "a\\x00b"),
    "backspace": ("ok\x08\x08no", "ok\\x08\\x08no"),
    "delete": ("a\x7f", "a\\x7f"),
    "carriage return": ("all fine\rfailed", "all fine\\x0dfailed"),
    "form feed": ("a\x0cb\x0b", "a\\x0cb\\x0b"),
    "right to left": ("\u202egpj.exe", "\\u202egpj.exe"),
    "isolate": ("\u2066a\u2069", "\\u2066a\\u2069"),
    "mark": ("a\u200eb\u200f\u061c", "a\\u200eb\\u200f\\u061c"),
    "zero width space": ("pass\u200bword", "pass\\u200bword"),
    "joiner": ("a\u200d\u2060b\ufeff", "a\\u200d\\u2060b\\ufeff"),
    "soft hyphen": ("a\u00adb", "a\\xadb"),
    "line separator": ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
    "tag": ("a\U000e0041b", "a\\U000e0041b"),
    "lone surrogate": ("a\ud800b\udc80", "a\\ud800b\\udc80"),
    "annotation": ("\ufff9a\ufffb", "\\ufff9a\\ufffb"),
    "grapheme joiner": ("a\u034fb", "a\\u034fb"),
    "Hangul filler": ("\u115f\u1160\u3164\uffa0", "\\u115f\\u1160\\u3164\\uffa0"),
    "Khmer vowel": ("\u17b4\u17b5", "\\u17b4\\u17b5"),
    "Mongolian selector": ("\u180b\u180f", "\\u180b\\u180f"),
    "variation selector": ("\ufe00\U000e0100\U000e01ef", "\\ufe00\\U000e0100\\U000e01ef"),
    "emoji selector": ("❤\ufe0f", "❤\\ufe0f"),
    "musical": ("\U0001d173\U0001d17a", "\\U0001d173\\U0001d17a"),
}
HARMLESS = [
    "",
    "plain",
    "[bold red]not markup[/]",
    "[/api/v1/]",
    "[link=https://example.org]x[/link]",
    "Größe ▲ 大小 — 5 µs",
    "😀",
    "two\nlines\tand a tab",
    "C:\\temp\\new",
    "=SUM(A1:A9)",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_what_a_terminal_would_obey_becomes_text(text: str, shown: str) -> None:
    assert safe(text) == shown
    assert safe_line(text) == shown.replace("\\x0d", "\\r")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_a_line_stays_one_line() -> None:
    assert safe_line("a\nb\r\nc\td") == "a\\nb\\r\\nc\\td"


@given(ANY_TEXT)
def test_nothing_a_terminal_would_obey_is_left(text: str) -> None:
    for shown in (safe(text), safe_line(text)):
        left = {unicodedata.category(char) for char in shown if char not in "\n\t"}
        assert not left & {"Cc", "Cs", "Zl", "Zp"}
        assert not any(unicodedata.bidirectional(char) in _BIDI for char in shown)
        shown.encode()  # a lone surrogate could not be written to a journal
    assert not {"\n", "\t"} & set(safe_line(text))


_BIDI = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


@given(ANY_TEXT)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    once, line = safe(text), safe_line(text)
    assert safe(once) == once
    assert safe_line(line) == line


def test_a_text_cut_once_is_not_cut_again() -> None:
    once = safe("a" * 500, 300)
    assert safe(once, 300) == once


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    for shown, limit in (
        (safe("x" * 10_000), TEXT_LIMIT),
        (safe_line("x" * 10_000), NAME_LIMIT),
        (Redactor().line("x" * 10_000), NAME_LIMIT),
        (Redactor().block("x" * 10_000), TEXT_LIMIT),
        (safe("\x1b" * 5_000 + "x" * 5_000), TEXT_LIMIT),
    ):
        kept, _, note = shown.partition("…")
        left = kept.count("x") if kept.startswith("xx") else len(kept) // len("\\x1b")
        assert limit - 25 < len(shown) <= limit
        assert note == f" (+{10_000 - left} characters)"
    assert safe("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT
    assert safe("x" * 30, 10) == "x" * 9 + "…"


@given(st.text(st.sampled_from("a\x1b\n\ud800\U000e0041"), max_size=200), st.integers(1, 120))
def test_the_length_is_bounded_whatever_has_to_be_written_out(text: str, limit: int) -> None:
    for make in (safe, safe_line, Redactor().line, Redactor().block):
        once = make(text, limit)
        assert len(once) <= limit
        assert make(once, limit) == once


def test_an_escape_that_is_written_out_is_not_cut_in_two() -> None:
    shown = safe("\x1b" * 100, 101)
    assert shown.partition("…")[0] == "\\x1b" * ((101 - len("… (+100 characters)")) // 4)


# --- secrets -------------------------------------------------------------------------------------

LEAK = "s3cr3tValue"
SECRETS = {
    "bearer": f"Authorization: Bearer {LEAK}",
    "bearer alone": f"got 401 for Bearer {LEAK}",
    "basic": "Authorization: Basic dXNlcjpzM2NyM3RWYWx1ZQ==",
    "header dict": "{'Authorization': 'Token " + LEAK + "', 'Accept': '*/*'}",
    "api key header": f"X-Api-Key: {LEAK}",
    "cookie pair": f"Cookie: {LEAK}",
    "json": '{"user": "ann", "password": "' + LEAK + '"}',
    "json without blanks": '{"password":"' + LEAK + '"}',
    "json with blanks": '{"password" : "two words ' + LEAK + '"}',
    "bytes": 'b\'{"client_secret":"' + LEAK + "\"}'",
    "python": "{'api_key': '" + LEAK + "'}",
    "query": f"/login?user=ann&access_token={LEAK}&page=2",
    "form": f"grant_type=password&password={LEAK}",
    "environment": f"ADMIN_PASSWORD={LEAK} locust",
    "camel case": f"clientSecret: {LEAK}",
    "upper case": f"PASSWORD={LEAK}",
    "url": f"https://ann:{LEAK}@staging.example/x",
    "database": f"postgresql://ann:{LEAK}@db:5432/app",
    "token in userinfo": f"https://{LEAK}@github.example/x",
    "csrf": f"csrf_token={LEAK}",
    "several lines": f"a\nSet-Cookie: {LEAK}; Path=/\nb",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_hidden(text: str) -> None:
    shown = Redactor().text(text)
    assert LEAK not in shown
    assert "dXNlcjpzM2Ny" not in shown
    assert HIDDEN in shown


def test_what_stands_around_a_secret_stays_readable() -> None:
    shown = Redactor().text(f'POST /login?page=2&token={LEAK}&x=1 gave {{"detail": "no"}}')
    assert shown == 'POST /login?page=2&token=***&x=1 gave {"detail": "no"}'
    assert redact_url(f"https://ann:{LEAK}@h.example/a?b=c") == "https://***@h.example/a?b=c"
    for text, shown in {
        f'{{"password": "a\\"{LEAK}", "user": "ann"}}': '{"password": "***", "user": "ann"}',
        f'{{\\"password\\": \\"{LEAK}\\", \\"a\\": 1}}': '{\\"password\\": \\"***\\", \\"a\\": 1}',
        f"{{'X-Api-Key': ['{LEAK}'], 'Accept': 'a'}}": "{'X-Api-Key': [***], 'Accept': 'a'}",
        f"{{'Cookie': 'a=b; c={LEAK}', 'Accept': 'a'}}": "{'Cookie': '***', 'Accept': 'a'}",
        f"curl -H 'Authorization: Token {LEAK}' -k": "curl -H 'Authorization: ***' -k",
        f"Cookie: a=b; c={LEAK}\r\nHost: h": "Cookie: ***\r\nHost: h",
        f"Client(token={LEAK}), at 3": "Client(token=***), at 3",
        f"https://ann:p@{LEAK}@h.example/a@b": "https://***@h.example/a@b",
    }.items():
        assert Redactor().text(text) == shown


RARER_FORMS = {
    "scheme of its own": f"Authorization: Token {LEAK}",
    "short bearer": "Authorization: Bearer s3cr3",
    "aws signature": f"Authorization: AWS4-HMAC-SHA256 Credential=x, Signature={LEAK}",
    "later cookie": f"Cookie: theme=dark; sid={LEAK}",
    "escaped quote": '{"password": "ab\\"' + LEAK + '"}',
    "json in json": '{\\"password\\": \\"' + LEAK + '\\"}',
    "cut body": '{"password": "' + LEAK,
    "list": "{'X-Api-Key': ['" + LEAK + "']}",
    "comma": f"password=abc,{LEAK}",
    "parenthesis": f"password=abc({LEAK}",
    "at in password": f"https://ann:p@{LEAK}@staging.example/",
    "SECRET_KEY": f"SECRET_KEY={LEAK}",
    "AWS_SECRET_ACCESS_KEY": f"AWS_SECRET_ACCESS_KEY={LEAK}",
    "secretKey": f'"secretKey": "{LEAK}"',
    "pass": f"db_pass={LEAK}",
    "jwt": "invalid: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzM2NyM3RWYWx1ZSJ9.s3cr3tValue",
    "header in a command": f"curl -H 'Cookie: a=b; sid={LEAK}' https://h.example",
    "header in a dump": f"b'GET / HTTP/1.1\\r\\nCookie: a=1; sid={LEAK}\\r\\n'",
    "header in json": '{\\"Authorization\\": \\"Token ' + LEAK + '\\", \\"a\\": 1}',
    "raw header": f"[(b'Date', b'now'), (b'Set-Cookie', b'sid={LEAK}')]",
    "digest": f'Authorization: Digest username="ann", response="{LEAK}"',
    "scheme in a key": f"X-Api-Key: Token {LEAK}",
    "key in a key": f"invalid token: password: {LEAK}",
    "escaped newline": f"b'user: ann\\npassword: {LEAK}'",
    "quote inside": f"token=abc'{LEAK}",
    "doubled quote": f"password = 'ab''{LEAK}'",
    "list over lines": '"api_key": [\n  "' + LEAK + '",\n  "s3cr3"\n]',
    "bracket in a list": f"{{'token': ['a]{LEAK}']}}",
    "object": '{"token": {"type": "jwt", "value": "' + LEAK + '"}}',
    "walrus": f'password := "{LEAK}"',
    "arrow": f'"password" => "{LEAK}"',
    "escaped slashes": f"https:\\/\\/ann:{LEAK}@h.example",
    "encoded jwt": "Bearer%20eyJhbGciOiJIUzI1NiJ9.s3cr3tValue",
    "signed url": f"/bucket/x?X-Amz-Signature={LEAK}",
    "Django": f"csrfmiddlewaretoken={LEAK}",
    "Rails": f"secret_key_base: {LEAK}",
}


@pytest.mark.parametrize("text", RARER_FORMS.values(), ids=RARER_FORMS)
def test_a_secret_in_a_rarer_form_is_hidden(text: str) -> None:
    shown = Redactor().text(text)
    assert LEAK not in shown
    assert "s3cr3" not in shown


READABLE = [
    "/api/v1/auth/token",
    "POST /api/v1/auth/token",
    "GET /users/[id]/password-reset",
    "/oauth/tokens/",
    "tokens: 15 used",
    "monkey=banana",
    "HTTPError('404 Client Error: Not Found for url: https://h.example/api/v1/auth/token')",
    "ConnectionRefusedError(111, 'Connection refused')",
    "the password is wrong",
    "Basic Plan",
    '12:30:05 INFO all 10 users spawned: {"Reader": 10}',
    "ann@example.org",
    "POST /api/v1/auth/token: ConnectionRefusedError",
    "GET /api/v1/auth/token: 404 Not Found",
    "{'POST /auth/token': 3}",
    "basic authentication required",
    "bearer tokens expire after an hour",
    "Basic realm=shop",
    "token=None, password: null, 'secret': None",
    "pass: 12, fail: 3",
    "missing: ['password', 'email']",
    "https://h.example:8080/a?mail=ann@example.org",
    '{"url":"http://h.example","mail":"ann@example.org"}',
]


@pytest.mark.parametrize("text", READABLE)
def test_ordinary_words_stay_readable(text: str) -> None:
    assert Redactor().text(text) == text


def test_known_values_are_hidden_wherever_they_stand() -> None:
    redactor = Redactor.from_environment(
        {"ADMIN_PASSWORD": "hunter2!", "GITHUB_TOKEN": "ghp_123", "LANG": "en_US.UTF-8"},
        ["from an option"],
    )
    text = redactor.text("hunter2! said ghp_123 in en_US.UTF-8, from an option")
    assert text == "*** said *** in en_US.UTF-8, ***"


def test_of_two_known_values_the_longer_one_goes_first() -> None:
    assert Redactor(["abcd", "abcdefgh"]).text("abcdefgh") == HIDDEN


def test_very_short_values_are_left_alone() -> None:
    assert Redactor(["me", "1"]).text("tell me 1 thing") == "tell me 1 thing"


def test_values_learned_later_are_hidden_as_well() -> None:
    redactor = Redactor(["first-secret"])
    redactor.add(["second-secret"])
    assert redactor.text("first-secret second-secret") == "*** ***"


def test_a_known_value_with_signs_of_a_pattern_is_taken_literally() -> None:
    assert Redactor(["a.c+(d"]).text("a.c+(d abc+(d") == "*** abc+(d"


def test_the_working_directory_is_no_secret() -> None:
    environment = {"PWD": "/home/ann/shop", "OLDPWD": "/home/ann"}
    text = 'File "/home/ann/shop/locustfile.py", line 3'
    assert Redactor.from_environment(environment).text(text) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USE_TOKEN_AUTH", "true"),
        ("TOKEN_AUTH", "Disabled"),
        ("XDG_SESSION_ID", "2048"),
        ("TOKEN_LIMIT", "100000"),
        ("POSTGRES_PASSWORD", "password"),
        ("DB_PASS", "shop"),
        ("SECRET_DIRECTORY", "/home/ann/shop"),
        ("SECRET_ROOT", "/home/ann"),
        ("LANG", "requests"),
    ],
)
def test_a_common_word_is_no_secret(name: str, value: str) -> None:
    text = "true, Disabled, 2048 or 100000 requests, no password in /home/ann/shop"
    environment = {name: value, "PWD": "/home/ann/shop"}
    assert Redactor.from_environment(environment).text(text) == text


def test_what_is_declared_as_a_secret_counts_when_it_is_short() -> None:
    assert Redactor.from_environment({}, ["true", "2048"]).text("true, 2048") == "***, ***"


@pytest.mark.parametrize(
    "written",
    ["p%40ss%2Fw%C3%B6rt+1%22", "p%40ss/w%C3%B6rt%201%22", "p%40ss%2fw%c3%b6rt%201%22",
     'p@ss/wört 1\\"', 'p@ss/w\\u00f6rt 1\\"'],
)  # fmt: skip
def test_a_known_value_is_hidden_in_another_writing(written: str) -> None:
    assert Redactor(['p@ss/wört 1"']).text(f"got {written}.") == "got ***."


def test_a_known_value_of_several_lines_is_hidden_line_by_line() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nshort\n"
    assert Redactor([key]).text("read MIIEvQIBADANBgkqhkiG9w0BAQ") == "read ***"


def test_half_of_a_known_value_is_not_shown_where_a_long_text_is_cut() -> None:
    redactor = Redactor(["hunter2!hunter2!"])
    long = "password=" + "x" * (4 * NAME_LIMIT - 20) + " hunter2!hunter2!"
    assert "hunter" not in redactor.line(long)


def test_a_known_value_hides_no_name_of_another() -> None:
    assert LEAK not in Redactor(["password"]).text(f"password={LEAK}")


@given(PIECES)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    redactor = Redactor(["abcdef123"])
    once = redactor.text(text)
    assert redactor.text(once) == once


def test_a_line_and_a_block_are_redacted_and_safe() -> None:
    redactor = Redactor(["hunter2!"])
    assert redactor.line("a\nhunter2!\x1b[2J") == "a\\n***\\x1b[2J"
    assert redactor.block("a\nhunter2!\x1b[2J") == "a\n***\\x1b[2J"
    assert len(redactor.line("x" * 10_000)) < NAME_LIMIT + 30


HOSTILE_TEXTS = {
    text[:12]: (text * 50_000)[:50_000]
    for text in [
        "a", "password", "://", '"', "'", "password=", "token: ", 'token":"', "token:'", "token:[",
        "token:[\n", 'token:["', "token=(", "\\", '\\"', 'token:\\"', "Cookie: ", "'Cookie: ",
        "Bearer ", "basic\t", "eyJ", "eyJaaaaa.", "%20eyJ", "a@", "h://a", 'h://"', "-", "_a",
        "token" + " " * 500, "bearer" + " " * 5_000, "token=" + "a" * 9_000, "aA", "Password_",
        "a:", "token:b\"", "\x1b", "token={'", 'token:[\\"', "('cookie','", "password=\"'",
    ]
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=map(repr, HOSTILE_TEXTS))
def test_a_hostile_text_takes_no_longer_than_another(text: str) -> None:
    # Long enough that a pattern which is not linear runs into the time limit of every test.
    redactor = Redactor(["hunter2!"])
    assert redactor.text(text)
    assert len(redactor.block(text, TRACEBACK_LIMIT)) <= TRACEBACK_LIMIT
    is_secret_name(text)


# --- names and arguments -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ADMIN_PASSWORD", True),
        ("password", True),
        ("api_key", True),
        ("X-API-Key", True),
        ("Authorization", True),
        ("GITHUB_TOKEN", True),
        ("SECRET_KEY", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("db.password", True),
        ("MYSQL_PWD", True),
        ("Cookie", True),
        ("users", False),
        ("tokens", False),
        ("max_tokens", False),
        ("key", False),
        ("monkey", False),
        ("host", False),
        ("OLDPWD", False),
        ("PGPASSWORD", True),
        ("apiToken", True),
        ("DB_PASS", True),
        ("sessionid", True),
        ("password2", True),
        ("bypass", False),
        ("pass_rate", False),
        ("secretary", False),
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


def test_a_command_line_is_shown_without_its_secrets() -> None:
    words = ["-u", "10", "--api-key", "v1v1", "--password=x", "-H", f"X-Api-Key: {LEAK}",
             "--host", "https://ann:pw@h.example", "--tags", "token"]  # fmt: skip
    assert redact_arguments(words, Redactor()) == [
        "-u", "10", "--api-key", "***", "--password=***", "-H", "X-Api-Key: ***",
        "--host", "https://***@h.example", "--tags", "token",
    ]  # fmt: skip


def test_a_secret_option_without_its_value_hides_no_other_option() -> None:
    words = ["--api-key", "--users", "10", "--token"]
    assert redact_arguments(words, Redactor()) == words


def test_only_the_one_word_after_a_secret_option_is_hidden() -> None:
    words = redact_arguments(["--api-key", "v1v1", "Reader", "Writer"], Redactor())
    assert words == ["--api-key", HIDDEN, "Reader", "Writer"]


def test_a_secret_value_that_begins_with_a_dash_is_hidden() -> None:
    assert redact_arguments(["--token", "-abc"], Redactor()) == ["--token", HIDDEN]


def test_an_argument_is_made_safe() -> None:
    assert redact_arguments(["--tags", "\x1b[2J"], Redactor()) == ["--tags", "\\x1b[2J"]
