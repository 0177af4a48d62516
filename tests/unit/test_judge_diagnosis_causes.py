"""Each failure that Locust's clients report is given its cause.

Most rows are what a run's journal held for failures made on purpose with HttpUser and FastHttpUser
of Locust 2.47. Those that a test machine cannot make (ENFILE, EHOSTUNREACH, a stock worker's texts)
are what the clients' sources say.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.generator.errors import GROUP_LIMIT, ErrorGroups
from lftui.judge.diagnosis import ADVICE, TITLES, Failure, advice_for, cause_of
from lftui.safe_text import Redactor

Row = tuple[int | None, str, int | None, str, str]

POOL = "HTTPConnectionPool(host='<ip>', port=<n>)"
CERTIFICATE = "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:<n>)'"
PLAIN = "'[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:<n>)'"
INFLATE = "'Error <n> while decompressing data: incorrect header check'"
CLOSED = "'Remote end closed connection without response'"

HTTP_USER: list[Row] = [
    (400, "HTTPError", None, "HTTPError('400 Client Error: Bad Request for url: /a')", "bad_request"),
    (429, "HTTPError", None, "HTTPError('429 Client Error: Too Many Requests for url: /a')", "rate_limit"),
    (503, "HTTPError", None, "HTTPError('503 Server Error: Service Unavailable for url: /a')", "overload"),
    (0, "ConnectionResetError", 104, "ConnectionResetError(<n>, 'Connection reset by peer')", "reset"),
    (0, "RemoteDisconnected", None, f"RemoteDisconnected({CLOSED})", "reset"),
    (0, "ChunkedEncodingError", None, "ChunkedEncodingError(ProtocolError('Connection broken: IncompleteRead(<n> bytes read, <n> more expected)', IncompleteRead(<n> bytes read, <n> more expected)))", "cut"),
    (0, "ChunkedEncodingError", None, "ChunkedEncodingError(ProtocolError('Response ended prematurely'))", "cut"),
    (0, "BadStatusLine", None, "BadStatusLine('SSH-<n>-OpenSSH_9\\r\\n')", "malformed"),
    (0, "ContentDecodingError", None, f"ContentDecodingError(DecodeError('Received response with content-encoding: gzip, but failed to decode it.', error({INFLATE})))", "malformed"),
    (0, "ReadTimeout", None, f'ReadTimeout(ReadTimeoutError("{POOL}: Read timed out. (read timeout=<n>)"))', "read_timeout"),
    (0, "ReadTimeoutError", None, f'ReadTimeoutError("{POOL}: Read timed out.")', "read_timeout"),
    (0, "ConnectTimeoutError", None, "ConnectTimeoutError(<HTTPConnection(host='<ip>', port=<n>) at <address>>, 'Connection to <ip> timed out. (connect timeout=<n>)')", "connect_timeout"),
    (0, "ConnectTimeoutError", 110, "ConnectTimeoutError(<HTTPConnection(host='<ip>', port=<n>) at <address>>, 'Connection to <ip> timed out. (connect timeout=None)')", "connect_timeout"),
    (0, "TooManyRedirects", None, "TooManyRedirects('Exceeded <n> redirects.')", "redirects"),
    (0, "SSLError", None, f"SSLError(SSLError(<n>, {PLAIN}))", "tls_plain"),
    (0, "SSLError", None, f"SSLError(SSLCertVerificationError(<n>, {CERTIFICATE}))", "tls_certificate"),
    (0, "SSLError", 1, f"SSLError(SSLCertVerificationError(<n>, {CERTIFICATE}))", "tls_certificate"),
    (0, "RetryError", None, f'RetryError(MaxRetryError("{POOL}: Max retries exceeded with url: /s/503 (Caused by ResponseError(\'too many 503 error responses\'))"))', "overload"),
    (0, "InvalidHeader", None, "InvalidHeader(\"Invalid leading whitespace, reserved character(s), or return character(s) in header value: 'b\\\\nc'\")", "script_request"),
    (None, "ConnectionError", None, f'ConnectionError(EmptyPoolError("{POOL}: Pool is empty and a new connection can\'t be opened due to blocking mode."))', "pool"),
]  # fmt: skip

FAST_HTTP_USER: list[Row] = [
    *(
        (status, "LocustBadStatusCode", None, f"LocustBadStatusCode(code={status})", cause)
        for status, cause in [
            (400, "bad_request"),
            (401, "unauthorized"),
            (403, "forbidden"),
            (404, "not_found"),
            (405, "method"),
            (407, "proxy"),
            (408, "client_error"),
            (409, "conflict"),
            (413, "too_large"),
            (422, "bad_request"),
            (429, "rate_limit"),
            (500, "server_crash"),
            (501, "server_error"),
            (502, "gateway"),
            (503, "overload"),
            (504, "gateway"),
            (599, "server_error"),
        ]
    ),
    (0, "HTTPConnectionClosed", None, "HTTPConnectionClosed('connection closed.')", "reset"),
    (200, "HTTPParseError", None, "HTTPParseError('Incomplete response.')", "cut"),
    (0, "HTTPParseError", None, "HTTPParseError('Expected HTTP/, RTSP/ or ICE/', <n>)", "malformed"),
    (200, "error", None, f"error({INFLATE})", "malformed"),
    (0, "RetriesExceeded", None, "RetriesExceeded('<url>', 0, original=timed out)", "read_timeout"),
    (0, "RetriesExceeded", 110, "RetriesExceeded('<url>', 0, original=timed out)", "connect_timeout"),
    (0, "RetriesExceeded", 110, "RetriesExceeded('<url>', 0, original=[Errno <n>] Connection timed out)", "connect_timeout"),
    (0, "RetriesExceeded", 32, "RetriesExceeded('<url>', 0, original=[Errno <n>] Broken pipe)", "reset"),
    (0, "RetriesExceeded", None, "RetriesExceeded('<url>', 0, original=<n> seconds)", "read_timeout"),
    (0, "RetriesExceeded", None, "RetriesExceeded('<url>', 'Redirection limit reached (<n>)')", "redirects"),
    (200, "TimeoutError", None, "TimeoutError('timed out')", "read_timeout"),
    (0, "SSLError", None, f"SSLError(<n>, {PLAIN})", "tls_plain"),
    (0, "SSLCertVerificationError", None, f"SSLCertVerificationError(<n>, {CERTIFICATE})", "tls_certificate"),
    (0, "SSLEOFError", None, "SSLEOFError(<n>, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:<n>)')", "tls"),
]  # fmt: skip

BOTH: list[Row] = [
    (0, "ConnectionRefusedError", 111, "ConnectionRefusedError(<n>, 'Connection refused')", "refused"),
    (0, "gaierror", -2, "gaierror(<n>, 'Name or service not known')", "dns"),
    (0, "gaierror", -3, "gaierror(<n>, 'Temporary failure in name resolution')", "dns_busy"),
    (0, "OSError", 99, "OSError(<n>, 'Cannot assign requested address')", "ports"),
    (0, "OSError", 101, "OSError(<n>, 'Network is unreachable')", "unreachable"),
    (0, "OSError", 113, "OSError(<n>, 'No route to host')", "unreachable"),
    (0, "OSError", 12, "OSError(<n>, 'Cannot allocate memory')", "memory"),
    (0, "OSError", 105, "OSError(<n>, 'No buffer space available')", "memory"),
    (0, "OSError", 24, "OSError(<n>, 'Too many open files')", "files"),
    (0, "OSError", 23, "OSError(<n>, 'Too many open files in system')", "files_system"),
    (0, "OSError", 71, "OSError(<n>, 'Protocol error')", "malformed"),
    (0, "ConnectionAbortedError", 103, "ConnectionAbortedError(<n>, 'Software caused connection abort')", "reset"),
    (0, "BrokenPipeError", 32, "BrokenPipeError(<n>, 'Broken pipe')", "reset"),
    (0, "PermissionError", 13, "PermissionError(<n>, 'Permission denied')", "not_permitted"),
    (0, "PermissionError", 1, "PermissionError(<n>, 'Operation not permitted')", "not_permitted"),
]  # fmt: skip

CHECKS: list[Row] = [
    (200, "CatchResponseError", None, "CatchResponseError('Wrong body: no items <n>')", "check"),
    (200, "CatchResponseError", None, "CatchResponseError('Connection refused, says the body')", "check"),
    (200, "CatchResponseError", None, "CatchResponseError('a was not <n>')", "check"),
    (200, "ValueError", None, "ValueError('bad total')", "check"),
    (200, "ResponseError", None, "ResponseError('bad thing')", "check"),
    (200, "AssertionError", None, "AssertionError('one is not two')", "check"),
    (302, "CatchResponseError", None, "CatchResponseError('no redirect wanted')", "check"),
    (None, "AssertionError", None, "AssertionError()", "check"),
    (200, "JSONDecodeError", None, "JSONDecodeError('Expecting value: line <n> column <n> (char <n>)')", "check_json"),
    (200, "CatchResponseError", None, "CatchResponseError('Could not parse response as JSON. <html>hi, response code 200, error Expecting value: line <n> column <n> (char <n>)')", "check_json"),
    (200, "CatchResponseError", None, "CatchResponseError('Request took too long: <n> s')", "check_slow"),
    (404, "CatchResponseError", None, "CatchResponseError('custom text')", "not_found"),
    (503, "CatchResponseError", None, "CatchResponseError('custom text')", "overload"),
    (0, "CatchResponseError", None, "CatchResponseError('Got status code 0')", "no_response"),
    (0, "CatchResponseError", None, "CatchResponseError('connection closed.')", "reset"),
    (0, "CatchResponseError", None, "CatchResponseError('[Errno <n>] Connection refused')", "refused"),
    (200, "CatchResponseError", None, "CatchResponseError(\"KeyError: 'a' at users.py:<n> in rest, locustfile.py:<n> in t. Response was {}\")", "script"),
]  # fmt: skip

BY_HAND: list[Row] = [
    (None, "MemoryError", None, "MemoryError()", "memory"),
    (None, "KeyError", None, "KeyError('id')", "script"),
    (200, "KeyError", None, "KeyError('id')", "script"),
    (None, "RecursionError", None, "RecursionError('maximum recursion depth exceeded')", "script"),
    (None, "RuntimeError", None, 'RuntimeError("can\'t start new thread")', "threads"),
    (None, "TimeoutError", None, "TimeoutError()", "read_timeout"),
    (None, "Timeout", None, "<Timeout at <address> seconds=<n>>", "read_timeout"),
    (None, "ConcurrentObjectUseError", None, "ConcurrentObjectUseError('This socket is already used by another greenlet: <bound method>')", "shared_socket"),
    (None, "AioRpcError", None, "<AioRpcError status = StatusCode.DEADLINE_EXCEEDED>", "read_timeout"),
    (None, "", None, "plain text", "other"),
    (None, "", None, "", "other"),
    (None, "type", None, "<class 'ValueError'>", "other"),
    (None, "bool", None, "True", "other"),
    (None, "", None, "(unnamed)", "unnamed"),
    # A stock worker sends Locust's text and nothing else.
    (None, "", None, "LocustBadStatusCode(code=429)", "rate_limit"),
    (None, "", None, "HTTPError('502 Server Error: Bad Gateway for url: /a')", "gateway"),
    (None, "", None, "ConnectionRefusedError(<n>, 'Connection refused')", "refused"),
    (None, "", None, "OSError(<n>, 'Too many open files')", "files"),
    (None, "", None, f"RemoteDisconnected({CLOSED})", "reset"),
    (None, "", None, "HTTPConnectionClosed('connection closed.')", "reset"),
    (None, "", None, f"SSLCertVerificationError(<n>, {CERTIFICATE})", "tls_certificate"),
    (None, "", None, f'ReadTimeout(ReadTimeoutError("{POOL}: Read timed out."))', "read_timeout"),
    (None, "", None, "HTTPParseError('Incomplete response.')", "cut"),
]  # fmt: skip


@pytest.mark.parametrize("row", [*HTTP_USER, *FAST_HTTP_USER, *BOTH, *CHECKS, *BY_HAND])
def test_a_failure_has_its_cause(row: Row) -> None:
    status, exception, number, text, cause = row
    assert cause_of(Failure(status, exception, number, text, sample=text)) == cause


def test_the_group_for_what_the_cap_left_out_is_told_apart() -> None:
    said = []
    groups = ErrorGroups(Redactor(()), said.append)
    for number in range(GROUP_LIMIT + 1):
        groups.group(1, None, "x" * (number + 1))
    last = said[-1]
    assert cause_of(Failure(last.status, last.exception, last.errno, last.text)) == "many_kinds"


@given(
    st.none() | st.integers(-1, 700),
    st.sampled_from(["", "OSError", "CatchResponseError", "SSLError", "gaierror", "RetryError"]),
    st.none() | st.integers(-5, 150),
    st.text(max_size=40),
)
def test_any_failure_has_some_cause_with_advice(
    status: int | None, exception: str, number: int | None, text: str
) -> None:
    assert cause_of(Failure(status, exception, number, text, text)) in ADVICE


@pytest.mark.parametrize(
    "text", ["a ", "Error: ", "Error: at x:1 ", "code=", "took ", "Connection to "]
)
def test_a_long_text_is_looked_through_as_fast_as_another(text: str) -> None:
    # Long enough that a pattern which is not linear runs into the time limit of every test.
    long = (text * 50_000)[:50_000]
    for exception in ("", "CatchResponseError"):
        for status in (0, 200):
            assert cause_of(Failure(status, exception, None, long, long)) in ADVICE


# --- the advice ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ADVICE)
def test_advice_is_one_or_two_short_sentences(cause: str) -> None:
    remedy = ADVICE[cause].remedy.replace("{place}", "")
    assert 40 < len(remedy) <= 220
    assert remedy[0].isupper()
    assert remedy.endswith(".")
    assert "  " not in remedy
    assert "{" not in remedy


def test_every_category_has_a_title_and_some_cause() -> None:
    assert {advice.category for advice in ADVICE.values()} == set(TITLES)


@pytest.mark.parametrize("cause", [name for name in ADVICE if name.endswith("_never")])
def test_what_never_answered_gets_advice_of_its_own_in_the_same_category(cause: str) -> None:
    assert ADVICE[cause].category == ADVICE[cause.removesuffix("_never")].category


def test_a_refused_connection_means_another_thing_where_nothing_ever_answered() -> None:
    refused = Failure(exception="ConnectionRefusedError", errno=111)
    assert "Nothing listens" in advice_for(refused, answered=False).remedy
    assert "answered before" in advice_for(refused).remedy


def test_the_place_in_the_locustfile_is_part_of_the_advice() -> None:
    mistake = Failure(exception="KeyError", text="KeyError('id')")
    assert (
        " it at locustfile.py:12 in buy. "
        in advice_for(mistake, place="locustfile.py:12 in buy").remedy
    )
    assert "raised it. " in advice_for(mistake).remedy
