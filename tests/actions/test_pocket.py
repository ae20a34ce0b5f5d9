"""Links, codes and letters, on every database that there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from actions.accounts import Account, Position
from actions.pocket.link import Letter, Link, Taken
from actions.pocket.linking import VALID, linked_chat, offer_link, put_draft, redeem_link, unlink
from actions.store.database import Database
from tests.actions.samples import MONDAY

LI, WANG = (Account(f"a{n}", f"w0{n}", name, Position.WORKER, "hash", f"w0{n}") for n, name in ((1, "李"), (2, "王")))


@pytest.fixture
def house(database: Database) -> Database:
    with database.unit() as uow:
        for account in (LI, WANG):
            uow.accounts.add(account)
        uow.commit()
    return database


def test_a_code_links_one_chat_once(house: Database) -> None:
    offer_link(LI.id, "code", at=MONDAY, uow=house.unit())
    with ThreadPoolExecutor(4) as crowd:
        made = list(crowd.map(lambda n: redeem_link(f"telegram:{n}", "code", at=MONDAY, uow=house.unit()), range(4)))
    winners = [n for n, link in enumerate(made) if link]
    assert len(winners) == 1 and made[winners[0]] == (LI, None)
    known = linked_chat(LI.id, uow=house.reading())
    assert known and known.chat == f"telegram:{winners[0]}"


def test_a_late_code_is_worth_nothing_and_gone(house: Database) -> None:
    until = offer_link(LI.id, "code", at=MONDAY, uow=house.unit())
    assert until == MONDAY + VALID
    late = until + timedelta(seconds=1)
    assert redeem_link("telegram:1", "code", at=late, uow=house.unit()) is None
    assert redeem_link("telegram:1", "code", at=MONDAY, uow=house.unit()) is None


def test_an_account_has_one_chat_and_a_chat_one_account(house: Database) -> None:
    for account, chat in ((LI, "telegram:1"), (WANG, "telegram:2"), (LI, "telegram:2")):
        offer_link(account.id, "code", at=MONDAY, uow=house.unit())
        last = redeem_link(chat, "code", at=MONDAY, uow=house.unit())
    assert last == (LI, "telegram:1") and linked_chat(WANG.id, uow=house.reading()) is None
    with house.reading() as uow:
        assert uow.pocket.link_of("telegram:1") is None
        found = uow.pocket.link_of("telegram:2")
        assert found and found[1] == LI and [link.chat for link in uow.pocket.chats("w01")] == ["telegram:2"]
    assert unlink(LI.id, uow=house.unit()) == "telegram:2" and unlink(LI.id, uow=house.unit()) is None


def test_unlinking_ends_a_code_that_waits(house: Database) -> None:
    offer_link(LI.id, "code", at=MONDAY, uow=house.unit())
    unlink(LI.id, uow=house.unit())
    assert redeem_link("telegram:1", "code", at=MONDAY, uow=house.unit()) is None


def test_a_disabled_account_has_no_chat(house: Database) -> None:
    offer_link(LI.id, "code", at=MONDAY, uow=house.unit())
    redeem_link("telegram:1", "code", at=MONDAY, uow=house.unit())
    with house.unit() as uow:
        uow.accounts.save(replace(LI, disabled=True))
        uow.commit()
    with house.reading() as uow:
        assert uow.pocket.link_of("telegram:1") is None and not uow.pocket.chats("w01")


def test_what_somebody_is_in_the_middle_of_is_kept_with_the_link_it_belongs_to(house: Database) -> None:
    old, new = Link(LI.id, "telegram:1", MONDAY), Link(LI.id, "telegram:2", MONDAY)
    with house.unit() as uow:
        uow.pocket.put(new)
        put_draft(old, {"wants": "finish"}, uow)  # the chat was parted from the account meanwhile
        put_draft(new, {"wants": "note"}, uow)
        uow.commit()
    assert linked_chat(LI.id, uow=house.reading()) == replace(new, draft={"wants": "note"})


def test_a_letter_is_kept_once_answered_once_and_forgotten(house: Database) -> None:
    letter = Letter("7:1", "telegram:1", MONDAY, {"update_id": 1})
    with house.unit() as uow:
        uow.pocket.post(letter)
        uow.pocket.post(replace(letter, body={"update_id": 2}))
        uow.commit()
    later = MONDAY + timedelta(minutes=1)
    with house.unit() as uow:
        assert uow.pocket.letter("7:1") == letter and uow.pocket.letter("7:2") is None
        assert list(uow.pocket.unanswered(later, 10)) == [letter] and not uow.pocket.unanswered(MONDAY, 10)
        uow.pocket.file(replace(letter, taken=Taken.STAFF, body={}, answers=({"kind": "text"},), answered_at=later))
        assert not uow.pocket.unanswered(later, 10)
        uow.pocket.forget(later)
        assert uow.pocket.letter("7:1")
        uow.pocket.forget(later + timedelta(seconds=1))
        assert uow.pocket.letter("7:1") is None
