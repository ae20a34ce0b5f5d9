"""A store as full as a city's after some years: what the benchmark is run beside.

All of it is made up from the community's own tables: its estates, streets and grids, its kinds of case, its workers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from actions.tickets.actor import Actor, Role
from actions.tickets.desk import Desk
from actions.tickets.opening import first_version
from actions.tickets.report import Point, Report
from actions.tickets.routing import Affair
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import HistoryEntry, Ticket, ticket_number
from knowledge.community import Community
from knowledge.grids import Grid

YEARS = 3
"""Over how long a time the tickets came in."""
WORDS = (
    "{kind}，{days}天了没人管",
    "麻烦看看{where}，{kind}",
    "{where}这边{kind}好几回了",
    "{kind}，老人小孩走着不安全",
)
LIVES = (
    (State.ASSIGNED, ()),
    (State.ACCEPTED, ((Event.ACCEPT, State.ACCEPTED),)),
    (State.IN_PROGRESS, ((Event.ACCEPT, State.ACCEPTED), (Event.START, State.IN_PROGRESS))),
)
"""How far those have come whose problem is not solved yet, and by what deeds."""
WHOLE = (
    (Event.ACCEPT, State.ACCEPTED),
    (Event.CONTACT, State.ACCEPTED),
    (Event.START, State.IN_PROGRESS),
    (Event.FINISH, State.AWAITING_FEEDBACK),
    (Event.RATE, State.CLOSED),
)
"""A life to its end."""
RESIDENT = Role.RESIDENT


@dataclass(frozen=True)
class Population:
    """Reports and tickets of one community, the same again for the same `chance`."""

    community: Community
    desk: Desk
    chance: random.Random

    def reports(self, wanted: int, at: datetime, prefix: str) -> Iterator[Report]:
        """So many residents' reports, all made at one moment, with ids `prefix`-0, `prefix`-1 …"""
        affairs = [affair for affair in self.desk.routing.affairs.values() if affair.kind]
        grids = list(self.community.grids.values())
        for n in range(wanted):
            yield self._report(f"{prefix}-{n}", self.chance.choice(affairs), self.chance.choice(grids), at)

    def _report(self, id_: str, affair: Affair, grid: Grid, at: datetime) -> Report:
        place, address = self._place(grid)
        words = self.chance.choice(WORDS).format(kind=affair.kind_name, where=address, days=self.chance.randint(2, 30))
        return Report(
            id=id_,
            conversation=f"web:{self.chance.getrandbits(64):016x}",
            what=words,
            address=address,
            category=affair.category,
            kind=affair.kind,
            channel="web",
            at=at,
            place=place,
            phone=f"139{self.chance.randrange(10**8):08d}" if self.chance.random() < 0.7 else None,
            point=self._point(grid) if self.chance.random() < 0.5 else None,
            predicted={"categories": [[affair.category, 0.9]], "kind": affair.kind, "model": "benchmark"},
        )

    def _place(self, grid: Grid) -> tuple[dict[str, str], str]:
        """Half with a building, a third with a street and number, the others with a landmark or the grid alone."""
        drawn = self.chance.random()
        if grid.estates and drawn < 0.5:
            estate = self.chance.choice(grid.estates)
            building = str(self.chance.randint(1, 30))
            return {"estate": estate.name, "building": building}, f"{estate.name}{building}栋"
        if grid.streets and drawn < 0.85:
            street = self.chance.choice(grid.streets)
            number = str(self.chance.randint(1, 120))
            return {"road": street.name, "road_number": number}, f"{street.name}{number}号"
        landmark = self.chance.choice(grid.landmarks or (grid.name,))
        return {"landmark": landmark}, f"{landmark}旁边"

    def _point(self, grid: Grid) -> Point:
        """Somewhere in the box around the grid."""
        longitudes, latitudes = zip(*grid.outline, strict=True)
        return (
            self.chance.uniform(min(longitudes), max(longitudes)),
            self.chance.uniform(min(latitudes), max(latitudes)),
        )

    def tickets(self, wanted: int, unsolved: float, until: datetime) -> Iterator[Ticket]:
        """So many tickets, opened over the years before `until`; the share `unsolved` is not solved yet."""
        moments = sorted(until - timedelta(days=365 * YEARS) * self.chance.random() for _ in range(wanted))
        by_day = (inside for _, inside in groupby(moments, key=lambda moment: moment.date()))
        numbered = ((at, running) for day in by_day for running, at in enumerate(day, 1))
        load: dict[str, int] = {}
        for (at, running), report in zip(numbered, self.reports(wanted, until, "population"), strict=True):
            routing = self.desk.routing.route(report, at, lambda workers: {w: load.get(w, 0) for w in workers})
            number = ticket_number(self.desk.prefix, at.date(), running)
            by = Actor(RESIDENT, report.conversation)
            ticket = first_version(number, replace(report, at=at), routing, by=by, at=at, desk=self.desk, hold=False)
            done = self.chance.random() >= unsolved
            load[ticket.assignee] = load.get(ticket.assignee, 0) + (not done)
            yield self._solved(ticket) if done else self._going_on(ticket)

    def _going_on(self, ticket: Ticket) -> Ticket:
        state, deeds = self.chance.choice(LIVES)
        return replace(ticket, state=state, history=(*ticket.history, *self._entries(ticket, deeds)))

    def _solved(self, ticket: Ticket) -> Ticket:
        entries = self._entries(ticket, WHOLE)
        last = entries[-1].at
        return replace(
            ticket,
            state=State.CLOSED,
            history=(*ticket.history, *entries),
            contacted_at=entries[1].at,
            finished_at=entries[-2].at,
            closed_at=last,
            survey=Survey(Solved.SOLVED, True, "", last),
            look_at=None,
        )

    def _entries(self, ticket: Ticket, deeds: Sequence[tuple[Event, State]]) -> tuple[HistoryEntry, ...]:
        worker, resident = Actor(Role.WORKER, ticket.assignee), ticket.history[0].by
        befores = (ticket.state, *(state for _, state in deeds))
        return tuple(
            HistoryEntry(
                at=ticket.opened_at + timedelta(hours=5 * step),
                by=resident if event is Event.RATE else worker,
                event=event,
                from_state=before,
                to_state=state,
                note="处理好了，请看看" if event is Event.FINISH else "",
            )
            for step, (before, (event, state)) in enumerate(zip(befores, deeds, strict=False), 1)
        )
