"""The reckoning after a run: what the residents heard against what the house has kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from knowledge.wording import say
from tests.end_to_end.dialogue import check
from tests.end_to_end.resident import Heard, Resident, broke_off

MADE = {"ticket_created": "ticket", "appointment_created": "appointment"}


@dataclass
class Reckoning:
    """`counts` of what was looked at, `wrong` in words: each line is one promise broken."""

    counts: dict[str, int]
    wrong: list[str]


def reckon(
    residents: Sequence[Resident], histories: Mapping[str, Sequence[Mapping[str, Any]]], file: Path
) -> Reckoning:
    """Hold everything against everything. `histories`: conversation → what the API has of it; `file`: the database."""
    kept = Kept(file)
    wrong = [f"{r.title} ({r.conversation}): {line}" for r in residents for line in _of_one(r, histories, kept)]
    wrong += list(_of_all(residents, kept))
    counts = {
        "messages": len(kept.inbound),
        "replies": sum(map(len, kept.replies.values())),
        "tickets": len(kept.tickets),
        "appointments": len(kept.appointments),
        "letters": len(kept.letters),
        "retries": sum(r.retries for r in residents),
        "away": sum(heard.away for r in residents for heard in r.heard),
        "left": sum(heard.answer is None for r in residents for heard in r.heard),
    }
    return Reckoning(counts, wrong)


class Kept:
    """What the database holds."""

    def __init__(self, file: Path) -> None:
        self._file = file
        said = self._rows("select * from messages order by seq")
        self.inbound = [m for m in said if m["direction"] == "in"]
        self.replies: dict[str, list[Mapping[str, Any]]] = {m["id"]: [] for m in self.inbound}
        for reply in said:
            if reply["reply_to"]:
                self.replies[reply["reply_to"]].append(reply)
        self.tickets = self._rows("select * from tickets")
        self.deeds = self._rows("select * from ticket_history where deed is not null")
        self.appointments = self._rows("select * from appointments")
        self.letters = self._rows("select * from outbox")
        self.conversations = {row["id"]: row for row in self._rows("select * from conversations")}

    def _rows(self, query: str) -> list[Mapping[str, Any]]:
        engine = create_engine(f"sqlite:///{self._file}")
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]


def _of_one(resident: Resident, histories: Mapping[str, Sequence[Mapping[str, Any]]], kept: Kept) -> Iterator[str]:
    """What is wrong with one conversation."""
    history = histories[resident.conversation]
    yield from _each_answered_once(resident, history, kept)
    yield from _in_order(resident, history)
    yield from _streamed_once(resident, history)
    yield from _went_as_told(resident, history, kept)


def _each_answered_once(resident: Resident, history: Sequence[Mapping[str, Any]], kept: Kept) -> Iterator[str]:
    mine = [m for m in kept.inbound if m["conversation"] == f"web:{resident.conversation}"]
    times = Counter(m["channel_message_id"] for m in mine)
    for heard in resident.heard:
        if times[heard.message] != 1:
            yield f"{heard.turn['say']} is kept {times[heard.message]} times"
    if len(mine) != len(resident.heard):
        yield f"{len(resident.heard)} messages were sent, {len(mine)} are kept"
    for message in mine:
        replies = [reply["id"] for reply in kept.replies[message["id"]]]
        if message["outcome"] is None:
            yield f"{message['text']} was never dealt with"
        if replies != [f"{message['id']}.{n}" for n in range(1, len(replies) + 1)]:
            yield f"{message['text']} has the replies {replies}"


def _in_order(resident: Resident, history: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was said stands in the order in which it was said, and each answer before the next message."""
    own = [m["id"] for m in history if m["author"] == "resident"]
    if own != [heard.message for heard in resident.heard]:
        yield "the messages are in another order than they were sent in"
    for heard in resident.heard:
        if heard.answer is not None:
            seqs = [heard.answer["seq"], *(reply["seq"] for reply in heard.answer["replies"])]
            if seqs != sorted(seqs):
                yield f"the replies to {heard.turn['say']} stand at {seqs}"
    for heard, following in pairwise(resident.heard):
        waited = heard.answer and following.answer and heard.answer["replies"]
        if waited and heard.answer["replies"][-1]["seq"] > following.answer["seq"]:
            yield f"{heard.turn['say']} was answered after {following.turn['say']} was said"


