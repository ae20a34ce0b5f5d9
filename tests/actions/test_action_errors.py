"""Every error has its sentence, and every sentence its error."""

from __future__ import annotations

import pickle
from string import Formatter

import pytest

from actions import errors
from actions.appointments import errors as appointment_errors
from actions.attachments import errors as attachment_errors
from actions.errors import ActionError, NotNow, TicketUnknown
from actions.pocket import errors as pocket_errors
from actions.shortfalls import errors as shortfall_errors
from knowledge.records import read_yaml
from knowledge.wording import REPLIES, load_replies, say

TREE: list[type[ActionError]] = [ActionError, *ActionError.__subclasses__()]


@pytest.mark.parametrize("error", TREE, ids=[error.__name__ for error in TREE])
def test_an_error_has_one_chinese_sentence_with_its_fields(error: type[ActionError]) -> None:
    raised = error(**{field: f"<{field}>" for field in error.fields})
    text = say(raised.key, **raised.values)
    assert text.endswith("。") and "\n" not in text and "请" in text, "it says what to do"
    named = {name for _, name, _, _ in Formatter().parse(load_replies()[raised.key][0]) if name}
    assert named <= set(error.fields)


def test_no_sentence_without_an_error() -> None:
    keys = [f"error.{error.code}" for error in TREE]
    assert len(set(keys)) == len(keys), "two errors share a code"
    assert sorted(read_yaml(REPLIES / "errors.yml")) == sorted(keys)


def test_every_error_of_the_modules_is_in_the_tree() -> None:
    everything = [
        value
        for module in (errors, appointment_errors, attachment_errors, pocket_errors, shortfall_errors)
        for value in vars(module).values()
    ]
    defined = {value for value in everything if isinstance(value, type) and issubclass(value, Exception)}
    assert defined == set(TREE)


def test_an_error_takes_its_own_fields_only() -> None:
    with pytest.raises(TypeError):
        TicketUnknown(ticket="GY20261207-0001")
    with pytest.raises(TypeError):
        NotNow(number="GY20261207-0001")


def test_an_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(TicketUnknown(number="GY1")))
    assert isinstance(error, TicketUnknown) and error.values == {"number": "GY1"}
