"""Photos, voice and video that residents send: how they are fetched from WeChat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.attachments.taking import MEGABYTE
from bot.attachments import limits_of
from bot.conversation.fetcher import Fetcher, NotFetched
from bot.house import House
from bot.wechat.account import Account
from bot.wechat.api import ApiFailed


class Files(Fetcher):
    """Fetches them; see `Fetcher`. The platforms keep them for three days."""

    patience = 2.5
    """Less than the seconds within which WeChat wants its answer."""

    def __init__(self, house: House, account: Account) -> None:
        super().__init__(house, account.channel)
        self._account = account

    async def download(self, source: Mapping[str, Any]) -> bytes:
        """See `Fetcher.download`."""
        limit = limits_of(self._house.settings).largest * MEGABYTE
        try:
            return await self._account.download(str(source["media_id"]), limit)
        except ApiFailed as failure:
            raise NotFetched(str(failure)) from failure
