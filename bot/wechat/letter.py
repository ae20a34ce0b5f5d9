"""Letters: the XML in which WeChat writes to us, and we back."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


class LetterUnreadable(Exception):
    """No XML, or XML with entities, which no message has."""


def fields_of(xml: bytes) -> dict[str, str]:
    """A letter's fields: the texts of the outermost element's children. `LetterUnreadable`.

    What somebody typed may hold control characters, which XML forbids and the platform passes on; they are left out.
    """
    try:
        root = fromstring(xml.translate(None, CONTROLS), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as failure:
        raise LetterUnreadable(str(failure)) from failure
    return {child.tag: (child.text or "").strip() for child in root}


def letter_of(fields: Mapping[str, str | int]) -> str:
    """A letter of fields; numbers bare, texts as character data."""
    return "<xml>" + "".join(f"<{name}>{_written(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _written(value: str | int) -> str:
    """Character data ends at its first "]]>", so one in the text is spread over two."""
    return str(value) if isinstance(value, int) else f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
