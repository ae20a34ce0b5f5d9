"""Which detail a question asks for, and whether a text holds one."""

from __future__ import annotations

import pytest

from knowledge.details import DETAILS, asked_in, held_in

NAMES = [name for name, _, _ in DETAILS]


@pytest.mark.parametrize(
    ("question", "details"),
    [
        ("网格员的工资是多少钱一个月", {"money"}),
        ("居委会一届是几年", {"time"}),
        ("网格员的工资哪个发", set()),
        ("社区主任叫什么名字，电话多少", {"name", "contact", "number"}),
        ("违反了要罚多少", {"money", "number", "penalty"}),
        ("申请书有没有模板", {"form"}),
        ("上海是怎么规定的", {"elsewhere"}),
    ],
)
def test_what_is_asked_for(question: str, details: set[str]) -> None:
    assert {name for name, mark in zip(NAMES, asked_in(question), strict=True) if mark} == details


def test_what_a_text_holds() -> None:
    marks = held_in(["每百户不低于三十平方米", "由市人民政府负责", "每月补助一百元，三十日内发放"])
    assert [{n for n, m in zip(NAMES, row, strict=True) if m} for row in marks] == [
        {"number"},
        set(),
        {"money", "time"},
    ]
    assert held_in([]).shape == (0, len(DETAILS))
