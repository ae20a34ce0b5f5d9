"""The kind of detail that a question asks for, and whether a text holds such a detail at all.

A question about the right article may still ask what the article does not say: the amount, the number of days, somebody's
name. Whether a text has an amount in it can be seen; how much that says about declining is learnt with all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NUMBER = r"[\d〇零一二两三四五六七八九十百千万]+"
NEVER = r"(?!)"
DETAILS: tuple[tuple[str, str, str], ...] = (
    ("money", r"多少钱|几多钱|好多钱|几块|多少元|(?:工资|补贴|补助|津贴|奖金|经费|标准|费用?|价|租金|罚款?)[^，。？?]{0,6}(?:多少|好多|几多|几何|多高)|怎么收费|收费标准|贵不贵|涨到", rf"{NUMBER}元|免费|不收费"),
    ("number", r"多少(?!钱|元)|好多(?!钱)|几(?:个|名|人|位|户|平|次|票|岁|成|分)|比例|百分之|过半|人数|上限|最多|最少|至少", rf"{NUMBER}(?:平方米|人|户|名|次|个|岁|周岁|分之|倍)|半数|过半"),
    ("time", r"多久|几天|几年|几个月|多长时间|好久|期限|时限|什么时候|啥时候|哪天|几月|几点|几号|任期|一届|隔多久", rf"{NUMBER}(?:日|天|年|个月|个工作日|小时)|每年|定期|期限|及时|施行"),
    ("contact", r"电话|号码|联系方式|联系得到|微信|二维码|公众号|网址|邮箱|地址在|在哪条|哪条路|几楼|怎么走", NEVER),
    ("name", r"叫什么|叫啥|名字|姓什么|姓啥|贵姓|是哪位|哪个来当|哪几家|哪家公司|名单", NEVER),
    ("form", r"模板|范文|范本|样本|表格|格式|怎么写|怎么填|流程图|原件|复印件", r"材料|证件|身份证|申请表"),
    ("penalty", r"罚|处罚|拘留|判刑|判几年|坐牢|追究|开除|违法|犯法|后果|赔", r"处罚|罚款|追究|法律责任|处分|责令|赔偿"),
    ("elsewhere", r"北京|上海|广州|深圳|成都|重庆|昆明|长沙|杭州|外省|别的城市|其他城市|国家规定|宪法|民法|刑法|劳动法|物权法|物业管理条例|国务院", NEVER),
)  # fmt: skip
"""Name of the detail, what asks for it, what in a text holds it."""
_ASKED = [re.compile(asked) for _, asked, _ in DETAILS]
_HELD = [re.compile(held) for _, _, held in DETAILS]
Marks = NDArray[np.float32]


def asked_in(question: str) -> Marks:
    """Which details a question asks for, [DETAILS] of 0 and 1."""
    return np.asarray([bool(p.search(question)) for p in _ASKED], dtype=np.float32)


def held_in(texts: Sequence[str]) -> Marks:
    """Which details each text holds, [texts, DETAILS] of 0 and 1."""
    marks = [[bool(p.search(text)) for p in _HELD] for text in texts]
    return np.asarray(marks, dtype=np.float32).reshape(len(texts), len(DETAILS))
