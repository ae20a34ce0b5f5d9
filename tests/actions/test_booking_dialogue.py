"""Booking by talking: what each answer sets, what is asked next, and when the words were about something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from actions.appointments.slot import Free, Manner, Slot
from actions.clock import SHANGHAI
from actions.dialogue.booking_draft import EVERY_SLOT, Affair, BookingDraft, Shelf, begin, chosen, fill
from actions.dialogue.heard import Heard
from actions.dialogue.moment import Moment, moment_in, without_moment
from actions.dialogue.shelf import by_name
from actions.dialogue.visits import ASKS, CANCELS, MOVES
from knowledge.catalog import load_catalog

TODAY = date(2026, 11, 24)  # a Tuesday
CARD = Affair("elder_card", "老年证", "elderly")


def slots(days: int, hour: int, minute: int = 0, manner: Manner = Manner.REGULAR) -> Free:
    starts = datetime(2026, 11, 24, hour, minute, tzinfo=SHANGHAI) + timedelta(days=days)
    return Free(Slot("hall", manner, starts, starts + timedelta(minutes=30), 1), 1)


FREE = [slots(1, 9), slots(1, 9, 30), slots(1, 15), slots(4, 9, 30, Manner.FLEXIBLE)]
HOME = [slots(2, 14, manner=Manner.HOME)]


def shelf(free: Sequence[Free] = FREE, windows: Sequence[str] = ("hall",), home: Sequence[Free] = HOME) -> Shelf:
    return Shelf(
        today=TODAY,
        affair=lambda text, _: CARD if "老年" in text else Affair("", text, "other"),
        item=lambda text: Affair("licence", "居住证", "migrants") if "居住证" in text else None,
        windows=lambda _, at_home: windows if not at_home or home else (),
        named=lambda text: "hall" if "大厅" in text else None,
        free=lambda _, at_home: home if at_home else free,
    )


def heard(text: str, intent: str = "inform", pressed: bool = False, **entities: str) -> Heard:
    found = [{"entity": kind, "value": value} for kind, value in entities.items()]
    return Heard("web:abc", "m1", "web", text, intent, 0.9, entities=found, pressed=pressed)


def begun(
    text: str, known: str | None = None, on: Shelf | None = None, draft: BookingDraft | None = None
) -> BookingDraft:
    return BookingDraft.of(begin(heard(text, "book_service"), on or shelf(), known, draft or BookingDraft()))


def answered(
    draft: BookingDraft, text: str, intent: str = "inform", on: Shelf | None = None, **entities: str
) -> BookingDraft:
    asked = missing(draft)
    return BookingDraft.of(
        {**draft.slots, **fill(draft, f"booking_{asked}", heard(text, intent, **entities), on or shelf())}
    )


def missing(draft: BookingDraft) -> str:
    """What is asked next."""
    return next(
        name for name in ("affair", "window", "day", "time", "where", "confirmed") if getattr(draft, name) is None
    )


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("预约", "affair"),
        ("我想约个时间办事", "affair"),
        ("预约老年证", "day"),
        ("明天去办老年卡", "time"),
        ("周六上午去办老年卡", "confirmed"),  # the only time that morning
        ("明天下午办老年证", "confirmed"),
        ("明天九点半办老年证", "confirmed"),
        ("上门给老人办老年证", "day"),
    ],
)
def test_what_the_first_words_say_is_not_asked_again(text: str, asks: str) -> None:
    assert missing(begun(text)) == asks


def test_a_time_is_chosen_by_the_clock() -> None:
    manner, starts_at = chosen(begun("明天九点四十去办老年证"))
    assert (manner, f"{starts_at:%d %H:%M}") == (Manner.REGULAR, "25 09:30"), "9:40 lies within 9:30 to 10:00"


def test_step_by_step() -> None:
    several = shelf(windows=("hall", "labour"))
    draft = begun("预约", on=several)
    steps = [("老年证", "window"), ("大厅", "day"), ("11月25日（周三）", "time"), ("9:30", "confirmed")]
    for text, then in steps:
        draft = answered(draft, text, on=several)
        assert missing(draft) == then, text
    assert answered(draft, "确认预约", on=several).confirmed


def test_a_day_without_places_is_said_and_asked_for_again() -> None:
    draft = begun("周日去办老年证")
    assert missing(draft) == "day"
    assert (draft.notes["trouble"], draft.notes["wanted"]["missed"]) == ("booking_day_none", "2026-11-29")
    assert "trouble" not in answered(draft, "周三").notes


def test_a_time_without_places_leaves_the_day() -> None:
    draft = begun("明天上午八点去办老年证")
    assert (draft.notes["trouble"], draft.day, missing(draft)) == ("booking_time_none", "2026-11-25", "time")


def test_who_does_not_mind_gets_the_first() -> None:
    assert f"{chosen(answered(begun('预约老年证'), '随便哪天都行'))[1]:%d %H:%M}" == "25 09:00"


def test_at_home_the_address_is_asked_for_unless_it_is_known() -> None:
    assert missing(begun("周四下午上门办老年证")) == "where"
    assert begun("周四下午上门办老年证", known="幸福里小区3栋").where == {"address": "幸福里小区3栋"}
    told = answered(begun("周四下午上门办老年证"), "我住翠湖苑5栋", address="翠湖苑5栋")
    assert (told.where, missing(told)) == ({"address": "翠湖苑5栋"}, "confirmed")


def test_where_nobody_comes_home_it_is_said_and_the_window_offered() -> None:
    draft = begun("上门办老年证", on=shelf(home=()))
    assert (draft.notes["trouble"], draft.home, missing(draft)) == ("booking_no_home", False, "day")


def test_what_no_window_takes_appointments_for_is_said() -> None:
    draft = begun("明天办老年证", on=shelf(windows=()))
    assert (draft.notes["trouble"], missing(draft)) == ("booking_not_taken", "affair")


def test_another_affair_may_be_named_at_any_time() -> None:
    draft = answered(begun("周六上午去办老年卡"), "不对，是办居住证")
    assert (draft.affair or {})["id"] == "licence"
    assert (missing(draft), f"{chosen(draft)[1]:%d %H:%M}") == ("confirmed", "28 09:30")


@pytest.mark.parametrize("text", ["换个时间", "时间不合适", "改个时间"])
def test_another_time(text: str) -> None:
    draft = answered(begun("周六上午去办老年卡"), text, "deny")
    assert (missing(draft), draft.affair) == ("day", begun("老年证").affair)


def test_a_new_time_at_the_end_takes_the_place_of_the_old() -> None:
    draft = answered(begun("周六上午去办老年卡"), "还是明天九点吧")
    assert (missing(draft), f"{chosen(draft)[1]:%d %H:%M}") == ("confirmed", "25 09:00")


def test_a_telephone_number_is_noted_wherever_it_comes() -> None:
    draft = answered(begun("周六上午去办老年卡"), "电话13800001001", phone="13800001001")
    assert (draft.notes["phone"], missing(draft)) == ("13800001001", "confirmed")


def test_a_time_that_somebody_else_took_meanwhile_is_asked_for_again() -> None:
    draft = answered(begun("周六上午去办老年卡"), "电话13800001001", phone="13800001001", on=shelf(FREE[:3]))
    assert (draft.time, missing(draft)) == (None, "day")


@pytest.mark.parametrize(
    "intent", ["emergency", "self_harm", "talk_to_human", "cancel", "ask_bot", "report_issue", "ask_regulation"]
)
def test_other_wishes_are_left_to_others(intent: str) -> None:
    assert fill(begun("预约老年证"), "booking_day", heard("说点别的", intent), shelf()) == {}


@pytest.mark.parametrize("asked", EVERY_SLOT[:6])
def test_giving_up_is_no_answer_to_any_question(asked: str) -> None:
    assert fill(begun("预约老年证"), asked, heard("算了，不约了", "cancel", pressed=True), shelf()) == {}


@pytest.mark.parametrize("intent", ["inform", "book_service", "affirm", "deny"])
def test_what_is_not_understood_is_asked_again(intent: str) -> None:
    draft = answered(begun("预约老年证"), "啊这", intent)
    assert (draft.notes["trouble"], missing(draft)) == ("booking_not_understood", "day")


def test_after_somebody_was_faster_a_yes_goes_on_with_the_same_affair() -> None:
    left = BookingDraft.of({**begun("周六上午去办老年卡").slots, "booking_day": None, "booking_time": None})
    again = begun("确认预约", on=shelf(FREE[:3]), draft=left)
    assert (again.affair, missing(again)) == (left.affair, "day")


@pytest.mark.parametrize(
    ("text", "day", "hours", "minute"),
    [
        ("周六上午", "2026-11-28", (0, 12), None),
        ("下周三下午三点", "2026-12-02", (12, 18), 15 * 60),
        ("这周二", "2026-11-24", None, None),
        ("周一", "2026-11-30", None, None),
        ("周六九点半", "2026-11-28", None, 9 * 60 + 30),
        ("12月1号十点", "2026-12-01", None, 10 * 60),
        ("明天九点半", "2026-11-25", None, 9 * 60 + 30),
        ("大后天", "2026-11-27", None, None),
        ("28号", "2026-11-28", None, None),
        ("3号", "2026-12-03", None, None),
        ("12月5日", "2026-12-05", None, None),
        ("1月5日", "2027-01-05", None, None),
        ("11月3日", "2027-11-03", None, None),
        ("2月30日", None, None, None),
        ("晚上七点半", None, (17, 24), 19 * 60 + 30),
        ("三点一刻", None, None, 15 * 60 + 15),
        ("9:30–10:00", None, None, 9 * 60 + 30),
        ("十一点", None, None, 11 * 60),
        ("周末", "2026-11-28", None, None),
        ("3号楼2单元", None, None, None),
        ("去3号窗口", None, None, None),
        ("没说时间", None, None, None),
    ],
)
def test_when(text: str, day: str | None, hours: tuple[int, int] | None, minute: int | None) -> None:
    assert moment_in(text, TODAY) == Moment(date.fromisoformat(day) if day else None, hours, minute)


def test_words_about_when_are_no_part_of_the_affair() -> None:
    assert without_moment("下周三下午三点半去办老年卡") == "去办老年卡"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("取消预约", CANCELS),
        ("我约的号不要了，取消", CANCELS),
        ("周六的预约我来不了", CANCELS),
        ("把我明天的号退了", CANCELS),
        ("改约", MOVES),
        ("我的预约想改到下周三", MOVES),
        ("把预约推迟一天", MOVES),
        ("我预约了什么时候", ASKS),
        ("我约的几点", ASKS),
        ("查一下我的预约", ASKS),
        ("我的预约", ASKS),
        ("我约上了没", ASKS),
    ],
)
def test_words_about_an_appointment_that_is_there(text: str, meant: Any) -> None:
    assert [pattern for pattern in (MOVES, CANCELS, ASKS) if pattern.search(text)][:1] == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "预约",
        "我想预约周六上午办老年证",
        "撤销刚才那个单子",
        "查进度",
        "我报的事什么时候办好",
        "预约老年证（老年人优待证）办理",
        "能上门吗",
    ],
)
def test_words_that_are_about_none(text: str) -> None:
    assert not any(pattern.search(text) for pattern in (MOVES, CANCELS, ASKS))


@pytest.mark.parametrize(
    ("text", "item"),
    [("预约老年证（老年人优待证）办理", "elder_card"), ("办居住证", "residence_permit"), ("做点别的", None)],
)
def test_a_service_item_is_known_by_its_name(text: str, item: str | None) -> None:
    found = by_name(text, load_catalog())
    assert (found.id if found else None) == item
