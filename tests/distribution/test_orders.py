"""What a spawn message carries: for each option in it a stock worker builds Locust's parser anew."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgpack
import msgspec
from locust import argument_parser

from lftui.generator.distribution.ramping import RampingMaster, is_plain
from lftui.generator.distribution.report import FIELD, Orders

ORDERS = Orders(grace_s=10.0, headers={"X-Key": "env:KEY"}, host="http://shop.example")


def shipped(**custom: Any) -> dict[str, Any]:
    options = argument_parser.get_parser(default_config_files=()).parse_args([])
    vars(options).update(custom)
    master = SimpleNamespace(_orders=ORDERS, environment=SimpleNamespace(parsed_options=options))
    found: dict[str, Any] = RampingMaster._shipped_options(master)  # type: ignore[arg-type]
    return found


def test_only_what_a_worker_keeps_is_sent() -> None:
    """Locust's master sends all of its 70 options, passwords of the command line among them."""
    found = shipped(flavor="sweet", tags=["read"], web_login="secret", host="http://elsewhere")
    assert set(found) == {"flavor", "tags", "exclude_tags", "expect_workers", FIELD}
    assert (found["flavor"], found["tags"]) == ("sweet", ["read"])


def test_what_the_message_format_has_not_stays_here() -> None:
    """One such value would hold up the ramp for nine seconds, and then there are no users."""
    found = shipped(folder=Path("data"), deep={"list": [1, Path("x")]}, plain={"list": [1, None]})
    assert "folder" not in found
    assert "deep" not in found
    assert found["plain"] == {"list": [1, None]}
    assert msgpack.unpackb(msgpack.packb(found))["plain"] == {"list": [1, None]}
    assert not is_plain(object())


def test_orders_come_back_as_they_were_given() -> None:
    sent = msgpack.unpackb(msgpack.packb(shipped()))
    assert msgspec.convert(sent[FIELD], Orders) == ORDERS
