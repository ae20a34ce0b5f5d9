"""The clock in words: until when a ticket has to be done, and how long that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.clock import local
from actions.tickets.states import TO_BE_DONE, State
from actions.tickets.ticket import Ticket


def due_line(ticket: Ticket, at: datetime) -> str:
    """12月1日17:49前办结，还剩 5 天 … in one line."""
    line = f"{_moment(ticket.due_at)}前办结"
    if ticket.state is State.AWAITING_RESIDENT:
        return f"{line}，等居民补充，计时暂停"
    if not ticket.is_open or ticket.finished_at:
        return line
    return f"{line}，{_left(ticket.due_at, at)}"


def contact_line(ticket: Ticket, at: datetime) -> str:
    """12月1日17:49前联系居民，还剩 3 小时; "" where somebody has spoken to the resident, or nobody has to any more."""
    if ticket.contacted_at or ticket.state not in TO_BE_DONE or ticket.state is State.PARKED:
        return ""
    return f"{_moment(ticket.contact_due_at)}前联系居民，{_left(ticket.contact_due_at, at)}"


def answer_line(ticket: Ticket, at: datetime) -> str:
    """12月1日17:49前答复投诉人，还剩 3 天; "" where nobody has to be answered, or he was."""
    if ticket.answered_at or not ticket.answer_due_at:
        return ""
    return f"{_moment(ticket.answer_due_at)}前答复投诉人，{_left(ticket.answer_due_at, at)}"


def _moment(at: datetime) -> str:
    at = local(at)
    return f"{at.month}月{at.day}日{at:%H:%M}"


def _left(until: datetime, at: datetime) -> str:
    span = until - at
    return f"{'已超' if span < timedelta() else '还剩'} {length(abs(span))}"


def length(span: timedelta) -> str:
    """A span of time, roughly: 3 天, 5 小时, 20 分钟."""
    if span >= timedelta(days=1):
        return f"{span.days} 天"
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return f"{hours} 小时" if hours else f"{minutes} 分钟"
