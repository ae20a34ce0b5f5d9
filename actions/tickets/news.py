"""Who is told when something happens to a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from actions.clock import local
from actions.notify.notice import Notice
from actions.tickets.actor import LEVELS, Actor, Role
from actions.tickets.names import EVENT_NAMES, LEVEL_NAMES, STATE_NAMES
from actions.tickets.states import Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import ASKING

ASSIGNEE, RESIDENTS, OTHERS, OPERATORS, LINE, ASKER, HELPER = (
    "assignee",
    "residents",
    "other residents",
    "operators",
    "line",
    "asker",
    "helper",
)
"""Whom news concerns: the owner; everybody who reported it; those of them who did not just act; the desk; the supervisor
line at the ticket's level; whoever asked for what was granted or refused; the helper of the last part."""

TOP = max(LEVELS.values())

Told = tuple[str, str]
"""A topic, and whom it concerns."""

NEWS: Mapping[Event, tuple[Told, ...]] = MappingProxyType(
    {
        Event.OPEN: (("ticket.assigned", ASSIGNEE),),
        Event.CONFIRM: (("ticket.pending", OPERATORS),),
        Event.DISPATCH: (("ticket.assigned", ASSIGNEE),),
        Event.REASSIGN: (("ticket.assigned", ASSIGNEE),),
        Event.RECATEGORISE: (("ticket.recategorised", ASSIGNEE),),
        Event.INVITE: (("ticket.invited", HELPER),),
        Event.CONTRIBUTE: (("ticket.contributed", ASSIGNEE),),
        Event.ACCEPT: (("ticket.accepted", RESIDENTS),),
        Event.START: (("ticket.started", RESIDENTS),),
        Event.ASK_RESIDENT: (("ticket.asked", RESIDENTS),),
        Event.RESUME: (("ticket.started", RESIDENTS),),
        Event.ANSWER: (("ticket.answered", RESIDENTS),),
        Event.FINISH: (("ticket.finished", RESIDENTS),),
        Event.RETURN: (("ticket.wish", OPERATORS), ("ticket.wish", LINE)),
        Event.EXTEND: (("ticket.wish", OPERATORS), ("ticket.wish", LINE)),
        Event.PARK: (("ticket.wish", LINE),),
        Event.GRANT_RETURN: (("ticket.granted", ASKER), ("ticket.returned", OPERATORS)),
        Event.GRANT_EXTENSION: (("ticket.granted", ASKER), ("ticket.extended", RESIDENTS)),
        Event.GRANT_PARKING: (("ticket.granted", ASKER), ("ticket.parked", RESIDENTS)),
        Event.REFUSE: (("ticket.refused", ASKER),),
        Event.REJECT: (("ticket.rejected", RESIDENTS),),
        Event.MERGE: (("ticket.merged", RESIDENTS),),
        Event.UNMERGE: (("ticket.unmerged", RESIDENTS), ("ticket.assigned", ASSIGNEE)),
        Event.JOIN: (("ticket.joined", ASSIGNEE),),
        Event.SUPPLEMENT: (("ticket.supplemented", ASSIGNEE),),
        Event.URGE: (("ticket.urged", ASSIGNEE),),
        Event.SUPERVISE: (("ticket.supervised", ASSIGNEE), ("ticket.watch", LINE)),
        Event.ESCALATE: (("ticket.supervised", ASSIGNEE), ("ticket.watch", LINE)),
        Event.WITHDRAW: (("ticket.withdrawn", ASSIGNEE),),
        Event.RATE: (("ticket.rated", ASSIGNEE),),
        Event.REOPEN: (("ticket.reopened", ASSIGNEE), ("ticket.again", OTHERS)),
        Event.CLOSE: (("ticket.closed", RESIDENTS),),
    }
)
"""Contacts and notes are between the worker and the ticket."""


SAID = frozenset({Event.ASK_RESIDENT, Event.ANSWER, Event.FINISH, Event.REJECT})
"""Events whose note is written for those who reported it."""


