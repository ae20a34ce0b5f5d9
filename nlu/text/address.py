"""Addresses as residents write them: 幸福里小区3栋2单元, 3-2-501, 三栋二单元五楼, 中华北路那个天桥下面.

An address is a chain: named places, then numbers (building, unit, floor, room) from large to small; numbers alone are
one too where they say enough. What only points (楼下, 学校门口) is none. Input is text in normal form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nlu.text.numbering import N, next_number, numbers
from nlu.text.numerals import normal_number
from nlu.text.places import NAME, Gazetteer, Place, find_places

GLUE = re.compile(
    rf"[ ,，、)）_/】」』\"]?(?:[东西南北中]段)?(?:街道(?:办事处)?)?(?:小区|大?院(?=\d|[a-z]))?(?:(?:{N}|[a-z]\d{{0,2}}|[东西南北中])(?:组团|组(?![织长合])|期|区(?!域)|巷)){{0,2}}(?:\d{{1,2}}号(?:门|口))?"
    r"(?:的|那个|那栋|里面|内|里)?(?:\d梯)?[ ]?[-—(（]?(?:[东西南北](?=\d))?"
)
"""What may stand between two parts of an address and says nothing that we keep."""

# A name that nobody knows, between a place and a number: 中山路8号(欧美中心)501. No verb of a report stands in it; fewer
# do where the number can be nothing else (3栋, 2单元, 501室), for 电, 水, 花 and 交 stand in names as well.
HARMLESS = "[服时童包女男]装|装[饰潢备]|电[子商信力器气]|水[岸晶榭云]|花[园苑都城溪港样果]|灯[具饰]|交[大通]|报[业社]|打铁|挖沙"
VERBS, PLAIN_VERBS = "坏堵停漏积罚收费卖修装打放倒报约花交涨欠扣赔缴买办等挖吵闹响灯水电", "坏堵停漏积罚欠扣赔涨吵闹响"


def _bridge_without(verbs: str) -> re.Pattern[str]:
    letters = r"[()]|[a-z](?=\d?区|[谷时代世立魔次元])|(?<=[a-z])\d(?=区)|[a-z]{2,}\d{0,3}(?=[^\W\da-z])|\d{2}(?=小区)|[\d一二三四五六七八九](?=[期区])"
    return re.compile(rf"(?:{HARMLESS}|(?![{verbs}]){NAME}|{letters}){{1,14}}")


BRIDGE, WIDE_BRIDGE = _bridge_without(VERBS), _bridge_without(PLAIN_VERBS)
CONJUNCTIONS = "和至同附到"
ROOM = re.compile(r".*室$")
PLAINLY_A_NUMBER = re.compile(r".*(?:[栋幢座]|号楼|单元|室|\d-\d+-\d)")

THING = (
    "天桥|桥洞|桥|公交站|地铁站|站台|十字路口|路口|菜市场|菜场|超市|学校|小学|中学|幼儿园|药店|银行|诊所|广场|红绿灯|停车场|垃圾站|垃圾桶|公厕|亭子|大门|"
    "[农工建中交]行|邮局|饭店|饭馆|餐馆|酒店|面馆|宾馆|网吧|茶楼|店"
)
SIDE = (
    "下面|底下|上面|旁边|边上|旁|门口头|门口|对面|附近|交叉路口|[十丁]字路口|交叉口|交汇处|路口|[村巷街]口|桥头|口(?![水袋号])|拐角|转角|[东西南北]{1,2}角|"
    "[东西南北中]段|后面|前面|里面|[东西南北]侧|沿线|[东西南北正后]门"
)
LEAD = "(?:的|那个|那|这个|和|与){0,2}"
POINTING = re.compile(rf"{LEAD}(?:{NAME}{{0,6}}?(?:{THING}))?(?:{SIDE})")
ON_A_ROAD = re.compile(rf"{POINTING.pattern}|{LEAD}(?:{THING})(?!员)")
NAMES = {"estate", "road", "landmark", "village"}
JOINS = re.compile("[ ,，、和与跟及同到至]{1,2}")
"""幸福里3栋和5栋: the second is of the same estate."""
FIRM = re.compile(rf"(?:(?![{PLAIN_VERBS}]){NAME}){{1,10}}")
CROSSING = re.compile("[和与跟同、]")
MEETS = re.compile("口|的?(?:交叉|交汇|路口|十字|丁字|交界|转角|[东西南北]{1,2}角|拐角|红绿灯)")
BRIDGED = {"area", "road", "road_number", "landmark", "estate", "village"}
PART_OF_KIND = {"hamlet": "village"}
"""A hamlet is told from a village only by what its numbers mean: 张家角5号 is a house of it, as in an estate."""
INSIDE = {"building", "unit", "floor"}
UNNUMBERED = {"area", "road", "village"}
ENOUGH = ({"building"}, {"room"}, {"unit", "floor"})


@dataclass(frozen=True)
class Address:
    """An address in a text: characters `start:end`, and its parts in plain form (三栋 → building "3").

    `parts` keys: area, village, estate, road, crossing, road_number, lane, landmark, building, unit, floor, room.
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
        if (
            place.kind == "road" and "road" in self.parts
        ):  # 天目山路大树路5号: the number is of the road right before it
            self.parts |= {"crossing": self.parts["road"], "road": place.name}
        if place.kind == "area":  # 贵阳市 and 云岩区 make one
            self.parts["area"] = self.parts.get("area", "") + place.name
        self.parts.setdefault(PART_OF_KIND.get(place.kind, place.kind), place.name)
        self.end, self.last = place.end, place.kind

    def number(self, match: re.Match[str]) -> None:
        for part, words in numbers(match):
            self.parts[part] = _plain(words)
            self.last = part
        self.end = match.end()


