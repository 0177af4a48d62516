"""One HTTP request at a time to one source, bounded in size."""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from lftui.monitor.reading import SourceError
from lftui.plan import is_loopback
from lftui.safe_text import safe_line

MOST_BYTES = 2_000_000
_LARGEST = f"{MOST_BYTES // 1_000_000} MB"


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    content_type: str
    body: bytes


class Fetcher:
    """Asks one source. The time limit is the caller's.

    Args:
        url: of the source; a proxy of the environment is not asked for this machine itself.
        headers: with their values.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        # An answer that is packed could unfold to any size; and whoever is sent elsewhere by a
        # redirect would carry the source's credentials there.
        self._client = httpx.AsyncClient(
            headers={"User-Agent": "lftui", "Accept-Encoding": "identity", **headers},
            timeout=None,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=1),
            # Reading all certificates takes a tenth of a second, and only a connection that is
            # encrypted needs them.
            verify=parts.scheme == "https",
            trust_env=not is_loopback(parts.hostname or ""),
        )

    async def get(self, url: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status.

        Raises:
            SourceError: there is none, or it is too large.
        """
        try:
            request = self._client.build_request("GET", url, params=parameters or None)
            response = await self._client.send(request, stream=True)
            try:
                return await _answer(response)
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
            raise SourceError(_why(error)) from None

    async def close(self) -> None:
        """Let the connection go."""
        await self._client.aclose()


async def _answer(response: httpx.Response) -> Answer:
    if response.headers.get("Content-Encoding", "identity") not in ("", "identity"):
        raise SourceError("it answers packed, though it was asked not to")
    pieces, size = [], 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > MOST_BYTES:
            raise SourceError(f"its answer is larger than {_LARGEST}")
        pieces.append(piece)
    kind = response.headers.get("Content-Type", "")
    return Answer(response.status_code, kind, b"".join(pieces))


def _why(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {_system_said(error) or safe_line(str(error), 120)}"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "the connection broke"
    return f"it cannot be asked: {type(error).__name__}"


def _system_said(error: BaseException | None) -> str:
    """What the system called it, at the bottom of what each layer made of it."""
    found = ""
    for _ in range(20):
        if error is None:
            break
        if isinstance(error, OSError) and error.errno:
            # asyncio has words of its own; those of a name that is not known are no error numbers.
            said = os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
            found = safe_line(said, 120)
        below = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = below or error.__cause__ or error.__context__
    return found


def check_status(answer: Answer) -> None:
    """Refuse whatever is not the answer itself.

    Raises:
        SourceError: the status is not 200.
    """
    if answer.status != HTTPStatus.OK:
        try:
            phrase = f" ({HTTPStatus(answer.status).phrase})"
        except ValueError:
            phrase = ""
        raise SourceError(f"it answers {answer.status}{phrase}")


def json_of(answer: Answer) -> Any:
    """The document in an answer.

    Raises:
        SourceError: it is no JSON.
    """
    try:
        return msgspec.json.decode(answer.body)
    except (ValueError, RecursionError):
        raise SourceError("its answer is no JSON") from None
