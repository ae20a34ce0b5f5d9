"""Who is asleep: until when a notice waits that would make a phone ring."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from actions.conversations.person import Person
from actions.conversations.preferring import person_of
from actions.notify.notice import Notice
from actions.notify.quiet import QuietHours
from actions.store.database import Database


class Quiet:
    """`Hold` for delivery: what is not pressing waits for the end of the person's own quiet hours, or of the house's
    where the person has set none."""

    def __init__(self, house: QuietHours | None, database: Database, rings: Collection[str]) -> None:
        """`rings`: the audiences whose phone or mailbox it is; a page in a browser disturbs nobody."""
        self._house, self._database, self._rings = house, database, frozenset(rings)

    def __call__(self, notice: Notice, at: datetime) -> datetime | None:
        """See `Hold`."""
        if notice.pressing or not self._rings & set(notice.reaches):
            return None
        hours = self._own(notice) or self._house
        return hours.end(at) if hours else None

    def _own(self, notice: Notice) -> QuietHours | None:
        kind, _, conversation = notice.audience.partition(":")
        person = person_of(conversation, uow=self._database.reading()) if kind in ("conversation", "pocket") else None
        return _hours(person) if person else None


def _hours(person: Person) -> QuietHours | None:
    if person.quiet_from is None or person.quiet_until is None:
        return None
    return QuietHours(person.quiet_from, person.quiet_until)
