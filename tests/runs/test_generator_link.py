"""The link to a generator process leaves nothing open, however the wait for its end ends."""

from __future__ import annotations

import asyncio

import pytest

from lftui.supervisor.generator_link import GeneratorProcess


@pytest.mark.parametrize("broken_off", [False, True])
def test_its_line_is_closed(broken_off: bool) -> None:
    async def run() -> None:
        generator = GeneratorProcess()
        await generator.start()
        writer = generator._line._writer
        assert writer is not None
        waiting = asyncio.create_task(generator.wait())
        await asyncio.sleep(0)
        assert not writer.is_closing()
        if broken_off:
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert writer.is_closing()
        generator.kill()
        await (generator.wait() if broken_off else waiting)
        assert writer.is_closing()

    asyncio.run(run())
