"""Photos on the consoles: a grid worker's with her deed, the resident's beside the ticket, each for whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing.user import User

from actions.accounts import Position
from actions.attachments.taking import give_to_ticket
from actions.tickets import handling
from actions.tickets.actor import Actor, Role
from actions.tickets.states import Event
from bot.attachments import take, visible_to
from bot.consoles.photos import PATH
from bot.notices import make_senders
from tests.actions.test_attachments import SECRET, located, photo
from tests.bot.test_consoles_house import Place, make_place, sign_in, until, visiting


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = make_place(tmp_path)
    made.account("w01", Position.WORKER, "w01")
    made.account("w02", Position.WORKER, "w02")
    made.account("operator", Position.OPERATOR)
    return made


def under_way(place: Place) -> str:
    """A ticket that w01 has accepted."""
    place.hears("web:abc", "灯坏了")
    number = place.ticket(conversation="web:abc").number
    handling.accept(number, by=Actor(Role.WORKER, "w01"), at=place.clock(), uow=place.house.database.unit())
    return number


def seen(place: Place, photo_id: str, conversation: str) -> bool:
    """Whether a resident may see it."""
    with place.house.database.reading() as uow:
        return visible_to(uow.attachments.get(photo_id), Actor(Role.RESIDENT, conversation), uow)


async def finish_with(user: User, content: bytes, name: str = "after.jpg") -> None:
    user.find(kind=ui.button, content="办结").click()
    await user.should_see("现场照片", retries=30)
    upload = next(iter(user.find(kind=ui.upload).elements))
    await upload.handle_uploads([SmallFileUpload(name, "image/jpeg", content)])


async def test_a_photo_goes_with_the_closing_and_reaches_the_resident(place: Place) -> None:
    number = under_way(place)
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        await finish_with(user, located())
        await user.should_see("照片传好了", retries=30)
        user.find("做了什么").type("换了灯泡")
        user.find(kind=ui.button, content="确定").click()
        await until(lambda: place.now(number).history[-1].event is Event.FINISH)
    photo_id = place.now(number).history[-1].photo
    assert photo_id and SECRET not in place.house.storage.get(photo_id)
    assert [seen(place, photo_id, who) for who in ("web:abc", "web:other")] == [True, False]
    database = place.house.database
    senders = make_senders(database, place.house.hub, place.clock, {})
    with database.reading() as uow:
        told = [notice for notice in uow.outbox.waiting(50) if notice.topic == "ticket.finished"]
    senders["conversation"](told[0])
    with database.reading() as uow:
        assert uow.messages.get(told[0].id).payload == {"image": photo_id, "ticket": number}


async def test_what_is_noted_among_staff_is_not_for_the_resident(place: Place) -> None:
    number = under_way(place)
    by = Actor(Role.WORKER, "w01")
    taken = await take(place.house, photo(), by=by, ticket=number)
    handling.add_note(number, "给同事看", by=by, at=place.clock(), uow=place.house.database.unit(), photo=taken.id)
    assert not seen(place, taken.id, "web:abc")


async def test_what_is_no_photo_is_said_and_nothing_is_lost(place: Place) -> None:
    number = under_way(place)
    async with visiting(place) as user:
        await sign_in(user, place, "w01", expect=number)
        await finish_with(user, b"<svg onload=alert(1)>")
        await user.should_see("收不了", retries=30)
        user.find("做了什么").type("换了灯泡")
        user.find(kind=ui.button, content="确定").click()
        await until(lambda: place.now(number).history[-1].event is Event.FINISH)
    assert place.now(number).history[-1].photo is None


async def test_the_resident_s_photo_is_seen_by_the_ticket_s_worker_and_no_other(place: Place) -> None:
    number = under_way(place)
    sent = await take(place.house, photo(), by=Actor(Role.RESIDENT, "web:abc"), conversation="web:abc")
    at = place.clock() + timedelta(minutes=1)
    give_to_ticket(number, "web:abc", at=at, uow=place.house.database.unit())
    for login, expect, status in (("w01", number, 200), ("w02", "我的工单", 404), ("operator", "值班台", 200)):
        async with visiting(place) as user:
            assert (await user.http_client.get(f"{PATH}/{sent.id}")).status_code == 404, "nobody is signed in"
            await sign_in(user, place, login, expect=expect)
            answer = await user.http_client.get(f"{PATH}/{sent.id}?small=true")
            assert answer.status_code == status
            if login == "w01":
                assert any(sent.id in str(link.props.get("href")) for link in user.find(kind=ui.link).elements)
