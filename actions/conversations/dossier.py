"""A dossier: everything that is stored about one resident, as the resident may have it (个人信息保护法第四十五条)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions.clock import local
from actions.conversations.conversation import Conversation
from actions.conversations.message import Author, Message
from actions.conversations.person import Person
from actions.conversations.ports import ErasingUnit
from actions.tickets.names import STATE_NAMES
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter

PAGE = 500
Fields = dict[str, Any]


@dataclass(frozen=True)
class Dossier:
    """All of it, ready to be written as JSON; the keys are Chinese, for it is the resident who reads it."""

    conversations: list[Fields]
    messages: list[Fields]
    tickets: list[Fields]
    appointments: list[Fields]

    def as_data(self) -> Fields:
        """One object."""
        return {"会话": self.conversations, "对话记录": self.messages, "工单": self.tickets, "预约": self.appointments}


def dossier_of(conversation: str, *, at: datetime, uow: ErasingUnit) -> Dossier:
    """What is stored about whoever holds this conversation, from all conversations of that person."""
    with uow:
        theirs = list(uow.persons.siblings(conversation))
        known = [found for id_ in theirs if (found := uow.conversations.find(id_))]
        tickets = uow.tickets.find(TicketFilter(resident=conversation, size=PAGE)).items
        return Dossier(
            [_conversation(one, uow) for one in known],
            [_message(message) for id_ in theirs for message in _messages(id_, uow)],
            [_ticket(ticket, theirs) for ticket in tickets],
            [
                {
                    "号码": a.number,
                    "办什么": a.affair_name,
                    "时间": _time(a.starts_at),
                    "地址": a.address,
                    "电话": a.phone,
                }
                for id_ in theirs
                for a in uow.appointments.coming(id_, at)
            ],
        )


def _messages(conversation: str, uow: ErasingUnit) -> Iterator[Message]:
    """A conversation's messages, however many."""
    after = 0
    while found := uow.messages.of(conversation, after, PAGE):
        yield from found
        after = found[-1].seq


def _conversation(known: Conversation, uow: ErasingUnit) -> Fields:
    person = uow.persons.find(known.person) if known.person else None
    return {
        "编号": known.id,
        "开始": _time(known.created_at),
        "地址": known.address,
        "电话": known.phone,
        "看过的个人信息说明": known.consent,
        "偏好": _preferences(person) if person else None,
    }


def _preferences(person: Person) -> Fields:
    quiet = quiet_hours(person)
    return {"大字": person.large_type, "免打扰": quiet or None, "文字": person.language.value}


def quiet_hours(person: Person) -> str:
    """22:00–07:00; "" where there are none."""
    if person.quiet_from is None or person.quiet_until is None:
        return ""
    return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (person.quiet_from, person.quiet_until))


def _message(message: Message) -> Fields:
    speakers = {Author.RESIDENT: "我", Author.BOT: "机器人", Author.OPERATOR: "工作人员", Author.SYSTEM: "通知"}
    brought = {key: message.payload[key] for key in ("location", "image", "voice", "video") if message.payload.get(key)}
    said = {"时间": _time(message.created_at), "谁": speakers[message.author], "说": message.text}
    return said | ({"附": brought} if brought else {})


def _ticket(ticket: Ticket, theirs: list[str]) -> Fields:
    """Of a ticket that a neighbour reported and this person joined, nothing of what the neighbour said."""
    own = ticket.conversation in theirs
    told: Fields = {"反映": ticket.what, "地址": ticket.address, "电话": ticket.phone} if own else {}
    return {
        "工单号": ticket.number,
        "事项": ticket.kind_name,
        "状态": STATE_NAMES[ticket.state],
        "时间": _time(ticket.opened_at),
    } | told


def _time(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
