"""One of several processes that deliver from one database: `python -m tests.actions.sharing URL FOLDER NAME AUDIENCES`.

AUDIENCES are what it can reach ("worker,mail"); "mail" and "webhook" are ways that not every process has. Every notice
that it takes is one line "NAME ID" of FOLDER/taken.txt. While FOLDER/NAME.dies is there, it dies at the first notice
that it is to take. It ends when FOLDER/over is there, and writes FOLDER/NAME.up when it is up.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path

from actions.clock import SHANGHAI
from actions.notify.delivery import Delivery
from actions.notify.notice import Notice
from actions.notify.runtime import Runtime
from actions.store.database import open_database

LONGEST = 150
APART = ("mail", "webhook")


def main(url: str, folder: str, name: str, audiences: str) -> None:
    database, place = open_database(url), Path(folder)

    def send(notice: Notice) -> None:
        if (place / f"{name}.dies").exists():
            os._exit(9)
        time.sleep(0.05)  # long enough for another one to reach for the same
        with (place / "taken.txt").open("a") as taken:
            taken.write(f"{name} {notice.id}\n")

    runtime = Runtime(url, schema=f"{url.rpartition('%3D')[2]}_dbos" if "postgresql" in url else "dbos")
    delivery = Delivery(
        dict.fromkeys(audiences.split(","), send),
        unit=database.unit,
        clock=lambda: datetime.now(SHANGHAI),
        runtime=runtime,
        apart=APART,
    )
    delivery.launch()
    (place / f"{name}.up").touch()
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline and not (place / "over").exists():
        delivery.look_after()
        for _ in range(10):
            delivery.sweep()
            time.sleep(0.1)
    runtime.close()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
