"""The workers' desk on Telegram: their letters are kept, done in order, and answered once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

from telegram import Bot, Update
from telegram.error import TelegramError

from actions.pocket.link import Letter, Taken
from actions.pocket.linking import put_draft
from bot.house import House
from bot.security.standing import actor_of
from bot.telegram.staff.acting import Acting
from bot.telegram.staff.answers import say_all, text, toast
from bot.telegram.staff.draft import Draft
from bot.telegram.staff.letters import OWN, Post, calls_us_in_public, post_in
from bot.telegram.staff.outcome import Outcome, Worker
from bot.telegram.staff.pictures import pictures_of
from knowledge.wording import say

logger = logging.getLogger(__name__)
EVERY = 20.0
"""Seconds between two looks for letters that an earlier process, or a way that was cut, left unanswered."""
SETTLING, KEPT = timedelta(seconds=30), timedelta(days=2)
"""A younger letter may still be in somebody's hands; an answered one is remembered so long, in case it comes again."""
BATCH = 100
Again = Callable[[Update], Awaitable[None]]


class StaffDesk:
    """Where the letters of linked chats go first. What turns out to be said as a resident goes on to the reception."""

    def __init__(self, house: House, bot: Bot, record: Callable[[Update], Awaitable[None]]) -> None:
        """`record` puts a resident's message on record."""
        self._house, self._bot, self._record = house, bot, record
        self._acting = Acting(house, pictures_of(house, bot))
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def keeps(self, update: Update) -> bool:
        """Put a letter on record if it may be a worker's; False for what is a resident's for certain."""
        try:
            post = post_in(update, self._bot.bot)
        except Exception:  # what can't be read must not hold up all that comes after it
            logger.exception("update %s can't be read", update.update_id)
            return False
        if post is None or not (post.query or post.link_code or post.command in OWN or await self._linked(post)):
            return False
        letter = Letter(
            post.id if not post.edits else f"{post.id}:edit", post.conversation, self._house.clock(), update.to_dict()
        )
        await asyncio.to_thread(self._post, letter)
        return True

    async def takes(self, update: Update) -> bool:
        """Do what a letter says and answer it, each in its turn; False where it is a resident's."""
        if calls_us_in_public(update, self._bot.bot) and update.message:
            with suppress(TelegramError):
                await self._bot.send_message(update.message.chat.id, say("staff_private_only"))
            return True
        post = post_in(update, self._bot.bot)
        if post is None:
            return False
        async with self._locks.setdefault(post.chat, asyncio.Lock()):
            letter = await asyncio.to_thread(self._letter, post.id if not post.edits else f"{post.id}:edit")
            if letter is None or letter.taken is Taken.RESIDENT:
                return False
            if letter.taken is Taken.WAITING:
                letter = await self._read(letter, post, update)
            if letter.taken is Taken.STAFF:
                await self._answer(letter, post.chat)
            return letter.taken is Taken.STAFF

    async def run(self, again: Again) -> None:
        """Look after what was left, until cancelled. `again`: an update's whole way."""
        while True:
            try:
                await self.resume(again)
            except Exception:  # the next round tries again
                logger.exception("workers' letters could not be looked after")
            await asyncio.sleep(EVERY)

    async def resume(self, again: Again) -> None:
        """One round."""
        for letter in await asyncio.to_thread(self._left):
            chat = int(letter.chat.rpartition(":")[2])
            if letter.taken is Taken.STAFF:
                async with self._locks.setdefault(chat, asyncio.Lock()):
                    known = await asyncio.to_thread(self._letter, letter.id)
                    if known and known.answered_at is None:
                        await self._answer(known, chat)
            else:
                await again(Update.de_json(dict(letter.body), self._bot))

    async def _read(self, letter: Letter, post: Post, update: Update) -> Letter:
        """The letter with what is said to it, kept together with what the worker is in the middle of afterwards."""
        worker = await asyncio.to_thread(self._who, post)
        try:
            outcome = await self._meant(post, worker)
        except Exception:  # the entry point: the worker hears that it was not done
            logger.exception("the letter %s could not be dealt with", letter.id)
            sorry = say("staff_broken")
            outcome = Outcome(
                [toast(post.query, sorry) if post.query else text(sorry)], worker.draft if worker else None
            )
        draft = outcome.draft if outcome else worker.draft if worker else None
        if outcome is None:
            await self._record(update)
            letter = replace(letter, taken=Taken.RESIDENT, body={}, answered_at=self._house.clock())
        else:
            letter = replace(letter, taken=Taken.STAFF, body={}, answers=tuple(outcome.answers))
        await asyncio.to_thread(self._file, letter, worker, draft)
        return letter

    async def _meant(self, post: Post, worker: Worker | None) -> Outcome | None:
        if post.edits:
            earlier = await asyncio.to_thread(self._letter, post.id)
            told = earlier is not None and earlier.taken is Taken.STAFF
            return Outcome([text(say("staff_edit_again"))], worker.draft if worker else None) if told else None
        return await (self._acting.worker(post, worker) if worker else self._acting.stranger(post))

    async def _answer(self, letter: Letter, chat: int) -> None:
        """Say what is to be said; what the way did not carry stays for the next round."""
        if letter.answered_at is not None:
            return
        left = await say_all(self._bot, chat, letter.answers)
        done = None if left else self._house.clock()
        await asyncio.to_thread(self._file, replace(letter, answers=tuple(left), answered_at=done), None, None)

    async def _linked(self, post: Post) -> bool:
        return await asyncio.to_thread(self._who, post) is not None

    def _who(self, post: Post) -> Worker | None:
        with self._house.database.reading() as uow:
            found = uow.pocket.link_of(post.conversation)
        if found is None:
            return None
        link, account = found
        return Worker(account, actor_of(account, self._house.community), link, Draft.of_data(link.draft))

    def _post(self, letter: Letter) -> None:
        with self._house.database.unit() as uow:
            uow.pocket.post(letter)
            uow.commit()

    def _letter(self, id_: str) -> Letter | None:
        with self._house.database.reading() as uow:
            return uow.pocket.letter(id_)

    def _file(self, letter: Letter, worker: Worker | None, draft: Draft | None) -> None:
        with self._house.database.unit() as uow:
            uow.pocket.file(letter)
            if worker:
                put_draft(worker.link, draft.as_data() if draft else None, uow)
            uow.commit()

    def _left(self) -> list[Letter]:
        with self._house.database.unit() as uow:
            uow.pocket.forget(self._house.clock() - KEPT)
            left = list(uow.pocket.unanswered(self._house.clock() - SETTLING, BATCH))
            uow.commit()
        return left
