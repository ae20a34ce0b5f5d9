"""The rules' answer, found without going through the whole conversation and all rules again.

Rasa replays every event to describe each moment of a conversation, and then holds each rule against each description.
A rule looks back over two or three moments only, and conversations come to the same few again and again: so only those
are described here, by Rasa's own `Domain`, and what Rasa's policy answered to such moments is remembered. Whatever this
module does not know goes to Rasa's policy as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    FollowupAction,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker, TrackerActiveLoop

Found = tuple[str | None, str | None, bool]
"""What Rasa's policy gives: an action (None: no rule applies), the rule, whether a form was left and is returned to."""
Search = Callable[[RulePolicy, DialogueStateTracker, Domain, bool], Found]

FAMILIAR = frozenset(
    {
        ActionExecuted,
        ActionExecutionRejected,
        ActiveLoop,
        BotUttered,
        DefinePrevUserUtteredFeaturization,
        FollowupAction,
        LoopInterrupted,
        SlotSet,
        UserUttered,
    }
)
"""Events whose effect on a moment is known here: messages, actions and forms change it, the others do not."""
MOST = 4096
"""Answers remembered; a community's conversations come to some hundreds."""


@dataclass
class Moment:
    """A conversation before an action, as far as rules look at it; read by `Domain.get_active_state`."""

    latest_message: UserUttered
    latest_action: dict[str, str]
    active_loop: TrackerActiveLoop | None
    slots: dict[str, Slot] = field(default_factory=dict)


class Remembered:
    """One policy's answers."""

    def __init__(self, policy: RulePolicy, search: Search) -> None:
        """`search`: Rasa's own."""
        self._policy, self._search = policy, search
        self._depth = max((len(json.loads(key)) for key in _rules(policy)), default=1)
        self._answers: dict[Hashable, Found] = {}

    def find(self, tracker: DialogueStateTracker, domain: Domain) -> Found:
        """The answer to the conversation as it stands, by the intent of what was said."""
        moments = lately(tracker, self._depth)
        if moments is None:
            return self._search(self._policy, tracker, domain, False)
        states = [domain.get_active_state(moment) for moment in moments]
        self._policy.featurizer._choose_last_user_input([states], False)
        key = (tracker.active_loop_name, *map(DialogueStateTracker.freeze_current_state, states))
        if key in self._answers:
            return self._answers[key]
        found = self._search(self._policy, tracker, domain, False)
        rule_applies = found[0] is not None  # otherwise Rasa names the whole conversation in the rule's place
        if rule_applies and len(self._answers) < MOST:
            self._answers[key] = found
        return found


def _rules(policy: RulePolicy) -> Iterable[str]:
    return [*policy.lookup[RULES], *policy.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]


def lately(tracker: DialogueStateTracker, depth: int) -> list[Moment] | None:
    """The last moments, at most `depth`, the present one at the end; None where only Rasa knows what they were."""
    events = tracker.applied_events()
    if not FAMILIAR.issuperset(map(type, events)) or any(s.influence_conversation for s in tracker.slots.values()):
        return None
    moments: list[Moment] = []
    message, action, loop = UserUttered.empty(), {}, None
    for event in events:
        kind = type(event)
        if kind is ActionExecuted:
            moments.append(Moment(message, action, loop))
            action = event.as_sub_state()
        elif kind is UserUttered:
            message = event
        elif kind is ActiveLoop:
            loop = TrackerActiveLoop(event.name, False, False, None) if event.name else None
    return [*moments, Moment(message, action, loop)][-depth:]


def remembering(search: Search) -> Callable[..., Any]:
    """What takes the place of `RulePolicy._find_action_from_rules`, for all policies of a process."""
    of: dict[int, tuple[RulePolicy, Remembered]] = {}

    def find(
        policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Found:
        if use_text_for_last_user_input:  # our rules go by intent, none by the words of a message
            return None, None, False
        if id(policy) not in of:
            of[id(policy)] = policy, Remembered(policy, search)
        return of[id(policy)][1].find(tracker, domain)

    return find
