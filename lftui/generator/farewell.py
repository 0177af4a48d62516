"""The generator's last words: one `Finished`, whatever the end was like, after all the rest."""

from __future__ import annotations

import time
import traceback

import gevent
import msgspec

from lftui.generator.channel import Channel
from lftui.generator.output import Output
from lftui.generator.scenario import ScriptExit
from lftui.generator.watchdog import HubBlocked
from lftui.plan import PlanError
from lftui.records import AnyRecord, Finished, Logged

KILLED = 137
_MESSAGE_LIMIT = 600
# A supervisor that is stopped takes nothing; it may come back. The load is off meanwhile.
_PATIENCE_S = 600.0


class Farewell:
    """Says how it ended and lets go of the streams and the channel."""

    def __init__(self, channel: Channel, output: Output, in_process: bool) -> None:
        self._channel = channel
        self._output = output
        self._in_process = in_process

    def announce(self, record: AnyRecord) -> None:
        """Send a record, with the time now where it has none."""
        if not record.wall:
            record = msgspec.structs.replace(record, wall=time.time(), mono=time.monotonic())
        self._channel.send(record)

    def finish(self, finished: Finished) -> int:
        """Send the last record and everything before it; the process's exit code."""
        if not self._in_process:
            self._output.release_streams()
        gevent.sleep(0.02)  # the readers of the streams see their end
        self._output.tell_left_out()
        message = self._output.redactor.line(finished.message, _MESSAGE_LIMIT)
        self.announce(msgspec.structs.replace(finished, message=message))
        self._channel.close(_PATIENCE_S)
        return finished.exit_code or 0

    def after(self, error: BaseException, cut_in_flight: int) -> int:
        """Finish because of what was raised; the process's exit code."""
        return self.finish(self._finished(error, cut_in_flight))

    def _finished(self, error: BaseException, cut_in_flight: int) -> Finished:
        match error:
            case PlanError():
                return Finished(reason="refused", message=str(error), exit_code=2)
            case ScriptExit():
                return Finished(
                    reason="refused",
                    message=str(error),
                    exit_code=error.code,
                    script_exit_code=error.code,
                )
            case SystemExit():
                # As Locust: `sys.exit(n)` anywhere ends the process with n, without a teardown.
                code = error.code if isinstance(error.code, int) else int(error.code is not None)
                return Finished(
                    reason="quit_by_script",
                    message=f"the locustfile called sys.exit({error.code})",
                    exit_code=code,
                    script_exit_code=code,
                    cut_in_flight=cut_in_flight,
                )
            case KeyboardInterrupt():
                return Finished(reason="interrupted", exit_code=130)
            case HubBlocked():
                message = "stopped while a listener of the locustfile blocked the hub"
                return Finished(reason="killed", message=message, exit_code=KILLED)
        text = self._output.redactor.block("".join(traceback.format_exception(error)))
        self.announce(Logged(source="generator", level="critical", text=text))
        sentence = f"the generator failed: {type(error).__name__}: {error}"
        return Finished(reason="generator_lost", message=sentence, exit_code=4)
