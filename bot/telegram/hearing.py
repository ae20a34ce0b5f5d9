"""What Telegram's update says, as the flow takes it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Contact, Location, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import filters

from actions.attachments.attachment import Kind
from actions.conversations.message import Inbound
from bot.attachments import new_id
from bot.telegram.chats import conversation_of
from bot.telegram.commands import sentence_of
from bot.telegram.earlier import log_id
from bot.telegram.files import KINDS
from bot.telegram.naming import words_for_us
from knowledge.wording import say

ATTACHMENTS = ("photo", "animation", "video", "voice", "video_note", "audio", "document", "sticker")
"""What may come with a message, an animation before the document that Telegram sends along with it."""


@dataclass(frozen=True)
class Heard:
    """A message that is meant for us.

    chat        Telegram's id of the chat
    answering   id of the message that an answer is tied to, in a group; None where nobody could mistake it
    attachment  what came that the engine can't read, one of ATTACHMENTS, "contact" (somebody else's) or "other"; "" where
                nothing did
    readable    whether there are words for the engine
    album       Telegram's id of the album that it is part of
    edits       under which id the log has the message that this is an edit of
    phone       the resident's own, shared as a contact
    """

    inbound: Inbound
    chat: int
    answering: int | None = None
    attachment: str = ""
    readable: bool = True
    album: str | None = None
    edits: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class _Contents:
    text: str
    payload: Mapping[str, Any]
    attachment: str = ""
    readable: bool = True
    phone: str | None = None


def heard_in(update: Update, me: User) -> Heard | None:
    """The message of an update; None where it has none, or one that nobody waits for an answer to."""
    message = update.message or update.edited_message
    if message is None or filters.StatusUpdate.ALL.check_update(update):
        return None
    sender = message.from_user
    words = words_for_us(message, me)
    if sender is None or sender.is_bot or words is None:
        return None
    said = _correction(message, words) if update.edited_message else _contents(message, words)
    if said is None:
        return None
    conversation = conversation_of(message.chat, sender.id)
    inbound = Inbound(uuid.uuid4().hex, conversation, _clean(said.text), _id(message, me), said.payload)
    answering = None if message.chat.type == ChatType.PRIVATE else message.message_id
    return Heard(
        inbound,
        message.chat.id,
        answering,
        said.attachment,
        said.readable,
        message.media_group_id,
        edits=log_id(message, me) if update.edited_message else None,
        phone=said.phone if answering is None else None,
    )


def _id(message: Message, me: User) -> str:
    """The message's id as the log knows it, an edit of it being another message."""
    edited = f":{message.edit_date.timestamp():.0f}" if message.edit_date else ""
    return f"{log_id(message, me)}{edited}"


def _clean(text: str) -> str:
    """Without control characters, which a store may refuse."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def _correction(message: Message, words: str) -> _Contents | None:
    """An edit amends what was said. One that changes no words (a live position moving on) says nothing."""
    if not words:
        return None
    return _Contents(say("telegram_correction", text=sentence_of(words)), {"edits": message.message_id})


def _contents(message: Message, words: str) -> _Contents:
    if message.venue:
        place = say("telegram_venue", name=message.venue.title, address=message.venue.address)
        return _Contents(place, _position(message.venue.location))
    if message.location:
        return _Contents(say("telegram_location"), _position(message.location))
    if message.contact:
        return _contact(message.contact, message.from_user)
    kind = next((kind for kind in ATTACHMENTS if getattr(message, kind)), "")
    if kind:
        return _attached(message, kind, words)
    if message.text is None:
        return _Contents(_placeholder("other"), {}, "other", readable=False)
    return _Contents(sentence_of(words) if words else say("telegram_says_start"), {})


def _attached(message: Message, kind: str, words: str) -> _Contents:
    """A file stays with Telegram until the message is on record; then `Files` fetches it under the id that is given to
    it here."""
    file = getattr(message, kind)
    largest = file[-1] if kind == "photo" else file
    payload: dict[str, Any] = {
        "attachment": {"kind": kind, "file_id": largest.file_id, "unique_id": largest.file_unique_id}
    }
    keeps = KINDS.get(kind) or (_kind_of(file.mime_type) if kind == "document" else None)
    reserved = {keeps.value: new_id()} if keeps else {}
    return _Contents(words or _placeholder(kind), payload | reserved, kind, readable=bool(words))


def _placeholder(kind: str) -> str:
    return say("telegram_heard", what=say(f"telegram_what_{kind}"))


def _position(location: Location) -> dict[str, Any]:
    return {"location": {"lat": location.latitude, "lon": location.longitude}}


def _kind_of(mime_type: str | None) -> Kind | None:
    """A photo sent "as a file" is a photo all the same."""
    kinds = {"image": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO}
    return kinds.get((mime_type or "").partition("/")[0])


def _contact(contact: Contact, sender: User | None) -> _Contents:
    """A resident's own phone number in words. Somebody else's is not ours to keep, so it gets no further than here."""
    if sender is None or contact.user_id != sender.id:
        return _Contents(_placeholder("contact"), {}, "contact", readable=False)
    phone = _phone(contact.phone_number)
    return _Contents(say("telegram_contact_own", phone=phone), {}, phone=phone)


def _phone(number: str) -> str:
    """As numbers are written here, without the country's code."""
    phone = "".join(c for c in number if c.isdigit() or c == "+")
    bare = phone.removeprefix("+")
    return bare[2:] if bare.startswith("86") and len(bare) == 13 else phone
