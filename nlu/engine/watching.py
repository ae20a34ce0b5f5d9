"""Sees what Rasa overlooks: an action that the service did not carry out.

Rasa logs such a failure and goes on as if the action had been done and had changed nothing: a form would close without
its ticket. We want the whole turn to be as if it had never been, so that it can be taken again.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction

_failures: ContextVar[list[str]] = ContextVar("failures")


def watched() -> list[str]:
    """Begin to watch: names of the actions that fail from now on in this task, as they do."""
    failures: list[str] = []
    _failures.set(failures)
    return failures


def watch_actions() -> None:
    """Call once, before the engine takes its first turn."""
    run = RemoteAction.run

    async def noticed(action: RemoteAction, *arguments: Any, **named: Any) -> Any:
        """As before; a failure is written down on its way."""
        try:
            return await run(action, *arguments, **named)
        except ActionExecutionRejection:
            raise
        except Exception:
            _failures.get([]).append(action.name())
            raise

    RemoteAction.run = noticed
