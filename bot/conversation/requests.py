"""What residents ask for that concerns themselves, read from their words: shown, erased, joined, preferred.

Read by rule and not by the engine: what is erased for good, or joined for good, must not hang on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from actions.conversations.person import Language
from knowledge.numerals import NUMERAL, number_of
from knowledge.wording import say

PLEASE = r"(?:请|麻烦(?:你|您)?|帮我|给我|我要|我想|我想要|想|要|能不能|可以|可不可以|怎么|如何|把|一下|你们?|都|全部)*"
MINE = r"(?:关于)?(?:我|本人|我自己)(?:的|在(?:这里|这儿|你们这儿?)的?|留的|说过的|存的)*(?:所有|全部|个人|一切)*的?"
DATA = r"(?:信息|个人信息|资料|数据|聊天记录|对话记录|对话|记录|账号|账户|隐私)"
GONE = r"(?:删除|删掉|删了|删|清除|清空|清掉|抹掉|注销|忘掉|去掉)"
END = r"(?:吗|么|吧|了|掉|呢|一下)*"
ERASE = re.compile(
    rf"{PLEASE}{GONE}(?:一下|掉)?{MINE}{DATA}{END}|{PLEASE}{MINE}{DATA}{PLEASE}(?:给我|从.{{1,6}})?{GONE}{END}|忘(?:了|掉)我{END}"
)
SHOW = re.compile(
    rf"{PLEASE}(?:查看|看看|看|查询|查|导出|下载|告诉我)?(?:一下)?{MINE}(?:信息|个人信息|资料|数据)(?:有哪些|有什么)?"
    r"|(?:你们?|这里)(?:都)?(?:存|保存|记|留)(?:着|了|有)?我的?(?:哪些|什么|些什么)(?:信息|资料|数据|东西)?"
)
JOIN = re.compile(
    r"(?:我要|我想|想)?(?:绑定|关联)(?:手机号?|账号|渠道|电话|我的手机)?[:：]?\s*(?P<phone>1[3-9]\d{9})?[\s,，]*(?P<code>\d{6})?"
)
LARGE = re.compile(r"(?:我要|请用|用|换成|打开|开)?(?:大字|大号字|大字号|大字版|字大一点|字太小了?)")
NORMAL = re.compile(r"(?:不要|不用|取消|关闭|关掉)大(?:号)?字(?:号|版)?|用?普通字号?")
LOUD = re.compile(r"(?:取消|关闭|关掉|不要)免打扰")
HOUR = r"[点时:：](?:00)?"
QUIET = re.compile(
    rf"(?:我要|请|设置|打开|开)*免打扰[:：]?\s*从?(?P<late>晚上|夜里)?(?P<since>{NUMERAL}{{1,3}}){HOUR}(?:到|至|[-–—~～])(?:早上|第二天|次日|早晨|凌晨)?(?P<until>{NUMERAL}{{1,3}}){HOUR}"
)
TRADITIONAL = re.compile(r"(?:请?用|換成|换成|我要|改成)?(?:繁体|繁體)(?:中文|字)?")
SIMPLIFIED = re.compile(r"(?:请?用|請用|換成|换成|改回|改成)(?:简体|簡體)(?:中文|字)?")


class Wish(StrEnum):
    """What is asked for."""

    SHOW = "show"
    ERASE = "erase"
    ERASE_NOW = "erase_now"
    KEEP = "keep"
    JOIN = "join"
    PREFER = "prefer"


@dataclass(frozen=True)
class Request:
    """A wish with what was said along with it: {"phone", "code"}, or the fields of `Person` and the answer's key."""

    wish: Wish
    fields: Mapping[str, Any] = field(default_factory=dict)
    answer: str = ""


def request_in(text: str) -> Request | None:
    """What a text asks for; None where it is about something else, as nearly always."""
    words = text.strip(" \n。！!？?，,~")
    for wish, key in ((Wish.ERASE_NOW, "erase_confirm"), (Wish.KEEP, "erase_keep")):
        if words == say(key):
            return Request(wish)
    if ERASE.fullmatch(words):
        return Request(Wish.ERASE)
    if SHOW.fullmatch(words):
        return Request(Wish.SHOW)
    if match := JOIN.fullmatch(words):
        return Request(Wish.JOIN, match.groupdict())
    return _preference(words)


def _preference(words: str) -> Request | None:
    simple: tuple[tuple[re.Pattern[str], str, dict[str, Any]], ...] = (
        (LARGE, "prefer_large", {"large_type": True}),
        (NORMAL, "prefer_normal", {"large_type": False}),
        (LOUD, "prefer_loud", {"quiet_from": None, "quiet_until": None}),
        (TRADITIONAL, "prefer_traditional", {"language": Language.TRADITIONAL}),
        (SIMPLIFIED, "prefer_simplified", {"language": Language.SIMPLIFIED}),
    )
    for pattern, answer, fields in simple:
        if pattern.fullmatch(words):
            return Request(Wish.PREFER, fields, answer)
    return _quiet(words)


def _quiet(words: str) -> Request | None:
    match = QUIET.fullmatch(words.replace("半夜", ""))
    if match is None:
        return None
    since, until = number_of(match["since"]), number_of(match["until"])
    if since is None or until is None or max(since, until) > 24:
        return None
    if match["late"] and 6 <= since < 12:
        since += 12
    return Request(Wish.PREFER, {"quiet_from": since % 24 * 60, "quiet_until": until % 24 * 60}, "prefer_quiet")
