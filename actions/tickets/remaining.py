"""The clock in words: until when a ticket has to be done, and how long that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.clock import local
from actions.tickets.states import State
from actions.tickets.ticket import Ticket


def due_line(ticket: Ticket, at: datetime) -> str:
    """12月1日17:49前办结，还剩 5 天 … in one line."""
    due = local(ticket.due_at)
    line = f"{due.month}月{due.day}日{due:%H:%M}前办结"
    if ticket.state is State.AWAITING_RESIDENT:
        return f"{line}，等居民补充，计时暂停"
    if not ticket.is_open or ticket.finished_at:
        return line
    left = ticket.due_at - at
    return f"{line}，{'已超 ' if left < timedelta() else '还剩 '}{length(abs(left))}"


def length(span: timedelta) -> str:
    """A span of time, roughly: 3 天, 5 小时, 20 分钟."""
    if span >= timedelta(days=1):
        return f"{span.days} 天"
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return f"{hours} 小时" if hours else f"{minutes} 分钟"
