"""Bringing the outbox's notices to people: residents in their chat, grid workers and operators on their screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from actions.conversations.handover import system_says
from actions.conversations.message import Message
from actions.notify.notice import Notice
from actions.notify.ports import Sender
from actions.store.database import Database
from bot.conversation.hub import Hub
from bot.conversation.news import message_news
from knowledge.wording import say

IN_THE_LOG = ("message.operator", "message.system")
"""What was put into the log when it was said."""
SendText = Callable[[str, str, str | None], None]
"""(conversation, text, id of a photo or None): hands a text to a channel that has to be spoken to; raises where it was not taken."""


def make_senders(
    database: Database, hub: Hub, clock: Callable[[], datetime], outside: Mapping[str, SendText]
) -> dict[str, Sender]:
    """A sender for each kind of audience; "line:2" is whoever sits at that level of the supervisor line. `outside`: channel → how a text is sent there ("telegram")."""

    def to_conversation(notice: Notice) -> None:
        message = _kept(notice, database, clock)
        hub.publish(f"conversation:{message.conversation}", message_news(message))
        if send := outside.get(message.conversation.partition(":")[0]):
            send(message.conversation, wording(notice), notice.body.get("photo") or None)

    def to_worker(notice: Notice) -> None:
        hub.publish(notice.audience, {"type": "notice", "number": notice.ticket, "text": wording(notice)})
        hub.publish("tickets", {"type": "ticket", "number": notice.ticket})

    def to_operators(notice: Notice) -> None:
        ringing = notice.topic in ("conversation.ringing", "ticket.urgent")
        news = {"type": "ring" if ringing else "notice", "id": notice.body.get("conversation"), "text": wording(notice)}
        hub.publish("operators", news)

    return {"conversation": to_conversation, "worker": to_worker, "line": to_worker, "operators": to_operators}


def wording(notice: Notice) -> str:
    """A notice in words."""
    return say(f"notice.{notice.topic}", **notice.body)


def _kept(notice: Notice, database: Database, clock: Callable[[], datetime]) -> Message:
    """The notice as a message of its conversation; what was said in the talk is in the log already."""
    conversation = notice.audience.removeprefix("conversation:")
    if notice.topic in IN_THE_LOG:
        with database.reading() as uow:
            return uow.messages.get(str(notice.body["message"]))
    photo = notice.body.get("photo") or None
    return system_says(conversation, wording(notice), id_=notice.id, at=clock(), uow=database.unit(), image=photo)
