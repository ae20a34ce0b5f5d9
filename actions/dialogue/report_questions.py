"""The questions of a report: what is asked for each slot of the form, and what may be answered at a touch."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.card import spoken
from actions.dialogue.counter import Counter
from actions.dialogue.draft import CATEGORY, CONFIRMED, WHAT, WHERE, Draft
from actions.dialogue.heard import heard
from actions.dialogue.question import Question
from actions.dialogue.reporting import report_of
from actions.dialogue.speech import speak
from actions.masking import mask_phone
from actions.tickets.opening import find_duplicates
from actions.tickets.report import Report
from knowledge.wording import say


class AskWhat(Question):
    """Asks what the matter is."""

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_report_form_{WHAT}"

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Ask in the words that fit the wish."""
        intent = heard(tracker).intent
        key = f"report_ask_what_{intent}" if intent in ("complain_staff", "suggest", "volunteer") else "report_ask_what"
        speak(dispatcher, say(key))


class AskCategory(Question):
    """Asks what the matter is about, where guessing would send it to the wrong place as often as not."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_report_form_{CATEGORY}"

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Offer the likeliest categories, best first."""
        affair = Draft.of(tracker.current_slot_values()).affair or {}
        likely = [
            self._counter.categories[c].name for c, _ in affair.get("categories") or () if c in self._counter.categories
        ]
        titles = [*likely, say("button_none_of_these")]
        speak(dispatcher, say("report_ask_category"), buttons=[(title, title) for title in titles])


class AskWhere(Question):
    """Asks where it is; not right after an emergency, which asks the same of its own."""

    untimely = Question.untimely | {"emergency"}

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_report_form_{WHERE}"

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Ask for the place; the web page offers its position beside it."""
        speak(dispatcher, say("report_ask_where"), buttons=[(say("button_unknown_place"), say("button_unknown_place"))])


class AskConfirm(Question):
    """Reads the report back before it is filed."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def name(self) -> str:
        """Rasa's name for it."""
        return f"action_ask_report_form_{CONFIRMED}"

    def ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        """Say what will be filed, and how to change it."""
        draft = Draft.of(tracker.current_slot_values())
        affair = self._counter.desk.routing.affair(*draft.case)
        place = (draft.where or {}).get("address") or (
            "您分享的位置" if (draft.where or {}).get("point") else say("report_no_place")
        )
        text = say(
            "report_confirm",
            what=draft.what,
            place=place,
            kind=affair.kind_name,
            phone=mask_phone(draft.contact) or say("report_no_phone"),
        )
        known = self._neighbours(report_of(draft, heard(tracker), self._counter))
        keys = ("button_submit", *(("button_join",) if known else ()), "button_change", "button_drop")
        speak(dispatcher, f"{text}\n{known}" if known else text, buttons=[(say(key), say(key)) for key in keys])

    def _neighbours(self, report: Report) -> str:
        """The offer to join what was reported already, "" where nothing was. No word of what a neighbour said is in it."""
        found = find_duplicates(report, desk=self._counter.desk, uow=self._counter.database.reading())
        if not found:
            return ""
        known = found[0]
        count = len(set(known.residents) - {report.conversation})
        key = "report_neighbours" if count else "report_yours"
        return say(key, count=count, kind=known.kind_name, number=known.number, due=spoken(known.due_at))
