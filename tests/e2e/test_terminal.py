"""`lftui --headless` and `lftui attach` in a real terminal: what is seen, and what is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from lftui.supervisor.journal_file import read_text
from tests.e2e.terminal import Terminal, terminal
from tests.runs.live import EXPORTS, LFTUI, Lftui, Live, Marked, logs
from tests.runs.target import Target

VISITOR = """
    from locust import FastHttpUser, constant, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.05)

        @task
        def visit(self):
            self.client.get("/page")
            self.client.get("/fail")
"""
SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


def start(screen: Terminal, lftui: Lftui, script: Path, options: str, **env: str) -> Live:
    """Start a headless run in a terminal; the run, once it has begun."""
    words = [*LFTUI, *lftui.arguments(script, options)]
    screen.start(words, lftui.folder, lftui.environment(env))
    assert screen.process is not None
    return lftui.follow(screen.process)


@pytest.mark.parametrize("size", SIZES)
def test_a_run_is_shown_and_the_terminal_left_as_it_was(lftui: Lftui, size: str) -> None:
    with terminal(*SIZES[size]) as screen:
        generator = start(screen, lftui, lftui.script(VISITOR), "-u 2 -r 2 -t 60s").generator
        shown = screen.wait_text("users 2/2", "/page", "50.00 %", "RUNNING")
        for word in ("rps", "errors", "p50", "p95", "p99", "01:00", "last 10 s", "Ctrl-C stops"):
            assert word in shown, shown
        assert shown.count("users 2/2") == 1, "the display has left a copy behind"
        assert "locustfile.py" in shown.splitlines()[0], shown
        screen.type(b"\x03")
        assert screen.wait() == 130, screen.text
        assert not generator.is_running()
        screen.assert_sane()
        assert "interrupted" in screen.text
        assert "Aggregated" in screen.text
        assert "Traceback" not in screen.text


def test_a_lost_terminal_does_not_end_the_run(lftui: Lftui, target: Target) -> None:
    with terminal() as screen:
        live = start(screen, lftui, lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
        screen.wait_text("users 2/2")
        screen.hang_up()
        live.wait_record(Marked, lambda mark: mark.type == "policy" and mark.text == "hold")
        live.wait_requests(40)
        row = lftui.stored()[0]
        assert (row["status"], row["users"]) == ("live", 2)
        assert lftui.command("stop").code == 0
        assert screen.process is not None
        assert screen.process.wait(30) == 1, "as Locust's: there were failures"
        live.read()
        assert live.state.finished is not None
        assert live.state.finished.reason == "stopped"
        assert live.state.total.count == target.answered
        assert logs(live.records, "supervisor") == []


def test_attach_in_lines_shows_the_run_and_leaves_it(lftui: Lftui) -> None:
    live = lftui.start(lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
    with terminal() as screen:
        screen.start([*LFTUI, "attach", "--plain"], lftui.folder, lftui.environment())
        screen.wait_text("running", "users 2/2", "p95")
        screen.type(b"\x03")
        assert screen.wait() == 0, screen.text
        screen.assert_sane()
        assert "the run goes on" in screen.text
    live.wait_requests(20)
    with terminal() as screen:
        screen.start([*LFTUI, "attach", "--plain"], lftui.folder, lftui.environment())
        screen.wait_text("users 2/2")
        assert lftui.command("stop").code == 0
        assert screen.wait() == 0
        screen.assert_sane()
        assert "lftui stop" in screen.text
    live.wait()


def test_a_terminal_that_takes_no_output_holds_up_nothing(lftui: Lftui, target: Target) -> None:
    """Ctrl-S, or a laptop asleep at the other end of a connection."""
    with terminal() as screen:
        live = start(screen, lftui, lftui.script(VISITOR), "-u 2 -r 2 -t 60s")
        screen.wait_text("users 2/2")
        screen.freeze()
        for _ in range(3):
            live.wait_requests(60)
        assert lftui.command("stop").code == 0
        live.wait_state(lambda state: state.finished)
        screen.thaw()
        assert screen.wait() == 1
        assert live.state.total.count == target.answered
        screen.assert_sane()


# --- hostile text ----------------------------------------------------------------------------------

TITLE = "\x1b]0;PWNED\x07"
RIGHT_TO_LEFT = "\u202egnp.exe"
HOSTILE = """
    import logging
    from locust import FastHttpUser, constant, events, task

    class Visitor(FastHttpUser):
        wait_time = constant(0.1)

        @task
        def visit(self):
            self.client.get("/page", name="[bold red]" + {text!r})
            self.client.get("/page", name="[/api/v1/]")
            with self.client.get("/page", name="/failing", catch_response=True) as response:
                response.failure("[link=x]" + {text!r})
            print("printed " + {text!r})
            logging.warning("logged " + {text!r})
            raise ValueError("raised " + {text!r})
