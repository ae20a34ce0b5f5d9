"""Relaying: what one process's hub is told, the hubs of the other processes are told as well.

A ring for the desk is delivered in one process, and the operator's page is open in another. With SQLite there is one
process, and nothing to relay.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
import uuid
from collections.abc import Iterator
from typing import Any

from actions.store.database import Database
from actions.store.wire import LONGEST, Wire
from bot.conversation.hub import Hub, News
from bot.conversation.news import message_news

logger = logging.getLogger(__name__)
WAITING = 5_000
"""Pieces of news that wait to be passed on; beyond that the newest are lost, and pages read the store again."""
SHORT = 500
"""Characters that are left of a text that is too long for the wire."""


class Relay:
    """Between the hub of this process and those of the others."""

    def __init__(self, hub: Hub, database: Database, url: str) -> None:
        """`url`: of the database that the processes share. Nothing happens before `start`."""
        self._hub, self._database = hub, database
        self._wire = Wire(url) if url.startswith("postgresql") else None
        self._me, self._stop = uuid.uuid4().hex, threading.Event()
        self._out: queue.Queue[str | None] = queue.Queue(WAITING)
        self._threads: list[threading.Thread] = []

    def start(self, patience: float = 5.0) -> None:
        """Begin; returns once others are heard, or after so many seconds all the same."""
        if self._wire is None:
            return
        up = threading.Event()
        hearing = threading.Thread(target=self._wire.hear, args=(self._hear, self._stop, up), name="hear", daemon=True)
        saying = threading.Thread(target=self._wire.say, args=(self._waiting(),), name="say", daemon=True)
        self._threads = [hearing, saying]
        for thread in self._threads:
            thread.start()
        up.wait(patience)
        self._hub.others = self._pass_on

    def stop(self) -> None:
        """Pass on what waits, and end."""
        self._hub.others = None
        self._stop.set()
        if self._threads:
            self._out.put(None)
        for thread in self._threads:
            thread.join(5)

    def _pass_on(self, topic: str, news: News) -> None:
        try:
            self._out.put_nowait(_text(self._me, topic, news))
        except queue.Full:
            logger.warning("too much news waits for the other processes")

    def _waiting(self) -> Iterator[str]:
        while (text := self._out.get()) is not None:
            yield text

    def _hear(self, text: str) -> None:
        said = json.loads(text)
        if said["by"] == self._me:
            return
        news = self._message(said["seq"]) if "seq" in said else said["news"]
        if news:
            self._hub.hear(said["topic"], news)

    def _message(self, seq: int) -> News | None:
        with self._database.reading() as uow:
            found = uow.messages.after(seq - 1, 1)
        return message_news(found[0]) if found and found[0].seq == seq else None


def _text(by: str, topic: str, news: News) -> str:
    """News as the wire takes it: a message that is too long by its place in the store, any other text cut."""
    text = _json({"by": by, "topic": topic, "news": news})
    if len(text.encode()) <= LONGEST:
        return text
    if news.get("type") == "message":
        return _json({"by": by, "topic": topic, "seq": news["message"]["seq"]})
    cut = {name: value[:SHORT] if isinstance(value, str) else value for name, value in news.items()}
    return _json({"by": by, "topic": topic, "news": cut})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