def _plain(value: str) -> str:
    value = re.sub("[至到/]", "-", value.removeprefix("第").removeprefix("-").replace("号", ""))
    if value.startswith("负"):
        return "-" + normal_number(value[1:])
    return normal_number(value)


def find_addresses(text: str, gazetteer: Gazetteer) -> list[Address]:
    """Every address of a text in normal form, in reading order, never overlapping."""
    return _joined(text, _read(text, find_places(text, gazetteer)))


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


def _joined(text: str, addresses: Iterator[Address]) -> list[Address]:
    """What is said of the address before: numbers of another house of the estate, or numbers behind the name of a firm."""
    joined: list[Address] = []
    for address in addresses:
        before = joined[-1] if joined and not set(address.parts) & NAMES else None
        if before and JOINS.fullmatch(text, before.end, address.start):
            names = {part: name for part, name in before.parts.items() if part in NAMES}
            joined.append(Address(address.start, address.end, names | address.parts))
        elif before and FIRM.fullmatch(text, before.end, address.start) and not set(before.parts) & set(address.parts):
            joined[-1] = Address(before.start, address.end, before.parts | address.parts)
        else:
            joined.append(address)
    return joined


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
    """Read on while places, numbers, a crossing or something pointed at (…天桥下面, …对面) follow."""
    while _step(text, chain, waiting) or _cross(text, chain, waiting) or _point(text, chain):
        waiting[:] = [p for p in waiting if p.start >= chain.end]


def _step(text: str, chain: _Chain, waiting: list[Place]) -> bool:
    """One place or number further, over what says nothing."""
    glue = GLUE.match(text, chain.end)
    following = glue.end() if glue else chain.end
    if waiting and waiting[0].start in (chain.end, following) and not _another(chain, waiting[0]):
        chain.place(waiting.pop(0))
        return True
    ahead = waiting[0].start if waiting else len(text)
    return (
        _next_number(text, chain.end, chain)
        or _next_number(text, following, chain)
        or _bridge(text, following, ahead, chain)
    )


def _cross(text: str, chain: _Chain, waiting: list[Place]) -> bool:
    """Take in the second road of a crossing: 金朱路和中华北路交叉口."""
    crossing = waiting[0] if waiting and chain.last == waiting[0].kind == "road" else None
    if (
        crossing is None
        or crossing.start != chain.end + 1
        or not CROSSING.match(text, chain.end)
        or not MEETS.match(text, crossing.end)
    ):
        return False
    chain.parts["crossing"], chain.end = crossing.name, crossing.end
    return True


def _point(text: str, chain: _Chain) -> bool:
    """Take in what is pointed at beside something named."""
    pattern = ON_A_ROAD if chain.last in ("road", "road_number") else POINTING
    pointing = pattern.match(text, chain.end) if NAMES & set(chain.parts) else None
    if pointing is None:
        return False
    chain.parts.setdefault("landmark", re.sub(r"^(?:的|那个|那|这个|和|与)+", "", pointing.group()))
    chain.end, chain.last = pointing.end(), "pointed"
    return True


def _next_number(text: str, at: int, chain: _Chain) -> bool:
    match = next_number(text, at, chain.last, chain.parts)
    if match:
        chain.number(match)
    return match is not None


def _bridge(text: str, at: int, limit: int, chain: _Chain) -> bool:
    """Step over an unknown name when a number stands right behind it; the name is then the estate, or inside one a firm."""
    wide, inside = WIDE_BRIDGE.match(text, at, limit), chain.last in INSIDE
    if wide is None or not (inside or chain.last in BRIDGED):
        return False
    narrow = BRIDGE.match(text, at, limit)
    sure = narrow.end() if narrow and not inside else at
    needed = ROOM if inside else PLAINLY_A_NUMBER
    before = chain.last if inside else "name" if chain.last in UNNUMBERED else "estate"
    for end in range(at + 1, wide.end() + 1):
        match = next_number(text, end, before, chain.parts)
        if match and text[at:end] not in CONJUNCTIONS and (end <= sure or needed.match(match.group())):
            chain.number(match)
            if not inside:
                chain.parts.setdefault("estate", text[at:end])
            return True
    return False


def _another(chain: _Chain, place: Place) -> bool:
    """Whether a place begins another address: a road where there is a numbered one, or a second of its kind behind a comma."""
    if place.kind == "road" and {"road_number", "crossing"} & set(chain.parts):
        return "road" in chain.parts
    return place.kind in chain.parts and place.start > chain.end
