"""Named places in a text: estates, roads, landmarks, known ones first and unknown ones by the way they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Characters that never stand in a place name; a name begins after the last of them.
NOT_IN_NAMES = "我你他她它其们于住去从离的了着过把被请问吗呢吧啊说这那没还又很跟往叫该每哪啥么您咱俺嘛呀哦唉喂、，。！？；：“”‘’（）()《》"
NAME = rf"[^\W\d_a-z{NOT_IN_NAMES}]"

ENDINGS = {  # areas first: 杭州市|西湖区|文三路 is three names, not one
    "area": "街道(?:办事处?)?|自治区|自治州|开发区|高新区|新区|(?<![超门城菜夜股上])市(?!场|民|政|区|值|里)|(?<![小社园辖地景片校住山林老矿郊])区(?!域|别|分)|省(?![得钱事心力])|县(?!城)|镇(?!政府)|乡(?!下|村)",
    "road": "大道|大街|环路|公路|高架|胡同|路|街(?!道)|巷|弄(?!堂)",
    "estate": "小区|花园|家园|公寓|新村|社区|名苑|嘉苑|嘉园|豪庭|华庭|新城|山庄|别墅|宿舍楼?|家属院|安置房|大院|雅苑|苑|公馆|花苑|小镇|府邸|首府|人家|城邦",
    "landmark": (
        "天桥|立交桥?|大桥|广场|农贸市场|批发市场|市场|菜场|超市|商场|商城|医院|卫生院|学校|小学|中学|大学|学院|幼儿园|公园|车站|地铁站|公交站|"
        "火车站|大厦|大楼|中心|写字楼|派出所|加油站|停车场|水库|湿地|隧道|十字路口|转盘|村委会|村|寨|屯|酒店|宾馆|饭店|工业园|产业园|创业园|创意园|创新园|科技园|园区|厂"
    ),
}
# What a name is not, however it ends: things pointed at, or words that merely end like a place.
NO_NAMES = re.compile(
    r"(?:小区|花园|公寓|社区|宿舍|路|街|学校|医院|广场|公园|车站|市场|超市|村|中心|大楼|大厦)$|"
    r".*(?:一路|修路|走路|公路|道路|马路|铁路|网路|思路|线路|电路|短路|半路|让路|问路|套路|迷路|堵路|占路|过路|路路|人行道路|上街|逛街|大街|街街)$|"
    r"^(?:整个|全|本|老旧|附近|隔壁|旁边|对面|门口|楼下|家|所有|多个|几个|一个|两个|上个|外面|里面|周边|全市|各|某|几家|一家).{0,2}(?:小区|社区|路|街|巷|村|学校|医院|市场|超市|公园|广场|中心|厂|镇|乡|幼儿园|小学|中学|大学|饭店|酒店)$|"
    r".*(?:物业|服务|政务|购物|社区服务|办事|便民|体检|培训|急救|火力|党群)中心$"
)
LEADING = re.compile(
    r"^(?:号|弄|个|整条|整个|址是|地方|住址|就|都|咨询|反映|反应|举报|投诉|反馈|来电|市民|居民|业主|家住|现住|位于|地址|位置|地点|小区|今天|昨天|昨晚|今早|早上|晚上|最近|现在|刚才|目前|就是|因为|但是|所以|如果|"
    r"希望|建议|要求|请求|关于|发现|看到|听说|经过|路过|靠近|临近|旁边|对面|附近|前面|后面|隔壁|楼下|门口|我家|家里|一个|有个|有人|有|在|到|是|和|与|及|对|为|自|由|至|向|沿|离|上|来|进|出|"
    r"师傅|老师|同志|大家|麻烦|帮忙|帮|看看|修|派人|处理|还是|不是|而是|应该|大概|好像|估计|租|买|出门|回|开|走|跑|过|搬|骑|坐)+"
)


@dataclass(frozen=True)
class Place:
    """A named place: its kind (estate, road, landmark or area), its usual name, and the characters `start:end`."""

    kind: str
    name: str
    start: int
    end: int


class Gazetteer:
    """The place names that a community knows, aliases included, found by longest match."""

    def __init__(self, names: Mapping[str, tuple[str, str]]) -> None:
        """`names`: what people write → (kind, usual name)."""
        self._names = names
        ordered = sorted(names, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(n) for n in ordered)) if ordered else None

    def find(self, text: str) -> list[Place]:
        """Known places in reading order, never overlapping."""
        if self._pattern is None:
            return []
        return [Place(*self._names[m.group()], m.start(), m.end()) for m in self._pattern.finditer(text)]


def find_places(text: str, gazetteer: Gazetteer) -> list[Place]:
    """Known places, and between them the unknown ones that end like a road, an estate or a landmark."""
    known = gazetteer.find(text)
    found = list(known)
    for start, end in _between(known, len(text)):
        found += _by_ending(text, start, end)
    return sorted(found, key=lambda p: p.start)


def _between(places: Iterable[Place], length: int) -> list[tuple[int, int]]:
    gaps, at = [], 0
    for place in places:
        gaps.append((at, place.start))
        at = place.end
    return [(s, e) for s, e in [*gaps, (at, length)] if e > s]


LONGEST = {"road": 7, "estate": 9, "landmark": 9, "area": 5}  # characters before the ending
_ENDING = re.compile("|".join(rf"(?P<{kind}>{NAME}{{1,{LONGEST[kind]}}}?(?:{ends}))" for kind, ends in ENDINGS.items()))


def _by_ending(text: str, start: int, end: int) -> list[Place]:
    found, at = [], start
    while match := _ENDING.search(text, at, end):
        place = _trimmed(match)
        if place is not None:
            found.append(place)
        at = match.end()
    return found


def _trimmed(match: re.Match[str]) -> Place | None:
    """Cut what leads up to a name (家住, 位于 …); None where nothing of a name is left."""
    kind, name = str(match.lastgroup), match.group()
    if lead := LEADING.match(name):
        name = name[lead.end() :]
    shortest = 2 if kind == "road" else 3
    if len(name) < shortest or NO_NAMES.match(name):
        return None
    return Place(kind, name, match.end() - len(name), match.end())
