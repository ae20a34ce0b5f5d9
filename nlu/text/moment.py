"""Times that residents name: 昨晚十一点, 每天五点到八点, 上周三, 3月2日, 大年初一; not durations (三天了), not 现在.

Input is text in normal form. Which day a time means is for `nlu.text.when`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.text.numerals import CHINESE_NUMBER

C = CHINESE_NUMBER
N = rf"(?:\d{{1,2}}|{C}{{1,3}})"
WEEK = "(?:周|星期|礼拜)"
WEEKDAY = rf"{WEEK}[一二三四五六日天末]"
YEAR = rf"(?:(?:19|20)\d{{2}}年|[一二][零〇九]{C}{{2}}年|今年|去年|明年|前年|后年)"
FEAST = "(?:元旦节?|春节|元宵节?|清明节?|五一|劳动节|端午节?|六一|中秋节?|国庆节?|重阳节?|除夕夜?|小年|大年(?:三十|夜|初[一二三四五六七八九十])|寒假|暑假)"
AROUND = "(?:那几天|那天|当天|期间|假期|长假|前后|前|后)"
LUNAR = rf"(?:(?:农历|阴历)?(?:腊月|正月|冬月)(?:初?{N}|里)?|(?:农历|阴历){N}月(?:初?{N})?)"
DATE = (
    rf"(?:{YEAR}的?)?(?:{N}月份?{N}[日号]|(?:上上|上|下|这|本)个?月{N}[日号]|{N}月份?[上中下]旬|{N}月(?:份|[初底])(?!租)|{LUNAR}|{FEAST}{AROUND}?)"
    rf"|(?:19|20)\d{{2}}[-./]\d{{1,2}}[-./]\d{{1,2}}|(?<!\d)\d{{1,2}}\.\d{{1,2}}(?=那天|当天|号|日|上午|下午|晚|早|凌晨)"
    rf"|{YEAR}(?:{N}月(?!租)|年底|年初|上半年|下半年|春天|夏天|秋天|冬天|开春)?|(?:上上|上|这|本|下下|下)个?{WEEK}[一二三四五六日天末]?|{WEEKDAY}(?:[到至]{WEEK}?[一二三四五六日天末])?"
    r"|大前天|前天|昨天|昨日|昨儿个?|今天|今日|今儿个?|明天|明日|明儿个?|大后天|后天|(?:上上|上|本|下|这)个?月(?:初|底|中旬)?|月[初底]|年[初底](?!一)"
)
PART = (
    r"凌晨|清晨|一大早|大清早|大半夜|半夜三更|三更半夜|半夜|深夜|早上|早晨|上午|中午|正午|下午|傍晚|晚上|夜里|夜间|白天|午休时间?|天亮前?|"
    r"天[不没]亮|天黑(?:以后|之后|后)?|[早晚](?=\d|[一二三四五六七八九十两]{1,2}点)"
)
SHORT = r"昨晚|今晚|明晚|前晚|今早|明早|今晨|昨夜|昨早"
CLOCK = (
    rf"(?:(?:{N}点钟?(?:半|一刻|三刻|{N}分|\d{{2}}(?![\d元块度个])|[一二三四五]?十{C}?|零{C})?(?!多次|儿|水|要求|建议|意见|多钱|钱)(?!点)"
    rf"|\d{{1,2}}[:]\d{{2}}(?:[:]\d{{2}})?|{N}时(?:{N}分)?(?!间|候|常|期))(?:多|左右|前后|之?后|之?前|以后|以前|开始)?)"
)
EVERY = (
    rf"(?:每天|天天|每日|每晚|每夜|每个?{WEEK}(?:[一二三四五六日天](?:[和、到至]?{WEEK}?[一二三四五六日天])*)?|每个?月(?:{N}[日号]|[初底])?|每年(?:{N}月份?)?|每到|每逢(?:周末|节假日)?|"
    r"夜夜|隔三差五|工作日|双休日|周末|节假日|逢年过节)"
)
RANGE = r"(?:到|至|[-—~])"
PATTERN = re.compile(
    rf"(?:{EVERY}|{DATE}|{SHORT})(?:的)?(?:{DATE})?(?:的| )?(?:{PART})?(?:的)?(?:{N}{RANGE}(?={N}点))?(?:{CLOCK})?(?:{RANGE}(?:{DATE})?(?:{PART})?(?:{CLOCK}|{PART}))?(?:那天|当天)?"
    rf"|(?:{PART})?(?:{N}{RANGE}(?={N}点))?{CLOCK}(?:{RANGE}(?:{PART}|第二天|次日)*{CLOCK})?|{N}[日号](?={PART}|{CLOCK})(?:{PART})?(?:{CLOCK})?|(?<![\d排第]){N}[日号](?:那天|当天)"
    rf"|(?<![一整半大])(?:{PART})(?:{RANGE}(?:{PART}))?"
)
NO_TIME = re.compile(r"^(?:[一两几]点|一时|一刻|白天|[一二三四五六七八九]分|[早晚])$")
"""Words that only look like a time: 早点, 一点 as "a little", 有点, 两点要求."""


@dataclass(frozen=True)
class Moment:
    """A time named in a text: characters `start:end`, the words, and whether it recurs (每天, 每周)."""

    start: int
    end: int
    text: str
    recurs: bool


def find_moments(text: str) -> list[Moment]:
    """Every time named in a text in normal form, in reading order."""
    return list(_moments(text))


def _moments(text: str) -> Iterator[Moment]:
    for match in PATTERN.finditer(text):
        words = match.group().rstrip()
        if NO_TIME.match(words) or _inside_a_number(text, match.start(), match.end()):
            continue
        yield Moment(match.start(), match.start() + len(words), words, bool(re.match(EVERY, words)))


def _inside_a_number(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isdigit() and text[start].isdigit()) or (
        text[end : end + 1].isdigit() and text[end - 1].isdigit()
    )
