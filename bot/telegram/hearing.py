"""What Telegram's update says, as the flow takes it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Contact, Location, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import filters

from actions.conversations.message import Inbound
from bot.attachments import new_id
from bot.telegram.chats import conversation_of
from bot.telegram.commands import sentence_of
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
    attachment  what came that the engine can't read, one of ATTACHMENTS or "other"; "" where nothing did
    readable    whether there are words for the engine
    album       Telegram's id of the album that it is part of
    """

    inbound: Inbound
    chat: int
    answering: int | None = None
    attachment: str = ""
    readable: bool = True
    album: str | None = None


@dataclass(frozen=True)
class _Contents:
    text: str
    payload: Mapping[str, Any]
    attachment: str = ""
    readable: bool = True


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
    return Heard(inbound, message.chat.id, answering, said.attachment, said.readable, message.media_group_id)


def _id(message: Message, me: User) -> str:
    """The message's id as the log knows it, an edit of it being another message. Ours is part of it: a place that
    takes another bot starts counting anew."""
    edited = f":{message.edit_date.timestamp():.0f}" if message.edit_date else ""
    return f"{me.id}:{message.message_id}{edited}"


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
        return _Contents(_phone(message.contact, message.from_user), {})
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
    payload: dict[str, Any] = {"attachment": {"kind": kind, "file_id": largest.file_id, "unique_id": largest.file_unique_id}}
    reserved = {KINDS[kind].value: new_id()} if kind in KINDS else {}
    return _Contents(words or _placeholder(kind), payload | reserved, kind, readable=bool(words))


def _placeholder(kind: str) -> str:
    return say("telegram_heard", what=say(f"telegram_what_{kind}"))


def _position(location: Location) -> dict[str, Any]:
    return {"location": {"lat": location.latitude, "lon": location.longitude}}


def _phone(contact: Contact, sender: User | None) -> str:
    """A shared contact in words; numbers as they are written here, without the country's code."""
    phone = "".join(c for c in contact.phone_number if c.isdigit() or c == "+")
    bare = phone.removeprefix("+")
    if bare.startswith("86") and len(bare) == 13:
        phone = bare[2:]
    if sender and contact.user_id == sender.id:
        return say("telegram_contact_own", phone=phone)
    name = " ".join(filter(None, (contact.last_name, contact.first_name)))
    return say("telegram_contact_other", name=name, phone=phone)
