"""A report while it is being taken down: what is known, what is still asked, and what the next words change.

Pure: what was heard comes in, the slots to set go out. An empty answer means that the words were about something else;
Rasa then lets another rule speak and comes back to the form afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.dialogue.heard import Heard

Slots = dict[str, Any]
WHAT, CATEGORY, WHERE, CONTACT, CONFIRMED, AFFAIR, ID = (
    "report_what",
    "report_category",
    "report_where",
    "report_contact",
    "report_confirmed",
    "report_affair",
    "report_id",
)
KEPT = 5
"""Intents whose scores are kept with the ticket."""

JOIN = "join"
"""In the affair: the resident wants to join the neighbours' ticket instead of a new one."""

EVERY_SLOT = (WHAT, CATEGORY, WHERE, CONTACT, CONFIRMED, AFFAIR, ID)
NOWHERE: dict[str, Any] = {"address": "", "parts": {}}
"""A report that needs no place, or whose reporter cannot name one: the duty desk finds out."""

PLACED = frozenset({"report_issue", "seek_help", "emergency"})
REPORTS = PLACED | {"complain_staff", "suggest", "volunteer", "book_service", "praise", "add_to_ticket"}
ELSEWHERE = frozenset(
    [
        "ask_regulation",
        "ask_service",
        "ask_contact",
        "find_grid_worker",
        "query_ticket",
        "urge_ticket",
        "withdraw_ticket",
        "rate_service",
        "talk_to_human",
        "ask_privacy",
        "ask_bot",
        "cancel",
        "greet",
        "goodbye",
        "thank",
        "abuse",
        "out_of_scope",
        "emergency",
        "self_harm",
    ]
)
"""Intents that interrupt a report instead of answering its question."""
SAYS_NOTHING = re.compile(
    r"(?:我|想|要|来|是|有|个|一|件|点|些|事|情|问|题|反映|反应|投诉|举报|报修|登记|情况|一下|下|的|了|你好|您好|请问|麻烦|建议|求助|帮忙|帮|忙|"
    r"社区|预约|报名|志愿者|上门|咨询|啊|呢|吧|哈|嘛|[\s,，。.!！?？、~])*"
)
NONE_OF_THESE = re.compile(r".*(?:都不是|不是这[些几]|都不对|不知道|不晓得|不清楚|说不[清好上]|随便|你看着办).*")
YES = re.compile(
    r"(?:确认|确定|提交|对的?|是的?|没错|可以|行|好的?|嗯+|ok|要得|没得问题|没问题|就这样|报吧|登记吧)[吧啊呀的了嘛哈。!！,，]*(?:提交|登记|谢谢)?[吧啊了。!！]*",
    re.I,
)
UNKNOWN_PLACE = re.compile(r".*(?:不知道|不晓得|说不[清好上]|不清楚|记不[得清]|搞不清|没有地址|不方便说|没门牌).*")
JOIN_IN = re.compile(
    r"(?:好的?|行|嗯|对)?[,，]?(?:我也)?(?:加入|算我一个|一起(?:办|报)|(?:就)?是同一件|并到一起).{0,8}"
)
NOT_BUT = re.compile(
    r"(?:[哦噢啊]?[,，]?(?:我?[说写搞弄报]错了?|错了|不对)[,，。！!\s]*)?不是.+?[,，、\s]*(?:是|而是|应该是)?(?P<right>.+)"
)


@dataclass(frozen=True)
class Draft:
    """What the slots hold. `where`: {"address", "parts", "point"}; `affair`: what the first words were understood as."""

    what: str | None = None
    where: Mapping[str, Any] | None = None
    contact: str | None = None
    affair: Mapping[str, Any] | None = None
    report: str | None = None

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Draft:
        """Read the form's slots."""
        return cls(slots.get(WHAT), slots.get(WHERE), slots.get(CONTACT), slots.get(AFFAIR), slots.get(ID))

    @property
    def case(self) -> tuple[str, str]:
        """Category and kind, "other" and "" where nothing is known of them."""
        affair = self.affair or {}
        return str(affair.get("category") or "other"), str(affair.get("kind") or "")


def begin(said: Heard, known_address: str | None) -> Slots:
    """The first words of a report: often they say everything."""
    what = None if SAYS_NOTHING.fullmatch(said.text) else said.text
    slots: Slots = {ID: said.message or None, WHAT: what, CONFIRMED: None, WHERE: place_of(said, known_address)}
    if what:
        slots |= _understood(said)
    if said.intent not in PLACED and not slots[WHERE]:
        slots[WHERE] = NOWHERE
    return slots | _contact(said)


