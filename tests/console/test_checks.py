"""Checks: every finding as it comes, with what to do about it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from lftui.choices import Choice
from lftui.screens.checks import ChecksScreen
from lftui.services.checks import CheckServices
from lftui.validation.checks import Finding
from lftui.validation.setup import SetupWish
from tests.console.setup_app import FakeSetup, SetupApp, until

FOUND = [
    Finding("versions", "Python", "pass", "CPython 3.11"),
    Finding("target", "TLS", "warn", "the certificate ends in 9 days", "Renew it."),
    Finding("scenarios", "bad", "fail", "bad.py:2: [/foo] is no Python", "Correct it."),
]


class FakeChecks:
    """Gives the findings one by one, each when it is let."""

    def __init__(self) -> None:
        self.asked: list[Choice] = []
        self.let = asyncio.Semaphore(0)

    async def check(self, choice: Choice) -> AsyncIterator[Finding]:
        self.asked.append(choice)
        for finding in FOUND:
            await self.let.acquire()
            yield finding
        await self.let.acquire()


def test_findings_come_one_by_one_under_their_topics_and_r_looks_again() -> None:
    async def run() -> None:
        checks = FakeChecks()
        choice = Choice(locustfile="bad.py", host="https://staging.example")
        app = SetupApp(ChecksScreen(choice), checks=checks, setup=FakeSetup())
        async with app.run_test(size=(80, 24)) as pilot:
            checks.let.release()
            await until(pilot, lambda: "CPython 3.11" in app.shown())
            assert "looking" in app.text("#outcome")
            assert "bad.py" not in app.shown()
            for _ in range(3):
                checks.let.release()
            await until(pilot, lambda: "1 failed, 1 with a warning" in app.shown())
            shown = app.shown()
            assert shown.index("Locustfiles") < shown.index("Target")
            assert "■ bad " in shown
            assert "[/foo] is no Python" in shown
            assert "▲ TLS" in shown
            assert "→ Renew it." in shown
            await pilot.press("r")
            await until(pilot, lambda: len(checks.asked) == 2)
            assert checks.asked == [choice, choice]
            assert "CPython" not in app.shown()
            await pilot.press("s")
            await until(pilot, lambda: "nothing was run" in app.shown())
            await pilot.press("escape", "escape")
            assert not isinstance(app.screen, ChecksScreen)

    asyncio.run(run())


def test_the_services_find_what_validate_finds(tmp_path: Path) -> None:
    (tmp_path / "locustfile.py").write_text("from locust import task\ndef x(:\n")
    (tmp_path / "lftui.toml").write_text("nonsense = 1\n")

    async def run() -> list[Finding]:
        services = CheckServices(tmp_path, {})
        return [finding async for finding in services.check(Choice())]

    found = asyncio.run(run())
    failed = {one.topic: one.text for one in found if one.outcome == "fail"}
    assert "locustfile.py:2" in failed["scenarios"]
    assert "nonsense" in failed["environment"]
    assert {"versions", "limits", "baseline"} <= {one.topic for one in found}


def test_leaving_early_ends_the_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    async def slow(
        wish: SetupWish, folder: Path, environment: object, on_finding: Callable[[Finding], None]
    ) -> None:
        on_finding(FOUND[0])
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def run() -> None:
        findings = CheckServices(tmp_path, {}).check(Choice())
        async with contextlib.aclosing(findings):
            async for finding in findings:
                assert finding == FOUND[0]
                break
        assert ended == [True]

    monkeypatch.setattr("lftui.validation.setup.check_setup", slow)
    asyncio.run(run())
