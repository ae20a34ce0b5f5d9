"""What the site's history says of a report, from the engine's reading to the ticket's card."""

from __future__ import annotations

import pytest

from actions.dialogue.draft import Draft, begin
from actions.dialogue.heard import Heard
from actions.tickets.actor import Actor, Role
from actions.tickets.opening import open_ticket
from bot.consoles.card import history_line
from bot.conversation.engine import _understood
from tests.actions.fakes import FakeUnit
from tests.actions.samples import MONDAY, make_desk, make_report

UNITS = [("城市管理局", 0.82), ("市政公司", 0.114)]


def test_the_reading_keeps_it() -> None:
    raw = {"intent": {"name": "report_issue", "confidence": 0.9}, "units": UNITS}
    assert (_understood(raw) or {})["units"] == UNITS


def test_the_draft_keeps_it_beside_the_categories() -> None:
    said = Heard("web:1", "m1", "web", "金朱路的井盖丢了", "report_issue", 0.9, units=UNITS)
    assert (Draft.of(begin(said, None)).affair or {})["units"] == [list(unit) for unit in UNITS]


@pytest.mark.parametrize(("predicted", "line"), [({"units": UNITS}, "城市管理局 0.82、市政公司 0.11"), ({}, "")])
def test_the_card_shows_it_with_its_score(predicted: dict[str, object], line: str) -> None:
    report = make_report(predicted=predicted)
    ticket = open_ticket(report, by=Actor(Role.RESIDENT, "web:abc"), at=MONDAY, desk=make_desk(), uow=FakeUnit())
    assert history_line(ticket) == line
