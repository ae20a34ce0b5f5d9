"""Addresses as residents write them: 幸福里小区3栋2单元, 3-2-501, 三栋二单元五楼, 中华北路那个天桥下面.

An address is a chain: named places, then numbers (building, unit, floor, room) from large to small; numbers alone are
one too where they say enough. What only points (楼下, 学校门口) is none. Input is text in normal form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nlu.text.numerals import CHINESE_NUMBER, normal_number
from nlu.text.places import NAME, Gazetteer, Place, find_places

N = rf"(?:\d{{1,4}}|{CHINESE_NUMBER}{{1,4}})"
NAMED = rf"(?:[a-z]{{1,2}}-?\d{{1,3}}|\d{{1,4}}[a-z]?|[a-z]|第?{CHINESE_NUMBER}{{1,4}})"
DASH = r"(?:\s*[-—–~/]{1,4}\s*|(?<=\d)一(?=\d))"
NOT_A_ROOM = r"(?!\d|[.:年月日点度元块万个人次米号]|天(?!天)|分钟|小时|路公交|多)"

# Each number of the tail, in the order in which they are tried; `after` names what must stand before it in the chain.
_ROWS = (  # what the number looks like, and the parts that may stand before it (none named: it can also stand first)
    (rf"(?<![\d.:年月-])(?P<building>(?!(?:19|20)\d\d-)[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<unit>[a-z]?\d{{1,2}}[a-z]?){DASH}(?P<room>[a-z]?\d{{1,4}}[a-z]?)(?:室|号|房)?(?![\d.:年月日-])", ""),
    (rf"(?<=[^\W\d_a-z])(?P<building>[a-z]?\d{{1,3}}[a-z]?){DASH}(?P<room>\d{{3,4}}[a-z]?)(?:室|号|房)?(?![\d.:年月日元块人多米名个度斤万天次点-])", ""),
    (rf"(?P<building>{NAMED})(?:号楼|号院|[栋幢]楼(?![下道上顶里梯])|#楼?|幢|栋|撞|座|排(?!队|水|放|污|查|风|气|油))", ""),
    (rf"(?P<building>{N}号[a-z])楼", ""),
    (rf"(?P<building>[主副东西南北]楼)(?=\d|{N}楼)", "estate landmark area road_number"),
    (rf"(?P<building>[a-z]?\d{{1,4}}[a-z]?){DASH}(?P<room>[a-z]?\d{{3,4}}[a-z]?)(?:室|号|房)?(?![\d.:年月日-])", "estate landmark area road_number"),
    (rf"(?P<building>[a-z]?\d{{1,3}}[a-z]?){DASH}(?P<unit>\d{{1,2}})(?:号)?(?![\d.:年月日-])", "estate landmark area"),
    (r"(?P<building>\d{1,2}[a-z])(?P<room>\d{3,4})(?:室|号|房)?(?!\d)", "estate landmark area road_number"),
    (rf"(?P<building>[a-z])(?={N}(?:楼|层))", "estate landmark area road_number"),
    (rf"(?P<building>[a-z]?\d{{1,4}})号(?=\s*(?:{N}|[a-z])\s*单元|[a-z]?\d{{3,4}}(?!\d)|{N}(?:楼|层|室|号))", "estate landmark area road_number"),
    (rf"(?P<road_number>(?:\d{{1,5}}(?:[-之附]\d{{1,3}})?|{CHINESE_NUMBER}{{1,5}})(?:弄)?(?:{DASH}\d{{1,3}})?)号(?!线|楼|文|令|店)", "road"),
    (r"(?P<lane>\d{1,5})弄", "road"),
    (r"(?P<building>\d{1,4})号(?!线|楼|文|令|店)", "lane"),
    (rf"(?P<building>[a-z]?\d{{1,3}}[a-z]?)(?=[ ,，]{{1,2}}(?:{N}|[a-z]|[东西南北])\s*单元)", "estate landmark area"),
    (rf"(?P<unit>{N}|[a-z]\d?|\d[a-z]|[东西南北中])\s*(?:单元|单(?=\s*\d{{3,4}}))", ""),
    (rf"(?P<unit>{N}){DASH}(?P<room>\d{{3,4}})(?:室|号|房)?(?![\d.:年月日-])", "building"),
    (r"(?P<unit>\d{1,3})号(?=[a-z]?\d{3,4})", "building"),
    (rf"(?P<unit>{N})街(?=\d{{1,2}}号|\d{{3,5}}|{N}楼)", "estate landmark area floor"),
    (rf"(?P<floor>负?{N})(?:楼|层|f)(?!道|下|梯|盘|市|顶|栋|房|主)", "estate landmark area road road_number building unit lane"),
    (rf"(?P<floor>负?{N})(?:楼|层)(?=\s*[a-z]?\d{{3,4}}(?!\d))", ""),
    (r"(?P<room>[a-z]?-?\d{3,5}[a-z]?(?:-\d{1,3})?|[a-z]{1,2}\d{2,4}(?:-\d{1,3})?)(?:室|房(?![产租价子东])|号房|户(?!口)|档)", "estate landmark area road_number building unit floor lane"),
    (r"(?P<room>[a-z]?-?\d{3,5}[a-z]?(?:-\d{1,3})?|[a-z]{1,2}\d{2,4}(?:-\d{1,3})?)号(?!线|楼|院)", "building unit floor"),
    (rf"(?P<room>{N}|[a-z]\d{{0,2}}|\d{{1,2}}[a-z])(?:室|房(?![产租价子东])|户(?![口数籍]))", "building unit floor road_number"),
    (r"(?P<room>\d{1,2})号(?!线|楼|院|店|桌)", "building unit floor"),
    (r"(?P<building>\d{1,4})号(?!线|楼|文|令|店|桌)", "estate landmark area road_number"),
    (rf"(?P<room>[a-z]?-?\d{{2,5}}[a-z]?(?:-[a-z]?\d{{1,3}})?){NOT_A_ROOM}", "building unit"),
    (rf"(?P<room>[a-z]?-?\d{{3,5}}[a-z]?(?:-\d{{1,3}})?){NOT_A_ROOM}", "floor road_number landmark estate area"),
    (rf"(?P<room>[a-z]\d{{1,4}}(?:-\d{{1,3}})?|\d{{1,2}}[a-z]){NOT_A_ROOM}", "floor unit building road_number"),
    (rf"(?P<room>[a-z]{{1,2}}\d{{3,4}}){NOT_A_ROOM}", "estate landmark area"),
    (r"-(?P<building>\d{1,3})(?![\d.:年月日-])", "road_number"),
    (rf"(?P<room>[零〇一二三四五六七八九]{{3,4}})(?:室|号|房)?(?![{CHINESE_NUMBER[1:-1]}])", "unit building"),
)
TAIL = tuple((re.compile(pattern), frozenset(after.split())) for pattern, after in _ROWS)
GLUE = re.compile(r"[ ,，、)）]?(?:[东西南北中]段)?(?:小区)?(?:的|那个|那栋|里面|内|里)?(?:\d梯)?[ ]?[-—(（]?")
# A name that nobody knows, between a place and a number: 中山路8号(欧美中心)501. No verb of a report stands in it.
BRIDGE = re.compile(rf"(?:(?![坏堵停漏积罚收费卖修装打放倒报约花交涨欠扣赔缴买办等挖吵闹响灯水电])(?:{NAME}|[a-z](?=区)|[\d一二三四五六七八九](?=[期区]))){{1,14}}")

POINTING = re.compile(
    r"(?:的|那个|那|这个|和|与){0,2}(?:[^\W\d_]{0,6}?(?:天桥|桥洞|桥|公交站|站台|路口|菜场|超市|学校|小学|幼儿园|药店|银行|诊所|广场|红绿灯|停车场|垃圾站|垃圾桶|公厕|亭子|大门))?"
    r"(?:下面|底下|上面|旁边|边上|旁|门口头|门口|对面|附近|交叉路口|交叉口|交汇处|路口|拐角|转角|后面|前面|里面|东侧|西侧|南侧|北侧|中段|沿线|东门|西门|南门|北门|正门|后门)"
)
NAMES = {"estate", "road", "landmark"}
CROSSING = re.compile("[和与跟同、]")
MEETS = re.compile("的?(?:交叉|交汇|路口|十字|丁字|交界|转角|拐角|红绿灯)")
ENOUGH = ({"building"}, {"unit", "room"}, {"unit", "floor"}, {"floor", "room"})


@dataclass(frozen=True)
class Address:
    """An address in a text: characters `start:end`, and its parts in plain form (三栋 → building "3").

    `parts` keys: area, estate, road, crossing, road_number, lane, landmark, building, unit, floor, room.
    """

    start: int
    end: int
    parts: dict[str, str]


@dataclass
class _Chain:
    """An address being read: where it began, how far it reaches, what it holds, and what came last."""

    start: int
    end: int
    parts: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def place(self, place: Place) -> None:
        self.parts.setdefault(place.kind, place.name)
        self.end, self.last = place.end, place.kind

    def number(self, match: re.Match[str]) -> None:
        for part, value in match.groupdict().items():
            if value and part not in self.parts:
                self.parts[part] = _plain(value)
                self.last = part
        self.end = match.end()


def _plain(value: str) -> str:
    value = value.removeprefix("第").removeprefix("-")
    if value.startswith("负"):
        return "-" + normal_number(value[1:])
    return normal_number(value)


def find_addresses(text: str, gazetteer: Gazetteer) -> list[Address]:
    """Every address of a text in normal form, in reading order, never overlapping."""
    return list(_read(text, find_places(text, gazetteer)))


def _read(text: str, places: list[Place]) -> Iterator[Address]:
    waiting, at = list(places), 0
    while at < len(text):
        waiting = [p for p in waiting if p.start >= at]
        chain = _open(text, at, waiting)
        if chain is None:
            at += 1
            continue
        waiting = [p for p in waiting if p.start >= chain.end]
        _extend(text, chain, waiting)
        at = max(chain.end, at + 1)
        if set(chain.parts) & NAMES or any(enough <= set(chain.parts) for enough in ENOUGH):
            yield Address(chain.start, chain.end, chain.parts)


def _open(text: str, at: int, waiting: list[Place]) -> _Chain | None:
    """A chain that begins exactly here: with a named place, or with a number that can stand first."""
    if waiting and waiting[0].start == at:
        chain = _Chain(at, at)
        chain.place(waiting[0])
        return chain
    if at and (text[at - 1].isdigit() or text[at - 1] in "-." or (text[at - 1].isascii() and text[at - 1].isalpha())):
        return None
    if waiting and waiting[0].start <= at < waiting[0].end:
        return None
    chain = _Chain(at, at)
    return chain if _next_number(text, at, chain) else None


def _extend(text: str, chain: _Chain, waiting: list[Place]) -> None:
    """Read on while places and numbers follow, then take in a landmark pointed at (…天桥下面, …对面)."""
    while True:
        glue = GLUE.match(text, chain.end)
        following = glue.end() if glue else chain.end
        if waiting and waiting[0].start in (chain.end, following) and not (waiting[0].kind == "road" and "road" in chain.parts):
            chain.place(waiting.pop(0))
        elif not (
            _next_number(text, chain.end, chain) or _next_number(text, following, chain) or _bridge(text, following, waiting[0].start if waiting else len(text), chain)
        ):
            break
        waiting[:] = [p for p in waiting if p.start >= chain.end]
    _cross(text, chain, waiting)
    pointing = POINTING.match(text, chain.end)
    if pointing and NAMES & set(chain.parts):
        if "landmark" not in chain.parts:
            chain.parts["landmark"] = re.sub(r"^(?:的|那个|那|这个|和|与)+", "", pointing.group())
        chain.end = pointing.end()


def _cross(text: str, chain: _Chain, waiting: list[Place]) -> None:
    """Take in the second road of a crossing: 金朱路和中华北路交叉口."""
    if chain.last == "road" and waiting and waiting[0].kind == "road" and CROSSING.match(text, chain.end):
        if waiting[0].start == chain.end + 1 and MEETS.match(text, waiting[0].end):
            chain.parts["crossing"] = waiting[0].name
            chain.end = waiting.pop(0).end


def _next_number(text: str, at: int, chain: _Chain) -> bool:
    for pattern, after in TAIL:
        match = pattern.match(text, at)
        if match and (not after or chain.last in after) and not _backwards(match, chain):
            chain.number(match)
            return True
    return False


def _bridge(text: str, at: int, limit: int, chain: _Chain) -> bool:
    """Step over an unknown name when a number stands right behind it; the name is then the estate."""
    run = BRIDGE.match(text, at, limit)
    if run is None or chain.last not in ("area", "road", "road_number", "landmark", "estate"):
        return False
    for end in range(at + 1, run.end() + 1):
        ahead = _Chain(chain.start, end, dict(chain.parts), "estate")
        if _next_number(text, end, ahead):
            chain.parts, chain.end, chain.last = ahead.parts, ahead.end, ahead.last
            chain.parts.setdefault("estate", text[at:end])
            return True
    return False


def _backwards(match: re.Match[str], chain: _Chain) -> bool:
    """A part that the chain already has begins another address instead of going on with this one."""
    return any(value and part in chain.parts for part, value in match.groupdict().items())
