"""`client.client`: what locustfiles do with the UserAgent behind FastHttpSession."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lftui.http.exchange import Exchange


class Agent:
    """The parts of geventhttpclient's UserAgent that a session without one can stand for."""

    def __init__(self, exchange: Exchange) -> None:
        object.__setattr__(self, "_exchange", exchange)

    @property
    def clientpool(self) -> Any:
        """The connections; `close()` makes the next request open a new one."""
        return self._exchange.pool

    @property
    def cookiejar(self) -> Any:
        """The session's cookies."""
        return self._exchange.cookies.jar

    @property
    def max_redirects(self) -> int:
        """How many redirects are followed."""
        return self._exchange.max_redirects

    @property
    def max_retries(self) -> int:
        """How often a request that timed out is sent again."""
        return self._exchange.max_retries

    def close(self) -> None:
        """Close the connections."""
        self._exchange.pool.close()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(_not_served(name))

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "cookiejar":
            self._exchange.cookies.jar = value
        elif name in ("max_redirects", "max_retries"):
            setattr(self._exchange, name, value)
        else:
            raise AttributeError(_not_served(name))

    _exchange: Exchange


def _not_served(name: str) -> str:
    return (
        f"LeanHttpUser does not have client.client.{name}: there is no geventhttpclient behind"
        " it; use FastHttpUser for this"
    )
