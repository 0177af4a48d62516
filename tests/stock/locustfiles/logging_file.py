"""Logging at every level, with arguments, from a task, and an own handler on the root logger."""

import logging
import os

from locust import HttpUser, events, task
from locust.env import Environment

logger = logging.getLogger("shop")


class NoteHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "shop":
            with open(os.environ["EVENTS_FILE"], "a", encoding="utf-8") as file:
                file.write(f"{record.levelname} {record.getMessage()}\n")


@events.init.add_listener
def install(environment: Environment, **_kwargs: object) -> None:
    logging.getLogger().addHandler(NoteHandler())


class LoggingUser(HttpUser):
    @task
    def log(self) -> None:
        logger.debug("not shown at INFO")
        logger.info("user %d of %s", 1, "shop")
        logger.warning("percent 100% [bold]")
        logger.error("with traceback", exc_info=ValueError("x"))
        logging.info("from the root logger")
        self.client.get("/ok")
        self.environment.runner.quit()
