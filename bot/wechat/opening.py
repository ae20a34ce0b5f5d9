"""Opening the channels that the settings name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.house import House
from bot.outside import SetupMissing
from bot.settings import Settings
from bot.wechat.channel import WeChatChannel
from bot.wechat.envelope import KeyMalformed
from bot.wechat.official import Official
from bot.wechat.work import Work
from knowledge.wording import say


def wechat_channels(house: House) -> Sequence[WeChatChannel]:
    """The channels that are set up, none of them started; `SetupMissing` for one that is set up by half."""
    settings, found = house.settings, []
    for make, needed in ((Official, _official(settings)), (Work, _work(settings))):
        if not any(needed.values()):
            continue
        if missing := [name for name, value in needed.items() if not value]:
            raise SetupMissing(say("wechat_settings_missing", names="、".join(missing)))
        try:
            found.append(WeChatChannel(house, make(settings, house.clock)))
        except KeyMalformed:
            raise SetupMissing(say("wechat_key_malformed", name=make.key_setting)) from None
    return found


def _official(settings: Settings) -> Mapping[str, str]:
    """What has to be set for an official account."""
    return {
        "LINLI_WECHAT_APP_ID": settings.wechat_app_id,
        "LINLI_WECHAT_SECRET": settings.wechat_secret.get_secret_value(),
        "LINLI_WECHAT_TOKEN": settings.wechat_token.get_secret_value(),
    }


def _work(settings: Settings) -> Mapping[str, str]:
    """What has to be set for WeCom, which knows no plain mode."""
    return {
        "LINLI_WECOM_CORP_ID": settings.wecom_corp_id,
        "LINLI_WECOM_AGENT_ID": str(settings.wecom_agent_id or ""),
        "LINLI_WECOM_SECRET": settings.wecom_secret.get_secret_value(),
        "LINLI_WECOM_TOKEN": settings.wecom_token.get_secret_value(),
        "LINLI_WECOM_AES_KEY": settings.wecom_aes_key.get_secret_value(),
    }
