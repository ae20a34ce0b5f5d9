"""What leaves the engine, as JSON: quickly written, numpy's numbers as numbers."""

from __future__ import annotations

from typing import Any

import ujson


def as_json(data: Any, readable: bool = False) -> str:
    """Data as JSON; in ASCII, where half a character has a form too, or as people would read it."""
    text: str = ujson.dumps(data, default=_number, ensure_ascii=not readable, escape_forward_slashes=False)
    return text


def _number(value: Any) -> Any:
    """numpy's numbers and truths as Python's; anything else is a mistake of ours."""
    if hasattr(value, "dtype") and value.ndim == 0:
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON")
