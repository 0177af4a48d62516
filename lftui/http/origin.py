"""Where a request goes: scheme, host and port, and the URLs that lead there."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from geventhttpclient.url import URL, requote_uri

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TARGET = re.compile(r"[^\x00-\x20\x7f]*\Z")

PLAIN_PATH = re.compile(r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*\Z")
"""A path (with its query) that goes over the wire as it is: nothing to quote or to cut off."""


class Origin:
    """One server. There is one object for each, so that it is compared by identity.

    Attributes:
        host: the name or address without brackets, in ASCII (IDNA).
        header: what the Host header says: brackets around IPv6, a port other than the scheme's.
        host_line: the end of the request line, and the Host header.
        base: `scheme://host[:port]`, for a proxy.
    """

    __slots__ = ("base", "header", "host", "host_line", "port", "scheme", "tls")

    def __init__(self, scheme: str, host: str, port: int) -> None:
        self.scheme = scheme
        self.tls = scheme == "https"
        self.host = host
        self.port = port
        bracketed = f"[{host}]" if ":" in host else host
        self.header = bracketed if port == _DEFAULT_PORTS[scheme] else f"{bracketed}:{port}"
        self.host_line = f" HTTP/1.1\r\nHost: {self.header}\r\n"
        self.base = f"{scheme}://{self.header}"


@lru_cache(maxsize=4096)
def origin_of(scheme: str, host: str, port: int | None) -> Origin:
    """The origin of a URL's parts; a missing port is the scheme's.

    Raises:
        ValueError: the scheme is not http or https, or there is no host.
    """
    if scheme not in _DEFAULT_PORTS:
        raise ValueError(f"cannot request a URL of the scheme {scheme!r}: it is http or https")
    if not host:
        raise ValueError("cannot request a URL without a host")
    return Origin(scheme, ascii_host(host), port or _DEFAULT_PORTS[scheme])


def ascii_host(host: str) -> str:
    """The host as DNS and the Host header know it: an international name in its ASCII form.

    Raises:
        ValueError: it is no host name.
    """
    if host.isascii():
        return host
    try:
        import idna

        return idna.encode(host, uts46=True).decode("ascii")
    except (ImportError, UnicodeError) as error:
        if isinstance(error, ImportError):
            return host.encode("idna").decode("ascii")
        raise ValueError(f"the host {host!r} is no host name: {error}") from None


@lru_cache(maxsize=2048)
def resolve(url: str) -> tuple[Origin, str]:
    """The origin of an absolute URL, and what stands in the request line.

    Raises:
        ValueError: no request can be sent to this URL.
    """
    parsed = URL(url)
    uri = requote_uri(parsed.request_uri)
    if uri.startswith("//"):
        raise ValueError(
            f"invalid request URI {uri!r}: protocol-relative targets are not origin-form"
        )
    if not uri.startswith("/"):
        uri = "/" + uri
    if not _TARGET.match(uri):
        raise ValueError(f"invalid request URI {uri!r}")
    return origin_of(parsed.scheme, parsed.host, parsed.port), uri


def split_credentials(base_url: str) -> tuple[str, tuple[str, str] | None]:
    """A base URL without the user and password in it, and those, percent-decoded."""
    parts = urlsplit(base_url)
    if not (parts.username and parts.password):
        return base_url, None
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return plain, (unquote(parts.username), unquote(parts.password))
