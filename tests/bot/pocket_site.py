"""A running site for the plain page's tests, in a process of its own: NiceGUI keeps its state in the process.

`python -m tests.bot.pocket_site FOLDER` prints the port and w01's password, and serves until its input ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from actions.accounts import Position
from actions.attachments.folder import FolderStorage
from actions.clock import SHANGHAI
from bot.consoles import mount
from bot.conversation.engine import EngineDown
from bot.pocket.pages import pocket_router
from tests.bot.test_consoles_house import Echo, make_place

LAMP = {
    "category": "municipal_works",
    "categories": [["municipal_works", 0.9]],
    "kind": "",
    "urgent": False,
    "entities": [],
}


class Reader(Echo):
    """An engine that knows lamps, and is out of order for everything else."""

    async def understand(self, text: str) -> Mapping[str, Any] | None:
        if "灯" not in text:
            raise EngineDown("out of order")
        return LAMP


def main() -> None:
    """Serve."""
    place = make_place(Path(sys.argv[1]))
    storage = FolderStorage(Path(sys.argv[1]) / "attachments")
    place.house = replace(place.house, engine=Reader(), clock=lambda: datetime.now(SHANGHAI), storage=storage)  # type: ignore[arg-type]
    place.account("w01", Position.WORKER, "w01")
    place.account("operator", Position.OPERATOR)
    app = FastAPI()
    app.include_router(pocket_router(place.house))
    mount(app, place.house)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=1))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        threading.Event().wait(0.05)
    print(json.dumps({"port": port, "passwords": place.passwords}), flush=True)
    sys.stdin.read()
    os._exit(0)  # at once: nothing here has to be tidied up


if __name__ == "__main__":
    main()
