"""Conversations that the engine held, as end-to-end test stories for Rasa's own test command (`rasa test core --e2e`).

`python -m tests.end_to_end.stories --trackers engine.db --output FOLDER`, in the engine's environment. Then
`python -m tests.end_to_end.rasa_command core --e2e --model MODEL --stories FOLDER --out RESULTS` plays them.

The dialogues of tests/conversations name what a resident says and hears; a test story of Rasa's names the intent and the
entities of each message, the actions that follow, and the slots that they set. So a dialogue is first played through the
chat API, and the conversation that the engine keeps of it is written down as a story. What Rasa's command then plays:

- each message is read again by the model, in a process of Rasa's own without our server and its shortcuts: the same
  intent and the same entities must come out;
- after each of them the policies are asked, step by step: the same actions must come out, forms and the rules that break
  into them included.

What it can't play are the effects of our own actions, for it predicts actions and does not run them: the slots that they
set are part of the story, and one whose action names the action that follows is left out, since stories have no way to
write that; that a ticket is opened, what is answered and who is called is tested where the dialogues
are played through the chat API. Messages that the service answers before the engine is asked (one's own data, another
language, a person's conversation) never get there. And the format of test stories has no way to write an entity that
lies within another one, as an estate's name does in an address: those inside are left out, here and, by
`tests.end_to_end.rasa_command`, of what the model finds.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.events import FollowupAction, UserUttered
from rasa.shared.core.training_data.story_writer.yaml_story_writer import YAMLStoryWriter

from nlu.engine.importer import KnowledgeImporter
from nlu.engine.trackers import LiveTrackerStore

ROOT = Path(__file__).resolve().parents[2]


def outermost(entities: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities that lie within no other one; of two at the same place the first."""
    spans = [(entity["start"], -entity["end"], place) for place, entity in enumerate(entities)]
    kept, reached = [], -1
    for _, end, place in sorted(spans):
        if -end > reached:
            kept.append(entities[place])
            reached = -end
    return kept


async def write(trackers: Path, folder: Path, only: Sequence[str] = ()) -> int:
    """One file a conversation, of all or only of those; returns how many. Of two that are the same Rasa plays one."""
    store = LiveTrackerStore(KnowledgeImporter(str(ROOT / "config.yml")).get_domain(), path=str(trackers))
    senders = sorted(set(only) or await store.keys())
    written = 0
    for sender in senders:
        tracker = await store.retrieve(sender)
        assert tracker is not None, sender
        if any(isinstance(event, FollowupAction) and event.action_name for event in tracker.events):
            continue
        for event in tracker.events:
            if isinstance(event, UserUttered):
                event.entities = outermost(event.entities)
        story = YAMLStoryWriter().dumps(tracker.as_story().story_steps, is_test_story=True)
        (folder / f"test_{written:03}.yml").write_text(story, "utf-8")
        written += 1
    return written


def main() -> None:
    """Write the stories."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trackers", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=(), help="ids of conversations, all unless given")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    print(asyncio.run(write(given.trackers, given.output, given.only)))


if __name__ == "__main__":
    main()
