"""Writing to a terminal or pipe that takes its time."""

from __future__ import annotations

import os
import queue
import threading

from lftui.terminal import Writer


def test_results_are_whole_however_many_lines_there_are() -> None:
    read_end, write_end = os.pipe()
    lines = [f"{number:06d} {'x' * 200}\n" for number in range(3_000)]
    writer = Writer(write_end)
    received = bytearray()

    def read() -> None:
        while data := os.read(read_end, 1 << 12):
            received.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    for line in lines:
        writer.write_all(line)
    writer.drain()
    os.close(write_end)
    reader.join()
    os.close(read_end)
    assert received.decode() == "".join(lines)


def test_progress_to_a_pipe_that_nobody_reads_waits_for_nobody() -> None:
    read_end, write_end = os.pipe()
    writer = Writer(write_end)
    for _ in range(2_000):
        writer.write("x" * 1_000)  # far more than a pipe and the queue hold: it returns
    assert writer.busy
    writer.silence()
    os.close(read_end)
    os.close(write_end)


def test_a_text_that_is_taken_and_not_yet_written_is_waited_for() -> None:
    reading, writing = os.pipe()
    writer = Writer(writing)
    taken = threading.Event()

    class Slow(queue.Queue[str]):
        """Hands a text over, and the thread that took it is held up right then."""

        def get(self, block: bool = True, timeout: float | None = None) -> str:
            text = super().get(block, timeout)
            taken.set()
            held.wait(10)
            return text

    held = threading.Event()
    writer._queue = Slow()
    writer.write("the last words")
    assert taken.wait(10)
    assert writer.busy
    held.set()
    writer.drain()
    assert os.read(reading, 100) == b"the last words"
    os.close(reading)
    os.close(writing)