"""


def assert_harmless(raw: bytes) -> None:
    """Nothing in it but the escapes of a display: no title, no control or bidi characters."""
    assert b"PWNED" in raw, "it was not shown at all"
    assert b"\x1b]" not in raw
    assert b"\x07" not in raw
    assert "\u202e".encode() not in raw
    assert b"\xc2\x9b" not in raw


def test_hostile_text_is_shown_as_text(lftui: Lftui) -> None:
    hostile = f"{TITLE}{RIGHT_TO_LEFT}\x9b2J"
    script = lftui.script(HOSTILE.format(text=hostile))
    with terminal(120, 40) as screen:
        start(screen, lftui, script, "-u 1 -r 1 -t 60s")
        shown = screen.wait_text("[bold red]", "[/api/v1/]", "\\x1b]0;PWNED\\x07", "printed")
        assert "users 1/1" in shown
        screen.type(b"\x03")
        assert screen.wait() == 130
        screen.wait_text("[link=x]", "raised")
        assert screen.title == ""
        assert_harmless(screen.raw)
    report = lftui.command("report", "last")
    assert_harmless(report.out.encode())
    assert "[link=x]" in report.out


@pytest.mark.parametrize("where", ["sys.exit", "import", "file name"])
def test_hostile_text_at_the_end_is_shown_as_text(lftui: Lftui, where: str) -> None:
    hostile = f"{TITLE}{RIGHT_TO_LEFT}"
    text, name = VISITOR, "locustfile.py"
    if where == "sys.exit":
        text = text.replace('self.client.get("/fail")', f"import sys; sys.exit({hostile!r})")
    elif where == "import":
        text = text.replace(
            "    from locust", f"    import sys; sys.exit({hostile!r})\n    from locust"
        )
    else:
        name = f"{hostile}.py"
    script = lftui.script(text, name)
    with terminal(120, 40) as screen:
        words = [*LFTUI, "--headless", "-f", str(script), "-H", "http://127.0.0.1:9"]
        screen.start([*words, "-u", "1", "-t", "2s"], lftui.folder, lftui.environment())
        screen.wait()
        assert screen.title == ""
        assert_harmless(screen.raw)


# --- secrets ---------------------------------------------------------------------------------------

SECRETS = {
    "option": "0pt10n-s3cr3t",
    "header": "h34d3r-s3cr3t-t0k3n",
    "userinfo": "us3r1nf0-s3cr3t",
    "variable": "v4r14bl3-s3cr3t",
    "exit": "3x1t-s3cr3t",
}
TELLING = """
    import logging, os, sys
    from locust import HttpUser, constant, events, task

    @events.init_command_line_parser.add_listener
    def options(parser):
        parser.add_argument("--shop-key", is_secret=True, default="")

    class Visitor(HttpUser):
        wait_time = constant(0.1)

        @task
        def visit(self):
            key = self.environment.parsed_options.shop_key
            bearer = "Authorization: Bearer {header}"
            told = f"{{key}} {{bearer}} {{self.host}} {{os.environ['SHOP_TOKEN']}}"
            with self.client.get("/page", catch_response=True) as response:
                response.failure(told)
            self.client.get("http://visitor:{userinfo}@127.0.0.1:9/refused")
            print(told)
            sys.stderr.write(told + chr(10))
            logging.error(told)
            raise ValueError(told)
"""


def test_secrets_are_told_to_nobody(lftui: Lftui, target: Target) -> None:
    script = lftui.script(TELLING.format(**SECRETS))
    host = target.url.replace("http://", f"http://visitor:{SECRETS['userinfo']}@")
    options = f"-H {host} -u 1 -r 1 -t 60s --shop-key {SECRETS['option']} --summary summary.json"
    with terminal(200, 50) as screen:
        live = start(screen, lftui, script, options, SHOP_TOKEN=SECRETS["variable"])
        live.wait_state(lambda state: state.total.failures > 3 and state.exceptions)
        for process in (live.generator, *live.generator.children()):
            assert_silent("the generator's command line", " ".join(process.cmdline()))
        screen.type(b"\x03")
        assert screen.wait() == 130, screen.text
        assert_silent("the terminal", screen.raw.decode())
        assert "***" in screen.text
    files = [path for path in live.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"run.json", "journal.ndjson.zst", "generator.log"}
    exported = [lftui.folder / "summary.json"] if EXPORTS else []
    for path in [*files, *exported]:
        assert_silent(path.name, text_in(path))
    for words in (["runs", "--json"], ["report", "last"]):
        done = lftui.command(*words)
        assert_silent(" ".join(words), done.out + done.err)


def test_a_secret_in_the_last_word_is_told_to_nobody(lftui: Lftui) -> None:
    text = VISITOR.replace(
        'self.client.get("/fail")', f"import sys; sys.exit('password={SECRETS['exit']}')"
    )
    done = lftui.run(lftui.script(text), "-u 1 -t 5s")
    assert_silent("both streams", done.said)
    assert done.folder is not None
    for path in done.folder.iterdir():
        assert_silent(path.name, text_in(path))


def text_in(path: Path) -> str:
    """The text of a run's file, its compressed journal's too."""
    return b"".join(read_text(path)).decode()


def assert_silent(where: str, text: str) -> None:
    """None of the secrets stands there."""
    told = [name for name, secret in SECRETS.items() if secret in text]
    lines = [line[:300] for line in text.splitlines() if any(s in line for s in SECRETS.values())]
    assert not told, f"{where} tells the {', '.join(told)}: {lines[:3]}"
