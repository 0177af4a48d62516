"""The demo target's options."""

from __future__ import annotations

import argparse
import ipaddress
import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from lftui.plan import is_loopback
from lftui.safe_text import safe

DEFAULT_PORT = 8000
DEFAULT_API_KEY = "demo-api-key"
DEFAULT_ADMIN_EMAIL = "admin@la-factoria.example"
DEFAULT_ADMIN_PASSWORD = "admin-demo-password"
LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}


@dataclass(frozen=True)
class Options:
    """How the target behaves.

    Attributes:
        speed: all latencies are divided by it; 2 is twice as fast.
        capacity: worker slots; the other pools follow from it.
        errors: the ratio (0..1) of requests that get an injected 5xx.
        seed: two targets with one seed answer the n-th request of an endpoint equally fast.
        token_ttl_s: seconds until a bearer token expires.
        until_stdin_closes: end when standard input does, so that a parent takes its target along.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    speed: float = 1.0
    capacity: int = 16
    errors: float = 0.0
    seed: int = 1
    token_ttl_s: float = 900.0
    api_key: str = DEFAULT_API_KEY
    admin_email: str = DEFAULT_ADMIN_EMAIL
    admin_password: str = DEFAULT_ADMIN_PASSWORD
    until_stdin_closes: bool = False

    @property
    def is_open_to_others(self) -> bool:
        """Whether machines other than this one reach it."""
        return not is_loopback(self.host)


class _OneSentenceParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"lftui demo: {safe(message)}.", file=sys.stderr)
        sys.exit(2)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _ratio(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a ratio from 0 to 1")
    return value


def _slots(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 10000")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return value


def _loopback(text: str) -> str:
    if text not in LOOPBACK:
        raise argparse.ArgumentTypeError(
            f"{text} is not a loopback address, as 127.0.0.1 or ::1; --bind opens the demo target"
            " to other machines"
        )
    return LOOPBACK[text]


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is no IP address; give one of this machine's, or 0.0.0.0 for all of them"
        ) from None


# So that argparse's own "invalid ... value" reads as a sentence.
_number.__name__ = _positive.__name__ = _ratio.__name__ = "number"
_slots.__name__ = _port.__name__ = "whole number"


def _add_address(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--host", type=_loopback, default="127.0.0.1", help="the loopback address to serve"
    )
    where.add_argument(
        "--bind",
        type=_address,
        metavar="ADDRESS",
        default=argparse.SUPPRESS,  # else --help would print "(default: None)"
        help="serve this address of the machine (0.0.0.0: all) instead of loopback: whoever"
        " reaches it may use the target",
    )


def _parser() -> argparse.ArgumentParser:
    parser = _OneSentenceParser(
        prog="lftui demo --serve",
        description="Serve the demo target, the La Factoria API; on loopback, but for --bind.",
        epilog=(
            "The administrator is ADMIN_EMAIL with ADMIN_PASSWORD from the environment, "
            f"else {DEFAULT_ADMIN_EMAIL} with {DEFAULT_ADMIN_PASSWORD}."
        ),
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )

    def add(name: str, kind: Any, default: object, text: str) -> None:
        parser.add_argument(name, type=kind, default=default, help=text)

    _add_address(parser)
    add("--port", _port, DEFAULT_PORT, "the port; 0 lets the system choose")
    add("--speed", _positive, 1.0, "scales all latencies; 2 is twice as fast")
    add("--capacity", _slots, 16, "worker slots; the database has a quarter as many connections")
    add("--errors", _ratio, 0.0, "ratio of requests that get an injected 5xx")
    add("--seed", int, 1, "seed of the latencies and of the injected errors")
    add("--token-ttl", _positive, 900.0, "seconds until a bearer token expires")
    parser.add_argument(
        "--api-key",
        # No default here: it may be a real key from the environment, and --help prints defaults.
        default=argparse.SUPPRESS,
        help=f"the X-API-Key to accept (default: LA_FACTORIA_API_KEY, else {DEFAULT_API_KEY})",
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end when standard input ends"
    )
    return parser


def parse_options(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Read the command line; a bad option is one sentence on stderr and exit code 2."""
    parser = _parser()
    args = parser.parse_args(argv)
    return Options(
        host=getattr(args, "bind", args.host),
        port=args.port,
        speed=args.speed,
        capacity=args.capacity,
        errors=args.errors,
        seed=args.seed,
        token_ttl_s=args.token_ttl,
        api_key=getattr(args, "api_key", None)
        or environ.get("LA_FACTORIA_API_KEY")
        or DEFAULT_API_KEY,
        admin_email=environ.get("ADMIN_EMAIL") or DEFAULT_ADMIN_EMAIL,
        admin_password=environ.get("ADMIN_PASSWORD") or DEFAULT_ADMIN_PASSWORD,
        until_stdin_closes=args.until_stdin_closes,
    )
