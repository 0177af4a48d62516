"""Workers come and go by key."""

from __future__ import annotations

from lftui.judge.workers import there_now
from lftui.records import AddWorker, RemoveWorker
from lftui.screens import messages
from lftui.screens.dialogs.confirm import ConfirmDialog
from lftui.screens.live.panel_area import PanelArea
from lftui.screens.live.panels.worker_machines import worker_of_row
from lftui.screens.live.questions import Questions


class WorkerKeys(Questions):
    """What the operator does with workers. Part of the Live screen."""

    def worker_chosen(self, area: PanelArea) -> str:
        """The id of the worker under the cursor of the Workers panel; "" where there is none."""
        key = area.table.cursor_key if area.chosen == "workers" else None
        return worker_of_row(key) if key else ""

    def action_add_worker(self) -> None:
        """One more local worker."""
        self.post_message(messages.Send(AddWorker()))

    def action_remove_worker(self) -> None:
        """Send the chosen worker away."""
        self.action_remove(self.worker_chosen(self.query_one(PanelArea)))

    def action_remove(self, worker: str) -> None:
        """Send a worker away, after the operator has said so."""

        def agreed(yes: bool | None) -> None:
            if yes:
                self.post_message(messages.Send(RemoveWorker(worker=worker)))

        others = [one for one in there_now(self.snapshot.state) if one.id != worker]
        then = "Its users move to the others." if others else "It is the only one: no load is left."
        dialog = ConfirmDialog(f"Remove the worker {worker}?", "remove", [then], "warning")
        self.ask(dialog, agreed)
