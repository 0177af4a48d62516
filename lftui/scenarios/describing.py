"""What a locustfile offers, as a generator says it that is given no plan."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from lftui.plan import PlanError
from lftui.records import BadLine, Finished, Load, Loaded, Logged, decode_record
from lftui.safe_text import safe_line
from lftui.supervisor.generator_link import GeneratorProcess

AT_ONCE = 2


async def describe(argv: list[str], own: dict[str, bool], timeout_s: float) -> Loaded:
    """What the locustfile of this command line offers.

    Args:
        own: lftui's options, and whether each takes a value.

    Raises:
        PlanError: it cannot be used, or was not imported in time.
    """
    generator = GeneratorProcess()
    where = ""
    try:
        async with asyncio.timeout(timeout_s):
            await generator.start()
            generator.send(Load(argv=argv, own=own))
            while (line := await generator.read_line()) is not None:
                record = decode_record(line)
                if isinstance(record, Loaded):
                    return record
                if isinstance(record, Finished):
                    raise PlanError(record.message or f"the locustfile ended: {record.reason}")
                if isinstance(record, Logged) and record.source == "watchdog":
                    where = f" ({record.text})"
    except TimeoutError:
        late = f"the locustfile was not imported within {timeout_s:g} s{where}"
        raise PlanError(late) from None
    except BadLine as error:
        raise PlanError(f"the generator cannot be understood: {error}") from None
    finally:
        await _end(generator)
    raise PlanError("the generator ended while it imported the locustfile" + _last(generator))


async def _end(generator: GeneratorProcess) -> None:
    if generator.pid:
        generator.kill()
        await generator.wait()


def _last(generator: GeneratorProcess) -> str:
    words = generator.last_words().splitlines()
    return f"; it said: {safe_line(words[-1], 200)}" if words else ""


async def describe_many(
    files: Iterable[Path],
    own: dict[str, bool],
    timeout_s: float,
    on_each: Callable[[Path, Loaded | str], None] = lambda path, found: None,
) -> dict[Path, Loaded | str]:
    """What each of the locustfiles offers, or one sentence why that cannot be said.

    Args:
        on_each: is called with each result as it comes in.
    """
    bound = asyncio.Semaphore(AT_ONCE)
    results: dict[Path, Loaded | str] = dict.fromkeys(files, "")

    async def one(path: Path) -> None:
        async with bound:
            try:
                results[path] = await describe(["-f", str(path)], own, timeout_s)
            except (PlanError, OSError) as error:
                results[path] = str(error)
        on_each(path, results[path])

    async with asyncio.TaskGroup() as group:
        for path in results:
            group.create_task(one(path))
    return results
