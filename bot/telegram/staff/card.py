"""A ticket as a worker sees it on the phone: what, where, whom to call, how long there is, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from actions.clock import SHANGHAI, local
from actions.store.unit import SqlUnitOfWork
from actions.tickets.actor import Actor
from actions.tickets.doing import ways
from actions.tickets.names import RETURN_CODE_NAMES, STATE_NAMES, WISH_NAMES
from actions.tickets.ports import Calendar
from actions.tickets.remaining import due_line
from actions.tickets.states import OPEN, Event, State
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from actions.tickets.workflow import helps, may_see
from bot.telegram.staff.answers import Rows
from bot.telegram.staff.letters import CARD, PRESSED
from knowledge.wording import say

LONGEST_WHAT = 700
"""Characters of what was reported that a card shows."""
LISTED = 10
"""Tickets that /tasks lists with a button each."""
MOST = 200
EXTRA_DAYS = (1, 2, 3, 5, 10)
"""Working days that can be asked for by a button."""
CLOSING = time(17)
"""When a day that is asked for ends."""


@dataclass(frozen=True)
class Pressed:
    """What a staff button means: `word` for the ticket `number` as it stood after `steps` entries of its history, or for
    the draft of that id."""

    number: str
    steps: str
    word: str
    rest: str = ""


def data(number: str, steps: object, word: str, rest: object = "") -> str:
    """What a button carries, at most 64 bytes."""
    return f"{PRESSED}{number}:{steps}:{word}" + (f":{rest}" if rest != "" else "")


def pressed(carried: str) -> Pressed | None:
    """Read it back; None for what was never ours."""
    parts = carried.removeprefix(PRESSED).split(":", 3)
    return Pressed(*parts) if len(parts) >= 3 else None


def concerns(ticket: Ticket, by: Actor) -> bool:
    """Whether this ticket is this person's to see here: her own, one that she helps with, or any that her place in the
    line lets her see."""
    return may_see(ticket, by) and (by.id == ticket.assignee or helps(ticket, by) or by.level > 0)


def card(ticket: Ticket, at: datetime, news: str = "") -> str:
    """The text. Of a confidential one nothing but its number leaves the house."""
    if ticket.confidential:
        lines = [
            f"{CARD} {ticket.number}　{say('staff_confidential_mark')}",
            say("staff_confidential"),
            _clock(ticket, at),
        ]
        return "\n".join(lines)
    lines = [f"{CARD} {ticket.number}　{ticket.kind_name}　{_marks(ticket, at)}", *([news, ""] if news else [])]
    what = ticket.what if len(ticket.what) <= LONGEST_WHAT else f"{ticket.what[:LONGEST_WHAT]}…"
    lines += [what, say("staff_where", address=ticket.address or say("staff_nowhere"))]
    if ticket.phone:
        lines.append(say("staff_phone", phone=ticket.phone))
    lines.append(_clock(ticket, at))
    if ticket.wish:
        lines.append(say("staff_wish", wish=WISH_NAMES[ticket.wish.kind]))
    return "\n".join(lines)


def _marks(ticket: Ticket, at: datetime) -> str:
    marks = (say("staff_urgent") if ticket.urgent else "", say("staff_late") if ticket.overdue(at) else "")
    return "　".join(filter(None, (STATE_NAMES[ticket.state], *marks)))


def _clock(ticket: Ticket, at: datetime) -> str:
    waits = ticket.contacted_at is None and ticket.state in (State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS)
    contact = local(ticket.contact_due_at)
    first = say("staff_contact_due", due=f"{contact.month}月{contact.day}日{contact:%H:%M}") if waits else ""
    return say("staff_due", due=due_line(ticket, at)) + first


def keys(ticket: Ticket, by: Actor) -> Rows:
    """What can be done now, two side by side; the transition table decides. Confidential ones are handled at a desk."""
    if ticket.confidential:
        return []
    steps, now = len(ticket.history), ways(ticket, by)
    row = [(say(f"staff_do_{event}"), data(ticket.number, steps, event.value)) for event in now]
    if Event.NOTE in now:
        row.append((say("staff_do_photo"), data(ticket.number, steps, "photo")))
    if ticket.point:
        row.append((say("staff_do_where"), data(ticket.number, steps, "where")))
    return in_pairs(row)


def in_pairs(row: Sequence[tuple[str, str]]) -> Rows:
    """Two buttons a row."""
    return [row[n : n + 2] for n in range(0, len(row), 2)]


def codes(ticket: Ticket) -> Rows:
    """Why it is given back."""
    steps = len(ticket.history)
    why = [[(name, data(ticket.number, steps, Event.RETURN, code.value))] for code, name in RETURN_CODE_NAMES.items()]
    return [*why, [_back(ticket)]]


def days(ticket: Ticket, at: datetime, calendar: Calendar) -> Rows:
    """How much more time is asked for, in working days."""
    steps = len(ticket.history)
    choices = []
    for n in EXTRA_DAYS:
        day = local(put_off(ticket, n, at, calendar))
        title = say("staff_extend_by", days=n, day=f"{day.month}月{day.day}日")
        choices.append((title, data(ticket.number, steps, Event.EXTEND, n)))
    return [*in_pairs(choices), [_back(ticket)]]


def put_off(ticket: Ticket, workdays: int, at: datetime, calendar: Calendar) -> datetime:
    """The end of office hours so many working days after the ticket is due."""
    day = local(calendar.add_workdays(max(ticket.due_at, at), workdays)).date()
    until = datetime.combine(day, CLOSING, SHANGHAI)
    return until if until > ticket.due_at else until + timedelta(days=1)


def _back(ticket: Ticket) -> tuple[str, str]:
    return say("staff_back"), data(ticket.number, len(ticket.history), "card")


def pressing(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Most urgent first; what waits for a resident's word, last."""
    waiting = (State.AWAITING_FEEDBACK, State.AWAITING_RESIDENT)
    return sorted(tickets, key=lambda t: (t.state is waiting[0], t.state is waiting[1], not t.urgent, t.due_at))


def my_tasks(uow: SqlUnitOfWork, by: Actor) -> list[Ticket]:
    """The open tickets that somebody has or helps with, most urgent first."""
    mine = uow.tickets.find(TicketFilter(assignee=by.id, states=OPEN, size=MOST)).items
    helped = uow.tickets.find(TicketFilter(helper=f"worker:{by.id}", states=OPEN, size=MOST)).items
    known = {ticket.number for ticket in mine}
    return pressing([*mine, *(t for t in helped if t.number not in known and concerns(t, by))])


def task_list(tickets: Sequence[Ticket], at: datetime) -> tuple[str, Rows]:
    """The list with the clock in words, and a button for each."""
    if not tickets:
        return say("staff_tasks_none"), []
    lines = [say("staff_tasks", count=len(tickets))]
    for n, ticket in enumerate(tickets[:LISTED], start=1):
        name = say("staff_confidential_mark") if ticket.confidential else ticket.kind_name
        where = "" if ticket.confidential else f"\n{ticket.address or say('staff_nowhere')}"
        lines.append(f"\n{n}. {name}　{_marks(ticket, at)}{where}\n{due_line(ticket, at)}")
    if len(tickets) > LISTED:
        lines.append("\n" + say("staff_tasks_more", count=len(tickets) - LISTED))
    row = [
        (f"{n}. {_short(t)}", data(t.number, len(t.history), "card")) for n, t in enumerate(tickets[:LISTED], start=1)
    ]
    return "\n".join(lines), in_pairs(row)


def _short(ticket: Ticket) -> str:
    return say("staff_confidential_mark") if ticket.confidential else ticket.kind_name[:10]
