"""Numbers that stand for a person or a thing: phones, identity cards, plates, ticket numbers; and names people give.

Input is text in normal form (lower case, half-width).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PATTERNS = {
    "ticket_number": re.compile(r"(?<![a-z0-9])gy\d{8}-?\d{4,6}(?!\d)"),
    "id_card": re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx](?![\da-z])"),
    "phone": re.compile(
        r"(?<![\da-z])(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?[1-9]\d{6,7}(?:[-转]\d{1,5})?|400[- ]?\d{3}[- ]?\d{4}|1[3-9]\d[*x]{4}\d{4})(?![\da-z])"
    ),
    "plate": re.compile(rf"[{PROVINCES}][a-hj-np-z][·. -]?[a-hj-np-z0-9]{{5,6}}(?![a-z0-9])"),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍"
NAMED = re.compile(rf"(?:我叫|我是|姓名[:是为]?|名字[:是叫]?|联系人[:是]?|本人叫|叫我)(?P<name>[{SURNAMES}](?:[^\W\d_a-z的是在家住了]{{1,2}}(?![^\W\d_])|先生|女士|大爷|大妈|阿姨|师傅|老师|某{{1,2}}))")


@dataclass(frozen=True)
class Mark:
    """A number or name found: its kind (phone, id_card, plate, ticket_number, person), characters `start:end`, plain value."""

    kind: str
    start: int
    end: int
    value: str


def find_marks(text: str) -> list[Mark]:
    """All marks of a text in normal form; an identity card is never read as a phone."""
    found: list[Mark] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            if not any(m.start < match.end() and match.start() < m.end for m in found):
                found.append(Mark(kind, match.start(), match.end(), _plain(kind, match.group())))
    found += [Mark("person", m.start("name"), m.end("name"), m.group("name")) for m in NAMED.finditer(text)]
    return sorted(found, key=lambda m: m.start)


def _plain(kind: str, value: str) -> str:
    if kind == "phone":
        return re.sub(r"^\+?86[- ]?(?=1)", "", value).replace(" ", "").replace("-", "") if "转" not in value else value
    return re.sub(r"[·. ]", "", value).upper()
