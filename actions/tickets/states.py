"""The states a ticket can be in, and the events that move it; each with the name that people see."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands. The value is what other programs see (`status` in the chat API)."""

    PENDING_CONFIRM = "pending_confirm"
    PENDING_DISPATCH = "pending_dispatch"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    AWAITING_RESIDENT = "awaiting_resident"
    PARKED = "parked"
    AWAITING_FEEDBACK = "awaiting_feedback"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    MERGED = "merged"


class Event(StrEnum):
    """What can happen to a ticket."""

    OPEN = "open"
    CONFIRM = "confirm"
    DISPATCH = "dispatch"
    REASSIGN = "reassign"
    RECATEGORISE = "recategorise"
    INVITE = "invite"
    CONTRIBUTE = "contribute"
    ACCEPT = "accept"
    CONTACT = "contact"
    START = "start"
    NOTE = "note"
    ASK_RESIDENT = "ask_resident"
    RESUME = "resume"
    ANSWER = "answer"
    FINISH = "finish"
    RETURN = "return"
    GRANT_RETURN = "grant_return"
    EXTEND = "extend"
    GRANT_EXTENSION = "grant_extension"
    PARK = "park"
    GRANT_PARKING = "grant_parking"
    REFUSE = "refuse"
    REJECT = "reject"
    MERGE = "merge"
    UNMERGE = "unmerge"
    JOIN = "join"
    LEAVE = "leave"
    SUPPLEMENT = "supplement"
    URGE = "urge"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    RATE = "rate"
    REOPEN = "reopen"
    CLOSE = "close"


TO_BE_DONE = frozenset(
    {
        State.PENDING_CONFIRM,
        State.PENDING_DISPATCH,
        State.ASSIGNED,
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.AWAITING_RESIDENT,
        State.PARKED,
    }
)
"""The problem is not solved yet: somebody is at it, or should be."""

OPEN = TO_BE_DONE | {State.AWAITING_FEEDBACK}
"""Not over yet: the problem, or the resident's word on whether it is gone."""

ENDS = frozenset({State.WITHDRAWN, State.REJECTED})
"""No way leads on from here. A closed ticket is no end: a resident may find that the problem is back; nor is a merged
one: the dispatcher may find that it was another problem after all."""
