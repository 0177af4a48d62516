"""threading.Thread, time.sleep, queue and a lock in tasks (all patched by gevent)."""

import queue
import threading
import time

from locust import HttpUser, task


class ThreadedUser(HttpUser):
    @task
    def fan_out(self) -> None:
        done: queue.Queue[int] = queue.Queue()
        lock = threading.Lock()

        def work(number: int) -> None:
            time.sleep(0.05)
            with lock:
                self.client.get("/slow?ms=20", name=f"thread {number}")
            done.put(number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.client.get("/ok", name=f"joined {done.qsize()}")
        self.environment.runner.quit()
