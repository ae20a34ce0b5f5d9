"""What a worker's letter means: a command, a pressed button, an answer to what was asked, a word on a ticket, or none
of these: then she speaks as a resident."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from actions.tickets.states import Event
from bot.house import House
from bot.telegram.staff.answers import Answer, edit, text, toast
from bot.telegram.staff.card import Pressed, my_tasks, pressed, task_list
from bot.telegram.staff.deeds import Deeds
from bot.telegram.staff.draft import PATROL, PHOTO, Draft
from bot.telegram.staff.joining import Joining
from bot.telegram.staff.letters import OWN, Post
from bot.telegram.staff.outcome import Outcome, Worker
from bot.telegram.staff.patrol import Patrol
from bot.telegram.staff.pictures import Pictures
from knowledge.wording import say


class Acting:
    """Reads letters and has done what they say."""

    def __init__(self, house: House, pictures: Pictures) -> None:
        self._house, self._pictures = house, pictures
        self._deeds, self._patrol, self._joining = Deeds(house), Patrol(house, pictures), Joining(house)

    async def stranger(self, post: Post) -> Outcome | None:
        """A letter from a chat that is not linked: a code, a worker's command, an old button; None for a resident's."""
        if post.query:
            return Outcome([toast(post.query, say("staff_unlinked_button"))])
        if post.link_code:
            return await self._joining.brought(post)
        return Outcome([text(say("staff_not_linked"))]) if post.command in OWN else None

    async def worker(self, post: Post, worker: Worker) -> Outcome | None:
        """A letter from a linked chat; None where she speaks as a resident."""
        if post.query:
            return await self._pressed(post, worker)
        if post.command:
            return await self._commanded(post, worker)
        draft = worker.draft if worker.draft and worker.draft.stands(self._house.clock()) else None
        if post.about and (draft is None or post.about != draft.number):
            return await self._on_ticket(post, worker, post.about, worker.draft)
        if number := self._pictures.belongs(post.album):
            return await self._on_ticket(post, worker, number, worker.draft, silent=True)
        return await self._answered(post, worker, draft) if draft else None

    async def _commanded(self, post: Post, worker: Worker) -> Outcome | None:
        if post.link_code:
            return await self._joining.brought(post)
        if post.command == "tasks":
            return Outcome([await asyncio.to_thread(self._tasks, worker)], None)
        if post.command == "patrol":
            return await self._patrol.begin(post, worker)
        return await self._joining.leave(worker) if post.command == "unlink" else None

    async def _pressed(self, post: Post, worker: Worker) -> Outcome:
        button = pressed(post.data)
        if button is None:
            return Outcome([toast(post.query, say("staff_stale"))], worker.draft)
        if button.number != "-":
            return await self._deeds.pressed(post, button, worker)
        return await self._on_question(post, button, worker)

    async def _on_question(self, post: Post, button: Pressed, worker: Worker) -> Outcome:
        """A button under a question of ours, which may no longer stand."""
        draft = worker.draft
        if draft is None or draft.id != button.steps:
            return Outcome(
                [toast(post.query, say("staff_asked_again")), edit(post.message, say("staff_asked_again"))], draft
            )
        if button.word == "drop":
            done = say("staff_done_photo", number=draft.number) if draft.wants == PHOTO else say("staff_done_drop")
            return Outcome([toast(post.query), edit(post.message, done)], None)
        return await self._patrol.pressed(post, button, worker, draft)

    async def _answered(self, post: Post, worker: Worker, draft: Draft) -> Outcome:
        """What was asked for, or something that is no answer to it."""
        if draft.wants == PATROL:
            usable = post.text or post.photo or post.point
            return await self._patrol.told(post, worker, draft) if usable else self._hint("staff_write_please", draft)
        if post.photo:
            return await self._pictured(post, worker, draft)
        if not post.text:
            return self._hint("staff_write_please", draft)
        return await self._deeds.written(post, worker, draft)

    async def _pictured(self, post: Post, worker: Worker, draft: Draft) -> Outcome:
        """A photo for what was asked. Without words it waits for them, but where photos were what was asked for."""
        if not self._deeds.takes_photo(draft):
            return self._hint("staff_photo_not_here", draft)
        if draft.wants == PHOTO:
            return await self._on_ticket(post, worker, draft.number, replace(draft, at=self._house.clock()))
        if hindrance := await self._deeds.hindrance(Event(draft.wants), draft.number, worker.by):
            return Outcome([text(hindrance)], None)
        photo = await self._pictures.keep(post.photo, post.id, draft.number, worker.by)
        if photo is None:
            return self._hint("staff_photo_lost", draft)
        self._pictures.remember(post.album, draft.number)
        draft = replace(draft, photo=photo, at=self._house.clock())
        if not post.text:
            return self._hint("staff_photo_first", draft)
        return await self._deeds.written(post, worker, draft)

    async def _on_ticket(
        self, post: Post, worker: Worker, number: str, after: Draft | None, silent: bool = False
    ) -> Outcome:
        """A note on a ticket: a reply to its card, a photo, one more picture of an album."""
        if not (post.text or post.photo):
            return Outcome([text(say("staff_write_please"))], after)
        if hindrance := await self._deeds.hindrance(Event.NOTE, number, worker.by):
            return Outcome([text(hindrance)], after)
        photo: str | None = ""
        if post.photo:
            photo = await self._pictures.keep(post.photo, post.id, number, worker.by)
            if photo is None:
                return Outcome([text(say("staff_photo_lost"))], after)
            self._pictures.remember(post.album, number)
        outcome = await self._deeds.noted(post, worker, number, after, photo or "")
        return replace(outcome, answers=()) if silent else outcome

    def _hint(self, key: str, draft: Draft) -> Outcome:
        return Outcome([text(say(key))], draft)

    def _tasks(self, worker: Worker) -> Answer:
        with self._house.database.reading() as uow:
            words, rows = task_list(my_tasks(uow, worker.by), self._house.clock())
        return text(words, rows)
