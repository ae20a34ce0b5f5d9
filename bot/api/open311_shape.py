"""GeoReport's two spellings of one answer: JSON, and XML with the specification's element names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring

from fastapi import Response

FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What each list's items are called."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


class Refused(Exception):
    """A request that is not carried out: an HTTP status and a sentence for the user."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


def rendered(form: str, root: str, content: Any, status: int = 200) -> Response:
    """An answer in one of `FORMATS`. Browsers of other sites may read it: all of it is public."""
    body = tostring(_element(root, content), "utf-8", xml_declaration=True) if form == "xml" else _json(content)
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": FORMATS[form]}
    return Response(body, status, headers)


def refusal(form: str, refused: Refused) -> Response:
    """An error as the specification has it."""
    return rendered(form, "errors", [{"code": refused.code, "description": refused.description}], refused.code)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _element(name: str, content: Any) -> Element:
    element = Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, Sequence) and not isinstance(content, str):
        element.extend(_element(ITEMS[name], item) for item in content)
    elif isinstance(content, bool):
        element.text = str(content).lower()
    elif content is not None:
        element.text = _ILLEGAL.sub("", str(content))
    return element
