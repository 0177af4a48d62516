"""The process that previews one shape."""

from __future__ import annotations

from time import monotonic

from lftui.beginning import all_made_stays
from lftui.generator.locust_import import bring_in_locust

with all_made_stays():
    bring_in_locust()

    import gevent

    from lftui.generator import native
    from lftui.generator.preview.exchange import Asker
    from lftui.generator.preview.walker import Walker
    from lftui.generator.watchdog import Watchdog


def main() -> None:
    """Preview one shape."""
    asker = Asker()
    request = asker.request()
    walker = Walker(request)
    watchdog = Watchdog(lambda: 0.0, lambda level, text: None)
    watchdog.watch_loading(gevent.getcurrent())

    def give_up() -> None:
        native.sleep(max(0.0, request.answer_by - monotonic()))
        late = f"{walker.doing} did not end in time; it stands at {watchdog.where()}"
        asker.give(walker.failed(late))

    native.start_thread(give_up)
    asker.give(walker.run())


if __name__ == "__main__":
    main()
