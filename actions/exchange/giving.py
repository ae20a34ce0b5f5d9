"""Giving out: tickets, conversations and training sentences as rows, without private data unless it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from actions.clock import local
from actions.conversations.message import Direction, Message
from actions.exchange.ports import UnitOfWork
from actions.masking import mask_numbers, mask_phone
from actions.tickets.names import STATE_NAMES
from actions.tickets.news import last_word
from actions.tickets.states import State
from actions.tickets.ticket import Ticket
from knowledge.wording import say

Values = dict[str, Any]
Unit = Callable[[], UnitOfWork]
BATCH = 500

TICKETS = {
    "number": "工单号", "status": "状态编号", "status_name": "状态", "category": "类别编号", "category_name": "类别",
    "kind": "情形编号", "kind_name": "情形", "what": "内容", "address": "地址", "phone": "电话", "conversation": "会话",
    "channel": "渠道", "urgent": "紧急", "confidential": "保密", "grid": "网格", "assignee": "承办人编号",
    "unit": "责任单位", "outcome": "办理结果", "reopened": "重办次数", "solved": "是否解决", "satisfied": "是否满意",
    "opened_at": "登记时间", "dispatched_at": "派单时间", "contact_due_at": "联系期限", "due_at": "办结期限",
    "contacted_at": "联系时间", "finished_at": "完成时间", "closed_at": "归档时间",
}  # fmt: skip
"""The columns of a file of tickets, each with its heading; `linli import tickets` reads them too."""
CONVERSATIONS = {
    "conversation": "会话", "seq": "序号", "at": "时间", "author": "谁说的", "text": "内容", "intent": "意图",
    "confidence": "把握", "category": "类别编号", "model": "模型",
}  # fmt: skip
TRAINING = {
    "text": "内容", "intent": "意图", "category": "类别编号", "kind": "情形编号", "unit": "责任单位",
    "predicted": "模型原判类别", "confidence": "把握", "model": "模型", "time": "时间", "source": "来源",
}  # fmt: skip
MOMENTS = tuple(name for name in TICKETS if name.endswith("_at"))


def every_ticket(unit: Unit) -> Iterator[Ticket]:
    """All of them, in the order of numbers, a batch at a time."""
    last = ""
    while batch := _tickets_after(last, unit):
        yield from batch
        last = batch[-1].number


def _tickets_after(number: str, unit: Unit) -> list[Ticket]:
    with unit() as uow:
        return list(uow.tickets.after(number, BATCH))


def every_message(unit: Unit) -> Iterator[Message]:
    """All of them, in the order in which they came, a batch at a time."""
    last = 0
    while batch := _messages_after(last, unit):
        yield from batch
        last = batch[-1].seq


def _messages_after(seq: int, unit: Unit) -> list[Message]:
    with unit() as uow:
        return list(uow.messages.after(seq, BATCH))


def ticket_rows(unit: Unit, categories: Mapping[str, str], *, private: bool) -> Iterator[Values]:
    """The tickets, one a row. `categories`: id → name. Without `private` a confidential one is a number, a state and
    dates; of the others numbers that belong to somebody are masked, and whose they are is left out."""
    for ticket in every_ticket(unit):
        yield _ticket_row(ticket, categories, private)


def _ticket_row(ticket: Ticket, categories: Mapping[str, str], private: bool) -> Values:
    row: Values = {
        "number": ticket.number,
        "status": ticket.state.value,
        "status_name": STATE_NAMES[ticket.state],
        "confidential": ticket.confidential,
        **{name: _moment(getattr(ticket, name)) for name in MOMENTS},
    }
    if ticket.confidential and not private:
        return row
    survey, told = ticket.survey, (lambda text: text) if private else mask_numbers
    return row | {
        "category": ticket.category,
        "category_name": categories.get(ticket.category, ticket.category),
        "what": told(ticket.what),
        "address": told(ticket.address),
        "outcome": told(last_word(ticket)),
        "phone": ticket.phone if private else mask_phone(ticket.phone),
        "conversation": ticket.conversation if private else None,
        "solved": survey.solved.value if survey else None,
        "satisfied": survey.satisfied if survey else None,
        **{name: getattr(ticket, name) for name in _PLAIN},
    }


_PLAIN = ("kind", "kind_name", "channel", "urgent", "grid", "assignee", "unit", "reopened")


def message_rows(unit: Unit, *, private: bool) -> Iterator[Values]:
    """What was said, one message a row. Without `private` conversations bear running numbers instead of their ids, and
    those in which somebody reported something confidential have no words."""
    hidden, numbers = set() if private else confidential_conversations(unit), dict[str, str]()
    for message in every_message(unit):
        id_, said = message.conversation, message.understood or {}
        shown = id_ if private else numbers.setdefault(id_, f"c{len(numbers) + 1:05d}")
        secret = id_ in hidden
        yield {
            "conversation": shown,
            "seq": message.seq,
            "at": _moment(message.created_at),
            "author": message.author.value,
            "text": say("export_hidden") if secret else message.text if private else mask_numbers(message.text),
            "intent": None if secret else said.get("intent"),
            "confidence": None if secret else said.get("confidence"),
            "category": None if secret else said.get("category"),
            "model": said.get("model"),
        }


def confidential_conversations(unit: Unit) -> set[str]:
    """Those in which somebody reported, or joined, something confidential."""
    return {one for ticket in every_ticket(unit) if ticket.confidential for one in ticket.residents}


def training_rows(unit: Unit) -> Iterator[Values]:
    """Sentences to learn from, masked whatever happens: tickets with what people finally made of them, for categories
    and for who handles what; then messages with what the engine made of them, to be looked through for intents."""
    hidden = set[str]()
    for ticket in every_ticket(unit):
        if ticket.confidential:
            hidden.update(ticket.residents)
        elif ticket.state not in (State.REJECTED, State.WITHDRAWN, State.PENDING_CONFIRM):
            yield _lesson_of_ticket(ticket)
    for message in every_message(unit):
        if message.direction is Direction.IN and message.text.strip() and message.conversation not in hidden:
            yield _lesson_of_message(message)


def _lesson_of_ticket(ticket: Ticket) -> Values:
    predicted = ticket.predicted.get("categories") or [[None, None]]
    return {
        "text": mask_numbers(ticket.what),
        "category": ticket.category,
        "kind": ticket.kind,
        "unit": ticket.unit,
        "predicted": predicted[0][0],
        "confidence": predicted[0][1],
        "model": ticket.predicted.get("model"),
        "time": _moment(ticket.opened_at),
        "source": "ticket",
    }


def _lesson_of_message(message: Message) -> Values:
    said = message.understood or {}
    return {
        "text": mask_numbers(message.text),
        **{name: said.get(name) for name in ("intent", "category", "kind", "confidence", "model")},
        "time": _moment(message.created_at),
        "source": "message",
    }


def _moment(at: datetime | None) -> str | None:
    return local(at).isoformat(" ", "seconds") if at else None
