"""What can go wrong with the community's own answers."""

from __future__ import annotations

from actions.errors import ActionError


class HouseAnswerUnknown(ActionError):
    """There is no such answer."""

    code = "house_answer_unknown"


class HouseAnswerIncomplete(ActionError):
    """A question, the answer itself or what it rests on is missing, or too long."""

    code, fields = "house_answer_incomplete", ("longest",)
