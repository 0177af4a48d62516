"""Names, errors and logs that try to be markup, escape sequences or whole screens: the console
shows them as text, on every panel."""

from __future__ import annotations

from rich.cells import cell_len

from tests.e2e.console import Console, console
from tests.e2e.test_terminal import assert_harmless
from tests.runs.live import Finished, Lftui
from tests.runs.target import Target

EVIL = "[@click=app.quit][/]\x1b]0;PWNED\x07\u202egnp.exe\x9b2J🔥"
HOSTILE = f"""
    import logging
    from locust import FastHttpUser, constant, task

    EVIL = {EVIL!r}

    class Visitor(FastHttpUser):
        wait_time = constant(0.2)

        @task
        def visit(self):
            self.client.get("/page", name="[bold red]" + EVIL)
            self.client.get("/page", name="[/api/v1/]")
            self.client.get("/page", name="long" + 1000 * "0123456789")
            self.client.get("/page", name="🔥👩‍👩‍👧日本語" + 40 * "語")
            with self.client.get("/page", name="/failing", catch_response=True) as response:
                response.failure("[link=x]" + EVIL)
            print("[blink]printed " + EVIL)
            logging.warning("[dim]logged " + EVIL)
            raise ValueError("[reverse]raised " + EVIL)
"""
SHOWN = "[@click=app.quit][/]\\x1b]0;PWNED\\x07"
SIZES = ((120, 40), (80, 24))


def assert_within(one: Console, columns: int) -> None:
    """No line of the screen is longer than it, and none was wrapped: the frame stands."""
    lines = one.lines
    for line in lines:
        assert cell_len(line) <= columns, line
    assert "RUNNING" in lines[0], one.text
    assert "leave" in "".join(lines[-2:]), one.text


def look_around(one: Console, columns: int) -> None:
    """Endpoints, Errors and Log, each with its detail."""
    one.press("1")
    for name in ("[/api/v1/]", "gnp.exe", "characters)", "語語"):
        # A character that is wider than the console thinks would push its row's figures aside.
        one.wait_cell(name, "reqs", str.isdigit)
        one.wait_cell(name, "rps", lambda cell: "." in cell)
    assert_within(one, columns)
    one.press("/")
    one.wait_text("words that rows must contain")
    one.press("[bold red]", "enter")
    one.wait_line("1 of 5 match '[")
    one.press("home", "enter")
    one.wait_text("response times,", f"[bold red]{SHOWN}" if columns > 80 else "gnp.exe")
    one.leave("q", "response times,")
    one.leave("escape", "1 of 5 match")

    one.press("2")
    one.wait_line("/failing", "[link=x][@")
    one.wait_line("[reverse]raised [@")
    assert_within(one, columns)
    one.press("home", "enter")
    one.wait_text("esc goes back", "[link=x][@click=app.quit][/]\\x1b]")
    one.leave("q", "esc goes back")

    one.press("7")
    one.wait_text(f"[blink]printed {SHOWN}", f"[dim]logged {SHOWN}", "[reverse]raised [@")
    assert_within(one, columns)
    one.press("enter")
    one.wait_text("esc goes back", SHOWN)
    one.leave("q", "esc goes back")


def test_hostile_text_is_shown_as_text_on_every_panel(lftui: Lftui, target: Target) -> None:
    lftui.script(HOSTILE)
    words = ["-f", "locustfile.py", "-H", target.url, "--shape", "manual", "-u", "1", "-r", "1"]
    with console(lftui, *words, columns=120, lines=40) as one:
        live = one.start("RUNNING", "/failing")
        for columns, lines in SIZES:
            one.screen.resize(columns, lines)
            one.wait_line("1 Endpoints", "8 Notes")
            look_around(one, columns)
        one.press("s")
        one.wait_text("Stop the run?")
        one.press("y")
        live.wait_record(Finished)
        one.press("q")
        one.wait_text("Verdict")
        one.press("end")
        one.wait_text("[link=x]")
        one.press("q")
        one.wait_text("[ Start  F5 ]")
        one.press("q")
        assert one.left() == 0
    assert one.screen.title == ""
    assert_harmless(one.screen.raw)
