"""Bringing the outbox's notices to people: residents in their chat, grid workers and operators on their screens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from actions.conversations.conversation import Conversation, channel_of
from actions.conversations.handover import system_says
from actions.conversations.message import Message
from actions.conversations.reading import find_conversation
from actions.notify.notice import Notice
from actions.notify.ports import Sender
from actions.store.database import Database
from actions.webhooks.announcing import AUDIENCE as WEBHOOK
from bot.conversation.hub import Hub
from bot.conversation.news import message_news
from bot.mail.readers import AUDIENCE as MAIL
from bot.pocket.copies import WAY as POCKET
from knowledge.wording import say

IN_THE_LOG = ("message.operator", "message.system")
"""What was put into the log when it was said."""
OUTSIDE = ("telegram", "wechat", "wecom")
"""The channels that have to be spoken to; every other conversation is read on a page, or by nobody."""
RINGS = (*(f"conversation:{channel}" for channel in OUTSIDE), f"{POCKET}:telegram", MAIL)
"""The audiences whose phone or mailbox it is."""
APART = (*RINGS, WEBHOOK)
"""Those that not every process can reach: only one that has the channel, the mail server, the hooks."""
Copies = Callable[[Notice], Iterable[Notice]]
"""What else has to go out because of a notice for somebody's screen, with ids that are the same at every asking."""
SendText = Callable[[str, str, str | None], None]
"""(conversation, text, id of a photo or None): hands a text to a channel that has to be spoken to; raises where it was not taken."""


def make_senders(
    database: Database,
    hub: Hub,
    clock: Callable[[], datetime],
    outside: Mapping[str, SendText],
    copies: Iterable[Copies] = (),
) -> dict[str, Sender]:
    """A sender for each kind of audience; "line:2" is whoever sits at that level of the supervisor line.

    outside   channel → how a text is sent there ("telegram"); what is for one that is not here has to wait for a
              process that has it (`APART`)
    copies    what a notice for somebody's screen brings about: letters of their own, each with its own tries
    """

    def to_conversation(notice: Notice) -> None:
        message = _kept(notice, database, clock)
        hub.publish(f"conversation:{message.conversation}", message_news(message))
        hub.publish("operators", {"type": "conversation", "id": message.conversation})
        if notice.topic == "message.system" and (known := _known(message.conversation, database)):
            hub.publish(f"conversation:{message.conversation}", {"type": "owner", "owner": known.owner.value})
        if send := outside.get(channel_of(message.conversation)):
            send(message.conversation, wording(notice), notice.body.get("photo") or None)

    def to_worker(notice: Notice) -> None:
        hub.publish(notice.audience, {"type": "notice", "number": notice.ticket, "text": wording(notice)})
        hub.publish("tickets", {"type": "ticket", "number": notice.ticket})
        _keep_copies(notice, copies, database)

    def to_operators(notice: Notice) -> None:
        ringing = notice.topic in ("conversation.ringing", "ticket.urgent")
        news = {"type": "ring" if ringing else "notice", "id": notice.body.get("conversation"), "text": wording(notice)}
        hub.publish("operators", news)
        _keep_copies(notice, copies, database)

    told = {f"conversation:{channel}": to_conversation for channel in outside}
    on_screens = {"worker": to_worker, "line": to_worker, "operators": to_operators}
    return {"conversation": to_conversation, **told, **on_screens}


def wording(notice: Notice) -> str:
    """A notice in words."""
    return say(f"notice.{notice.topic}", **notice.body)


def _known(conversation: str, database: Database) -> Conversation | None:
    return find_conversation(conversation, uow=database.reading())


def _keep_copies(notice: Notice, copies: Iterable[Copies], database: Database) -> None:
    """A try that is repeated finds them there."""
    made = [copy for of in copies for copy in of(notice)]
    if not made:
        return
    with database.unit() as uow:
        for copy in made:
            uow.outbox.copy(copy)
        uow.commit()


def _kept(notice: Notice, database: Database, clock: Callable[[], datetime]) -> Message:
    """The notice as a message of its conversation; what was said in the talk is in the log already."""
    conversation = notice.audience.removeprefix("conversation:")
    if notice.topic in IN_THE_LOG:
        with database.reading() as uow:
            return uow.messages.get(str(notice.body["message"]))
    photo = notice.body.get("photo") or None
    return system_says(
        conversation,
        wording(notice),
        id_=notice.id,
        at=clock(),
        uow=database.unit(),
        image=photo,
        ticket=notice.ticket,
    )
