"""An official account (公众号), as its documents have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from bot.settings import Settings
from bot.wechat.account import MENU, Account
from bot.wechat.envelope import Envelope
from knowledge.wording import say


class Official(Account):
    """See `Account`."""

    key_setting = "LINLI_WECHAT_AES_KEY"
    channel, path, sends, seals = "wechat", "/wechat/official", "/cgi-bin/message/custom/send", False
    shut = frozenset({45015, 45047})
    """48 hours are over; too many messages without a word from the resident."""
    gone = frozenset({40003, 43004, 43019, 48001, 50005})
    """No such follower, has left, is on the black list; the account may not write at all."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        """The account that the settings name; `KeyMalformed`."""
        self._app, self._secret = settings.wechat_app_id, settings.wechat_secret
        self._template, _, self._field = settings.wechat_template.partition("|")
        key, token = settings.wechat_aes_key.get_secret_value(), settings.wechat_token.get_secret_value()
        super().__init__(Envelope(token, key, self._app), settings.wechat_api, clock)

    async def ask_for_token(self, client: httpx.AsyncClient, refused: bool) -> httpx.Response:
        """See `Account`. A "stable" token, which all processes share, and which is not shortened by asking for it."""
        body = {
            "grant_type": "client_credential",
            "appid": self._app,
            "secret": self._secret.get_secret_value(),
            "force_refresh": refused,
        }
        return await client.post("/cgi-bin/stable_token", json=body)

    def address(self, user: str) -> dict[str, Any]:
        """See `Account`."""
        return {"touser": user}

    async def make_menu(self) -> None:
        """See `Account`."""
        buttons = [{"type": "click", "name": say(f"wechat_menu_{key}"), "key": key} for key in MENU]
        await self.api.post("/cgi-bin/menu/create", {"button": buttons})

    async def nudge(self, user: str) -> None:
        """See `Account`. By a template message, where one is set up; its words fit the 20 characters of a field."""
        if self._template:
            data = {self._field or "thing1": {"value": say("wechat_news")}}
            body = {"touser": user, "template_id": self._template, "data": data}
            await self.api.post("/cgi-bin/message/template/send", body)