def news(ticket: Ticket) -> list[Notice]:
    """The notices for the last entry of a ticket's history, one an audience, with the same ids at every asking."""
    entry = ticket.history[-1]
    sent = [
        (topic, audience, whom in (RESIDENTS, OTHERS))
        for topic, whom in _told(ticket)
        for audience in _audiences(ticket, whom)
    ]
    return [
        Notice(
            f"{ticket.number}.{len(ticket.history)}.{n}", topic, audience, _body(ticket, own), entry.at, ticket.number
        )
        for n, (topic, audience, own) in enumerate(dict.fromkeys(sent), start=1)
    ]


def last_word(ticket: Ticket) -> str:
    """What its reporters were told last in the words of whoever works at it; "" where nothing was. Notes among staff,
    what was asked of the dispatcher and why somebody supervises it are not theirs to read.
    """
    return next((e.note for e in reversed(ticket.history) if e.note and e.event in SAID), "")


def _told(ticket: Ticket) -> list[Told]:
    entry = ticket.history[-1]
    if entry.event is Event.OPEN and ticket.state is State.PENDING_CONFIRM:
        told: list[Told] = [("ticket.pending", OPERATORS)]
    elif entry.event is Event.CLOSE and entry.by.role is Role.SYSTEM:
        told = [("ticket.unanswered", RESIDENTS)]
    else:
        told = list(NEWS.get(entry.event, ()))
    if entry.event is Event.OPEN and ticket.urgent:
        told.append(("ticket.urgent", OPERATORS))
    return told


def _audiences(ticket: Ticket, whom: str) -> tuple[str, ...]:
    """A confidential ticket's news never goes to the operators' room; its owner hears it instead."""
    entry = ticket.history[-1]
    if whom in (RESIDENTS, OTHERS):
        reached = [c for c in ticket.residents if whom == RESIDENTS or c != entry.by.id]
        return tuple(f"conversation:{conversation}" for conversation in reached)
    if whom == OPERATORS and not ticket.confidential:
        return (OPERATORS,)
    if whom == OPERATORS and entry.by.id == ticket.assignee:
        return ()
    if whom == LINE:
        above = entry.by.level + 1 if entry.event in ASKING else 1
        return (f"line:{min(max(ticket.level, above), TOP)}",)
    if whom == ASKER:
        return tuple(f"worker:{by.id}" for by in _askers(ticket))
    if whom == HELPER:
        helper = ticket.helpers[-1]
        return (helper.who,) if helper.is_worker else (OPERATORS,)
    return (f"worker:{ticket.assignee}",)


def _askers(ticket: Ticket) -> list[Actor]:
    """Who made the request that the last entry answers."""
    asked = (entry.by for entry in reversed(ticket.history) if entry.event in ASKING)
    return list(islice(asked, 1))


def _body(ticket: Ticket, own: bool) -> dict[str, str]:
    """What the wording may use. Of a confidential ticket no word leaves by notification but to those who reported it
    (`own`): they have to be told what came of it.
    """
    hidden, entry = ticket.confidential, ticket.history[-1]
    return {
        "number": ticket.number,
        "kind": ticket.kind_name,
        "what": "（保密）" if hidden else ticket.what,
        "address": "（保密）" if hidden else ticket.address or "（未说明地址）",
        "unit": ticket.unit,
        "state": STATE_NAMES[ticket.state],
        "event": EVENT_NAMES[entry.event],
        "note": "（保密）" if hidden and not own else entry.note or "（无说明）",
        "photo": entry.photo or "",
        "due": _spoken(ticket.due_at),
        "contact_due": _spoken(ticket.contact_due_at),
        "until": _spoken(ticket.wish.until) if ticket.wish and ticket.wish.until else "（未说明）",
        "level": LEVEL_NAMES[ticket.level],
        "into": ticket.merged_into or "",
        "urgent": "急" if ticket.urgent else "",
    }


def _spoken(at: datetime) -> str:
    at = local(at)
    return f"{at.month}月{at.day}日{at:%H:%M}"
