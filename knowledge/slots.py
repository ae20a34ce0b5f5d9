"""Which part of a service item a question asks for: materials, steps, time, fee, where, hours, who may do it."""

from __future__ import annotations

import re

from knowledge.catalog import ServiceItem

SLOTS = {
    "agent": r"代办|代领|代交|委托|[替帮].{0,8}(?:办|领|交|弄|申请)|(?:别人|他人|家里?人|家属|子女|儿女|亲戚|邻居).{0,6}(?:办|领|去|弄)|(?:本人|亲自).{0,6}(?:去|来|到|办)|喊.{0,8}(?:办|去|领)",
    "materials": r"带(?:什么|啥|哪|些|点|上|齐)|要带|材料|资料|证件|手续|准备(?:什么|啥|哪|些)|复印件|照片|户口本|哪些证|什么证",
    "limit": r"几天|多少天|多久|好久|多长时间|时限|期限|办结|(?:什么时候|几时|哪天).{0,4}(?:好|拿|下来|办|到账)|等多长",
    "fee": r"多少钱|几多钱|好多钱|收(?:不收)?费|收钱|费用|要钱|要不要钱|免费|花钱|工本费|交钱",
    "window": r"在哪|哪[里儿点]|去哪|到哪|哪个(?:窗口|地方|部门)|地址|什么地方|啥地方|哪个?办|找谁|找哪",
    "hours": r"几点|上班|下班|周末|周[一二三四五六日天]|星期|礼拜|中午|开门|关门|错时|办公时间|节假日",
    "conditions": r"条件|资格|符合|能不能(?:办|申请|领|享)|可(?:不可)?以(?:办|申请|领).{0,2}[吗么嘛]?|够不够|哪些人|什么人|啥人|算不算|有没有资格|多大(?:年纪|岁)|要求",
    "steps": r"怎么[办弄申搞领报走]|怎样|如何|咋[个么]?[办弄搞申领]|啷个[办弄搞]|流程|步骤|程序|先.{0,6}再|网上.{0,4}办",
    "notes": r"注意|退回|驳回|打回|不批|没通过|被拒|常见",
}
PATTERNS = {slot: re.compile(pattern) for slot, pattern in SLOTS.items()}
OVERVIEW = ("conditions", "materials", "steps", "window", "hours", "limit", "fee")
"""What is told when no part is asked for."""


def slots_in(folded: str) -> tuple[str, ...]:
    """The parts of a service item that a folded question asks for, in the order in which they are told; maybe none."""
    return tuple(slot for slot, pattern in PATTERNS.items() if pattern.search(folded))


def lines_of(item: ServiceItem, slot: str) -> tuple[str, ...]:
    """The lines of one part, word for word as in the catalog; none where the item says nothing of it."""
    value = getattr(item, slot)
    return value if isinstance(value, tuple) else (value,)
