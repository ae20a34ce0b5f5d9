"""Fetching updates so that one which the library can't read does not hold up those behind it."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Update
from telegram.request import HTTPXRequest

logger = logging.getLogger(__name__)
KEPT = {
    "message": ("message_id", "date", "edit_date", "chat", "from", "text"),
    "edited_message": ("message_id", "date", "edit_date", "chat", "from", "text"),
    "callback_query": ("id", "from", "message", "chat_instance", "data"),
}
"""Of an update that can't be read as a whole, what is enough to answer it; the rest is left out."""


class Fetching(HTTPXRequest):
    """The requests of `getUpdates`.

    The library reads a batch as a whole: a shape that is newer or older than the library knows (a Bot API server of
    one's own need not be of its version) makes it fail, and it asks for the same batch for ever.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `BaseRequest.parse_json_payload`; what can't be read is pared down until it can."""
        answer = HTTPXRequest.parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = [_readable(update) for update in answer["result"]]
        return answer


def update_of(update: dict[str, Any]) -> dict[str, Any]:
    """One posted update, pared down until it can be read; `KeyError`, `TypeError` for what is no update."""
    return _readable(update | {"update_id": int(update["update_id"])})


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    if _can_be_read(update):
        return update
    logger.error("update %s is of a shape that is unknown here", update["update_id"])
    number = {"update_id": update["update_id"]}
    pared = number | {name: _pared(update[name], fields) for name, fields in KEPT.items() if name in update}
    return pared if _can_be_read(pared) else number


def _pared(item: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: item[name] for name in fields if name in item}
    if "message" in kept:
        kept["message"] = _pared(kept["message"], ("message_id", "date", "chat"))
    return kept


def _can_be_read(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update, None)
    except Exception:  # whatever its reason
        return False
    return True
