"""The server around the application: listening, limits, signals."""

from __future__ import annotations

import contextlib
import errno
import resource
import signal
import socket
import sys
from collections.abc import Sequence

import gevent
from gevent import os as gevent_os
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from lftui.demo.app import create_app
from lftui.demo.options import Options, parse_options
from lftui.demo.service import Service

_OPEN_FILES = 16_384


class _PromptHandler(WSGIHandler):  # type: ignore[misc]
    """Keeps TCP from adding 40 ms of its own.

    Without it a small answer in two parts waits for the client's delayed acknowledgement, and
    a request in two parts (head, then body) for ours.
    """

    def handle_one_request(self) -> object:
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_QUICKACK"):
                # The kernel falls back by itself, so it is asked for anew for each request.
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().handle_one_request()


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT.

    Returns:
        0, or 2 with one sentence on stderr when it cannot listen.
    """
    options = parse_options(argv)
    done = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, done.set)
    _allow_open_files()
    server = listen(options)
    try:
        server.start()
    except OSError as problem:
        print(f"lftui demo: {_cannot_listen(options, problem)}.", file=sys.stderr)
        return 2
    if options.is_open_to_others:
        print(
            f"lftui demo: {options.host} is open to other machines, as --bind asks: whoever reaches"
            f" port {server.server_port} may use this target.",
            file=sys.stderr,
        )
    if options.until_stdin_closes:
        gevent.spawn(_watch_stdin, done)
    print(f"lftui demo target listening on {_url(options.host, server.server_port)}", flush=True)
    done.wait()
    server.stop()  # requests under way end with the process
    return 0


def listen(options: Options) -> WSGIServer:
    """The server, not yet started; no access log, and no log of clients that went away."""
    app = create_app(Service(options))
    return WSGIServer(
        (options.host, options.port),
        app,
        backlog=1024,
        log=None,
        error_log=None,
        handler_class=_PromptHandler,
    )


def _cannot_listen(options: Options, problem: OSError) -> str:
    where = f"cannot listen on {options.host} port {options.port}"
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"{where}: this machine has no such address; 0.0.0.0 stands for all it has"
    reason = problem.strerror or str(problem)
    return f"{where}: {reason}; choose another --port, or 0 for any"


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _allow_open_files() -> None:
    # The usual soft limit of 1024 would end a test of 1000 users with refused connections.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _watch_stdin(done: Event) -> None:
    with contextlib.suppress(OSError):
        while gevent_os.tp_read(0, 4096):
            pass
    done.set()
