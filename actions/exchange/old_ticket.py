"""A ticket of an older system, as read from one row: whole, or refused with every reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.exchange.columns import NEEDED, NO, STATUSES, YES, match_columns, moment_in, telephone_in
from actions.exchange.sheet import Cell, Row
from actions.tickets.states import State
from knowledge.categories import Category
from knowledge.wording import say

LONGEST_NUMBER, LONGEST = 60, 20_000
OTHER = "other"


@dataclass(frozen=True)
class OldTicket:
    """What is taken over. `state` is ASSIGNED for one that is still open; times on the community's clock."""

    number: str
    what: str
    opened_at: datetime
    address: str
    phone: str | None
    category: str
    kind: str
    state: State
    closed_at: datetime | None
    due_at: datetime | None
    urgent: bool
    confidential: bool
    outcome: str


@dataclass(frozen=True)
class Refusal:
    """Why a line can't be taken."""

    line: int
    problem: str


class Reader:
    """Reads the rows of one table. `categories` as on file; with `other`, what names none of them counts as 其他."""

    def __init__(self, categories: Mapping[str, Category], at: datetime, *, other: bool = False) -> None:
        self._at, self._other = at, other
        self._categories = {said: c.id for c in categories.values() for said in (c.id, c.name)}
        self._kinds = {said: (c.id, k.id) for c in categories.values() for k in c.kinds for said in (k.id, k.name)}

    def read(self, rows: Sequence[Row]) -> tuple[list[OldTicket], list[Refusal]]:
        """The tickets of a table and what is wrong with it; a column that is missing is wrong with line 1."""
        columns = match_columns(_heads(rows))
        if missing := [name for name in NEEDED if name not in columns]:
            return [], [Refusal(1, say(f"import_tickets_no_{name}")) for name in missing]
        tickets, refused, seen = list[OldTicket](), list[Refusal](), dict[str, int]()
        for row in rows:
            cells = {ours: row.cells.get(theirs, "") for ours, theirs in columns.items()}
            problems = list[str]()
            ticket = self._ticket(cells, problems)
            if ticket.number and (first := seen.setdefault(ticket.number, row.line)) != row.line:
                problems.append(say("import_tickets_twice", number=ticket.number, line=first))
            refused += [Refusal(row.line, problem) for problem in problems]
            tickets.append(ticket)
        return tickets, refused

    def _ticket(self, cells: Mapping[str, Cell], problems: list[str]) -> OldTicket:
        """The ticket, with `problems` filled in; one that has any is not used."""
        opened, closed = self._moment(cells, "opened_at", problems), self._moment(cells, "closed_at", problems)
        category, kind = self._affair(cells, problems)
        state = self._state(cells, closed, problems)
        self._check(cells, opened, closed, problems)
        return OldTicket(
            number=_text(cells, "number"),
            what=_text(cells, "what"),
            opened_at=opened or self._at,
            address=_text(cells, "address"),
            phone=telephone_in(cells.get("phone", "")),
            category=category,
            kind=kind,
            state=state,
            closed_at=None if state is State.ASSIGNED else closed,
            due_at=self._moment(cells, "due_at", problems),
            urgent=_flag(cells, "urgent", problems),
            confidential=_flag(cells, "confidential", problems),
            outcome=_text(cells, "outcome"),
        )

    def _check(
        self, cells: Mapping[str, Cell], opened: datetime | None, closed: datetime | None, problems: list[str]
    ) -> None:
        number, what = _text(cells, "number"), _text(cells, "what")
        if not number or len(number) > LONGEST_NUMBER or not number.isprintable() or " " in number:
            problems.append(say("import_tickets_bad_number", most=LONGEST_NUMBER))
        if not what or len(what) > LONGEST:
            problems.append(say("import_tickets_bad_what", most=LONGEST))
        if not cells.get("opened_at"):
            problems.append(say("import_tickets_no_time"))
        if any(moment and moment > self._at for moment in (opened, closed)):
            problems.append(say("import_tickets_future"))
        elif opened and closed and closed < opened:
            problems.append(say("import_tickets_backwards"))

    def _moment(self, cells: Mapping[str, Cell], name: str, problems: list[str]) -> datetime | None:
        cell = cells.get(name, "")
        if not cell:
            return None
        try:
            return moment_in(cell)
        except ValueError:
            problems.append(say("import_tickets_bad_time", said=_short(cell)))
            return None

    def _affair(self, cells: Mapping[str, Cell], problems: list[str]) -> tuple[str, str]:
        """Category and kind. A kind speaks for its category; one that contradicts it is refused."""
        category, kind = _text(cells, "category"), _text(cells, "kind")
        known, (of, kind_id) = self._categories.get(category, ""), self._kinds.get(kind, ("", ""))
        if of and known in ("", of) and (known or not category or self._other):
            return of, kind_id
        if known and not kind:
            return known, ""
        if self._other or not (category or kind):
            return known or of or OTHER, ""
        wrong = kind if known else category or kind
        problems.append(say("import_tickets_bad_category", said=_short(wrong)))
        return OTHER, ""

    def _state(self, cells: Mapping[str, Cell], closed: datetime | None, problems: list[str]) -> State:
        said = _text(cells, "status")
        if not said:
            return State.CLOSED if closed else State.ASSIGNED
        if said.casefold() not in STATUSES:
            problems.append(say("import_tickets_bad_status", said=_short(said)))
        return STATUSES.get(said.casefold(), State.ASSIGNED)


def unused(rows: Sequence[Row]) -> list[str]:
    """The columns that nothing is taken from."""
    heads = _heads(rows)
    return [head for head in heads if head not in set(match_columns(heads).values())]


def _heads(rows: Iterable[Row]) -> Collection[str]:
    return dict.fromkeys(name for row in rows for name in row.cells)


def _text(cells: Mapping[str, Any], name: str) -> str:
    return str(cells.get(name, "")).strip()


def _flag(cells: Mapping[str, Cell], name: str, problems: list[str]) -> bool:
    said = _text(cells, name).casefold()
    if said not in YES | NO:
        problems.append(say("import_tickets_bad_flag", said=_short(said)))
    return said in YES


def _short(cell: Cell) -> str:
    text = str(cell)
    return text if len(text) <= 20 else f"{text[:20]}…"
