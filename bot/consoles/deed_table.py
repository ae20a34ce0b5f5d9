"""The deeds that there are buttons for: what brings each about, and what has to be said or chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from actions.tickets import dispatching, feedback, handling, helping, merging, wishing
from actions.tickets.names import RETURN_CODE_NAMES
from actions.tickets.states import Event
from actions.tickets.survey import Solved, Survey
from actions.tickets.ticket import Ticket
from bot.house import House

SELDOM = "flat"
SHOWN, INSIDE = "现场照片，居民看得到（可以不拍）", "照片，只给工作人员看（可以不拍）"


@dataclass(frozen=True)
class Deed:
    """How an event is brought about.

    do       the domain's function
    words    what has to be said, as a hint in the field; "" where nothing needs saying
    label, choices   what has to be chosen, and from what; the key's parts between slashes are handed over
    day      what a day is asked for, "" where none is; the end of that day's office hours is handed over
    photo    what a photo is asked for, "" where none may come with it
    desk     whether the function needs the community's tables
    tickets  whether another ticket has to be chosen, from those that could be the same problem
    weight   unelevated for what comes next, outline for what may come before it, SELDOM for the rest
    """

    do: Callable[..., Ticket]
    words: str = ""
    label: str = ""
    choices: Callable[[House], dict[str, str]] | None = None
    day: str = ""
    photo: str = ""
    desk: bool = False
    tickets: bool = False
    weight: str = SELDOM


def workers(house: House) -> dict[str, str]:
    """Grid workers to choose from, with their grids."""
    grids = house.community.grids
    return {
        w.id: "　".join((w.name, *(grids[g].name for g in w.grids if g in grids)))
        for w in house.community.workers.values()
    }


def kinds(house: House) -> dict[str, str]:
    """Kinds of case to choose from, by "category/kind"."""
    return {f"{c.id}/{k.id}": f"{c.name} · {k.name}" for c in house.categories.values() for k in c.kinds}


def helpers(house: House) -> dict[str, str]:
    """Who can be asked to help: workers by id, and the units that any kind of case names."""
    units = sorted({k.unit for c in house.categories.values() for k in c.kinds})
    return workers(house) | {unit: unit for unit in units}


def codes(house: House) -> dict[str, str]:
    """Reasons to give a ticket back."""
    return {code.value: name for code, name in RETURN_CODE_NAMES.items()}


def remedies(house: House) -> dict[str, str]:
    """Legal ways to go with what is not taken up."""
    return {remedy.id: remedy.name for remedy in house.desk.remedies.values()}


CONTENT = {"yes": True, "no": False, "": None}


def answers(house: House) -> dict[str, str]:
    """What a resident may say on the telephone, by "solved/content"."""
    solved = {Solved.SOLVED: "解决了", Solved.HALF: "部分解决", Solved.UNSOLVED: "没有解决"}
    content = {"yes": "，满意", "no": "，不满意", "": "，没说满不满意"}
    return {f"{s.value}/{c}": f"{name}{words}" for s, name in solved.items() for c, words in content.items()}


def rate(number: str, solved: str, content: str, words: str, *, at: datetime, **needs: Any) -> Ticket:
    """What a resident said when she was called. Not solved, or not content for a reason: it is done again."""
    return feedback.rate(number, Survey(Solved(solved), CONTENT[content], words, at), at=at, **needs)


def urge(number: str, note: str, **needs: Any) -> Ticket:
    """See `feedback.urge`."""
    return feedback.urge(number, note=note, **needs)


def withdraw(number: str, note: str, **needs: Any) -> Ticket:
    """See `feedback.withdraw`."""
    return feedback.withdraw(number, note=note, **needs)


DEEDS: Mapping[Event, Deed] = MappingProxyType(
    {
        Event.ACCEPT: Deed(handling.accept, weight="unelevated"),
        Event.START: Deed(handling.start, weight="unelevated"),
        Event.RESUME: Deed(handling.resume, desk=True, weight="unelevated"),
        Event.FINISH: Deed(handling.finish, "做了什么、修好没有，写给居民看", photo=SHOWN, weight="unelevated"),
        Event.CONFIRM: Deed(dispatching.confirm, weight="unelevated"),
        Event.DISPATCH: Deed(dispatching.dispatch, label="派给谁", choices=workers, desk=True, weight="unelevated"),
        Event.GRANT_RETURN: Deed(wishing.grant_return, desk=True, weight="unelevated"),
        Event.GRANT_EXTENSION: Deed(wishing.grant_extension, weight="unelevated"),
        Event.GRANT_PARKING: Deed(wishing.grant_parking, weight="unelevated"),
        Event.REFUSE: Deed(wishing.refuse, "为什么不同意，申请人看得到", weight="outline"),
        Event.RATE: Deed(rate, "居民的原话（不满意的话要写原因）", "居民怎么说", answers, desk=True, weight="outline"),
        Event.CONTRIBUTE: Deed(helping.contribute, "这一部分做了什么", "谁的部分", photo=INSIDE, weight="outline"),
        Event.CONTACT: Deed(handling.contact, weight="outline"),
        Event.ANSWER: Deed(handling.answer, "处理结果，会原样发给投诉人", weight="outline"),
        Event.ASK_RESIDENT: Deed(handling.ask_resident, "要居民补充什么，会原样发给居民", weight="outline"),
        Event.NOTE: Deed(handling.add_note, "记一笔，只有工作人员看得到", photo=INSIDE),
        Event.SUPPLEMENT: Deed(feedback.supplement, "居民补充了什么，承办人看得到", photo=INSIDE, desk=True),
        Event.INVITE: Deed(helping.invite, "请对方做什么", "请谁协办", helpers, desk=True),
        Event.EXTEND: Deed(wishing.extend, "为什么要延期，居民会知道新期限", day="延到哪天"),
        Event.RETURN: Deed(wishing.return_ticket, "说明情况：在哪个片区、归谁管……", "为什么退", codes, desk=True),
        Event.PARK: Deed(wishing.park, "为什么现在办不了、等什么", day="哪天再看"),
        Event.RECATEGORISE: Deed(dispatching.recategorise, "为什么改", "改成哪一类", kinds, desk=True),
        Event.REASSIGN: Deed(dispatching.reassign, "为什么转", "转给谁", workers, desk=True),
        Event.MERGE: Deed(merging.merge, tickets=True),
        Event.UNMERGE: Deed(merging.unmerge, "为什么不是同一件事", desk=True),
        Event.URGE: Deed(urge, "为什么催，承办人看得到（可以不写）"),
        Event.SUPERVISE: Deed(dispatching.supervise, "为什么督办", desk=True),
        Event.ESCALATE: Deed(dispatching.escalate, "为什么提级", desk=True),
        Event.REJECT: Deed(dispatching.reject, "为什么不予受理，会原样发给居民", "请居民去哪里", remedies, desk=True),
        Event.WITHDRAW: Deed(withdraw, "居民为什么撤销；撤销之后就不办了"),
        Event.REOPEN: Deed(feedback.reopen, "哪里没有解决，承办人看得到", desk=True),
        Event.CLOSE: Deed(feedback.close, weight="outline"),
    }
)
"""In the order of the buttons. A ticket is opened by a report; who joins or leaves one comes with 并单 and 拆单."""
