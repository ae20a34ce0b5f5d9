"""The live stream, read as a browser reads it: taken up again after a break, nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from actions.conversations.message import Inbound
from actions.conversations.reading import recent
from actions.conversations.recording import record_inbound
from tests.bot.conftest import Site, make_site_app, serving
from tests.bot.test_consoles_house import make_place

PATH = "/api/chat/stream?conversation=abc"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    place = make_place(tmp_path)
    record_inbound(Inbound("i1", "web:abc", "灯坏了"), at=place.clock(), uow=place.house.database.unit())
    with serving(make_site_app(place, tmp_path)) as port:
        yield Site(place, f"http://127.0.0.1:{port}")


def events(lines: Iterator[str], count: int) -> list[tuple[str, str]]:
    """The next events of a stream: (id, data)."""
    found: list[tuple[str, str]] = []
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        fields[name] = value
        if not line and "data" in fields:
            found.append((fields["id"], fields["data"]))
            fields = {}
        if len(found) == count:
            break
    return found


def test_a_broken_stream_goes_on_where_it_broke(site: Site) -> None:
    for text in ("第一条通知", "第二条通知", "第三条通知"):
        site.tell("web:abc", text)
    with httpx.stream("GET", site.url + PATH, timeout=15) as answer:
        (first,) = events(answer.iter_lines(), 1)
    with httpx.stream("GET", site.url + PATH, headers={"Last-Event-ID": first[0]}, timeout=15) as answer:
        lines = answer.iter_lines()
        missed = events(lines, 2)
        site.tell("web:abc", "第四条通知")
        missed += events(lines, 1)
    assert "第一条通知" in first[1]
    assert [
        text in data for text, (_, data) in zip(("第二条通知", "第三条通知", "第四条通知"), missed, strict=True)
    ] == [True] * 3
    ids = [int(first[0]), *(int(id_) for id_, _ in missed)]
    assert ids == sorted(set(ids))


def test_a_very_long_talk_shows_its_end(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    for n in range(7):
        record_inbound(Inbound(f"i{n}", "web:abc", f"第{n}句"), at=place.clock(), uow=place.house.database.unit())
    found = recent("web:abc", 3, uow=place.house.database.reading())
    assert [m.text for m in found] == ["第4句", "第5句", "第6句"]
    assert recent("web:abc", 3, uow=place.house.database.reading(), after=found[1].seq) == found[2:]
    assert recent("web:none", 3, uow=place.house.database.reading()) == []
