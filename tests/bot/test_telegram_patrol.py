"""巡查上报 on Telegram: a worker's own sighting becomes a ticket like any other, marked as hers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.wanted import TicketFilter
from bot.telegram.channel import TelegramChannel
from knowledge.wording import say
from tests.actions.test_attachments import photo
from tests.bot.test_telegram_staff_house import Place, direct, working
from tests.bot.test_telegram_updates import POSITION, file

__all__ = ["direct"]
W01 = Actor(Role.WORKER, "w01")
SEEN = "幸福里小区5栋门口的井盖翻了"
MEANT: dict[str, Any] = {
    "category": "municipal_works",
    "categories": [["municipal_works", 0.8], ["property", 0.1], ["urban_management", 0.05]],
    "kind": "manhole",
    "urgent": False,
    "entities": [
        {"entity": "address", "value": "幸福里小区5栋门口", "parts": {"estate": "幸福里小区", "building": "5"}},
    ],
}  # fmt: skip


def patrolled(place: Place) -> list[Ticket]:
    with place.house.database.reading() as uow:
        return list(uow.tickets.find(TicketFilter(resident="patrol:w01")).items)


async def test_a_sentence_and_a_nod_make_a_ticket(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        place.engine.meanings[SEEN] = MEANT
        await place.does(place.says(f"/patrol {SEEN}"))
        shown = place.shown()[-1]
        assert SEEN in shown and "幸福里小区5栋门口" in shown and "市政建设" in shown and patrolled(place) == []
        file_it = place.presses("上报")
        await place.does(file_it, {"callback_query": {**file_it["callback_query"], "id": "998"}})
        (ticket,) = patrolled(place)
        assert (ticket.channel, ticket.conversation, ticket.assignee) == ("patrol", "patrol:w01", "w01")
        assert (ticket.history[0].by, ticket.predicted["category"]) == (W01, "municipal_works")
        assert ticket.number in place.shown()[-2] and say("patrol_filed_who", name="周小敏") in place.shown()[-2]
        assert [n.topic for n in place.notices("worker:w01")] == ["ticket.assigned"]
        assert [m.text for m in place.log("patrol:w01")][1] == say("patrol_filed_log", number=ticket.number)


async def test_what_is_missing_is_asked_for_step_by_step_and_survives_a_restart(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        place.api.files["p1"], place.api.files["p2"] = photo(), photo()
        await place.does(place.says("/patrol"))
        assert place.shown()[-1] == say("patrol_what")
        await place.does(place.says(photo=[file(file_id="p1", width=9, height=9)], caption="护栏断了"))
        keys = place.api.sent[-1]["reply_markup"]["keyboard"]
        assert place.shown()[-1] == say("patrol_where") and keys[0][0]["request_location"]
        await place.channel.stop()
        place.channel = TelegramChannel(place.house)
        await place.channel.start()
        await place.does(place.says(location=POSITION), place.says(photo=[file(file_id="p2", width=9, height=9)]))
        await place.does(place.says("就在学校后门那一段"))
        assert say("patrol_photos", count=2).strip() in place.shown()[-1]
        await place.does(place.presses("上报"))
        (ticket,) = patrolled(place)
        assert ticket.point == (106.63, 26.65) and ticket.address == "就在学校后门那一段" and ticket.what == "护栏断了"
        assert len(place.photos(ticket.number)) == 2


async def test_the_worker_says_what_it_is_where_the_engine_is_wrong_or_away(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        place.engine.meanings[SEEN] = MEANT
        await place.does(place.says(f"/patrol {SEEN}"))
        await place.does(place.presses("换一类"))
        await place.does(place.presses("物业管理"))
        await place.does(place.presses("上报"))
        assert patrolled(place)[0].category == "property"
        place.engine.down = True
        await place.does(place.says("/patrol 幸福里小区7栋楼顶在漏水"))
        assert "其他" in place.shown()[-1] and "地点：幸福里小区7栋" in place.shown()[-1]
        await place.does(place.presses("上报"))
        latest = max(patrolled(place), key=lambda t: t.number)
        assert (latest.category, latest.assignee) == ("other", "w01")


async def test_what_is_known_already_is_joined(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        place.engine.meanings[SEEN] = MEANT
        known = _manhole(place)
        await place.does(place.says(f"/patrol {SEEN}"))
        assert known.number in place.shown()[-1]
        await place.does(place.presses("并到那一张"))
        joined = place.now(known.number)
        assert joined.followers == ("patrol:w01",) and joined.history[-1].event is Event.JOIN
        assert place.shown()[-1] == say("patrol_joined", number=known.number)


def _manhole(here: Place) -> Ticket:
    where = {"address": "幸福里小区5栋", "place": {"estate": "幸福里小区", "building": "5"}}
    return here.ticket("r1", what="门口的井盖翻了", category="municipal_works", kind="manhole", **where)


async def test_what_is_dropped_is_not_filed(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        place.engine.meanings[SEEN] = MEANT
        await place.does(place.says(f"/patrol {SEEN}"))
        stale = place.presses("上报")
        await place.does(place.presses("不报了"), stale)
        assert patrolled(place) == [] and place.toasts[-1] == say("staff_asked_again")


async def test_a_complaint_about_a_colleague_stays_secret(tmp_path: Path) -> None:
    async with working(tmp_path, "w01") as place:
        words = "网格员罗建国收了钱不办事，在幸福里小区"
        place.engine.meanings[words] = {
            **MEANT,
            "category": "staff_conduct",
            "kind": "",
            "categories": [["staff_conduct", 0.9]],
        }
        await place.does(place.says(f"/patrol {words}"))
        await place.does(place.presses("上报"))
        (ticket,) = patrolled(place)
        assert ticket.confidential and ticket.assignee == "s01" and "w02" in ticket.about
        assert place.shown()[-1] == say("patrol_filed_secret", number=ticket.number)
