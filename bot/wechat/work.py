"""An application of WeCom (企业微信自建应用), as its documents have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from bot.settings import Settings
from bot.wechat.account import MENU, Account
from bot.wechat.envelope import Envelope
from knowledge.wording import say


class Work(Account):
    """See `Account`. Members may be written to at any time."""

    key_setting = "LINLI_WECOM_AES_KEY"
    channel, path, sends, seals = "wecom", "/wechat/work", "/cgi-bin/message/send", True
    shut = frozenset[int]()
    gone = frozenset({40003, 40031, 60111, 81013})
    """No such member, or none that may see the application."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        """The application that the settings name; `KeyMalformed`."""
        self._corp, self._agent, self._secret = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_secret
        key, token = settings.wecom_aes_key.get_secret_value(), settings.wecom_token.get_secret_value()
        super().__init__(Envelope(token, key, self._corp), settings.wecom_api, clock)

    async def ask_for_token(self, client: httpx.AsyncClient, refused: bool) -> httpx.Response:
        """See `Account`."""
        params = {"corpid": self._corp, "corpsecret": self._secret.get_secret_value()}
        return await client.get("/cgi-bin/gettoken", params=params)

    def address(self, user: str) -> dict[str, Any]:
        """See `Account`."""
        return {"touser": user, "agentid": self._agent}

    async def make_menu(self) -> None:
        """See `Account`."""
        buttons = [{"type": "click", "name": say(f"wechat_menu_{key}"), "key": key} for key in MENU]
        await self.api.post("/cgi-bin/menu/create", {"button": buttons}, agentid=str(self._agent))

    async def nudge(self, user: str) -> None:
        """See `Account`. There is no need: no time is ever over."""
