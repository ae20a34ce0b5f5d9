"""Between a ticket and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from actions.tickets.actor import Actor
from actions.tickets.states import Event, State
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import HistoryEntry, Ticket

Row = Mapping[str, Any]

_ELSEWHERE = {"state", "point", "survey", "history", "followers"}
_PLAIN = tuple(field.name for field in fields(Ticket) if field.name not in _ELSEWHERE)


def row_of(ticket: Ticket) -> dict[str, Any]:
    """The row of table `tickets`; history and followers have tables of their own."""
    longitude, latitude = ticket.point or (None, None)
    survey = ticket.survey
    return {
        **{name: getattr(ticket, name) for name in _PLAIN},
        "state": ticket.state.value,
        "longitude": longitude,
        "latitude": latitude,
        "survey_solved": survey.solved.value if survey else None,
        "survey_satisfied": survey.satisfied if survey else None,
        "survey_words": survey.words if survey else None,
        "survey_at": survey.at if survey else None,
    }


def ticket_of(row: Row, history: Iterable[Row], followers: Iterable[str]) -> Ticket:
    """The ticket of a row, with its history in order and those who joined in theirs."""
    return Ticket(
        **{name: row[name] for name in _PLAIN},
        state=State(row["state"]),
        point=None if row["longitude"] is None else (row["longitude"], row["latitude"]),
        survey=_survey_of(row),
        history=tuple(_entry_of(entry) for entry in history),
        followers=tuple(followers),
    )


def _survey_of(row: Row) -> Survey | None:
    if row["survey_solved"] is None:
        return None
    return Survey(Solved(row["survey_solved"]), row["survey_satisfied"], row["survey_words"], row["survey_at"])


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
