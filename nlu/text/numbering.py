"""How the numbers of an address are written: buildings, units, floors, rooms, house numbers; dashed, with a word behind, bare.

`RULES` is the whole grammar, tried from top to bottom where a place or a number ends. Input is text in normal form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlu.text.numerals import CHINESE_NUMBER

C = CHINESE_NUMBER
N = rf"(?:\d{{1,4}}|{C}{{1,4}})"
NAMED = rf"(?:[a-z]{{1,2}}-?\d{{1,3}}|\d{{1,4}}[a-z]?|[a-z]|第?{C}{{1,4}})"
DASH = r"(?:\s*[-—–~/杠]{1,4}\s*|(?<=\d)一(?=\d))"
TO = r"[-—–~至到]{1,2}"
ROOM_WORD = r"(?:办公室|号房|[室号房])?"
A_PLACE = r"(?<=[^\W\d_a-z])(?<![贷分比例按以数码款型键率赛果了为是表图])"
"""Before 3-2-1: a name or 我住, and not 房贷 or 比分."""
NO_MORE = r"(?![\d.:年月日-])"
NOT_BEHIND = r"(?<![\d.:年月-])"

NOT_HAO = r"(?!线|楼(?!道|下|上|门)|文|令|店(?![面铺里])|桌|窗|门(?![口前外面])|口|出口|仓|库|厅|馆|机|井|车(?!库)|公交|站|选手|员|摊|铺|柜)"
"""What makes N号 a name of something else: 12号线, 3号楼, 1号门, 5号库."""
NOT_A_DAY = r"(?!上午|下午|早上|晚上|中午|凌晨|夜里|当天|那天|之前|以前|左右|开始|起|就|才|还|又|我)"
"""Behind an estate, 5号下午 is a day of the month."""
NOT_COUNTED = (
    r"(?!\d|[.:年月日点度元块万个人次米号园区组%岁斤吨辆盏棵只名]|天(?!天)|分钟|小时|路(?:公交|车|站)|线(?!路)|多|平(?:方|米)|"
    r"条(?!件)|部(?!分)|位(?!置|于)|方(?!便|向)|公里|毫|期|届|栋|幢|电话|报警|店)"
)
"""What makes a bare number an amount: 501元, 300米, 110报警."""

A_BUILDING_AHEAD = r"[^\W\d_a-z]{2,8}(?:[a-z]|\d{1,3})(?:号楼|[栋幢座])"
"""An estate and its building stand behind: what came before was the number on the road."""

ANY = ""
ESTATE = "estate landmark area village hamlet name"
HOUSE = f"{ESTATE} road_number"

_ROWS = (  # what the number looks like; the parts that may stand before it (ANY: it can also stand first)
    # several numbers in one, large to small
    (rf"{NOT_BEHIND}(?P<building>(?!(?:19|20)\d\d-)[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<unit>\d{{1,2}}){DASH}(?P<floor>\d{{1,2}}){DASH}(?P<room>\d{{3,4}}){ROOM_WORD}{NO_MORE}", ANY),
    (rf"{NOT_BEHIND}(?P<building>(?!(?:19|20)\d\d-)[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<unit>[a-z]?\d{{1,2}}[a-z]?){DASH}(?P<room>[a-z]?\d{{3,4}}[a-z]?){ROOM_WORD}{NO_MORE}", ANY),
    (rf"(?P<building>[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<unit>[a-z]?\d{{1,2}}[a-z]?){DASH}(?P<room>[a-z]?\d{{1,2}}[a-z]?){ROOM_WORD}{NO_MORE}", f"{HOUSE} road"),
    (rf"{A_PLACE}(?P<building>\d{{1,3}}){DASH}(?P<unit>\d{{1,2}}){DASH}(?P<room>\d{{1,2}}){ROOM_WORD}{NO_MORE}", ANY),
    (rf"(?P<building>{C}{{1,3}})[杠-](?P<unit>{C}{{1,2}})[杠-](?P<room>{C}{{1,4}}){ROOM_WORD}(?!{C})", ANY),
    # two that mean from … to …
    (rf"(?P<road_number>(?P<_from>\d{{1,4}})号?{TO}(?P<_to>\d{{1,4}}))(?:号{NOT_HAO})?{NO_MORE}", "road"),
    (rf"(?P<room>(?P<_from>\d{{2,4}}){TO}(?P<_to>\d{{2,4}}))(?:室|号|房){NO_MORE}", f"{HOUSE} building unit floor"),
    (rf"(?P<room>(?P<_from>\d{{3,4}})[-—–~至到/]{{1,2}}(?P<_to>\d{{3,4}})){NO_MORE}", "building unit floor"),
    # the numbers of a road, a lane, a village
    (rf"(?P<road_number>[甲乙丙丁]?(?:\d{{1,5}}(?:[之附]\d{{1,3}}|{DASH}[1-4](?!\d))?|{C}{{1,5}})(?:弄(?:{DASH}\d{{1,3}})?)?)号(?:附{N}号?)?{NOT_HAO}", "road"),
    (rf"(?P<road_number>\d{{1,5}}){DASH}(?P<building>\d{{1,4}})号{NOT_HAO}(?!{A_BUILDING_AHEAD})", "road name"),
    (rf"(?P<road_number>\d{{1,5}}{DASH}\d{{1,4}})号(?={A_BUILDING_AHEAD})", "road name"),
    (rf"(?P<road_number>\d{{1,5}}{DASH}[1-4])(?![\d.:年月日a-z-])", "road"),
    (rf"(?P<road_number>\d{{1,5}}){DASH}(?P<building>\d{{1,2}}|[a-z])(?![\d.:年月日a-z-])", "road"),
    (rf"(?P<road_number>\d{{1,5}}(?:{DASH}\d{{1,3}})?)号{NOT_HAO}(?!\s*[a-z]?\d{{3,4}}(?!\d)|\s*{N}(?:楼|层|室|号|单元))", "village name area"),
    (r"(?P<lane>\d{1,5})弄", "road area"),
    (rf"(?P<building>{N})号{NOT_HAO}", "lane"),
    (rf"(?P<building>\d{{1,4}}){NOT_COUNTED}", "lane"),
    # two that mean building and room, or building and unit
    (rf"(?<=[^\W\d_a-z])(?P<building>[a-z]?\d{{1,3}}[a-z]?){DASH}(?P<room>\d{{3,4}}[a-z]?){ROOM_WORD}(?![\d.:年月日元块人多米名个度斤万天次点分-])", ANY),
    (rf"(?P<building>[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<room>[a-z]?\d{{3,4}}[a-z]?){ROOM_WORD}{NO_MORE}", HOUSE),
    (rf"{NOT_BEHIND}(?P<building>[a-z]?\d{{1,3}}[a-z]?){DASH}(?P<unit>\d{{1,2}})单元", ANY),
    (rf"(?P<room>\d{{3,4}}{DASH}\d{{1,2}}){NO_MORE}", "landmark"),
    (rf"(?P<building>[a-z]?\d{{1,3}}[a-z]?){DASH}(?P<unit>\d{{1,2}})(?:号)?(?![\d.:年月日])(?!楼(?!道)|[层个人元块天点分米度斤])", HOUSE),
    (rf"(?P<building>[a-z]){DASH}(?P<room>\d{{3,4}}){ROOM_WORD}{NO_MORE}", HOUSE),
    (rf"(?P<building>\d{{1,2}}[a-z])(?P<room>\d{{3,4}}){ROOM_WORD}(?!\d)", HOUSE),
    # buildings
    (rf"(?P<building>{NAMED})\s?(?:号楼(?!道|长(?![期年时满了着]))|号院|[栋幢]楼(?![下道上顶里梯都])|#楼?|幢|栋(?!梁|楼都)|撞(?![上到了倒])|座(?![位谈椅])|排(?!队|水|放|污|查|风|气|油|除|名|列|骨))", ANY),
    (rf"(?P<building>{N}号[a-z])楼", ANY),
    (rf"(?P<building>[主副附]楼)(?=\d+(?![\d-])|{N}楼)", HOUSE),
    (r"(?P<floor>b[1-4])(?:层|(?=车库|停车场|地下))", f"{HOUSE} building unit"),
    (rf"(?P<building>[a-z])(?={N}(?:楼(?!道)|层))", f"{HOUSE} road"),
    (rf"(?P<building>[a-z]?\d{{1,4}})号(?=\s*(?:{N}|[a-z])\s*单元)", ANY),
    (rf"(?P<building>[a-z]?\d{{1,4}})号(?=\s*[a-z]?\d{{3,4}}(?!\d)|\s*{N}(?:楼|层|室|号(?!楼)))", HOUSE),
    (rf"(?P<building>[a-z]?\d{{1,3}}[a-z]?)(?=[ ,，]{{1,2}}(?:{N}|[a-z]|[东西南北])\s*单元)", ESTATE),
    (r"(?P<unit>[a-z])座", "building"),
    # units
    (rf"第?(?P<unit>{N}|[a-z]\d?|\d[a-z]|[东西南北中甲乙丙丁])\s*(?:单元|单(?=\s*\d{{3,4}}))", ANY),
    (rf"(?P<floor>\d{{1,2}}){DASH}(?P<room>\d{{1,2}})(?:室|号|房)?{NO_MORE}(?![层楼个人元天点])", "unit"),
    (rf"(?P<unit>\d{{1,2}}|{C}{{1,2}}){DASH}(?P<room>\d{{3,4}}){ROOM_WORD}{NO_MORE}", "building"),
    (r"(?P<unit>\d{1,3})号(?=[a-z]?\d{3,4})", "building"),
    (rf"(?P<unit>\d{{1,2}})号{NOT_HAO}(?!房)", "building"),
    (rf"(?P<unit>\d{{1,2}})(?:门|梯)(?=\s*\d{{3,4}}|{N}(?:室|楼))", "building"),
    (r"(?P<unit>[东西南北])门(?=\d{3,4})", "building"),
    (r"(?P<unit>\d[a-z])(?P<room>\d{3,4})(?!\d)", "building"),
    (rf"(?P<unit>{N})街(?=\d{{1,2}}号|\d{{3,5}}|{N}楼)", f"{ESTATE} floor"),
    # floors
    (rf"(?P<floor>负?{N}(?:{TO}{N})?)\s?(?:楼|层|f)(?!道|下|梯|盘|市|顶|栋|房|主)", f"{HOUSE} road building unit lane"),
    (rf"(?P<floor>负?{N})(?:楼|层)(?=\s*[a-z]?\d{{3,4}}(?!\d)|\s*\d{{1,2}}号{NOT_HAO})", ANY),
    # rooms with a word behind
    (r"(?P<room>[a-z]?-?\d{3,5}[a-z]?(?:-\d{1,3})?|[a-z]{1,2}\d{2,4}(?:-\d{1,3})?)\s?(?:办公室|室|房(?![产租价子东])|号房|户(?!口)|档)", f"{HOUSE} building unit floor lane"),
    (r"(?P<room>[a-z]?-?\d{3,5}[a-z]?(?:-\d{1,3})?|[a-z]{1,2}\d{2,4}(?:-\d{1,3})?)号(?!线|楼(?!道)|院)", "building unit floor landmark"),
    (r"(?<!\d)(?P<room>\d{3,4})(?:室|号房)(?![外内温友长])", ANY),
    (rf"(?P<room>{N}|[a-z]\d{{0,2}}|\d{{1,2}}[a-z])(?:室|房(?![产租价子东])|户(?![口数籍]))", "building unit floor road_number"),
    (rf"(?P<room>\d{{1,2}}|{C}{{1,3}})号{NOT_HAO}(?!院)", "unit floor"),
    # N号 of an estate is a building; of a village, or of a place that nobody knows, it was the number on the door
    (rf"(?P<building>\d{{1,4}})号{NOT_HAO}{NOT_A_DAY}", "estate landmark road_number hamlet"),
    # bare numbers
    (rf"(?P<room>[a-z]\d{{1,2}}[a-z]\d{{1,2}}){NOT_COUNTED}", "building unit floor"),
    (rf"[-—一](?P<room>\d{{1,4}}){NOT_COUNTED}", "floor"),
    (rf"(?P<room>[a-z]?-?\d{{2,5}}[a-z]?(?:-[a-z]?\d{{1,3}})?){NOT_COUNTED}", "building unit"),
    (rf"(?P<room>\d[a-z]\d{{2,4}}|[a-z]?-?\d{{3,6}}[a-z]?(?:-[a-z]?\d{{1,3}})?){NOT_COUNTED}", "floor road_number landmark estate name"),
    (rf"(?P<room>[a-z]-?\d{{1,4}}(?:-\d{{1,3}})?|\d{{1,2}}[a-z]){NOT_COUNTED}", "floor unit building road_number"),
    (rf"(?P<room>[a-z]{{1,2}}\d{{3,4}}){NOT_COUNTED}(?![^\W\d]{{0,5}}[园城厦场])", ESTATE),
    (rf"(?P<building>[a-z]\d{{1,2}}){NOT_COUNTED}(?!楼(?!道)|层)", "estate landmark name"),
    (rf"-(?P<building>\d{{1,3}}|[a-z]){NO_MORE}", "road_number"),
    (rf"(?P<road_number>\d{{1,4}}){NOT_COUNTED}(?![楼层单栋幢座排周户种处点时分秒家组队巷弄街条])", "road village"),
    (rf"(?P<room>[零〇一二三四五六七八九]{{3,4}}){ROOM_WORD}(?!{C})", "unit building"),
)  # fmt: skip

WIDEST = 20
"""How far apart two house numbers can lie and still be one shop front: 239-243号 is one, 17-123号 is not."""


@dataclass(frozen=True)
class Rule:
    """One way of writing a number, and the parts that may stand before it (none named: it can also stand first)."""

    pattern: re.Pattern[str]
    after: frozenset[str]

    def read(self, text: str, at: int) -> re.Match[str] | None:
        """The number that begins at `at`."""
        match = self.pattern.match(text, at)
        return match if match and _in_order(match) else None


def _in_order(match: re.Match[str]) -> bool:
    """From … to … goes upwards and not far; the numbers of a road stay on one side of it, odd or even."""
    ends = match.groupdict()
    if "_from" not in ends:
        return True
    width = int(ends["_to"]) - int(ends["_from"])
    return 0 < width <= WIDEST and ("room" in ends or width % 2 == 0)


RULES = tuple(Rule(re.compile(pattern), frozenset(after.split())) for pattern, after in _ROWS)
BEGINNING = re.compile(rf"[a-z\d第负主副附甲乙丙丁东西南北中—–-]|{C}")
"""What a number can begin with: elsewhere, which is nearly everywhere, no rule need be tried."""


@cache
def _rules_behind(last: str) -> tuple[Rule, ...]:
    """The rules for what stands behind a part of the kind `last`."""
    return tuple(rule for rule in RULES if not rule.after or last in rule.after)


def numbers(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The parts that a rule read, with their words."""
    return ((part, words) for part, words in match.groupdict().items() if words and not part.startswith("_"))


def next_number(text: str, at: int, last: str, known: dict[str, str]) -> re.Match[str] | None:
    """The number that begins at `at`; one whose parts are known already begins another address instead of going on."""
    if not BEGINNING.match(text, at) or _inside_a_word(text, at):
        return None
    for rule in _rules_behind(last):
        match = rule.read(text, at)
        if match and not any(part in known for part, _ in numbers(match)):
            return match
    return None


def _inside_a_word(text: str, at: int) -> bool:
    """Whether a run of digits or of letters goes on here that began before."""
    before, here = text[max(at - 1, 0) : at], text[at : at + 1]
    return (before.isdigit() and here.isdigit()) or (
        before.isascii() and before.isalpha() and here.isascii() and here.isalpha()
    )
