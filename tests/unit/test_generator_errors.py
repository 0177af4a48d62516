"""Failures are grouped by meaning, and what a target makes up cannot fill the memory."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lftui.generator.errors import (
    GROUP_LIMIT,
    ErrorGroups,
    error_number,
    error_text,
    fold,
)
from lftui.records import ErrorSeen, encode
from lftui.safe_text import TEXT_LIMIT, Redactor

# --- folding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("no user 17", "no user <n>"),
        ("took 1.25 s, -3 left", "took <n> s, <n> left"),
        ("1,234 rows", "<n> rows"),
        ("no user17 there, job-4711", "no user17 there, job-<n>"),
        ("order_20250115 is gone", "order_<n> is gone"),
        ("job 6f1c2b9e-0d3a-4d2e-9f5b-3a1c0f9e8d7c failed", "job <id> failed"),
        ("commit deadbeef42 not found", "commit <id> not found"),
        ("at 0x7f3a2c object", "at <address> object"),
        ("<Foo object at 0x7f3a2c>", "<Foo object at <address>>"),
        ("from 10.0.0.7:51234 to 10.0.0.1", "from <ip> to <ip>"),
        ("404 for url: https://h.example/jobs/17?x=1", "<n> for url: <url>"),
        ("(https://h.example/a)", "(<url>)"),
        ("mail to ann.lee+1@mail.example.org bounced", "mail to <email> bounced"),
        ("Connection refused", "Connection refused"),
        ("no customer cus_9s6XKzkNRiz8i3", "no customer cus_<id>"),
        ("no job 01ARZ3NDEKTSV4RRFFQ69G5FAV!", "no job <id>!"),
        ("video dQw4w9WgXcQ, cart cjld2cjxh0000qzrmn831i7rn", "video <id>, cart <id>"),
        ("file id_deadbeef42", "file id_<id>"),
        ("at 2026-11-23T10:15:00Z", "at <time>"),
        ("2026-11-23 10:15:00,123 late", "<time> late"),
        ("since 2026-11-23T10:15:00.5+01:00.", "since <time>."),
        ("refused by fe80::a1b2:c3d4%eth0: no", "refused by <ip>: no"),
        ("to [2001:db8::1]:8080", "to [<ip>]:<n>"),
        ("::1, ::ffff:10.0.0.1 and fe80::", "<ip>, <ip> and <ip>"),
        ("2001:db8:0:0:0:0:2:1", "<ip>"),
        ("at 10:15:00", "at <n>:<n>:<n>"),
        ("std::string Cafe::Bad", "std::string Cafe::Bad"),
        ("defaced facade", "defaced facade"),
        ("utf8 p95", "utf8 p95"),
        ("", ""),
    ],
)
def test_what_differs_from_request_to_request_is_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    [
        "ConnectionRefusedError",
        "ConnectATxOfIdError",
        "HTTPSConnectionPool",
        "HTTP2ProtocolError",
        "OAuth2AuthenticationError",
        "Base64DecodeError",
        "ipv4ToIpv6",
        "utf8mb4_general_ci",
        "HTTP2 utf8 p95 h11",
        "JavaScript TypeError",
        "UNAUTHORIZED_CLIENT",
    ],
)
def test_words_and_names_of_classes_stay_readable(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    "text",
    ["a", "1a", "a.", "a@", "://", "a1:", "::", "1.", "2026-11-23T", "aA", "0x", "f:1:", "-"],
)
def test_a_hostile_text_is_folded_as_fast_as_another(text: str) -> None:
    # Long enough that a pattern which is not linear runs into the time limit of every test.
    assert fold((text * 50_000)[:50_000])


def test_the_status_of_the_response_stays_readable() -> None:
    text = "503 Server Error after 503 tries of 504"
    assert fold(text, 503) == "503 Server Error after 503 tries of <n>"
    assert fold("HTTPError('503')", 503) == "HTTPError('503')"
    assert fold("error503", 503) == "error503"
    assert fold(text) == "<n> Server Error after <n> tries of <n>"


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_messages_that_differ_in_a_number_are_one(one: int, other: int) -> None:
    assert fold(f"no job {one} (page {other})") == fold(f"no job {other} (page {one})")


@given(st.uuids(), st.uuids(), st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_messages_that_differ_in_ids_and_addresses_are_one(
    one: object, other: object, here: object, there: object
) -> None:
    assert fold(f"job {one} on {here}:80 is gone") == fold(f"job {other} on {there}:8080 is gone")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("no customer cus_9s6XKzkNRlz8i3", "no customer cus_4QWKsZuuTHcs7X"),
        ("no job 01ARZ3NDEKTSV4RRFFQ69G5FAV", "no job 01BX5ZZKBKACTAV9WEVGEMMVRZ"),
        ("refused by fe80::a1b2:c3d4", "refused by fe80::b7b2:c3d9"),
        ("no pin V1StGXR8Z5jdHi6BmyT", "no pin 3IBBoOd0b8aSkXEWzN2K"),
        ("at 2025-01-15T09:30:00Z", "at 2025-01-15T10:30:00Z"),
    ],
)
def test_messages_that_differ_in_other_ids_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


# --- what an exception says ----------------------------------------------------------------------


class _Broken(Exception):
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class _Reason(Exception):
    def __init__(self, reason: BaseException) -> None:
        super().__init__("wrapped")
        self.reason = reason


def _caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


def test_a_failure_reads_as_in_locusts_tables() -> None:
    assert error_text("too slow") == "too slow"
    assert error_text(ValueError("no", 3)) == "ValueError('no', 3)"
    assert error_text(_Broken()) == "<_Broken without a repr>"
    assert error_text("<X object at 0x7f3a>") == "<X object at 0x....>"
    assert len(error_text("x" * 100_000)) == 4_000


def _original(inner: BaseException) -> BaseException:
    """As geventhttpclient wraps what it tried in vain."""
    outer = Exception("<url>", 0)
    outer.original = inner  # type: ignore[attr-defined]
    return outer


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "refused")


@pytest.mark.parametrize(
    ("exception", "number"),
    [
        (REFUSED, errno.ECONNREFUSED),
        (OSError(errno.EMFILE, "too many open files"), errno.EMFILE),
        (_Reason(REFUSED), errno.ECONNREFUSED),
        (_caused(ValueError("x"), REFUSED), errno.ECONNREFUSED),
        (ValueError(REFUSED), errno.ECONNREFUSED),
        # requests: ConnectionError(MaxRetryError(reason=NewConnectionError from OSError))
        (OSError(_Reason(_caused(ValueError("new"), REFUSED))), errno.ECONNREFUSED),
        (ValueError("x"), None),
        (ValueError(), None),
        (_original(OSError(errno.EPIPE, "Broken pipe")), errno.EPIPE),
        (ssl.SSLError(1, "wrong version number"), None),  # OpenSSL's number, not EPERM
        (OSError(ssl.SSLError(1, "wrong version number")), None),
        (socket.gaierror(socket.EAI_NONAME, "not known"), socket.EAI_NONAME),
        ("a text", None),
        (None, None),
        (ValueError(ValueError(ValueError(ValueError(REFUSED)))), None),
    ],
)
def test_the_systems_error_number_is_dug_out(exception: object, number: int | None) -> None:
    assert error_number(exception) == number


def _timed_out(while_: str) -> TimeoutError:
    def connect() -> None:
        raise TimeoutError("timed out")

    def recv() -> None:
        raise TimeoutError("timed out")

    try:
        {"connecting": connect, "reading": recv}[while_]()
    except TimeoutError as error:
        return error
    raise AssertionError("nothing was raised")


def test_a_time_out_while_connecting_is_told_from_one_while_reading() -> None:
    # FastHttpUser's messages for the two are the same.
    connecting, reading = _original(_timed_out("connecting")), _original(_timed_out("reading"))
    assert error_text(connecting) == error_text(reading)
    assert error_number(connecting) == errno.ETIMEDOUT
    assert error_number(reading) is None
    group = _Groups()
    assert group(connecting) != group(reading)
    assert [one.errno for one in group.said] == [errno.ETIMEDOUT, None]


def test_a_real_connection_that_times_out_is_known_as_one() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        # What the queue takes, and one more: from then on nothing is answered.
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(TimeoutError) as raised:
            socket.create_connection(full.getsockname(), timeout=0.2)
        for one in waiting:
            one.close()
    assert error_number(raised.value) == errno.ETIMEDOUT


def test_an_exception_that_is_its_own_cause_ends() -> None:
    loop = ValueError("x")
    loop.args = (loop,)
    assert error_number(loop) is None


# --- groups --------------------------------------------------------------------------------------


class _Groups:
    """Groups, and what they announced."""

    def __init__(self, *secrets: str) -> None:
        self.said: list[ErrorSeen] = []
        self._groups = ErrorGroups(Redactor(secrets), self.said.append)

    def __call__(self, text: object, endpoint: int = 1, status: int | None = None) -> int:
        return self._groups.group(endpoint, status, text)


def test_a_group_is_announced_once() -> None:
    group = _Groups()
    assert {group("no job") for _ in range(3)} == {1}
    assert group.said == [ErrorSeen(id=1, endpoint=1, text="no job", sample="no job")]


def test_a_group_says_when_its_text_stands_for_more_than_one_message() -> None:
    group = _Groups()
    assert {group(f"no job {number}", status=404) for number in range(50)} == {1}
    first, again = group.said
    assert (first.text, first.sample, first.varied) == ("no job <n>", "no job 0", False)
    assert (again.id, again.sample, again.varied) == (1, "no job 0", True)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "no user"},
        {"endpoint": 2},
        {"status": 500},
        {"text": ValueError("no job")},
    ],
)
def test_what_means_something_else_is_another_group(other: dict[str, object]) -> None:
    group = _Groups()
    assert group("no job", status=404) != group(**{"text": "no job", "status": 404, **other})  # type: ignore[arg-type]


def test_exceptions_of_another_class_or_error_number_are_another_group() -> None:
    group = _Groups()
    full, files = errno.ENOSPC, errno.EMFILE
    ids = [group(OSError(number, "gone")) for number in (full, files, full)]
    assert ids[0] == ids[2] != ids[1]
    assert [one.errno for one in group.said] == [full, files]
    assert [one.text for one in group.said] == ["OSError(<n>, 'gone')"] * 2
    assert group(ConnectionResetError(full, "gone")) not in ids


def test_a_sample_holds_no_secret_and_no_escape() -> None:
    group = _Groups("hunter2!")
    group("hunter2! \x1b[2J token=abcdef " + "x" * 10_000)
    (seen,) = group.said
    line = encode(seen)
    assert b"hunter2" not in line
    assert b"abcdef" not in line
    assert b"\\u001b" not in line
    assert len(seen.sample) < TEXT_LIMIT + 40


def test_two_messages_that_differ_in_a_secret_are_shown_as_one() -> None:
    group = _Groups()
    assert group("token=abcdef denied") == group("token=ghijkl denied")
    assert len(group.said) == 1


def test_after_the_cap_each_endpoint_gets_one_group_for_the_rest() -> None:
    group = _Groups()
    names = [
        chr(97 + n // 26 % 26) + chr(97 + n % 26) + "x" * (n // 676) for n in range(GROUP_LIMIT)
    ]
    known = [group(f"kind {name}") for name in names]
    assert len(set(known)) == GROUP_LIMIT
    rest = {group(f"more {name}") for name in names}
    assert len(rest) == 1
    (other,) = rest
    assert other not in known
    assert group.said[-1].varied
    assert group.said[-1].text == f"other failures (more than {GROUP_LIMIT} kinds in this run)"
    assert group("anything", endpoint=2) not in {other, *known}
    assert [group(f"kind {name}") for name in names] == known
    assert len(group.said) == GROUP_LIMIT + 2


def test_a_million_different_messages_do_not_grow_the_memory() -> None:
    group = _Groups()
    for number in range(20_000):
        group(f"job {number} is gone")
    assert len(group.said) == 2
    assert len(group._groups._by_text) <= 5_000


@given(st.lists(st.tuples(st.integers(1, 2), st.text(max_size=6)), max_size=40))
def test_the_same_failure_always_falls_into_the_same_group(failures: list[tuple[int, str]]) -> None:
    group = _Groups()
    first = [group(text, endpoint) for endpoint, text in failures]
    assert [group(text, endpoint) for endpoint, text in failures] == first
    announced = {seen.id: seen.endpoint for seen in group.said}
    assert [announced[number] for number in first] == [endpoint for endpoint, _ in failures]