def fill(
    draft: Draft,
    asked: str | None,
    said: Heard,
    known_address: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Slots:
    """What the words change while the form asks for `asked`; {} where they are about something else.

    `names`: category id → what it is called on the buttons.
    """
    if said.pressed and said.intent == "book_service":
        return {}
    if asked == WHAT:
        return _what(draft, said, known_address)
    if asked == CATEGORY:
        return _sorted(draft, said, names or {})
    if asked == WHERE:
        return _where(said, known_address)
    if asked == CONFIRMED:
        return _confirmed(draft, said)
    return {}


def _what(draft: Draft, said: Heard, known_address: str | None) -> Slots:
    if said.intent in ELSEWHERE or SAYS_NOTHING.fullmatch(said.text):
        return {}
    where = draft.where or place_of(said, known_address)
    return {WHAT: said.text, WHERE: where} | _understood(said) | _contact(said)


def _sorted(draft: Draft, said: Heard, names: Mapping[str, str]) -> Slots:
    """What the matter is about, chosen from what it could be; whoever tells more instead is read again, and not asked twice."""
    affair = dict(draft.affair or {})
    chosen = next((c for c, _ in affair.get("categories") or () if names.get(c, "?") in said.text), None)
    if YES.fullmatch(said.text.strip()):
        chosen = affair.get("category")
    if chosen is None and NONE_OF_THESE.fullmatch(said.text):
        chosen = "other"
    if chosen:
        kind = affair.get("kind") if chosen == affair.get("category") else ""
        return {CATEGORY: chosen, AFFAIR: affair | {"category": chosen, "kind": kind}}
    if said.intent in ELSEWHERE:
        return {}
    better = affair if said.unsure else _affair(said)
    return {WHAT: f"{draft.what}；{said.text}", CATEGORY: better.get("category") or "other", AFFAIR: better} | _contact(
        said
    )


def _where(said: Heard, known_address: str | None) -> Slots:
    place = place_of(said, known_address)
    if place:
        return {WHERE: place} | _contact(said)
    if UNKNOWN_PLACE.fullmatch(said.text) or said.intent == "deny":
        return {WHERE: NOWHERE}
    if said.intent in ELSEWHERE:
        return {}
    return {WHERE: {"address": said.text[:80], "parts": {}}} | _contact(said)


def _confirmed(draft: Draft, said: Heard) -> Slots:
    if YES.fullmatch(said.text.strip()):
        return {CONFIRMED: True}
    if JOIN_IN.fullmatch(said.text.strip()):
        return {CONFIRMED: True, AFFAIR: {**(draft.affair or {}), JOIN: True}}
    contact = _contact(said)
    if place := _corrected(said):
        return {WHERE: place, CONFIRMED: None} | contact
    if contact:
        return contact | {CONFIRMED: None}
    if said.intent == "affirm":
        return {CONFIRMED: True}
    if said.intent in ELSEWHERE:
        return {}
    if said.intent == "deny":
        return {CONFIRMED: None}
    return {WHAT: f"{draft.what}；{said.text}", CONFIRMED: None}


def _corrected(said: Heard) -> dict[str, Any] | None:
    """The place after "不是3栋，是13栋": the last one named. A new story with a place in it is no correction."""
    if said.intent in REPORTS and not NOT_BUT.fullmatch(said.text):
        return None
    addresses = [e for e in said.entities if e["entity"] == "address"]
    if addresses:
        return _as_place(addresses[-1], said)
    return {"address": "", "parts": {}, "point": list(said.point)} if said.point else None


def place_of(said: Heard, known_address: str | None) -> dict[str, Any] | None:
    """Where these words say it is, as the slot holds it: {"address", "parts", "point"}; None where they don't."""
    address = said.first("address")
    if address:
        return _as_place(address, said)
    if said.point:
        return {"address": "", "parts": {}, "point": list(said.point)}
    if known_address and said.first("home"):
        return {"address": known_address, "parts": {}}
    return None


def _as_place(address: Mapping[str, Any], said: Heard) -> dict[str, Any]:
    place: dict[str, Any] = {"address": address["value"], "parts": dict(address.get("parts") or {})}
    return place | ({"point": list(said.point)} if said.point else {})


def _contact(said: Heard) -> Slots:
    phone = said.value("phone")
    return {CONTACT: phone} if phone else {}


def _understood(said: Heard) -> Slots:
    """What a story was understood as. The category stays open where it is a mere guess: then the resident is asked."""
    affair = _affair(said)
    return {AFFAIR: affair, CATEGORY: None if said.unsure and said.intent in PLACED else affair["category"]}


def _affair(said: Heard) -> dict[str, Any]:
    return {
        "intent": said.intent,
        "category": "staff_conduct" if said.intent == "complain_staff" else said.category,
        "kind": said.kind if said.intent != "complain_staff" or said.category == "staff_conduct" else "",
        "categories": [list(c) for c in said.categories],
        "intents": [list(i) for i in said.intents[:KEPT]],
        "units": [list(u) for u in said.units],
    }