def _streamed_once(resident: Resident, history: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The live stream brought nothing twice; what it had no time to bring at the end is in the history."""
    twice = [seq for seq, times in Counter(resident.streamed).items() if times > 1]
    others = [m["seq"] for m in history if m["author"] != "resident"]
    reached = max(resident.streamed, default=0)
    missing = [seq for seq in others if seq <= reached and seq not in resident.streamed]
    if twice:
        yield f"the stream brought {twice} twice"
    if missing:
        yield f"the stream left out {missing}"


def _went_as_told(resident: Resident, history: Sequence[Mapping[str, Any]], kept: Kept) -> Iterator[str]:
    """Each answer is what the dialogue wants, as if nothing had happened. One that came while the page was away is read
    from the history. From an answer on that only says that the engine is away or broke off, what is said is another
    dialogue: the same words again may meet what they did before."""
    for heard in resident.heard:
        answer = heard.answer or _as_kept(heard, history, kept)
        if broke_off(answer):
            return
        if any(reply["text"] == say("erased_words") for reply in answer["replies"]):
            continue  # nobody waited for it, and it was erased before it could be read
        try:
            check(dict(heard.turn), dict(answer))
        except AssertionError as failure:
            yield str(failure).splitlines()[0]


def _as_kept(heard: Heard, history: Sequence[Mapping[str, Any]], kept: Kept) -> Mapping[str, Any]:
    """The answer to a message that nobody waited for: as the page shows it, put to its message by the database."""
    message = next(m for m in kept.inbound if m["channel_message_id"] == heard.message)
    ids = {reply["id"] for reply in kept.replies[message["id"]]}
    replies = [shown for shown in history if shown["id"] in ids]
    understood = {"intent": message["intent"]}
    return {"replies": replies, "events": _events(message), "owner": heard.turn.get("owner"), "understood": understood}


def _told(residents: Sequence[Resident], kept: Kept) -> Iterator[tuple[str, str]]:
    """What residents were told was made, each thing once for each message; also of what they had erased since."""
    heard = {answer.message: answer.answer["events"] for r in residents for answer in r.heard if answer.answer}
    for message in kept.inbound:
        for event in heard.get(message["channel_message_id"]) or _events(message):
            if event["type"] in MADE:
                yield MADE[event["type"]], event[MADE[event["type"]]]["number"]


def _erased(kept: Kept) -> set[str]:
    """Conversations whose residents had everything erased: what was made there may have been told of in erased words."""
    return {m["conversation"] for m in kept.inbound if m["text"] == say("erased_words")}


def _of_all(residents: Sequence[Resident], kept: Kept) -> Iterator[str]:
    """What is wrong with the house's books: everything made was told to somebody, everything told was made, once."""
    made = {"ticket": kept.tickets, "appointment": kept.appointments}
    told, erased = list(_told(residents, kept)), _erased(kept)
    for kind, rows in made.items():
        numbers = [number for what, number in told if what == kind]
        there = [row["number"] for row in rows if row["conversation"] not in erased or row["number"] in numbers]
        if sorted(set(numbers)) != sorted(there):
            yield f"{kind}s made {sorted(set(there) - set(numbers))} that nobody was told of, told {sorted(set(numbers) - set(there))} that are not there"
        if twice := [number for number, times in Counter(numbers).items() if times > 1]:
            yield f"{kind}s told as new twice: {twice}"
    for key, times in Counter((d["deed"], d["event"]) for d in kept.deeds).items():
        if times > 1:
            yield f"the deed {key} was done {times} times"
    yield from _letters(kept)


def _events(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return list((json.loads(message["outcome"]) if message["outcome"] else {}).get("events", ()))


def _letters(kept: Kept) -> Iterator[str]:
    for letter in kept.letters:
        if letter["delivered_at"] is None:
            yield f"the letter {letter['id']} never left"
        elif letter["attempts"] != 1:
            yield f"the letter {letter['id']} was written down as delivered after {letter['attempts']} attempts"
    news = Counter(
        (letter["ticket"], letter["topic"], letter["audience"], str(letter["body"])) for letter in kept.letters
    )
    for key, times in news.items():
        if times > 1 and key[0]:
            yield f"the same news {times} times: {key[:3]}"
