"""巡查上报 on Telegram: what was seen and where, by words, photos and the phone's position; then one look, and it is filed."""

from __future__ import annotations

from dataclasses import replace

from actions.clock import local
from actions.errors import ActionError
from actions.tickets.names import STATE_NAMES
from actions.tickets.ticket import Ticket
from bot.house import House
from bot.pocket.filing import file_sighting, twins
from bot.pocket.sighting import OTHER, Sighting, read
from bot.telegram.staff.answers import Answer, Rows, buttons, edit, text, toast
from bot.telegram.staff.card import Pressed, data, in_pairs
from bot.telegram.staff.draft import PATROL, Draft, draft_id
from bot.telegram.staff.letters import Post
from bot.telegram.staff.outcome import Outcome, Worker
from bot.telegram.staff.pictures import Pictures
from knowledge.wording import say

LONGEST = 2000
"""Characters of a report."""


class Patrol:
    """Takes patrol reports down."""

    def __init__(self, house: House, pictures: Pictures) -> None:
        self._house, self._pictures = house, pictures

    async def begin(self, post: Post, worker: Worker) -> Outcome:
        """`/patrol`, alone or with what was seen behind it."""
        draft = Draft(draft_id(post.id), PATROL, self._house.clock(), seen=Sighting(draft_id(post.id)))
        if not post.rest:
            return Outcome([text(say("patrol_what"), [[self._button(draft, "drop")]])], draft)
        return await self.told(replace(post, text=post.rest), worker, draft)

    async def told(self, post: Post, worker: Worker, draft: Draft) -> Outcome:
        """More of it: words, a photo, a position. What is still missing is asked for; then it is shown for a nod."""
        assert draft.seen is not None
        photos = (*draft.photos, post.photo) if post.photo else draft.photos
        seen = await self._with_words(draft.seen, post.text[:LONGEST]) if post.text else draft.seen
        seen = replace(seen, point=post.point or seen.point)
        draft = replace(draft, seen=seen, photos=photos, at=self._house.clock())
        return Outcome(await self._next(draft, worker, again=bool(post.point)), draft)

    async def pressed(self, post: Post, button: Pressed, worker: Worker, draft: Draft) -> Outcome:
        """A button under what is shown."""
        if button.word == "kind":
            return Outcome([toast(post.query), buttons(post.message, self._kinds(draft))], draft)
        if button.word == "is":
            draft = self._sorted(draft, button.rest)
            words, rows = await self._check(draft, worker)
            return Outcome([toast(post.query), edit(post.message, words, rows)], draft)
        assert draft.seen is not None
        if not (draft.seen.what and draft.seen.placed):
            return Outcome([toast(post.query), *await self._next(draft, worker, again=False)], draft)
        return await self._file(post, worker, draft, button.rest if button.word == "join" else "")

    async def _with_words(self, seen: Sighting, words: str) -> Sighting:
        """The first words say what it is, often where too; the next ones say where, if that is not known; then they add."""
        if not seen.what:
            found = await read(words, self._house)
            return replace(
                seen,
                what=words,
                address=found.address or seen.address,
                parts=found.parts or seen.parts,
                category=found.category,
                kind=found.kind,
                likely=found.likely,
                urgent=found.urgent,
                predicted=found.predicted,
            )
        if seen.placed and (seen.address or not seen.point):
            return replace(seen, what=f"{seen.what}；{words}"[:LONGEST])
        found = await read(words, self._house)
        return replace(seen, address=words[:120], parts=found.parts)

    async def _next(self, draft: Draft, worker: Worker, again: bool) -> list[Answer]:
        assert draft.seen is not None
        if not draft.seen.what:
            return [text(say("patrol_what"), [[self._button(draft, "drop")]])]
        if not draft.seen.placed:
            return [text(say("patrol_where"), place=True)]
        words, rows = await self._check(draft, worker)
        thanks = [text(say("patrol_more"), done=True)] if again else []  # the key that sends a position goes
        return [*thanks, text(words, rows)]

    async def _check(self, draft: Draft, worker: Worker) -> tuple[str, Rows]:
        seen = draft.seen
        assert seen is not None
        found = await twins(seen, worker.by, self._house)
        rest = say("patrol_photos", count=len(draft.photos)) if draft.photos else ""
        rest += say("patrol_urgent") if seen.urgent else ""
        rest += say("patrol_twin", number=found[0].number, state=STATE_NAMES[found[0].state]) if found else ""
        where = seen.address or say("patrol_point")
        words = say("patrol_check", what=seen.what, where=where, kind=self._named(seen), rest=rest)
        join = [[self._button(draft, "join", found[0].number)]] if found else []
        return words, [*join, [self._button(draft, "file"), self._button(draft, "kind")], [self._button(draft, "drop")]]

    def _named(self, seen: Sighting) -> str:
        """市政建设 · 路灯不亮."""
        category = self._house.categories.get(seen.category)
        kind = next((k.name for k in category.kinds if k.id == seen.kind), "") if category else ""
        return " · ".join(filter(None, (category.name if category else seen.category, kind)))

    def _kinds(self, draft: Draft) -> Rows:
        assert draft.seen is not None
        known = self._house.categories
        choices = [(known[c].name, self._data(draft, "is", c)) for c in draft.seen.likely if c in known]
        return in_pairs([*choices, (say("patrol_other"), self._data(draft, "is", OTHER))])

    def _sorted(self, draft: Draft, category: str) -> Draft:
        """The category that the worker chose; the kind stands only with the category that it was found in."""
        seen = draft.seen
        assert seen is not None
        if category not in self._house.categories or category == seen.category:
            return draft
        kind = str(seen.predicted.get("kind") or "") if category == seen.predicted.get("category") else ""
        return replace(draft, seen=replace(seen, category=category, kind=kind))

    async def _file(self, post: Post, worker: Worker, draft: Draft, join: str) -> Outcome:
        assert draft.seen is not None
        try:
            ticket = await file_sighting(draft.seen, worker.by, self._house, join)
        except ActionError as refusal:
            return Outcome([toast(post.query, say(refusal.key, **refusal.values))], draft)
        lost = not all([await self._pictures.keep(p, draft.id, ticket.number, worker.by) for p in draft.photos])
        said = say("patrol_joined", number=ticket.number) if join else self._filed(ticket)
        words = said + ("\n" + say("patrol_photo_lost") if lost else "")
        return Outcome([toast(post.query), edit(post.message, words)], None)

    def _filed(self, ticket: Ticket) -> str:
        """Who has it and until when; of a confidential one only that it is filed."""
        if ticket.confidential:
            return say("patrol_filed_secret", number=ticket.number)
        worker, due = self._house.community.workers.get(ticket.assignee), local(ticket.due_at)
        who = say("patrol_filed_who", name=worker.name if worker else ticket.assignee)
        return say("patrol_filed", number=ticket.number, who=who, due=f"{due.month}月{due.day}日{due:%H:%M}前办结")

    def _button(self, draft: Draft, word: str, rest: str = "") -> tuple[str, str]:
        return say(f"patrol_{word}"), self._data(draft, word, rest)

    def _data(self, draft: Draft, word: str, rest: str = "") -> str:
        return data("-", draft.id, word, rest)
