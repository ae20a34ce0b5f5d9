"""Numbers that stand for a person or a thing: phones, identity cards, plates, ticket numbers; and names people give.

Input is text in normal form (lower case, half-width).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from nlu.text.numerals import DIGITS

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
D = "[零〇一二三四五六七八九幺]"
NOT_BEHIND, NOT_BEFORE = r"(?<![\da-z])", r"(?![\da-z])"
_PHONES = (
    r"(?:\(?(?:\+|00)?86\)?[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}",
    r"\(?0\d{2,3}\)?[- ]{0,2}[1-9]\d{2,3}[- ]?\d{4}(?:(?:-|转|转分机|分机)\d{1,5})?",
    r"[48]00(?:[- ]?\d){7}",
    r"1[3-9]\d[*x]{3,4}\d{4}",
    rf"[一幺][三四五六七八九]{D}{{9}}(?!{D})",
    r"(?:(?<=电话)|(?<=座机)|(?<=固话)|(?<=号码)|(?<=拨打)|(?<=电话:)|(?<=座机:)|(?<=电话是)|(?<=座机是))[2-8]\d{6,7}",
)
"""Mobile; fixed line with its area code; 400 and 800; masked; said digit by digit; fixed line alone, behind a word for it."""
PATTERNS = {
    "ticket_number": re.compile(r"(?<![a-z0-9])gy-?\d{8}-?\d{4,6}(?!\d)"),
    "id_card": re.compile(r"(?<!\d)[1-9]\d{5} ?(?:(?:19|20)\d{6} ?\d{3}[\dx]|\d{9})(?![\da-z])"),
    "phone": re.compile(f"{NOT_BEHIND}(?:{'|'.join(_PHONES)}){NOT_BEFORE}"),
    "plate": re.compile(
        rf"[{PROVINCES}][a-hj-z][·. -]?(?:[a-hj-np-z0-9]{{5,6}}|[a-hj-np-z0-9]{{4}}[警学挂港澳领试超])(?![a-z0-9])"
    ),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍"
COMPOUND = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|端木|东方|独孤|南宫"
NAMED = re.compile(
    rf"(?:我叫|我是|姓名[:是为]?|名字[:是叫]?|联系人[:是]?|本人叫|叫我)(?P<name>(?:{COMPOUND}|[{SURNAMES}])"
    r"(?:[^\W\d_a-z的是在家住了]{1,2}(?![^\W\d_])|先生|女士|大爷|大妈|阿姨|师傅|老师|某{1,2}))"
)


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
            mark = Mark(kind, match.start(), match.end(), PLAIN[kind](match.group()))
            taken = any(m.start < mark.end and mark.start < m.end for m in found)
            if not taken and (kind != "id_card" or is_id(mark.value)):
                found.append(mark)
    found += [Mark("person", m.start("name"), m.end("name"), m.group("name")) for m in NAMED.finditer(text)]
    return sorted(found, key=lambda m: m.start)


def is_id(value: str) -> bool:
    """Whether digits can be an identity card's: of 15, that the day of birth is a day. 18 mistyped ones are still private."""
    if len(value) == 18:
        return True
    try:
        return bool(date(1900 + int(value[6:8]), int(value[8:10]), int(value[10:12])))
    except ValueError:
        return False


def has_check_digit(value: str) -> bool:
    """Whether the last of an identity card's 18 characters fits the others (GB 11643); 15 old ones have none to fit."""
    if len(value) == 15:
        return True
    weighed = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(value[:17]))
    return "10X98765432"[weighed % 11] == value[17]


def _plain_phone(said: str) -> str:
    """Digits alone, without +86; an extension behind 转."""
    if said[0] in DIGITS:
        return "".join(str(DIGITS[char]) for char in said)
    if "*" in said or "x" in said:
        return re.sub("[*x]+", "****", said)
    number, _, extension = re.sub(r"(?<=\d{7})-(?=\d{1,5}$)|转?分机|转", "转", said).partition("转")
    number = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[() -]", "", number))
    return f"{number}转{extension}" if extension else number


PLAIN = {
    "phone": _plain_phone,
    "plate": lambda said: re.sub(r"[·. -]", "", said).upper(),
    "id_card": lambda said: said.replace(" ", "").upper(),
    "ticket_number": lambda said: re.sub(r"gy-?(\d{8})-?(\d+)", r"GY\1-\2", said),
}
