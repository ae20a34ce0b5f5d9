"""A conversation as operators and managers read it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from actions.clock import local
from actions.conversations.message import Author, Message
from bot.consoles.card import Fact, show_facts
from bot.consoles.photos import show_attachment
from bot.conversation.news import attachment_of
from knowledge.categories import Category
from knowledge.wording import say

NO_AFFAIR = frozenset(
    [
        "talk_to_human",
        "ask_privacy",
        "ask_bot",
        "inform",
        "affirm",
        "deny",
        "cancel",
        "greet",
        "goodbye",
        "thank",
        "abuse",
        "out_of_scope",
        "query_ticket",
        "urge_ticket",
    ]
)
"""Intents that carry no affair: what the category model says of them means nothing."""
SPEAKERS = {Author.RESIDENT: "居民", Author.BOT: "机器人", Author.OPERATOR: "工作人员", Author.SYSTEM: "通知"}
ENTITIES = {
    "address": "地址", "estate": "小区", "phone": "电话", "time": "时间", "id_card": "身份证号",
    "plate": "车牌", "home": "自家", "person": "人名", "ticket_number": "工单号",
}  # fmt: skip
Categories = Mapping[str, Category]


def show_messages(messages: Sequence[Message], categories: Categories | None = None, found: str | None = None) -> None:
    """Every message with who said it and when; with `categories`, below each what the model made of it."""
    for message in messages:
        resident = message.author is Author.RESIDENT
        with ui.column().classes(f"w-full gap-0 {'items-start' if resident else 'items-end'}"):
            ui.label(f"{speaker(message)}　{local(message.created_at):%m-%d %H:%M}").classes("soft")
            said = ui.label(readable(message)).classes(f"said {message.author.value}")
            show_attachment(message.payload)
            if message.id == found:
                said.classes("found")
                said.run_method("scrollIntoView", {"block": "center"})
            if categories is not None and message.understood:
                show_understood(message.understood, categories)


def readable(message: Message) -> str:
    """What was said; of one of our buttons its words, of what has none what it is."""
    if message.text.startswith("/") and message.author is Author.RESIDENT:
        return _wish(message.text) or message.text
    return message.text or _wordless(message)


def _wish(text: str) -> str:
    try:
        return str(json.loads(text[text.index("{") :])["wish"])
    except (ValueError, KeyError, TypeError):
        return ""


def _wordless(message: Message) -> str:
    return "（附件）" if attachment_of(message.payload) else "（位置）"


def speaker(message: Message) -> str:
    """Who said it."""
    if call := message.payload.get("call"):
        return say("call_speaker", name=call.get("speaker") or "", by=call.get("by"))
    return message.author_name or SPEAKERS[message.author]


def show_understood(understood: Mapping[str, Any], categories: Categories) -> None:
    """Intent and category with their scores, the runners-up, what was named, and the model's name."""
    with ui.element("div").classes("understood"):
        show_facts(understood_facts(understood, categories))


def understood_facts(understood: Mapping[str, Any], categories: Categories) -> list[Fact]:
    """What the engine made of a message, in Chinese."""
    intent = understood.get("intent")
    runners = [f"{intent_name(name)} {score:.2f}" for name, score in understood.get("intents", ())[1:3]]
    facts = [("意图", f"{intent_name(intent)} {understood.get('confidence', 0):.2f}"), ("其次", "、".join(runners))]
    if intent not in NO_AFFAIR:
        likely = [
            f"{_category_name(name, categories)} {score:.2f}" for name, score in understood.get("categories", ())[:3]
        ]
        facts += [
            ("类别", "、".join(likely)),
            ("情形", kind_name(understood.get("kind"), categories) if likely else ""),
        ]
    named = [f"{ENTITIES.get(e['entity'], e['entity'])} {e['value']}" for e in understood.get("entities", ())]
    return [*facts, ("听出", "；".join(named)), ("模型", str(understood.get("model") or ""))]


def intent_name(intent: str | None) -> str:
    """An intent's Chinese name."""
    return say(f"intent_{intent}") if intent else "没有听懂"


def kind_name(kind: str | None, categories: Categories) -> str:
    """The Chinese name of a kind of case."""
    return next((k.name for category in categories.values() for k in category.kinds if k.id == kind), "未定")


def _category_name(category: str, categories: Categories) -> str:
    return categories[category].name if category in categories else category
