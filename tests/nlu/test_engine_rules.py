"""The remembered answer of the rules is Rasa's own, on our rules and on whatever may happen in a conversation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.engine.importer import KnowledgeImporter
from nlu.engine.rules import Found, Remembered, lately
from nlu.engine.trackers import duplicate

ROOT = Path(__file__).parents[2]
FORMS = ("report_form", "booking_form")
search = RulePolicy._find_action_from_rules


@pytest.fixture(scope="module")
def domain() -> Domain:
    return KnowledgeImporter(str(ROOT / "config.yml")).get_domain()


@pytest.fixture(scope="module")
def policy(domain: Domain, tmp_path_factory: pytest.TempPathFactory) -> RulePolicy:
    importer = KnowledgeImporter(str(ROOT / "config.yml"))
    settings = next(p for p in importer.get_config()["policies"] if p["name"] == "RulePolicy")
    made = RulePolicy(
        {**RulePolicy.get_default_config(), **settings},
        LocalModelStorage(tmp_path_factory.mktemp("model")),
        Resource("rules"),
        ExecutionContext(GraphSchema({})),
    )
    made.train(TrainingDataGenerator(importer.get_stories(), domain).generate(), domain)
    return made


class Walk:
    """A conversation that goes anywhere: what is said, what actions do and how forms end is drawn by lot."""

    def __init__(self, seed: int, policy: RulePolicy, domain: Domain) -> None:
        self._lot, self._policy, self._domain = random.Random(seed), policy, domain
        self.tracker = DialogueStateTracker(f"walk-{seed}", domain.slots)

    def moments(self, turns: int) -> Iterator[DialogueStateTracker]:
        """The tracker each time that an action is to be predicted."""
        self._let(ActionExecuted("action_session_start"), ActionExecuted("action_listen"))
        for _ in range(turns):
            self._say()
            for _ in range(8):
                yield self.tracker
                prediction = self._policy.predict_action_probabilities(self.tracker, self._domain)
                action = self._domain.action_names_or_texts[prediction.max_confidence_index]
                if self.tracker.latest_action_name == "action_listen" and not prediction.is_no_user_prediction:
                    self._let(DefinePrevUserUtteredFeaturization(False))
                self._let(*prediction.events)
                self._do(action)
                if action == "action_listen":
                    break
            else:
                self._let(ActionExecuted("action_listen"))

    def _let(self, *events: Event) -> None:
        self.tracker.update_with_events(list(events), self._domain)

    def _say(self) -> None:
        intent = self._lot.choice([*self._domain.intents, None])
        wants = self._lot.choice(["report_issue", "seek_help", "cancel", intent, intent, intent])
        entities = self._lot.choice(
            [[], [{"entity": "phone", "value": "1"}], [{"entity": "address", "role": "x", "value": "2"}]]
        )
        self._let(UserUttered(f"{wants}？", {"name": wants, "confidence": 0.9}, entities))

    def _do(self, action: str) -> None:
        if action in FORMS and self._lot.random() < 0.2:
            self._let(ActionExecutionRejected(action))
            return
        self._let(ActionExecuted(action), BotUttered("好的"))
        if action in FORMS:
            self._run_form(action)
        elif action == "action_deactivate_loop":
            self._let(ActiveLoop(None), SlotSet("requested_slot", None))
        elif action != "action_listen":
            self._let(*self._lot.choice([[], [], [], [SlotSet("recent_ticket", "1")], [ActiveLoop("booking_form")]]))
            if self._lot.random() < 0.03:
                self._let(self._lot.choice([Restarted(), UserUtteranceReverted(), LoopInterrupted(True)]))

    def _run_form(self, form: str) -> None:
        if self.tracker.active_loop_name and self._lot.random() < 0.3:
            self._let(SlotSet("report_where", "3号楼"), ActiveLoop(None), SlotSet("requested_slot", None))
        else:
            self._let(ActiveLoop(form), SlotSet("requested_slot", "report_what"))


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_is_rasas_own_wherever_a_conversation_goes(seed: int, policy: RulePolicy, domain: Domain) -> None:
    asked, found = 0, 0

    def ask(*question: Any) -> Found:
        nonlocal asked
        asked += 1
        return search(*question)

    remembered = Remembered(policy, ask)
    for number in range(5):
        for tracker in Walk(seed * 100 + number, policy, domain).moments(turns=8):
            assert remembered.find(tracker, domain) == search(policy, tracker, domain, False)
            found += 1
    assert 0 < asked < found, "some answers are remembered, or nothing was tried here"


def test_nobody_is_answered_by_the_words_of_a_message(policy: RulePolicy, domain: Domain) -> None:
    """Rasa's other search, by words, may be left out: there is no rule that it could find."""
    for tracker in Walk(7, policy, domain).moments(turns=30):
        assert search(policy, tracker, domain, True)[0] is None


def test_what_is_not_known_is_left_to_rasa(policy: RulePolicy, domain: Domain) -> None:
    asked: list[str] = []

    def ask(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, by_words: bool) -> tuple[str, str, bool]:
        asked.append(tracker.sender_id)
        return "action_listen", "a rule", False

    class Unknown(BotUttered):
        """An event of somebody else's."""

    tracker = DialogueStateTracker.from_events("u", [ActionExecuted("action_listen"), Unknown("?")], domain.slots)
    remembered = Remembered(policy, ask)
    assert lately(tracker, 3) is None
    remembered.find(tracker, domain)
    remembered.find(tracker, domain)
    assert asked == ["u", "u"]


def state(tracker: DialogueStateTracker) -> dict[str, object]:
    """All that a tracker knows; whether an action was to follow is known to the live one alone."""
    slots = {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()}
    left_out = {"slots", "followup_action", "model_id", "assistant_id"}
    return {**{key: value for key, value in vars(tracker).items() if key not in left_out}, "slots": slots}


@pytest.mark.parametrize("seed", range(5))
def test_a_duplicate_is_what_rasas_copy_is(seed: int, policy: RulePolicy, domain: Domain) -> None:
    for tracker in Walk(seed, policy, domain).moments(turns=10):
        assert state(duplicate(tracker)) == state(tracker.travel_back_in_time(float("inf")))


def test_a_duplicate_goes_its_own_way(domain: Domain) -> None:
    events = [ActionExecuted("action_listen"), SlotSet("report_what", "路灯"), ActiveLoop("report_form")]
    tracker = DialogueStateTracker.from_events("u", events, domain.slots, domain=domain)
    twin = duplicate(tracker)
    twin.update_with_events([SlotSet("report_what", "井盖"), ActionExecutionRejected("report_form")], domain)
    assert (twin.get_slot("report_what"), twin.is_active_loop_rejected, len(twin.events)) == ("井盖", True, 5)
    assert (tracker.get_slot("report_what"), tracker.is_active_loop_rejected, len(tracker.events)) == ("路灯", False, 3)
