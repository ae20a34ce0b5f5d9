"""The deeds around shortfalls: noting one, writing the community's own answer, letting it out, taking it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from actions.errors import NotAllowed
from actions.shortfalls.errors import HouseAnswerIncomplete
from actions.shortfalls.ports import UnitOfWork
from actions.shortfalls.shortfall import Shortfall
from actions.tickets.actor import Actor, Role
from actions.tickets.names import ROLE_NAMES
from knowledge.asking import heart_of
from knowledge.house_answers import HouseAnswer
from knowledge.wording import say

LONGEST = 2000
"""Characters of an answer, and of all its questions together."""
LOOKED_BACK = timedelta(days=90)
MOST = 500
"""Shortfalls looked at together: what is asked often is among the latest."""


def note_shortfall(shortfall: Shortfall, *, uow: UnitOfWork) -> None:
    """Keep a question that the knowledge fell short of, for the managers."""
    with uow:
        uow.shortfalls.add(shortfall)
        uow.commit()


def open_shortfalls(*, at: datetime, uow: UnitOfWork) -> list[Shortfall]:
    """What was asked of late and is not settled, the latest first."""
    with uow:
        return list(uow.shortfalls.open(at - LOOKED_BACK, MOST))


def write_house_answer(
    id_: str,
    questions: Sequence[str],
    text: str,
    source: str,
    *,
    settles: Collection[Shortfall] = (),
    by: Actor,
    name: str,
    at: datetime,
    uow: UnitOfWork,
) -> HouseAnswer:
    """Write an answer, or write it anew: it waits to be reviewed, since it will be told in the community's name.

    `settles`: the shortfalls that it is written for; they leave the managers' list. `name`: of who writes, as residents
    will read it. `HouseAnswerIncomplete`, `NotAllowed`.
    """
    _managers_only(by, "shortfall_deed_write")
    asked = tuple(dict.fromkeys(q.strip() for q in questions if heart_of(q)))
    if not (asked and text.strip() and source.strip()) or max(len(text), sum(map(len, asked)), len(source)) > LONGEST:
        raise HouseAnswerIncomplete(longest=LONGEST)
    answer = HouseAnswer(id_, asked, text.strip(), source.strip(), name, at)
    with uow:
        uow.house_answers.save(answer)
        uow.shortfalls.settle([s.key for s in settles], at)
        uow.commit()
    return answer


def review_house_answer(id_: str, *, by: Actor, name: str, at: datetime, uow: UnitOfWork) -> HouseAnswer:
    """Let residents be told an answer from now on. `HouseAnswerUnknown`, `NotAllowed`."""
    _managers_only(by, "shortfall_deed_review")
    with uow:
        answer = replace(uow.house_answers.get(id_), reviewer=name, reviewed_at=at, withdrawer="", withdrawn_at=None)
        uow.house_answers.save(answer)
        uow.commit()
    return answer


def withdraw_house_answer(id_: str, *, by: Actor, name: str, at: datetime, uow: UnitOfWork) -> HouseAnswer:
    """Tell it no more; it stays on file. `HouseAnswerUnknown`, `NotAllowed`."""
    _managers_only(by, "shortfall_deed_withdraw")
    with uow:
        answer = replace(uow.house_answers.get(id_), withdrawer=name, withdrawn_at=at)
        uow.house_answers.save(answer)
        uow.commit()
    return answer


def dismiss_shortfalls(settles: Collection[Shortfall], *, by: Actor, at: datetime, uow: UnitOfWork) -> int:
    """Take shortfalls off the list without an answer: what is none of the community's affairs. Returns how many they
    were. `NotAllowed`."""
    _managers_only(by, "shortfall_deed_dismiss")
    with uow:
        uow.shortfalls.settle([s.key for s in settles], at)
        uow.commit()
    return len(settles)


def house_answers(*, uow: UnitOfWork) -> list[HouseAnswer]:
    """Every answer on file, the latest first."""
    with uow:
        return list(uow.house_answers.all())


def told_house_answers(*, uow: UnitOfWork) -> list[HouseAnswer]:
    """The answers that residents are told now."""
    with uow:
        return list(uow.house_answers.told())


def _managers_only(by: Actor, deed: str) -> None:
    if by.role is not Role.MANAGER:
        raise NotAllowed(event=say(deed), role=ROLE_NAMES[by.role])
