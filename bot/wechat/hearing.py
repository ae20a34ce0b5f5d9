"""What a letter says, as the flow takes it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from actions.attachments.attachment import Kind
from actions.conversations.message import Inbound
from bot.attachments import new_id
from bot.wechat.account import MENU
from bot.wechat.datum import true_position
from knowledge.wording import say

Fields = Mapping[str, str]
Said = tuple[str, dict[str, Any]]
"""Words and payload, as in `Inbound`."""
KINDS: Mapping[str, Kind] = {
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "shortvideo": Kind.VIDEO,
}
TICKET = re.compile(r"(?:qrscene_)?ticket_(?P<number>[A-Za-z0-9-]+)")
"""The scene of a QR code that stands for a ticket; in a subscription it has a prefix."""


def heard_in(fields: Fields, conversation: str) -> Inbound | None:
    """The message of a letter; None where nothing is said that waits for an answer."""
    said = _event(fields) if fields.get("MsgType") == "event" else _message(fields)
    if said is None:
        return None
    text, payload = said
    return Inbound(uuid.uuid4().hex, conversation, _clean(text), _id(fields), payload)


def _id(fields: Fields) -> str:
    """By which a letter that comes again is known; events have no number of their own, but a second and a sender."""
    if number := fields.get("MsgId"):
        return number
    return f"{fields.get('Event', '')}:{fields.get('CreateTime', '')}"


def _clean(text: str) -> str:
    """Without control characters, which a store may refuse."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def _message(fields: Fields) -> Said:
    """A kind that is unknown here is kept without words, and the flow asks for some."""
    kind = fields.get("MsgType", "")
    if kind in KINDS:
        return _file(kind, fields)
    return _READERS.get(kind, _other)(fields)


def _file(kind: str, fields: Fields) -> Said:
    """A file stays with WeChat for three days; it is fetched under the id that is given to it here. A voice may come
    with the words that WeChat made out."""
    source = {"kind": kind, "media_id": fields.get("MediaId", "")}
    return fields.get("Recognition", ""), {"attachment": source, KINDS[kind].value: new_id()}


def _text(fields: Fields) -> Said:
    return fields.get("Content", ""), {}


def _location(fields: Fields) -> Said:
    """The words are the place's name on WeChat's map, where it has one."""
    label = fields.get("Label", "")
    try:
        lat, lon = true_position(float(fields["Location_X"]), float(fields["Location_Y"]))
    except (KeyError, ValueError):
        return label, {}
    return say("wechat_place", label=label) if label else say("wechat_location"), {"location": {"lat": lat, "lon": lon}}


def _link(fields: Fields) -> Said:
    parts = (fields.get(name, "") for name in ("Title", "Description", "Url"))
    return say("wechat_link", text=" ".join(filter(None, parts))), {}


def _other(fields: Fields) -> Said:
    return "", {"attachment": {"kind": fields.get("MsgType", "")}}


def _event(fields: Fields) -> Said | None:
    """Pressing the menu, following and scanning say something.

    Not so a position that WeChat reports by itself (`LOCATION`): nobody meant to tell it to us, so it is not kept.
    """
    reader = _EVENTS.get(fields.get("Event", "").lower())
    return reader(fields) if reader else None


def _pressed(fields: Fields) -> Said | None:
    key = fields.get("EventKey", "")
    return (say(f"wechat_says_{key}"), {}) if key in MENU else None


def _scanned(fields: Fields) -> Said:
    ticket = TICKET.fullmatch(fields.get("EventKey", ""))
    return (f"{say('wechat_says_tickets')} {ticket['number']}" if ticket else say("wechat_says_start")), {}


_READERS: Mapping[str, Callable[[Fields], Said]] = {"text": _text, "location": _location, "link": _link}
_EVENTS: Mapping[str, Callable[[Fields], Said | None]] = {"click": _pressed, "subscribe": _scanned, "scan": _scanned}
