"""Grid workers on Telegram: tickets come with buttons, deeds go by the transition table and are done once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.pocket.link import Letter
from actions.tickets import dispatching, handling, wishing
from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event, State
from bot.attachments import visible_to
from bot.telegram.channel import TelegramChannel
from bot.telegram.staff import acting
from bot.telegram.staff.desk import SETTLING
from bot.telegram.staff.draft import LASTS
from knowledge.wording import say
from tests.actions.test_attachments import photo
from tests.bot.test_telegram_server import until
from tests.bot.test_telegram_staff_house import OTHER, RESIDENT, WORKER, Place, direct, working
from tests.bot.test_telegram_updates import BOT, Fields, entity, file, message

__all__ = ["direct"]
W01, W02, S01 = Actor(Role.WORKER, "w01"), Actor(Role.WORKER, "w02"), Actor(Role.SUPERVISOR, "s01")


def events(place: Place, number: str) -> list[str]:
    return [entry.event.value for entry in place.now(number).history]


def accepted(here: Place, id_: str = "r1", **fields: Any) -> str:
    number = here.ticket(id_, **fields).number
    handling.accept(number, by=W01, at=here.watch(), uow=here.house.database.unit())
    return number


async def opened_card(place: Place, number: str) -> None:
    """The ticket's card is the latest thing in the worker's chat."""
    await place.does(place.says("/tasks"))
    name = place.now(number).kind_name[:4]
    await place.does(place.presses(name))


def picture(place: Place, id_: str, caption: str | None = None, chat: int = WORKER, **more: Any) -> Fields:
    place.api.files[id_] = photo()
    given = {"caption": caption} if caption else {}
    return place.says(chat=chat, photo=[file(file_id=id_, width=9, height=9)], **given, **more)


async def test_a_new_ticket_comes_with_what_is_needed_and_its_buttons(tmp_path: Path) -> None:
    async with working(tmp_path, "w01", "w02") as place:
        ticket = place.ticket()
        await place.tell("worker:w01")
        await place.tell("worker:w02")
        card = place.shown()[0]
        for piece in (
            ticket.number,
            "楼道灯坏了三天",
            "幸福里小区3栋2单元",
            "13800001001",
            "前办结，还剩",
            say("staff_news_assigned"),
        ):
            assert piece in card
        rows = place.api.sent[0]["reply_markup"]["inline_keyboard"]
        titles = [b["text"] for row in rows for b in row]
        assert titles == ["签收", "联系过居民了", "备注", "申请延期", "退单", "拍照"]
        assert all(len(b["callback_data"].encode()) <= 64 for row in rows for b in row)
        assert place.shown(OTHER) == []


async def test_from_accepting_to_closing_on_the_phone(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = place.ticket().number
        await place.tell("worker:w01")
        await place.does(place.presses("签收"), place.presses("联系过居民了"))
        await place.does(place.presses("到场"), place.presses("办结"))
        assert say("staff_ask_finish", number=number) in place.shown()[-1]
        await place.does(place.says("换了感应开关"))
        assert events(place, number) == ["open", "accept", "contact", "start", "finish"]
        last = place.now(number).history[-1]
        assert (last.by, last.note, place.now(number).state) == (W01, "换了感应开关", State.AWAITING_FEEDBACK)
        assert say("staff_done_finish") in place.shown()[-1] and "待回访" in place.shown()[-1]
        assert place.log("telegram:501") == [] and place.engine.heard == []


async def test_a_button_tapped_twice_does_it_once_and_an_old_one_is_answered_kindly(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = place.ticket().number
        await place.tell("worker:w01")
        contact, accept, back = place.presses("联系过居民了"), place.presses("签收"), place.presses("退单")
        again = {"callback_query": {**contact["callback_query"], "id": "999"}}
        await place.does(contact, again, accept)
        assert events(place, number) == ["open", "contact", "accept"]
        dispatching.reassign(
            number, "w02", "他更近", by=S01, at=place.watch(), desk=place.house.desk, uow=place.house.database.unit()
        )
        await place.does(back)
        assert place.toasts[-1] == say("staff_stale")
        assert place.shown()[-1] == say("staff_gone", number=number) and "13800001001" not in place.shown()[-1]
        for data in ("s:", "s:nonsense", f"s:{number}:1:fly", "s:GY20991231-0001:1:accept", "s:-:12345678:drop"):
            await place.does(place.presses_data(data))
        assert place.now(number).assignee == "w02" and all(place.toasts[-5:])


async def test_a_step_that_is_over_is_said_and_the_buttons_are_renewed(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = place.ticket().number
        await place.tell("worker:w01")
        accept = place.presses("签收")
        handling.accept(number, by=W01, at=place.watch(), uow=place.house.database.unit())
        await place.does(accept)
        assert place.toasts == [say("staff_moved_on", number=number, state="已签收")]
        renewed = place.api.called("editMessageText")[-1]["reply_markup"]["inline_keyboard"]
        assert "到场，开始办理" in [b["text"] for row in renewed for b in row]
        assert events(place, number) == ["open", "accept"]


async def test_a_ticket_is_given_back_by_a_code_and_a_reason(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = place.ticket().number
        await place.tell("worker:w01")
        await place.does(place.presses("退单"))
        rows = place.api.called("editMessageReplyMarkup")[-1]["reply_markup"]["inline_keyboard"]
        assert [row[0]["text"] for row in rows] == ["属地不符", "权属不符", "职能不符", "返回"]
        await place.does(place.presses("权属不符"), place.says("这盏灯归物业"))
        wish = place.now(number).wish
        assert wish and (wish.kind, wish.code, wish.reason, wish.by) == ("return", "ownership", "这盏灯归物业", W01)
        wishing.refuse(number, "归社区", by=S01, at=place.watch(), uow=place.house.database.unit())
        await place.tell("worker:w01")
        assert "没有批准：归社区" in place.shown()[-1]


async def test_more_time_is_asked_for_by_days_and_a_reason(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        due = place.now(number).due_at
        await opened_card(place, number)
        await place.does(place.presses("申请延期"))
        await place.does(place.presses("3 个工作日"), place.says("等配件"))
        wish = place.now(number).wish
        assert wish and wish.until and (wish.kind, wish.reason, wish.until.hour) == ("extension", "等配件", 17)
        calendar = place.house.desk.deadlines.calendar
        assert wish.until.date() == calendar.add_workdays(due, 3).date() and place.now(number).due_at == due
        await opened_card(place, number)
        assert say("staff_wish", wish="延期") in place.shown()[-1]


async def test_a_resident_is_asked_for_more(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("要求补充"), place.says("是哪一盏灯？"))
        assert place.now(number).state is State.AWAITING_RESIDENT
        assert [n.body["note"] for n in place.notices("conversation:web:abc") if n.topic == "ticket.asked"] == [
            "是哪一盏灯？"
        ]


async def test_what_is_dropped_is_not_done(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("办结"))
        drop = place.presses("不了")
        await place.does(drop, place.says("楼下好吵"))
        await until(lambda: "听到：楼下好吵" in place.shown())
        await place.does({"callback_query": {**drop["callback_query"], "id": "999"}})
        assert place.toasts[-1] == say("staff_asked_again") and events(place, number) == ["open", "accept"]


async def test_the_photo_of_a_finish_is_the_residents_to_see(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("办结"), picture(place, "p1"))
        assert place.shown()[-1] == say("staff_photo_first") and place.now(number).state is State.ACCEPTED
        await place.does(place.says("换好了"))
        last = place.now(number).history[-1]
        assert last.event is Event.FINISH and place.photos(number) == [last.photo]
        with place.house.database.reading() as uow:
            shown = uow.attachments.get(last.photo or "")
            assert visible_to(shown, Actor(Role.RESIDENT, "web:abc"), uow)
            assert not visible_to(shown, Actor(Role.RESIDENT, "web:x"), uow)


async def test_photos_after_the_button_an_album_and_a_reply_go_to_the_ticket(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("拍照"), picture(place, "p1", "门口"), picture(place, "p2"))
        await place.does(place.presses("拍完了"))
        under = message(f"📋 {number}　路灯不亮", id_=1001) | {"from": BOT}
        await place.does(
            picture(place, "p3", "修之前", reply_to_message=under, media_group_id="a"),
            picture(place, "p4", media_group_id="a"),
            place.says("钥匙在门卫", reply_to_message=under),
        )
        notes = [(e.note, bool(e.photo)) for e in place.now(number).history if e.event is Event.NOTE]
        plain = say("staff_photo_note")
        assert notes == [("门口", True), (plain, True), ("修之前", True), (plain, True), ("钥匙在门卫", False)]
        assert len(place.photos(number)) == 4 and place.engine.heard == []


async def test_a_photo_that_cannot_be_had_is_asked_for_again(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("拍照"))
        place.api.fail("getFile", 500, "Internal Server Error")
        await place.does(picture(place, "p1"))
        assert place.shown()[-1] == say("staff_photo_lost") and place.photos(number) == []
        await place.does(picture(place, "p2"))
        assert len(place.photos(number)) == 1


async def test_somebody_elses_ticket_is_out_of_reach(tmp_path: Path) -> None:
    async with working(tmp_path, "w01", "w02") as place:
        number = accepted(place)
        under = message(f"📋 {number}　路灯不亮", id_=1001) | {"from": BOT}
        await place.does(
            place.presses_data(f"s:{number}:2:start", OTHER),
            place.presses_data(f"s:{number}:2:card", OTHER),
            place.says("我来看看", OTHER, reply_to_message=under),
            picture(place, "p9", chat=OTHER, reply_to_message=under),
        )
        assert events(place, number) == ["open", "accept"]
        assert not any("13800001001" in text or "楼道灯坏了" in text for text in place.shown(OTHER))
        assert place.photos(number) == []


async def test_my_tasks_most_urgent_first_with_the_clock_in_words(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        await place.does(place.says("/tasks"))
        assert place.shown() == [say("staff_tasks_none")]
        place.ticket("r1", what="灯一")
        place.watch.ahead = timedelta(hours=1)
        place.ticket(
            "r2", what="灯二", address="幸福里小区5栋", place={"estate": "幸福里小区", "building": "5"}, urgent=True
        )
        done = accepted(place, "r3", address="幸福里小区6栋", place={"estate": "幸福里小区", "building": "6"})
        handling.finish(done, "好了", by=W01, at=place.watch(), uow=place.house.database.unit())
        await place.does(place.says("/tasks"))
        listed = place.shown()[-1]
        where = [listed.index(f"幸福里小区{n}栋") for n in (5, 3, 6)]
        assert where == sorted(where) and "手上 3 件" in listed and listed.count("前办结") == 3
        assert "❗紧急" in listed and "还剩" in listed


async def test_who_works_here_can_still_speak_as_a_resident(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await place.api.push(place.says("我家楼道灯坏了"))
        await until(lambda: "听到：我家楼道灯坏了" in place.shown())
        await opened_card(place, number)
        await place.does(place.presses("备注"))
        place.watch.ahead = LASTS + timedelta(minutes=1)
        await place.api.push(place.says("明天办证要带什么"))
        await until(lambda: "听到：明天办证要带什么" in place.shown())
        assert events(place, number) == ["open", "accept"]
        assert place.engine.heard == [("telegram:501", "我家楼道灯坏了"), ("telegram:501", "明天办证要带什么")]
        await place.api.push(place.says("/jindu", entities=[entity("bot_command", "/jindu")]))
        await until(lambda: "听到：查进度" in place.shown())


async def test_what_is_being_asked_survives_a_restart(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("办结"), picture(place, "p1"))
        await place.channel.stop()
        place.channel = TelegramChannel(place.house)
        await place.channel.start()
        await place.does(place.says("换好了"))
        last = place.now(number).history[-1]
        assert (last.event, last.note, bool(last.photo)) == (Event.FINISH, "换好了", True)


async def test_a_letter_that_a_dead_process_left_is_done_by_the_next(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        start = {"update_id": 77, **place.presses_data(f"s:{number}:2:start")}
        letter = Letter(f"7000:callback:{start['callback_query']['id']}", "telegram:501", place.watch(), start)
        with place.house.database.unit() as uow:
            uow.pocket.post(letter)
            uow.commit()
        await place.channel.stop()
        place.watch.ahead = SETTLING * 2
        place.channel = TelegramChannel(place.house)
        await place.channel.start()
        await until(lambda: not place.unanswered())
        assert events(place, number) == ["open", "accept", "start"] and place.toasts == [say("staff_done_start")]


async def test_an_answer_that_the_way_lost_comes_later_and_the_deed_is_done_once(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        await opened_card(place, number)
        await place.does(place.presses("备注"))
        place.api.fail("sendMessage", 502, "Bad Gateway")
        await place.api.push(place.says("钥匙在门卫"))
        await until(lambda: Event.NOTE in events(place, number))
        await until(lambda: place.api.called("sendMessage")[-1]["failed"])
        place.watch.ahead = SETTLING * 2
        await place.channel.stop()
        place.channel = TelegramChannel(place.house)
        await place.channel.start()
        await place.settled()
        assert say("staff_done_note") in place.shown()[-1] and events(place, number).count("note") == 1


async def test_the_same_letter_again_is_answered_once(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        under = message(f"📋 {number}　路灯不亮", id_=1001) | {"from": BOT}
        note = place.says("钥匙在门卫", reply_to_message=under)
        await place.does(note, note, note)
        assert events(place, number).count("note") == 1 and len(place.shown()) == 1


async def test_an_edit_of_a_note_is_answered_in_words(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        number = accepted(place)
        under = message(f"📋 {number}　路灯不亮", id_=1001) | {"from": BOT}
        note = place.says("钥匙在门卫", reply_to_message=under)
        edit = {"edited_message": {**note["message"], "text": "钥匙在物业", "edit_date": 1_790_000_060}}
        await place.does(note, edit)
        assert place.shown()[-1] == say("staff_edit_again") and place.engine.heard == []


async def test_in_a_group_no_ticket_is_shown(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        accepted(place)
        words = "/tasks@LinliBot"
        call = {"message": message(words, chat=-100, user=WORKER, entities=[entity("bot_command", words)])}
        await place.api.push(call)
        await until(lambda: place.shown(-100))
        assert place.shown(-100) == [say("staff_private_only")] and place.engine.heard == []


async def test_a_complaint_never_reaches_whom_it_names_and_says_nothing_on_the_way(tmp_path: Path) -> None:
    async with working(tmp_path, "w01", "s01") as place:
        secret = place.ticket("r9", what="网格员周小敏态度差，收了钱不办事", category="staff_conduct", kind="")
        assert secret.confidential and "w01" in secret.about and secret.assignee == "s01"
        for audience in ("worker:w01", "worker:s01", "line:1", "operators"):
            await place.tell(audience)
        await place.does(
            place.says("/tasks"),
            place.presses_data(f"s:{secret.number}:1:card"),
            place.says("/tasks", OTHER),
            place.presses_data(f"s:{secret.number}:1:accept", OTHER),
        )
        words = "".join(place.shown())
        assert secret.number not in words.replace(say("staff_gone", number=secret.number), "")
        theirs = "".join(place.shown(OTHER))
        assert secret.number in theirs and say("staff_confidential") in theirs
        assert not any(hidden in theirs for hidden in ("周小敏", "收了钱", "13800001001", "幸福里小区3栋"))
        assert place.now(secret.number).state is State.ASSIGNED


async def test_a_broken_step_is_apologised_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with working(tmp_path, "w01") as place:
        monkeypatch.setattr(acting, "task_list", lambda *_: 1 / 0)
        await place.does(place.says("/tasks"))
        assert place.shown() == [say("staff_broken")]
        await place.api.push(place.says("你好", RESIDENT))
        await until(lambda: "听到：你好" in place.shown(RESIDENT))
