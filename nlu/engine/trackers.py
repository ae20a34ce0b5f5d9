"""Where the engine keeps its conversations: the live ones in memory, all of them in a file of its own.

Rasa's stores read every event of a session back for each message, so a turn costs more the longer people talk. Here a
live conversation stays an object; it is written when its turn is over, with the answer, and a conversation that comes
back from the file brings its last events and its slots. So the file holds whole turns only: one that breaks off, because
a process died on either side, has never been, and one that is asked for again is not taken a second time.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import ujson
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.plain import as_json

LIVE = 2000  # conversations kept in memory
WRITTEN = "linli_written"  # the attribute of an event that holds it as JSON
TAIL = 24  # events kept of each, some four turns: rules look back over the last one or two


class LiveTrackerStore(TrackerStore):
    """Live trackers in memory, written through to SQLite."""

    def __init__(
        self, domain: Domain | None, event_broker: EventBroker | None = None, path: str = "var/engine.db", **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._live: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._file.execute("pragma journal_mode = wal")
        self._file.execute("pragma synchronous = normal")
        self._file.execute("pragma secure_delete = on")  # what a resident has erased is overwritten
        self._file.execute("create table if not exists trackers (sender text primary key, events text not null)")
        self._grow()
        self._open: set[str] = set()

    def _grow(self) -> None:
        """The columns that files of an earlier version lack."""
        there = {row[1] for row in self._file.execute("pragma table_info(trackers)")}
        for column in ("turn", "answer"):
            if column not in there:
                self._file.execute(f"alter table trackers add column {column} text")

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker, cut to its tail. Within a turn that is in memory; the file gets it with the answer."""
        self._keep(self._bounded(tracker))
        if tracker.sender_id not in self._open:
            self._write(tracker.sender_id, None, None)

    def answered(self, sender_id: str, turn: str) -> Any:
        """What was answered in the conversation's last turn, if it was this one; None otherwise."""
        row = self._file.execute(
            "select answer from trackers where sender = ? and turn = ?", (sender_id, turn)
        ).fetchone()
        return ujson.loads(row[0]) if row else None

    def begin(self, sender_id: str) -> None:
        """A turn begins; `settle` or `abandon` ends it. One at a time in a conversation."""
        self._open.add(sender_id)

    def settle(self, sender_id: str, turn: str, answer: Any) -> None:
        """The turn is over: what is known now and what was answered are written together."""
        self._write(sender_id, turn, as_json(answer, readable=True))
        self._open.discard(sender_id)

    def abandon(self, sender_id: str) -> None:
        """The turn broke off: the conversation stands where it stood before it."""
        self._live.pop(sender_id, None)
        self._open.discard(sender_id)

    def _keep(self, tracker: DialogueStateTracker) -> None:
        self._live[tracker.sender_id] = tracker
        self._live.move_to_end(tracker.sender_id)
        idle = (sender for sender in self._live if sender not in self._open)
        for sender in list(islice(idle, max(0, len(self._live) - LIVE))):
            del self._live[sender]

    def _write(self, sender_id: str, turn: str | None, answer: str | None) -> None:
        events = f"[{','.join(map(_written, self._live[sender_id].events))}]"
        with self._file:
            self._file.execute(
                "insert or replace into trackers (sender, events, turn, answer) values (?, ?, ?, ?)",
                (sender_id, events, turn, answer),
            )

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as it stands, or None where there was none."""
        if sender_id in self._live:
            return self._live[sender_id]
        row = self._file.execute("select events from trackers where sender = ?", (sender_id,)).fetchone()
        if row is None:
            return None
        events = [event for data in ujson.loads(row[0]) if (event := Event.from_parameters(data))]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def keys(self) -> Iterable[str]:
        """Everybody who ever talked to this engine."""
        return [row[0] for row in self._file.execute("select sender from trackers")]

    def _bounded(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        """Replace a long history by its tail, with the slots set before it carried over."""
        if len(tracker.events) <= 2 * TAIL:
            return tracker
        events = list(tracker.events)
        cut = next((i for i in range(len(events) - TAIL, 0, -1) if events[i].type_name == "user"), len(events) - TAIL)
        earlier = DialogueStateTracker.from_events(
            tracker.sender_id, events[:cut], self.domain.slots, domain=self.domain
        )
        return DialogueStateTracker.from_events(
            tracker.sender_id, [*earlier_state(earlier), *events[cut:]], self.domain.slots, domain=self.domain
        )


def earlier_state(tracker: DialogueStateTracker) -> list[Event]:
    """What must still be known of the turns that are cut off: the slots, the open form, and that the bot listens."""
    slots: list[Event] = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    loop: list[Event] = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    return [*slots, *loop, ActionExecuted("action_listen")]


def duplicate(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker in the same state that can go its own way; Rasa's `copy` replays all events to come to the same."""
    twin = copy(tracker)
    twin.events = tracker.events.copy()
    twin.slots = {name: _same(slot) for name, slot in tracker.slots.items()}
    twin.active_loop = tracker.active_loop and replace(tracker.active_loop)
    twin.sender_source = twin.model_id = twin.assistant_id = None  # as with Rasa's: it is no conversation of its own
    return twin


def _same(slot: Slot) -> Slot:
    """`copy.copy` without its search for how to copy: it takes a tenth of the time."""
    twin: Slot = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


def _written(event: Event) -> str:
    """An event as JSON, made once: what happened stays as it was, and each turn writes the tail anew."""
    if WRITTEN not in event.__dict__:
        event.__dict__[WRITTEN] = as_json(_plain(event), readable=True)
    written: str = event.__dict__[WRITTEN]
    return written


def _plain(event: Event) -> dict[str, Any]:
    """An event as data; of what was understood, only what rules and actions read again."""
    data = event.as_dict()
    parse = data.get("parse_data")
    if parse:
        data["parse_data"] = {key: parse[key] for key in ("intent", "entities", "text") if key in parse}
    return data
