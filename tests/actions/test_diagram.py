"""docs/workflow.md shows the workflow as it is."""

from __future__ import annotations

from actions.tickets.diagram import PAGE, mermaid, page
from actions.tickets.names import EVENT_NAMES, STATE_NAMES
from actions.tickets.workflow import TABLE


def test_the_picture_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: .venv/bin/python -m actions.tickets.diagram"


def test_every_state_and_every_way_is_on_it() -> None:
    drawn = mermaid()
    assert all(f"{state.value}: {name}" in drawn for state, name in STATE_NAMES.items())
    for row in TABLE:
        for source in row.sources:
            if row.target and row.target is not source:
                ways = [line for line in drawn.splitlines() if f"{source.value} --> {row.target.value}:" in line]
                assert len(ways) == 1 and EVENT_NAMES[row.event] in ways[0]
