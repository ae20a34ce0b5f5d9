"""A resident's own data: what is stored is shown, erased, joined across channels, and explained at first contact."""

from __future__ import annotations

import asyncio
import logging
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from actions.attachments.erasing import erase_conversation
from actions.attachments.ports import Storage
from actions.conversations.conversation import held_in_public
from actions.conversations.dossier import dossier_of, quiet_hours
from actions.conversations.erasing import erase_resident, under_way
from actions.conversations.joining import DIGITS, offer_code, redeem_code
from actions.conversations.message import Message, Reply
from actions.conversations.person import Language, Person
from actions.conversations.preferring import person_of, prefer
from actions.conversations.reading import find_conversation
from actions.conversations.recording import DataNotice
from actions.errors import ActionError
from actions.store.database import Database
from bot.conversation.engine import Engine, EngineDown, EngineTurn
from bot.conversation.requests import Request, Wish, request_in
from knowledge.wording import say

logger = logging.getLogger(__name__)
PRIVACY = "ask_privacy"
"""The intent of which this is the answer's other half."""


class OwnData:
    """Answers, before the engine is asked, what residents ask about themselves."""

    def __init__(self, database: Database, storage: Storage, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._database, self._storage, self._engine, self._clock = database, storage, engine, clock

    async def answer(self, message: Message) -> EngineTurn | None:
        """The answer to such a message; None for any other."""
        request = request_in(message.text)
        if request is None:
            return None
        if held_in_public(message.conversation):
            return _turn(say("own_data_elsewhere"))
        if request.wish is Wish.ERASE_NOW:
            return await self._erase(message.conversation)
        doing = {Wish.SHOW: self._show, Wish.ERASE: self._ask, Wish.JOIN: self._join, Wish.PREFER: self._prefer}
        if request.wish is Wish.KEEP:
            return _turn(say("erase_not"))
        return await asyncio.to_thread(doing[request.wish], message.conversation, request)

    def _show(self, conversation: str, request: Request) -> EngineTurn:
        """In words; a channel that can send files sends all of it too, which is what `dossier` tells it."""
        dossier = dossier_of(conversation, at=self._clock(), uow=self._database.reading())
        known = find_conversation(conversation, uow=self._database.reading())
        none = say("own_data_none")
        tickets = [say("own_data_ticket", number=t["工单号"], kind=t["事项"], state=t["状态"]) for t in dossier.tickets]
        text = say(
            "own_data_shown",
            messages=len(dossier.messages),
            address=(known and known.address) or none,
            phone=(known and known.phone) or none,
            tickets="、".join(tickets) or none,
            appointments="、".join(str(a["号码"]) for a in dossier.appointments) or none,
            preferences=_preferences(person_of(conversation, uow=self._database.reading())) or none,
        )
        return _turn(text, (say("button_erase"),), dossier=True)

    def _ask(self, conversation: str, request: Request) -> EngineTurn:
        """Nothing is erased before it was said what goes and what stays."""
        numbers = under_way(conversation, at=self._clock(), uow=self._database.reading())
        kept = say("erase_ask_kept", numbers="、".join(numbers)) if numbers else ""
        return _turn(say("erase_ask", kept=kept), (say("erase_confirm"), say("erase_keep")))

    async def _erase(self, conversation: str) -> EngineTurn:
        """All or nothing as far as can be: the engine first, for it may be away; then files; the record last, which
        is what finds them again when it has to be tried once more."""
        try:
            for id_ in await asyncio.to_thread(self._theirs, conversation):
                await self._engine.forget(id_)
            return await asyncio.to_thread(self._erase_kept, conversation)
        except (EngineDown, ActionError) as failure:
            logger.error("a resident's data could not be erased: %s", failure)
            return _turn(say("erase_failed"), (say("erase_confirm"),))

    def _theirs(self, conversation: str) -> list[str]:
        with self._database.reading() as uow:
            return list(uow.persons.siblings(conversation))

    def _erase_kept(self, conversation: str) -> EngineTurn:
        at, kept = self._clock(), under_way(conversation, at=self._clock(), uow=self._database.reading())
        files = sum(
            erase_conversation(id_, storage=self._storage, unit=self._database.unit, keep=kept)
            for id_ in self._theirs(conversation)
        )
        erased = erase_resident(conversation, say("erased_words"), at=at, uow=self._database.unit())
        key = "erase_done_kept" if erased.kept else "erase_done"
        text = say(key, messages=erased.messages, files=files, numbers="、".join(erased.kept))
        event = {"type": "data_erased", "messages": erased.messages, "attachments": files, "kept": list(erased.kept)}
        return EngineTurn((Reply(text),), (event,), {"intent": PRIVACY, "confidence": 1.0})

    def _join(self, conversation: str, request: Request) -> EngineTurn:
        known = find_conversation(conversation, uow=self._database.reading())
        phone, code = request.fields["phone"] or (known and known.phone), request.fields["code"]
        if not phone:
            return _turn(say("join_need_phone"))
        at, uow = self._clock(), self._database.unit()
        if code:
            return _turn(say(f"join_{redeem_code(conversation, phone, code, new=uuid.uuid4().hex, at=at, uow=uow)}"))
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        offer_code(conversation, phone, code, at=at, uow=uow)
        return _turn(say("join_code", phone=phone, code=code))

    def _prefer(self, conversation: str, request: Request) -> EngineTurn:
        new, uow = uuid.uuid4().hex, self._database.unit()
        person = prefer(conversation, new=new, at=self._clock(), uow=uow, **request.fields)
        event = {"type": "preferences", "large_type": person.large_type, "language": person.language.value}
        return EngineTurn((Reply(say(request.answer, hours=quiet_hours(person))),), (event,), None)


def data_notice() -> DataNotice:
    """What is told of a resident's data at first contact, as it is worded now."""
    return DataNotice(say("consent_version"), say("consent"))


def completed(turn: EngineTurn) -> EngineTurn:
    """What the engine says of privacy, with the two ways to act on it as buttons."""
    if not turn.understood or turn.understood.get("intent") != PRIVACY or not turn.replies:
        return turn
    *before, last = turn.replies
    titles = (say("button_own_data"), say("button_erase"))
    return EngineTurn((*before, Reply(last.text, {**last.payload, **_payload(titles)})), turn.events, turn.understood)


def _preferences(person: Person | None) -> str:
    if person is None:
        return ""
    liked = (
        (person.large_type, "preference_large"),
        (bool(quiet_hours(person)), "preference_quiet"),
        (person.language is Language.TRADITIONAL, "preference_traditional"),
    )
    return "、".join(say(key, hours=quiet_hours(person)) for so, key in liked if so)


def _turn(text: str, titles: tuple[str, ...] = (), **more: Any) -> EngineTurn:
    return EngineTurn((Reply(text, _payload(titles) | more),), (), {"intent": PRIVACY, "confidence": 1.0})


def _payload(titles: tuple[str, ...]) -> dict[str, Any]:
    return {"buttons": [{"title": title, "payload": title} for title in titles]}
