"""The table of cases: a stock locustfile, how it is run, and what must be the same in lftui."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# For users that stop by themselves: the run goes on until its time is up.
TWO_SECONDS = ("-t", "2s")
# Locust writes its CSV files once a second: the last failures need a second of silence to be in.
THREE_SECONDS = ("-t", "3s")
HOST = ("-H", "{host}")


@dataclass(frozen=True)
class Case:
    """One run of both programs.

    In `locustfile`, `argv`, `env` and `cwd_files`, `{files}` is the folder with the locustfiles,
    `{working}` the working directory and `{host}` the target.

    Attributes:
        id: the name of the test.
        locustfile: how the locustfile is given.
        argv: the other options.
        env: extra environment variables.
        cwd_files: name and content of each file in the working directory.
        compare_names: the (method, name) pairs are equal.
        compare_counts: requests and failures of each are equal, or about equal.
        compare_failures: the failure texts and their counts are equal.
        compare_events: the lines that the locustfile wrote are equal.
        silent: the run sends no request.
        expect_code: the exit code of Locust.
        lftui_code: the exit code of lftui, where it is not Locust's.
        says: what the output of both names, in any case: the right code for the wrong reason
            is a failure.
    """

    id: str
    locustfile: tuple[str, ...]
    argv: tuple[str, ...] = HOST
    env: tuple[tuple[str, str], ...] = ()
    cwd_files: tuple[tuple[str, str], ...] = ()
    compare_names: bool = True
    compare_counts: Literal["equal", "close"] | None = "equal"
    compare_failures: bool = False
    compare_events: bool = False
    silent: bool = False
    expect_code: int = 0
    lftui_code: int | None = None
    says: str = ""


def _file(name: str) -> tuple[str, ...]:
    return ("-f", "{files}/" + name)


def _users(count: int) -> tuple[str, ...]:
    return (*HOST, "-u", str(count), "-r", "20")


def _exits(
    id: str, name: str, code: int, *argv: str, lftui_code: int | None = None, says: str = ""
) -> Case:
    """A run of which only the exit code is compared: Locust writes no statistics after it."""
    return Case(
        id=id,
        locustfile=_file(name),
        argv=(*HOST, *(argv or TWO_SECONDS)),
        compare_names=False,
        compare_counts=None,
        expect_code=code,
        lftui_code=lftui_code,
        says=says,
    )


LOADING = (
    Case(
        "several-files",
        ("-f", "{files}/several/alpha.py,{files}/several/beta.py"),
        (*_users(2), *TWO_SECONDS),
    ),
    Case("directory", _file("folder"), (*_users(3), *TWO_SECONDS)),
    Case("url", ("-f", "{host}/locustfiles/from_url.py")),
    Case("helper-module", _file("helper_import/locustfile.py")),
    Case(
        "data-file-in-cwd",
        _file("data_file.py"),
        cwd_files=(("accounts.csv", "login,secret\nanna,1\nberta,2\n"),),
    ),
    Case(
        "default-locustfile",
        (),
        cwd_files=(
            (
                "locustfile.py",
                '"""Found without -f."""\n\n'
                "import neighbor\n"
                "from locust import HttpUser, task\n\n\n"
                "class FoundUser(HttpUser):\n"
                "    @task\n"
                "    def request(self):\n"
                "        self.client.get('/ok', name=neighbor.NAME)\n"
                "        self.environment.runner.quit()\n",
            ),
            ("neighbor.py", "NAME = 'beside the locustfile'\n"),
        ),
    ),
    Case("abstract-bases", _file("abstract_bases.py"), (*_users(2), *TWO_SECONDS)),
    Case("pytest-style", _file("pytest_style.py")),
    Case("two-shapes", _file("two_shapes.py")),
    Case(
        "positional-user-classes",
        _file("pick_classes.py"),
        (*_users(2), *TWO_SECONDS, "RedUser", "BlueUser"),
    ),
    Case(
        "user-classes-from-environment",
        _file("pick_classes.py"),
        (*_users(2), *TWO_SECONDS),
        env=(("LOCUST_USER_CLASSES", "GreenUser BlueUser"),),
    ),
)

# In lftui a plan that cannot work is exit code 2, whatever the reason; Locust has 1 or 255.
PLAN_ERRORS = (
    _exits("missing-locustfile", "nowhere.py", 1, lftui_code=2, says="nowhere.py"),
    _exits("no-user-class", "no_user.py", 1, lftui_code=2, says="user class"),
    _exits("duplicate-user-classes", "duplicates", 1, lftui_code=2, says="ShopUser"),
    _exits(
        "raise-at-import",
        "raise_at_import.py",
        1,
        lftui_code=2,
        says="SHOP_VARIABLE_THAT_NOBODY_SET",
    ),
    _exits(
        "unknown-user-class",
        "pick_classes.py",
        1,
        "-t",
        "1s",
        "PinkUser",
        lftui_code=2,
        says="PinkUser",
    ),
    _exits(
        "unknown-option", "pick_classes.py", 2, "--no-such-option", "1", says="--no-such-option"
    ),
    _exits("missing-required-argument", "custom_arguments.py", 2, says="--tenant"),
    _exits(
        "bad-choice", "custom_arguments.py", 2, "--tenant", "acme", "--tier", "gold", says="gold"
    ),
    _exits(
        "config-users-unknown-class",
        "config_users.py",
        255,
        "--config-users",
        '{"user_class_name": "NobodyUser", "weight": 1}',
        lftui_code=2,
        says="NobodyUser",
    ),
    _exits(
        "config-users-no-json",
        "config_users.py",
        2,
        "--config-users",
        "{broken",
        says="config-users",
    ),
    Case(
        "syntax-error",
        ("-f", "broken.py"),
        cwd_files=(("broken.py", "from locust import HttpUser\n\nclass Broken(HttpUser:\n"),),
        compare_names=False,
        compare_counts=None,
        expect_code=1,
        lftui_code=2,  # an unreadable locustfile is a plan error
        says="broken.py",
    ),
    Case(
        "url-not-python",
        ("-f", "{host}/missing"),
        compare_names=False,
        compare_counts=None,
        expect_code=1,
        lftui_code=2,  # an unreadable locustfile is a plan error
        says="/missing",
    ),
)

CONF = "# as Locust reads it\nlocustfile = {files}/options_shown.py\nusers = 2\nspawn-rate = 3\n"
CONF += "run-time = 2s\nhost = {host}\ntags = smoke\ncolor = blue\n"
TOML = '[tool.other]\nx = 1\n\n[tool.locust]\nlocustfile = "{files}/options_shown.py"\nusers = 2\n'
TOML += 'spawn-rate = 3\nrun-time = "2s"\nhost = "{host}"\ntags = ["smoke"]\ncolor = "blue"\n'

OPTIONS = (
    Case("locust-conf", (), (), cwd_files=(("locust.conf", CONF),)),
    Case(
        "home-locust-conf",
        (),
        (),
        env=(("HOME", "{working}"),),
        cwd_files=((".locust.conf", CONF),),
    ),
    Case("pyproject", (), (), cwd_files=(("pyproject.toml", TOML),)),
    Case(
        "config-file",
        (),
        ("--config", "load.conf"),
        cwd_files=(("load.conf", CONF),),
    ),
    Case(
        "environment",
        (),
        (),
        env=(
            ("LOCUST_LOCUSTFILE", "{files}/options_shown.py"),
            ("LOCUST_USERS", "2"),
            ("LOCUST_SPAWN_RATE", "3"),
            ("LOCUST_RUN_TIME", "2s"),
            ("LOCUST_HOST", "{host}"),
            ("LOCUST_TAGS", "smoke"),
            ("SHOP_COLOR", "blue"),
        ),
    ),
    Case(
        "precedence",
        (),
        ("-r", "5"),
        env=(("LOCUST_SPAWN_RATE", "4"), ("LOCUST_RUN_TIME", "3s")),
        cwd_files=(("locust.conf", CONF), ("pyproject.toml", TOML.replace("blue", "red"))),
    ),
    Case(
        "custom-arguments",
        _file("custom_arguments.py"),
        (*HOST, "--greeting", "good day", "--api-token", "s3cret-token", "--tier=paid"),
        env=(("SHOP_TENANT", "acme"),),
    ),
    Case("tags-include", _file("tags.py"), (*HOST, "-T", "smoke"), compare_counts=None),
    Case("tags-exclude", _file("tags.py"), (*HOST, "-E", "slow"), compare_counts=None),
    Case(
        "tags-both",
        _file("tags.py"),
        (*HOST, "--tags", "read", "slow", "--exclude-tags", "slow"),
    ),
    Case("user-weights", _file("weights.py"), (*_users(4), *TWO_SECONDS)),
    Case("task-weights", _file("task_weights.py"), ()),
    Case("fixed-count", _file("fixed_count.py"), (*_users(5), *TWO_SECONDS)),
    Case(
        "config-users",
        _file("config_users.py"),
        (
            *_users(1),
            "--config-users",
            '{"user_class_name": "ConfiguredUser", "label": "json", "tasks": ["kept"]}',
            '{"user_class_name": "OtherUser", "weight": 0}',
        ),
    ),
    Case(
        "config-users-file",
        _file("config_users.py"),
        (*_users(1), "--config-users", "users.json"),
        cwd_files=(
            (
                "users.json",
                '[{"user_class_name": "ConfiguredUser", "tasks": ["kept"], "host": "{host}"},'
                ' {"user_class_name": "OtherUser", "weight": 0}]',
            ),
        ),
    ),
    Case(
        "reset-stats",
        _file("reset_stats.py"),
        (*HOST, "-u", "3", "-r", "2", "--reset-stats", *THREE_SECONDS),
    ),
    Case("stop-timeout", _file("stop_timeout.py"), (*HOST, "-s", "5", "-t", "1s")),
)

USERS = (
    Case("nested-taskset", _file("nested_taskset.py")),
    Case("sequential-taskset", _file("sequential.py")),
    Case("markov-taskset", _file("markov.py")),
    Case(
        "http-user",
        _file("http_user.py"),
        (*_users(2), *THREE_SECONDS),
        compare_failures=True,
        expect_code=1,
    ),
    Case(
        "fast-http-user",
        _file("fast_http_user.py"),
        (*_users(2), *THREE_SECONDS),
        compare_failures=True,
        expect_code=1,
    ),
    Case(
        "plain-user",
        _file("plain_user.py"),
        ("-u", "2", "-r", "20", *THREE_SECONDS),
        compare_failures=True,
        expect_code=1,
    ),
    Case(
        "catch-response",
        _file("catch_response.py"),
        (*HOST, *THREE_SECONDS),
        compare_failures=True,
        expect_code=1,
    ),
    Case(
        "rest",
        _file("rest.py"),
        (*HOST, *THREE_SECONDS),
        compare_failures=True,
        expect_code=1,
    ),
    Case("threads", _file("threads.py")),
    Case("custom-wait-time", _file("custom_wait.py")),
    Case("pacing", _file("pacing.py"), (*_users(2), *TWO_SECONDS), compare_counts="close"),
    Case("printing", _file("printing.py")),
    Case("logging", _file("logging_file.py"), compare_events=True),
    Case("background-greenlet", _file("background.py"), ()),
    Case(
        "reschedule-in-listener",
        _file("reschedule_in_listener.py"),
        (*HOST, *TWO_SECONDS),
        expect_code=1,
    ),
    Case("shape", _file("shape.py")),
    Case("shape-common-options", _file("shape_common_options.py"), _users(3)),
    Case("shape-abstract-base", _file("shape_abstract.py")),
)

ENDINGS = (
    Case(
        "all-events",
        _file("all_events.py"),
        (*HOST, *TWO_SECONDS),
        compare_events=True,
        expect_code=1,
    ),
    Case(
        "all-events-reset-stats",
        _file("all_events.py"),
        (*HOST, *TWO_SECONDS, "--reset-stats"),
        compare_events=True,
        expect_code=1,
    ),
    Case("process-exit-code", _file("exit_code.py"), expect_code=42),
    Case("process-exit-code-zero", _file("exit_code_zero.py"), expect_code=0),
    # Codes that neither program has for anything else.
    _exits("sys-exit-in-task", "exit_in_task.py", 13),
    _exits("sys-exit-in-test-start", "exit_in_test_start.py", 14),
    _exits("sys-exit-in-init", "exit_in_init.py", 16),
    _exits("sys-exit-in-quitting", "exit_in_quitting.py", 18),
    _exits("sys-exit-at-import", "exit_at_import.py", 17),
    Case("raise-in-task", _file("raise_in_task.py"), expect_code=1),
    Case(
        "raise-in-on-start",
        _file("raise_in_on_start.py"),
        (*_users(3), *TWO_SECONDS),
        expect_code=1,
    ),
    Case("raise-in-listener", _file("raise_in_listener.py"), expect_code=2),
    _exits("raise-in-init", "raise_in_init.py", 1, says="cannot connect to the data store"),
    Case(
        "raise-in-constructor",
        _file("raise_in_constructor.py"),
        (*HOST, "-t", "1s"),
        silent=True,
        expect_code=2,
        says="cannot be built",
    ),
    # Locust logs an error and reports success; in lftui a plan without a host cannot work.
    Case("no-host", _file("no_host.py"), TWO_SECONDS, silent=True, lftui_code=2, says="host"),
    Case("stop-user", _file("stop_user.py"), (*_users(3), *TWO_SECONDS)),
    # Locust kills the calling user before the others are gone, so the run lasts until -t.
    Case("quit-from-task", _file("quit_from_task.py"), (*_users(5), *TWO_SECONDS)),
    Case(
        "quit-in-test-start",
        _file("quit_in_test_start.py"),
        (*HOST, *TWO_SECONDS),
        silent=True,
        expect_code=9,
    ),
    Case("on-stop-request", _file("on_stop_request.py"), (*_users(2), "-t", "3s")),
    Case("failures", _file("failures.py"), (*HOST, "-t", "1s"), expect_code=1),
    Case(
        "exit-code-on-error",
        _file("failures.py"),
        (*HOST, *THREE_SECONDS, "--exit-code-on-error", "5"),
        compare_failures=True,
        expect_code=5,
    ),
    Case(
        "exit-code-on-error-zero",
        _file("failures.py"),
        (*HOST, "-t", "1s", "--exit-code-on-error", "0"),
    ),
)

CASES = (*LOADING, *PLAN_ERRORS, *OPTIONS, *USERS, *ENDINGS)
