"""Between a ticket and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from actions.tickets.actor import Actor
from actions.tickets.helper import Helper
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import HistoryEntry, Ticket
from actions.tickets.wish import ReturnCode, Wish, WishKind

Row = Mapping[str, Any]

_ELSEWHERE = {"state", "point", "survey", "history", "followers", "about", "wish", "helpers"}
_PLAIN = tuple(field.name for field in fields(Ticket) if field.name not in _ELSEWHERE)


def row_of(ticket: Ticket) -> dict[str, Any]:
    """The row of table `tickets`; history, followers and helpers have tables of their own."""
    longitude, latitude = ticket.point or (None, None)
    survey, wish = ticket.survey, ticket.wish
    return {
        **{name: getattr(ticket, name) for name in _PLAIN},
        "state": ticket.state.value,
        "longitude": longitude,
        "latitude": latitude,
        "survey_solved": survey.solved.value if survey else None,
        "survey_satisfied": survey.satisfied if survey else None,
        "survey_words": survey.words if survey else None,
        "survey_at": survey.at if survey else None,
        "about": list(ticket.about),
        "wish": wish.kind.value if wish else None,
        "wish_code": wish.code.value if wish and wish.code else None,
        "wish_reason": wish.reason if wish else None,
        "wish_until": wish.until if wish else None,
        "wish_by": str(wish.by) if wish else None,
        "wish_at": wish.at if wish else None,
    }


def ticket_of(row: Row, history: Iterable[Row], followers: Iterable[str], helpers: Iterable[Row]) -> Ticket:
    """The ticket of a row, with its history, those who joined and those who help, each in order."""
    return Ticket(
        **{name: row[name] for name in _PLAIN},
        state=State(row["state"]),
        point=None if row["longitude"] is None else (row["longitude"], row["latitude"]),
        survey=_survey_of(row),
        history=tuple(_entry_of(entry) for entry in history),
        followers=tuple(followers),
        about=tuple(row["about"]),
        wish=_wish_of(row),
        helpers=tuple(_helper_of(helper) for helper in helpers),
    )


def _survey_of(row: Row) -> Survey | None:
    if row["survey_solved"] is None:
        return None
    return Survey(Solved(row["survey_solved"]), row["survey_satisfied"], row["survey_words"], row["survey_at"])


def _wish_of(row: Row) -> Wish | None:
    if row["wish"] is None:
        return None
    code = ReturnCode(row["wish_code"]) if row["wish_code"] else None
    return Wish(
        WishKind(row["wish"]),
        row["wish_reason"],
        Actor.parse(row["wish_by"]),
        row["wish_at"],
        row["wish_until"],
        code,
    )


def _helper_of(row: Row) -> Helper:
    return Helper(row["helper"], row["part"], row["asked_at"], row["done_at"], row["outcome"])


def helper_rows(ticket: Ticket) -> list[dict[str, Any]]:
    """The rows of table `ticket_helpers`."""
    return [
        {
            "ticket": ticket.number,
            "position": position,
            "helper": helper.who,
            "part": helper.part,
            "asked_at": helper.asked_at,
            "done_at": helper.done_at,
            "outcome": helper.outcome,
        }
        for position, helper in enumerate(ticket.helpers, start=1)
    ]


def history_rows(ticket: Ticket, kept: int) -> list[dict[str, Any]]:
    """The rows of the entries after the first `kept`."""
    return [
        {
            "ticket": ticket.number,
            "position": position,
            "at": entry.at,
            "by": str(entry.by),
            "event": entry.event.value,
            "from_state": entry.from_state.value if entry.from_state else None,
            "to_state": entry.to_state.value,
            "note": entry.note,
            "photo": entry.photo,
            "deed": entry.deed,
        }
        for position, entry in enumerate(ticket.history, start=1)
        if position > kept
    ]


def _entry_of(row: Row) -> HistoryEntry:
    return HistoryEntry(
        at=row["at"],
        by=Actor.parse(row["by"]),
        event=Event(row["event"]),
        from_state=State(row["from_state"]) if row["from_state"] else None,
        to_state=State(row["to_state"]),
        note=row["note"],
        photo=row["photo"],
        deed=row["deed"],
    )
