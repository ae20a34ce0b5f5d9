"""What people are told: every text by its key, from the files in dialogue/replies, never from code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.errors import BadFile, NoWording
from knowledge.records import KNOWLEDGE, read_yaml

REPLIES = KNOWLEDGE / "dialogue" / "replies"


def say(key: str, /, **fields: object) -> str:
    """The text under `key`, its {fields} filled in; the first variant where there are several.

    Raises `NoWording` for an unknown key, and where the text names a field that was not given.
    """
    return said(load_replies(), key, fields)


def said(replies: Mapping[str, tuple[str, ...]], key: str, fields: Mapping[str, object]) -> str:
    """Like `say`, from the given texts."""
    if key not in replies:
        raise NoWording(key, "没有这一条")
    try:
        return replies[key][0].format_map(fields)
    except KeyError as missing:
        raise NoWording(key, f"缺少 {missing.args[0]}") from missing
    except (ValueError, IndexError) as failure:
        raise NoWording(key, "花括号不成对，或里面没有名字") from failure


@cache
def load_replies(root: Path = REPLIES) -> dict[str, tuple[str, ...]]:
    """Every text by key with its variants. Raises `BadFile` for a text that is empty or a key used in two files."""
    replies: dict[str, tuple[str, ...]] = {}
    for path in sorted(root.glob("*.yml")):
        texts = read_yaml(path) or {}
        if not isinstance(texts, dict):
            raise BadFile(f"dialogue/replies/{path.name}", "", "应当是“键: 文字”")
        for key, text in texts.items():
            variants = tuple(text) if isinstance(text, list) else (text,)
            if not variants or not all(isinstance(v, str) and v.strip() for v in variants):
                raise BadFile(f"dialogue/replies/{path.name}", str(key), "应当是文字，或几种说法的列表")
            if key in replies:
                raise BadFile(f"dialogue/replies/{path.name}", str(key), "这个键在别的文件里已经有了")
            replies[str(key)] = variants
    return replies
