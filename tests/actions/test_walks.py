"""Random walks: whoever does whatever in whatever order, a ticket stays whole.

`make test` walks 300 times; `LINLI_WALKS=10000 .venv/bin/python -m pytest tests/actions/test_walks.py` walks that often.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from actions.errors import ActionError
from actions.tickets import dispatching, feedback, handling, helping, merging, watching, wishing
from actions.tickets.actor import SYSTEM, Actor, Role
from actions.tickets.opening import join_ticket, open_ticket
from actions.tickets.stage import stages
from actions.tickets.states import ENDS, TO_BE_DONE, Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from actions.tickets.workflow import TABLE, allowed
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, NAMES, make_desk, make_report

DESK = make_desk()
FIRST, SECOND = "GY20261207-0001", "GY20261207-0002"

Deed = Callable[[FakeUnit, str, Actor, datetime, str], Ticket]
DEEDS: dict[str, Deed] = {
    "accept": lambda u, n, by, at, _: handling.accept(n, by=by, at=at, uow=u),
    "contact": lambda u, n, by, at, _: handling.contact(n, by=by, at=at, uow=u),
    "start": lambda u, n, by, at, _: handling.start(n, by=by, at=at, uow=u),
    "note": lambda u, n, by, at, w: handling.add_note(n, w, by=by, at=at, uow=u),
    "ask": lambda u, n, by, at, w: handling.ask_resident(n, w, by=by, at=at, uow=u),
    "resume": lambda u, n, by, at, _: handling.resume(n, by=by, at=at, desk=DESK, uow=u),
    "answer": lambda u, n, by, at, w: handling.answer(n, w, by=by, at=at, uow=u),
    "finish": lambda u, n, by, at, w: handling.finish(n, w, by=by, at=at, uow=u),
    "return": lambda u, n, by, at, w: wishing.return_ticket(n, "territory", w, by=by, at=at, desk=DESK, uow=u),
    "extend": lambda u, n, by, at, w: wishing.extend(n, at + timedelta(days=3 + 9 * len(w)), w, by=by, at=at, uow=u),
    "park": lambda u, n, by, at, w: wishing.park(n, at + timedelta(days=40), w, by=by, at=at, uow=u),
    "grant return": lambda u, n, by, at, _: wishing.grant_return(n, by=by, at=at, desk=DESK, uow=u),
    "grant extension": lambda u, n, by, at, _: wishing.grant_extension(n, by=by, at=at, uow=u),
    "grant parking": lambda u, n, by, at, _: wishing.grant_parking(n, by=by, at=at, uow=u),
    "refuse": lambda u, n, by, at, w: wishing.refuse(n, w, by=by, at=at, uow=u),
    "invite": lambda u, n, by, at, w: helping.invite(
        n, "w04" if w == "好的" else "供水公司", w, by=by, at=at, desk=DESK, uow=u
    ),
    "contribute": lambda u, n, by, at, w: helping.contribute(
        n, "w04" if w == "好的" else "供水公司", w, by=by, at=at, uow=u
    ),
    "confirm": lambda u, n, by, at, _: dispatching.confirm(n, by=by, at=at, uow=u),
    "dispatch": lambda u, n, by, at, w: dispatching.dispatch(n, "w03" if w else "m01", by=by, at=at, desk=DESK, uow=u),
    "reassign": lambda u, n, by, at, w: dispatching.reassign(
        n, "w02" if w == "好的" else "s01", w, by=by, at=at, desk=DESK, uow=u
    ),
    "recategorise": lambda u, n, by, at, w: dispatching.recategorise(
        n,
        *(("staff_conduct", "bad_attitude") if w == "张三骂人" else ("municipal_works", "lamp_broken")),
        w,
        by=by,
        at=at,
        desk=DESK,
        uow=u,
    ),
    "reject": lambda u, n, by, at, w: dispatching.reject(n, "court", w, by=by, at=at, desk=DESK, uow=u),
    "supervise": lambda u, n, by, at, w: dispatching.supervise(n, w, by=by, at=at, desk=DESK, uow=u),
    "escalate": lambda u, n, by, at, w: dispatching.escalate(n, w, by=by, at=at, desk=DESK, uow=u),
    "merge": lambda u, n, by, at, _: merging.merge(n, SECOND if n == FIRST else FIRST, by=by, at=at, uow=u),
    "unmerge": lambda u, n, by, at, w: merging.unmerge(n, w, by=by, at=at, desk=DESK, uow=u),
    "join": lambda u, n, by, at, w: join_ticket(
        n, make_report(f"j{at}", what=w, conversation="web:new"), by=by, at=at, uow=u
    ),
    "supplement": lambda u, n, by, at, w: feedback.supplement(n, w, by=by, at=at, desk=DESK, uow=u),
    "urge": lambda u, n, by, at, _: feedback.urge(n, by=by, at=at, uow=u),
    "withdraw": lambda u, n, by, at, _: feedback.withdraw(n, by=by, at=at, uow=u),
    "rate": lambda u, n, by, at, w: feedback.rate(
        n,
        Survey(Solved.UNSOLVED if len(w) % 2 else Solved.SOLVED, w != "不行", w, at),
        by=by,
        at=at,
        desk=DESK,
        uow=u,
    ),
    "reopen": lambda u, n, by, at, w: feedback.reopen(n, w, by=by, at=at, desk=DESK, uow=u),
    "close": lambda u, n, by, at, _: feedback.close(n, by=by, at=at, uow=u),
}

PEOPLE: dict[str, Actor] = {
    "resident": Actor(Role.RESIDENT, "web:abc"),
    "neighbour": Actor(Role.RESIDENT, "web:two"),
    "newcomer": Actor(Role.RESIDENT, "web:new"),
    "operator": Actor(Role.OPERATOR, "li"),
    "helper": Actor(Role.WORKER, "w04"),
    "supervisor": Actor(Role.SUPERVISOR, "s01"),
    "manager": Actor(Role.MANAGER, "m01"),
    "overseer": Actor(Role.OVERSEER, "d01"),
    "system": SYSTEM,
}
ROLES = {0: Role.WORKER, 1: Role.SUPERVISOR, 2: Role.MANAGER, 3: Role.OVERSEER}
WHO = st.sampled_from(["owner"] * 6 + sorted(PEOPLE))


def owner(ticket: Ticket) -> Actor:
    return Actor(ROLES[DESK.routing.level(ticket.assignee)], ticket.assignee)


class Walks(RuleBasedStateMachine):
    """Two tickets of neighbours, and everybody at them."""

    def __init__(self) -> None:
        super().__init__()
        self.uow, self.now = FakeUnit(), MONDAY
        for n, conversation in enumerate(("web:abc", "web:two")):
            report = make_report(f"r{n}", conversation=conversation)
            self.check(open_ticket(report, by=SYSTEM, at=MONDAY, desk=DESK, uow=self.uow, hold=n == 1))

    @property
    def tickets(self) -> dict[str, Ticket]:
        return dict(self.uow.tickets.kept)

    @rule(
        number=st.sampled_from([FIRST, FIRST, SECOND]),
        deed=st.sampled_from(sorted(DEEDS)),
        who=WHO,
        words=st.sampled_from(["好的", "好的", "不行呀", "张三骂人", "不行", ""]),
        hours=st.integers(-3, 90),
    )
    def somebody_does_something(self, number: str, deed: str, who: str, words: str, hours: int) -> None:
        before, told = self.tickets, len(self.uow.outbox.kept)
        self.now += timedelta(hours=max(hours, 0))
        by = PEOPLE.get(who) or owner(before[number])
        try:
            DEEDS[deed](self.uow, number, by, self.now + timedelta(hours=min(hours, 0)), words)
        except ActionError:
            assert self.tickets == before and len(self.uow.outbox.kept) == told, "a refused deed left a trace"
        self.compare(before)

    @rule(number=st.sampled_from([FIRST, SECOND]), days=st.integers(0, 20))
    def the_clock_looks(self, number: str, days: int) -> None:
        before = self.tickets
        self.now += timedelta(days=days)
        for _ in range(2):
            ticket = watching.look(number, at=self.now, desk=DESK, words=str, uow=self.uow)
            assert not any(stage.is_due(ticket, self.now) for stage in stages(ticket, DESK))
            told = len(self.uow.outbox.kept)
        watching.look(number, at=self.now, desk=DESK, words=str, uow=self.uow)
        assert len(self.uow.outbox.kept) == told, "what was done was done again"
        assert (look_at := self.tickets[number].look_at) is None or look_at > self.now
        self.compare(before)

    def compare(self, before: dict[str, Ticket]) -> None:
        """Nothing that happened is undone, no clock is turned back, and nobody comes back from an end."""
        for number, old in before.items():
            new = self.tickets[number]
            assert new.history[: len(old.history)] == old.history, "history only grows"
            assert old.state not in ENDS or (new.state, new.history) == (old.state, old.history)
            assert new.due_at >= old.due_at or old.dispatched_at is None
            assert new.contact_due_at >= old.contact_due_at or old.dispatched_at is None
            assert new.level >= old.level and new.reopened >= old.reopened
            assert (new.predicted, new.number, new.report) == (old.predicted, old.number, old.report)
            if new is not old:
                self.check(new)

    def check(self, ticket: Ticket) -> None:
        """What holds of every ticket at any time."""
        is_whole(ticket)
        has_a_way_on(ticket)
        reaches_nobody_complained_of(ticket)


def is_whole(ticket: Ticket) -> None:
    moments = [entry.at for entry in ticket.history]
    assert moments == sorted(moments)
    steps = [entry.from_state for entry in ticket.history[1:]] + [ticket.state]
    assert steps == [entry.to_state for entry in ticket.history], "the history leads to where it stands"
    assert ticket.assignee in NAMES, "somebody owns it"
    assert ticket.contact_due_at and ticket.due_at, "and until some day"
    assert (ticket.paused_at is not None) == (ticket.state is State.AWAITING_RESIDENT)
    assert (ticket.closed_at is not None) == (ticket.state is State.CLOSED)
    assert (ticket.merged_into is not None) == (ticket.state is State.MERGED)
    assert ticket.wish is None or ticket.state in TO_BE_DONE
    assert ticket.reopened == sum(entry.event is Event.REOPEN for entry in ticket.history)
    assert len(set(ticket.residents)) == len(ticket.residents) > 0


LEADING_ON = {row.event for row in TABLE if row.target}


def has_a_way_on(ticket: Ticket) -> None:
    hands = [*PEOPLE.values(), owner(ticket), *(Actor(Role.RESIDENT, c) for c in ticket.residents)]
    way_on = any(LEADING_ON & set(allowed(ticket, by)) for by in hands)
    assert way_on != (ticket.state in ENDS), f"from {ticket.state}"


def reaches_nobody_complained_of(ticket: Ticket) -> None:
    if ticket.confidential:
        least = DESK.routing.level(DESK.routing.handler(ticket.about))
        working = [ticket.assignee, *(helper.name for helper in ticket.open_parts)]
        assert not set(working) & set(ticket.about)
        assert all(DESK.routing.level(who) >= least for who in working)


Walks.TestCase.settings = settings(
    max_examples=int(os.environ.get("LINLI_WALKS", "300")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestWalks = Walks.TestCase
