"""Deeds by buttons: at once, or after the words, the day, the reason or the photo that they need."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from actions.clock import local
from actions.errors import ActionError
from actions.tickets.actor import Actor
from actions.tickets.doing import PICTURED, WORDY, Given, do, ways
from actions.tickets.names import RETURN_CODE_NAMES, STATE_NAMES
from actions.tickets.states import Event
from actions.tickets.ticket import Ticket
from actions.tickets.wish import ReturnCode
from bot.house import House
from bot.telegram.staff.answers import Answer, buttons, edit, spot, text, toast
from bot.telegram.staff.card import Pressed, card, codes, concerns, data, days, keys, put_off
from bot.telegram.staff.draft import PHOTO, Draft, draft_id
from bot.telegram.staff.letters import Post
from bot.telegram.staff.outcome import Outcome, Worker
from knowledge.wording import say

EXTRA_WORKDAYS = range(1, 31)
"""What a button may ask for."""


class Deeds:
    """Does to tickets what workers press, write and photograph. Every deed has an id made of what was pressed, so that
    whatever comes twice is done once."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def pressed(self, post: Post, button: Pressed, worker: Worker) -> Outcome:
        """A button under a ticket's card."""
        ticket = await self._mine(button.number, worker.by)
        if ticket is None:
            gone = edit(post.message, say("staff_gone", number=button.number))
            return Outcome([toast(post.query, say("staff_stale")), gone], worker.draft)
        if button.word == "card":
            return Outcome([toast(post.query), *self._fresh(post, ticket, worker.by)], worker.draft)
        if button.word == "where" and ticket.point:
            return Outcome([toast(post.query), spot(ticket.point[1], ticket.point[0])], worker.draft)
        event = Event.NOTE if button.word == PHOTO else _event(button.word)
        if event is None or event not in ways(ticket, worker.by) or ticket.confidential:
            return self._too_late(post, button, ticket, worker)
        if event in WORDY:
            return self._asked(post, button, event, ticket, worker)
        return await self._at_once(post, button, event, worker)

    async def written(self, post: Post, worker: Worker, draft: Draft) -> Outcome:
        """The words, or the photo's words, that a draft waits for. The photo itself is the draft's by now."""
        if draft.wants == PHOTO:
            return await self.noted(post, worker, draft.number, replace(draft, at=self._house.clock()))
        given = Given(post.text, draft.photo, draft.code, draft.until)
        return await self._done(Event(draft.wants), draft.number, given, post, worker, None)

    async def noted(self, post: Post, worker: Worker, number: str, after: Draft | None, photo: str = "") -> Outcome:
        """A note on a ticket, with a photo or without."""
        given = Given(post.text or say("staff_photo_note"), photo or None)
        quiet = photo and after is not None
        return await self._done(
            Event.NOTE, number, given, post, worker, after, say("staff_done_photo", number=number) if quiet else ""
        )

    async def _done(
        self, event: Event, number: str, given: Given, post: Post, worker: Worker, after: Draft | None, said: str = ""
    ) -> Outcome:
        """Do it and say so; what can't be done is said in words, and what was asked stays open."""
        ticket = await self._mine(number, worker.by)
        if ticket is None or ticket.confidential:
            key = "staff_confidential" if ticket else "staff_gone"
            return Outcome([text(say(key, number=number))], None)
        try:
            ticket = await self._do(event, number, given, worker.by, post.id)
        except ActionError as refusal:
            return Outcome([text(say(refusal.key, **refusal.values))], worker.draft)
        if said:
            return Outcome([text(said)], after)
        news = say(f"staff_done_{event}")
        return Outcome([text(card(ticket, self._house.clock(), news), keys(ticket, worker.by))], after)

    async def _do(self, event: Event, number: str, given: Given, by: Actor, deed: str) -> Ticket:
        house = self._house
        ticket = await asyncio.to_thread(
            do, event, number, given, by=by, at=house.clock(), desk=house.desk, uow=house.database.unit(), deed=deed
        )
        house.hub.publish("tickets", {"type": "ticket", "number": number})
        house.hub.publish(f"worker:{ticket.assignee}", {"type": "ticket", "number": number})
        return ticket

    async def _at_once(self, post: Post, button: Pressed, event: Event, worker: Worker) -> Outcome:
        """What needs no words. The deed belongs to the button and to the step it was put up at: tapped twice, it is done
        once."""
        deed = f"telegram:{post.chat}:{button.steps}:{button.word}"
        try:
            ticket = await self._do(event, button.number, Given(), worker.by, deed)
        except ActionError as refusal:
            return Outcome([toast(post.query, say(refusal.key, **refusal.values))], worker.draft)
        return Outcome(
            [toast(post.query, say(f"staff_done_{event}")), *self._fresh(post, ticket, worker.by)], worker.draft
        )

    def _asked(self, post: Post, button: Pressed, event: Event, ticket: Ticket, worker: Worker) -> Outcome:
        """Ask for what is still missing: the reason's code or the day by buttons, then words."""
        draft = Draft(draft_id(post.id), button.word, self._house.clock(), ticket.number)
        fields: dict[str, str] = {}
        if event is Event.RETURN:
            if button.rest not in set(ReturnCode):
                return Outcome([toast(post.query), buttons(post.message, codes(ticket))], worker.draft)
            draft, fields = replace(draft, code=button.rest), {"code": RETURN_CODE_NAMES[ReturnCode(button.rest)]}
        if event is Event.EXTEND:
            until = self._day(button.rest, ticket)
            if until is None:
                choices = days(ticket, self._house.clock(), self._house.desk.deadlines.calendar)
                return Outcome([toast(post.query), buttons(post.message, choices)], worker.draft)
            day = local(until)
            draft, fields = replace(draft, until=until), {"until": f"{day.month}月{day.day}日"}
        return Outcome([toast(post.query), self._question(draft, fields)], draft)

    def _question(self, draft: Draft, fields: dict[str, str]) -> Answer:
        ends = say("staff_enough") if draft.wants == PHOTO else say("staff_drop")
        words = say(f"staff_ask_{draft.wants}", number=draft.number, **fields)
        hint = "" if draft.wants == PHOTO else "\n" + say("staff_hint_drop")
        return text(words + hint, [[(ends, data("-", draft.id, "drop"))]])

    def _day(self, rest: str, ticket: Ticket) -> datetime | None:
        if not rest.isdecimal() or int(rest) not in EXTRA_WORKDAYS:
            return None
        return put_off(ticket, int(rest), self._house.clock(), self._house.desk.deadlines.calendar)

    def _too_late(self, post: Post, button: Pressed, ticket: Ticket, worker: Worker) -> Outcome:
        """The ticket has moved on since the button was put up: say where it stands, and put up what fits now."""
        moved = say("staff_moved_on", number=ticket.number, state=STATE_NAMES[ticket.state])
        words = say("staff_confidential") if ticket.confidential else moved
        return Outcome([toast(post.query, words), *self._fresh(post, ticket, worker.by)], worker.draft)

    def _fresh(self, post: Post, ticket: Ticket, by: Actor) -> list[Answer]:
        return [edit(post.message, card(ticket, self._house.clock()), keys(ticket, by))]

    async def _mine(self, number: str, by: Actor) -> Ticket | None:
        """The ticket as it stands, None where it is not this person's to see (any more)."""

        def look() -> Ticket | None:
            with self._house.database.reading() as uow:
                try:
                    ticket = uow.tickets.peek(number)
                except ActionError:
                    return None
            return ticket if concerns(ticket, by) else None

        return await asyncio.to_thread(look)

    async def hindrance(self, event: Event, number: str, by: Actor) -> str:
        """Why this can't be done here now, in words; "" where it can."""
        ticket = await self._mine(number, by)
        if ticket is None:
            return say("staff_gone", number=number)
        if ticket.confidential:
            return say("staff_confidential")
        moved = say("staff_moved_on", number=number, state=STATE_NAMES[ticket.state])
        return "" if event in ways(ticket, by) else moved

    def takes_photo(self, draft: Draft) -> bool:
        """Whether a photo is any use to what is asked."""
        return draft.wants == PHOTO or _event(draft.wants) in PICTURED


def _event(word: str) -> Event | None:
    try:
        return Event(word)
    except ValueError:
        return None
