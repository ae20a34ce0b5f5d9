"""What the counter has to offer to somebody who books: affairs by their names, windows, times that are left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from actions.appointments.booking import free_slots
from actions.appointments.news import day_name
from actions.appointments.slot import Free, Manner
from actions.clock import SHANGHAI
from actions.dialogue.booking_draft import Affair, Shelf
from actions.dialogue.counter import Counter
from knowledge.catalog import ServiceItem

LONGEST_NAME = 40
ENDING = re.compile(r"(?:办理|申请|申领|登记|办|领取|补办|指引)$")
LEADING = re.compile(r"^(?:我?[想要去来]?|给.{1,4}?|帮.{1,4}?)?(?:预约|约|办理|办)")


def shelf_of(counter: Counter) -> Shelf:
    """The shelf as it stands at this moment."""
    at = counter.clock()

    def free(window: str, home: bool) -> Sequence[Free]:
        return free_slots(window, home=home, at=at, agenda=counter.agenda, uow=counter.database.reading())

    return Shelf(
        today=at.date(),
        affair=lambda text, category: affair_in(text, category, counter),
        item=lambda text: _as_affair(by_name(text, counter.catalog)),
        windows=lambda category, home: windows_for(category, home, counter),
        named=lambda text: _named(text, counter),
        free=free,
    )


def affair_in(text: str, category: str, counter: Counter) -> Affair:
    """The service item that is meant: by its name, else by what is written beside it, else the resident's own words."""
    known = _as_affair(by_name(text, counter.catalog) or _by_question(text, counter))
    return known or Affair("", LEADING.sub("", text)[:LONGEST_NAME] or text[:LONGEST_NAME], category)


def _as_affair(item: ServiceItem | None) -> Affair | None:
    return Affair(item.id, item.name, item.category) if item else None


def by_name(text: str, catalog: Mapping[str, ServiceItem]) -> ServiceItem | None:
    """The item whose name, or a short form of it, stands in the text; the longest such name."""
    named = [(len(name), item) for item in catalog.values() for name in names_of(item) if name in text]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def names_of(item: ServiceItem) -> Iterator[str]:
    """老年证（老年人优待证）办理 → itself, 老年证, 老年人优待证."""
    yield item.name
    for part in re.split(r"[（）()、]", item.name):
        short = ENDING.sub("", part)
        if len(short) >= 3:
            yield short


def _by_question(text: str, counter: Counter) -> ServiceItem | None:
    answer = counter.answerer.answer(f"{text}怎么办")
    first = answer.citations[0] if answer.status == "answered" and answer.citations else None
    return counter.catalog.get(first.item or "") if first and first.source == "catalog" else None


def windows_for(category: str, home: bool, counter: Counter) -> list[str]:
    """The windows that do a category's affairs and take appointments; where none is named for it, all that take any. At
    home, those of them that come to people's homes. Maybe none: some windows serve whoever comes."""
    sessions = counter.agenda.timetable.sessions
    taking = {session.window for session in sessions if (session.manner == Manner.HOME) == home}
    windows = counter.community.windows.values()
    doing = [w for w in windows if category in w.affairs] or windows
    return [w.id for w in doing if w.id in taking]


def window_name(window: str, counter: Counter) -> str:
    """A window's name."""
    known = counter.community.windows.get(window)
    return known.name if known else window


def _named(text: str, counter: Counter) -> str | None:
    found = [
        w.id for w in counter.community.windows.values() if w.id in counter.agenda.timetable.windows and w.name in text
    ]
    return found[0] if found else None


def spoken_day(day: str) -> str:
    """2026-11-28 → 11月28日（周六）."""
    return day_name(datetime.combine(date.fromisoformat(day), time(), SHANGHAI))
