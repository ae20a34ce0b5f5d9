"""Telegram's way in where the place has an address of its own: updates are posted here instead of being asked for."""

from __future__ import annotations

import hmac
import json
import logging
from hashlib import sha256

from fastapi import APIRouter, Header, Request, Response
from telegram.error import TelegramError

from bot.house import House
from bot.telegram.fetching import update_of

logger = logging.getLogger(__name__)
PATH = "/telegram/webhook"
LARGEST = 1_000_000
"""Bytes of one update; Telegram's have some thousand."""


def address(house: House) -> str:
    """Where Telegram is to post updates; "" where the place has no address and updates are asked for."""
    base = house.settings.telegram_webhook.rstrip("/")
    return f"{base}{PATH}" if base else ""


def secret(house: House) -> str:
    """What Telegram sends along to show that it is Telegram: the same in every process and after every start."""
    token = house.settings.telegram_token.get_secret_value()
    return hmac.new(house.secret_key.encode(), f"telegram webhook {token}".encode(), sha256).hexdigest()


def webhook_router(house: House) -> APIRouter:
    """The route; there is nothing behind it while the channel does not run on it."""
    router = APIRouter(include_in_schema=False)

    @router.post(PATH)
    async def receive(request: Request, x_telegram_bot_api_secret_token: str = Header("")) -> Response:
        """Take an update. It is on record before Telegram hears that it was taken; else Telegram sends it again."""
        channel = getattr(request.app.state, "telegram", None)
        if channel is None or not address(house):
            return Response(status_code=404)
        if not hmac.compare_digest(x_telegram_bot_api_secret_token.encode(), secret(house).encode()):
            return Response(status_code=403)
        update = _read(await request.body())
        if update is None:
            return Response(status_code=400)
        try:
            await channel.take(update)
        except TelegramError as failure:
            logger.error("an update is left with telegram for now: %s", failure)
            return Response(status_code=503)
        return Response(status_code=200)

    return router


def _read(body: bytes) -> dict[str, object] | None:
    """An update as it was posted; None for what is none."""
    if len(body) > LARGEST:
        return None
    try:
        update = update_of(json.loads(body))
    except (ValueError, TypeError, KeyError):
        return None
    return update
