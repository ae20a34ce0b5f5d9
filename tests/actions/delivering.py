"""A process that delivers, and may be told to die on the way: `python -m tests.actions.delivering URL FILE [WHERE]`.

WHERE is "before" (the channel has not taken it yet) or "after" (taken and on record as sent, not yet in the outbox).
Every notice that the channel takes is one line of FILE. Ends by itself when nothing waits any more.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from actions.clock import SHANGHAI
from actions.notify.delivery import Delivery
from actions.notify.notice import Notice
from actions.notify.runtime import Runtime
from actions.store.database import open_database

LONGEST = 30


def main(url: str, file: str, where: str = "") -> None:
    database = open_database(url)

    def send(notice: Notice) -> None:
        if where == "before":
            os._exit(9)
        with Path(file).open("a") as taken:
            taken.write(f"{notice.id}\n")

    def clock() -> datetime:
        writing_down = threading.current_thread() is not threading.main_thread() and Path(file).exists()
        if where == "after" and writing_down:
            os._exit(9)
        return datetime.now(SHANGHAI)

    runtime = Runtime(url)
    delivery = Delivery({"worker": send}, unit=database.unit, clock=clock, runtime=runtime)
    runtime.launch()
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        delivery.sweep()
        with database.reading() as uow:
            if not uow.outbox.waiting(1):
                break
        time.sleep(0.1)
    runtime.close()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
