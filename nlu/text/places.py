"""Named places in a text: estates, roads, landmarks, known ones first and unknown ones by the way they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Characters that never stand in a place name; a name begins after the last of them.
NOT_IN_NAMES = "我你他她它其们于住去从离的了着过把被请问吗呢吧啊说这那没还又很跟往在到与及此是但因叫该每哪啥么您咱俺嘛呀哦唉喂、，。！？；：“”‘’（）()《》"
NAME = rf"[^\W\d_a-z{NOT_IN_NAMES}]"

ENDINGS = {  # areas first: 杭州市|西湖区|文三路 is three names, not one
    "area": "街道(?:办事处?)?|自治区|自治州|开发区|高新区|新区|县(?!城)|(?<!小)镇(?!政府)|乡(?!下|村)",
    "road": "大道|大街|环路|公路|高架|胡同|路|街(?!道)|巷|弄(?![堂坏脏丢得好错混完来一下])",
    "estate": (
        "小区|花园|家园|公寓|新村|社区|名苑|嘉苑|嘉园|豪庭|华庭|新城|山庄|别墅|宿舍楼?|家属院|安置房|大院|雅苑|苑|公馆|花苑|小镇|府邸|首府|人家|城邦|"
        r"(?:国际|世家|半岛|[名华御王]府|[帝丽]景|名邸|佳园|名城|绿洲|丽都|雅居|庄园|坊|里|庭|园|院)(?=[a-z]?\d{1,3}(?:栋|幢|号楼(?!道)|座|-\d)|[一二三四五六七八九十]{1,3}(?:栋|幢|号楼|单元))"
    ),
    "landmark": (
        "天桥|立交桥?|大桥|广场|农贸市场|批发市场|市场|菜场|超市|商场|商城|医院|卫生院|附院|学校|小学|中学|大学|学院|幼儿园|公园|车站|地铁站|公交站|"
        r"火车站|客运站|高铁站|[东南西北]站|机场|体育[馆场]|[图博文]\w{1,2}馆|影院|寺|庙|阁(?!楼)|大厦|大楼|中心|写字楼|商务楼|办公楼|综合楼|派出所|加油站|停车场|水库|湿地|隧道|十字路口|转盘|村委会|酒店|宾馆|饭店|(?:工业|产业|创业|创意|创新|科技|软件|物流)园区?|厂|"
        "(?:商贸|服装|商品|工商|家居|建材|汽配|电脑|电子|轻纺|纺|茶|鞋|书|商业|淘宝|小百货|珠宝|皮革|灯具|钢材|五金|食品|眼镜)城|工业[园圆]?区"
    ),
    "village": "村(?!委|民)|寨|屯",
    "hamlet": r"(?:家(?:里|门|角|湾|塘|桥|坝|沟|岭|湾|弄)|浜|圩|埠头?)(?=\d{1,4}(?:号|[栋幢]))",
}
# What a name is not, however it ends: things pointed at, or words that merely end like a place.
NO_NAMES = re.compile(
    r"\d{1,2}[路街]$|.*[十丁]字路$|.*无路$|[户家个老]人家$|[处边此条段整该旁面侧]路$|(?:小区|花园|公寓|社区|宿舍|路|街|学校|医院|广场|公园|车站|市场|超市|村|中心|大楼|大厦)$|"
    r"^(?:.*[走沿途家来去])?一路$|.*(?:修路|走路|(?:^|高速|农村|乡村|城市|条)公路|道路|(?:^|[大小过穿占条宽窄走])马路|铁路|网路|思路|线路|电路|短路|半路|让路|问路|套路|迷路|[看找摸认见望分]不[见清到着得出]路|堵路|占路|过路|路路|人行道路|上街|逛街|^大街|街街)$|"
    r"^(?:整个|全|本|老旧|居民|周围|所在|附近|隔壁|旁边|对面|门口|楼下|家|所有|多个|几个|一个|两个|上个|外面|里面|周边|全市|各|某|几家|一家).{0,2}(?:小区|社区|路|街|巷|村|学校|医院|市场|超市|公园|广场|中心|厂|镇|乡|幼儿园|小学|中学|大学|饭店|酒店)$|"
    r".*(?:物业|服务|政务|购物|社区服务|办事|便民|体检|培训|急救|火力|党群)中心$"
)
LEADING_WORDS = (
    "号|弄|个|区|街道|整条|整个|址是|地方|住址|就|都|反应|反馈|来电|市民|居民|业主|家住|现住|地址|位置|地点|小区|今天|昨天|昨晚|今早|早上|晚上|最近|现在|刚才|目前|因为|但是|所以|如果|"
    "(?:来|去|跑)?一趟|希望|建议|要求|请求|关于|发现|看到|听说|临近|旁边|对面|附近|前面|后面|隔壁|楼下|门口|我家|家里|一个|有个|有人|有|是|对|为|自|由|至|向|沿|上|来|进|出|"
    "师傅|老师|同志|大家|麻烦|帮忙|帮|看看|修|派人|处理|应该|大概|好像|估计|租|买|出门|回|开|走|跑|搬|骑|坐|整|给|让|左右|日|始|住|跟前|周围"
)
NAMED_SO = (
    "向[阳荣前东西南北]|上[海城饶虞塘街清河坝寨庄湾]|进[步贤]|开[阳发元化平封心远明泰]|来[安宾凤福]|自[强由贡力立]|沿[河江山海湖溪滨]|修[文水武]|为民|有[余庆]|出[云口]|"
    "对[坡门]|都[司市匀]|至[善诚]|走马|跑马|由[义家]|日[新升照]|师[范大]|整[风装]|小区[一二三四五六]"
)
"""Names that begin like a word that leads up to one: 向阳路, 修文县, 开阳县."""
LEADING = re.compile(rf"^(?:(?!{NAMED_SO})(?:{LEADING_WORDS}))+")
CUT = re.compile(
    r".*(?:反映|投诉|举报|咨询|告知|表示|有一[条个]|导致|购买|停放|通向|通往|经过|路过|靠近|位于|排到|还有|就是|不是|而是|还是|或者|只是|想问|请核实|影响|使得|造成|前往|进入|离开|属于|占用|堵塞|堵住|打扫)"
)
"""A name begins behind the last of these."""
PLACE_ENDS = set("路街巷道弄区村园苑里院楼城场桥站号")


@dataclass(frozen=True)
class Place:
    """A named place: its kind (estate, road, landmark or area), its usual name, and the characters `start:end`."""

    kind: str
    name: str
    start: int
    end: int


class Gazetteer:
    """The place names that a community knows, aliases included, found by longest match.

    An estate is also known without its last word where a building stands behind (云岭5栋), unless two would be called so.
    """

    def __init__(self, names: Mapping[str, tuple[str, str]]) -> None:
        """`names`: what people write → (kind, usual name)."""
        self._names = {**_short_names(names), **names}
        full, short = (_alternatives(some) for some in (names, self._names.keys() - names.keys()))
        self._pattern = re.compile(f"{full}|{APART}(?:{short}){A_BUILDING}" if short else full) if full else None

    def find(self, text: str) -> list[Place]:
        """Known places in reading order, never overlapping."""
        if self._pattern is None:
            return []
        return [Place(*self._names[m.group()], m.start(), m.end()) for m in self._pattern.finditer(text)]


LAST_WORD = re.compile("(?:小区|花园|家园|公寓|新村|宿舍|家属院|华庭|名苑|雅苑|苑|人家|新城|公馆)$")
APART = r"(?:(?<![^\W\d_])|(?<=[住在到是映诉家址就去来从的于报]))"
A_BUILDING = r"(?=第?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:栋|幢|撞|号楼|座|#)|\d{1,3}-\d{1,2}-\d)"


def _short_names(names: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """云岭 for 云岭小区; left out where it is a name of its own, or short for two estates (金朱)."""
    shorts: dict[str, set[tuple[str, str]]] = {}
    for name, place in names.items():
        short = LAST_WORD.sub("", name)
        if place[0] == "estate" and len(short) > 1 and short not in names:
            shorts.setdefault(short, set()).add(place)
    return {short: places.pop() for short, places in shorts.items() if len(places) == 1}


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


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


LONGEST = {"road": 7, "estate": 9, "landmark": 9, "area": 5, "village": 6, "hamlet": 4}  # characters before the ending
_CITIES = "省(?![得钱事心力])|(?<![超门城菜夜股上])市(?!场|民|政|区|值|里)|(?:(?<![小社园辖地景片校住林老矿郊一二三四五六八九十])(?<!偏远山)(?<!贫困山)(?<!大山)区|二七区)(?!域|别|分)"
"""A province, a city or a district has no street in its name: 蓝天路市就业局 is on a street."""
_PATTERNS = {kind: rf"{NAME}{{1,{LONGEST[kind]}}}?(?:{ends})" for kind, ends in ENDINGS.items()}
_PATTERNS["area"] = rf"(?:(?:(?![路巷]|街(?!道)){NAME}){{1,5}}?(?:{_CITIES})|{_PATTERNS['area']})"
_PATTERNS["estate"] += (
    rf"|{NAME}{{2,6}}(?=(?:[a-z]\d{{0,2}}|\d{{1,2}}|[一二三四五六七八九十])(?:组团|期|区)[a-z]?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})(?:栋|幢|号楼|座|-\d))"
)
_PATTERNS["road"] = (
    rf"(?:(?<!\d)\d{{1,3}}号(?:大街|大道|路(?![线口过]))|{NAME}{{1,4}}\d{{1,2}}[路街](?=\d)|[gsx]?\d{{3}}[国省县]道|{_PATTERNS['road']})"
)
_ENDING = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
_OF_A_KIND = {kind: re.compile(f"(?P<{kind}>{pattern})") for kind, pattern in _PATTERNS.items()}


def _by_ending(text: str, start: int, end: int) -> list[Place]:
    found, at = [], start
    while match := _ENDING.search(text, at, end):
        place = _trimmed(match) or _longer(text, match, end)
        if place is not None:
            found.append(place)
        at = place.end if place else match.end()
    return found


def _longer(text: str, short: re.Match[str], end: int) -> Place | None:
    """The name that goes on behind something too short for one: 新镇 is none, 新镇路 is."""
    matches = (
        pattern.match(text, short.start(), end) for kind, pattern in _OF_A_KIND.items() if kind != short.lastgroup
    )
    places = (_trimmed(match) for match in matches if match and match.end() > short.end())
    return next((place for place in places if place), None)


def _trimmed(match: re.Match[str]) -> Place | None:
    """Cut what leads up to a name (家住, 位于 …); None where nothing of a name is left."""
    kind, name = str(match.lastgroup), match.group()
    if cut := CUT.match(name):
        name = name[cut.end() :]
    if name[:1] in "和同" and match.string[: match.end() - len(name)][-1:] in PLACE_ENDS:
        name = name[1:]  # 文明路和博爱路, and not 和平路
    if lead := LEADING.match(name):
        name = name[lead.end() :]
    shortest = 2 if kind == "road" else 3
    if len(name) < shortest or NO_NAMES.match(name):
        return None
    return Place(kind, name, match.end() - len(name), match.end())
