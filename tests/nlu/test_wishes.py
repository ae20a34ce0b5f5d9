"""Several wishes in one message: cut where people go on to something else, and nowhere else."""

from __future__ import annotations

import asyncio

import pytest

from nlu.wishes import Judged, split

KNOWN = {
    "路灯": ("report_issue", "municipal_works"),
    "垃圾": ("report_issue", "city_appearance"),
    "老人差点摔": ("seek_help", "elderly"),
    "医保": ("ask_service", "livelihood"),
    "工资哪个发": ("ask_regulation", "other"),
    "进度": ("query_ticket", "other"),
    "起火": ("emergency", "emergency_response"),
    "谢谢": ("thank", "other"),
}


async def judge(piece: str) -> Judged:
    """The words of `KNOWN` are understood, anything else hardly."""
    for word, (intent, category) in KNOWN.items():
        if word in piece:
            return Judged(piece, intent, 0.9, category, 0.9)
    return Judged(piece, "report_issue", 0.3, "other", 0.2)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("路灯坏了，另外医保怎么交", ["路灯坏了", "另外医保怎么交"]),
        ("医保怎么交？路灯也坏了三天", ["路灯也坏了三天", "医保怎么交？"]),
        (
            "路灯坏了。还有楼下垃圾没人收，顺便问下网格员工资哪个发",
            ["路灯坏了。", "还有楼下垃圾没人收", "顺便问下网格员工资哪个发"],
        ),
        ("我要问两个，上次的单子进度，另外医保怎么交", ["我要问两个，上次的单子进度", "另外医保怎么交"]),
        ("路灯坏了三天。晚上老人差点摔了", ["路灯坏了三天。晚上老人差点摔了"]),
        ("路灯坏了，另外昨天也是黑的", ["路灯坏了，另外昨天也是黑的"]),
        ("路灯坏了，还有三单元的路灯也坏了", ["路灯坏了，还有三单元的路灯也坏了"]),
        ("路灯坏了。谢谢你们", ["路灯坏了。谢谢你们"]),
        ("路灯坏了，另外三楼起火了", ["路灯坏了，另外三楼起火了"]),
        ("路灯坏了", ["路灯坏了"]),
        ("", [""]),
    ],
)
def test_wishes_are_told_apart(text: str, wishes: list[str]) -> None:
    assert asyncio.run(split(text, judge)) == wishes


def test_a_message_of_one_piece_is_not_judged_twice() -> None:
    async def never(piece: str) -> Judged:
        raise AssertionError(piece)

    assert asyncio.run(split("路灯坏了三天了没有人管", never)) == ["路灯坏了三天了没有人管"]
