"""Open311 services: the kinds of case, and what is asked of a reporter beside the place and the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.api.open311_shape import Refused
from knowledge.categories import Category, Kind
from knowledge.wording import say

YES = "yes"


@dataclass(frozen=True)
class Attribute:
    """One question beside the form's own fields; its wording is `open311_attribute_<code>`."""

    code: str
    datatype: str
    values: tuple[str, ...] = ()


SINCE, DANGER, CONFIDENTIAL = (
    Attribute("since", "string"),
    Attribute("danger", "singlevaluelist", (YES, "no")),
    Attribute("confidential", "singlevaluelist", (YES, "no")),
)
ATTRIBUTES = (SINCE, DANGER, CONFIDENTIAL)
"""Asked of every kind, none required: since when, whether somebody is in danger, whether to keep it confidential."""


def service_view(kind: Kind, category: Category, *, held: bool) -> dict[str, Any]:
    """A kind of case as a service. Where an operator confirms first, its number comes later (`batch`)."""
    return {
        "service_code": kind.id,
        "service_name": kind.name,
        "description": say("open311_service", category=category.name, kind=kind.name),
        "metadata": True,
        "type": "batch" if held else "realtime",
        "keywords": ", ".join(word for word in re.split("[、，]", category.covers) if word),
        "group": category.name,
    }


def definition_view(kind: Kind) -> dict[str, Any]:
    """What is asked for a kind of case."""
    asked = [_attribute_view(attribute, place) for place, attribute in enumerate(ATTRIBUTES, start=1)]
    return {"service_code": kind.id, "attributes": asked}


def _attribute_view(attribute: Attribute, place: int) -> dict[str, Any]:
    view: dict[str, Any] = {
        "variable": True,
        "code": attribute.code,
        "datatype": attribute.datatype,
        "required": False,
        "datatype_description": None,
        "order": place,
        "description": say(f"open311_attribute_{attribute.code}"),
    }
    if attribute.values:
        view["values"] = [{"key": value, "name": say(f"open311_{value}")} for value in attribute.values]
    return view


def answers(form: Mapping[str, str]) -> dict[str, str]:
    """What was answered to the questions, by code; `attribute[danger]=yes`. `Refused` for what is none of the values."""
    found: dict[str, str] = {}
    for attribute in ATTRIBUTES:
        given = (form.get(f"attribute[{attribute.code}]") or form.get(f"attribute[{attribute.code}][]") or "").strip()
        if given and attribute.values and given not in attribute.values:
            raise Refused(400, say("open311_bad_value", field=attribute.code, values="、".join(attribute.values)))
        if given:
            found[attribute.code] = given
    return found
