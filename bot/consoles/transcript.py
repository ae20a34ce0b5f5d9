"""A conversation as operators and managers read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from actions.clock import local
from actions.conversations.message import Author, Message
from knowledge.categories import Category
from knowledge.wording import say

NO_AFFAIR = frozenset(
    "talk_to_human ask_privacy ask_bot inform affirm deny cancel greet goodbye thank abuse out_of_scope query_ticket urge_ticket".split()
)
"""Intents that carry no affair: what the category model says of them means nothing."""
SPEAKERS = {Author.RESIDENT: "居民", Author.BOT: "机器人", Author.OPERATOR: "工作人员", Author.SYSTEM: "通知"}


def show_messages(messages: Sequence[Message], categories: Mapping[str, Category] | None = None, highlight: str | None = None) -> None:
    """Every message with who said it and when; with `categories`, below each what the model made of it."""
    if not messages:
        ui.label("还没有对话。").classes("soft q-pa-md")
    for message in messages:
        resident = message.author is Author.RESIDENT
        with ui.column().classes(f"w-full gap-0 {'items-start' if resident else 'items-end'}"):
            who = message.author_name or SPEAKERS[message.author]
            ui.label(f"{who} {local(message.created_at):%m-%d %H:%M}").classes("soft")
            mark = " outline outline-2 outline-amber-500" if message.id == highlight else ""
            ui.label(message.text or "（位置）").classes(f"said {message.author.value}{mark}")
            if categories is not None and message.understood:
                show_understood(message.understood, categories)


def show_understood(understood: Mapping[str, Any], categories: Mapping[str, Category] | None = None) -> None:
    """Intent and category with their scores, the runners-up, what was named, and the model's name."""
    runners = "、".join(f"{intent_name(name)} {score:.2f}" for name, score in understood.get("intents", ())[1:3])
    likely = "、".join(f"{_category_name(name, categories)} {score:.2f}" for name, score in understood.get("categories", ())[:3])
    named = "；".join(f"{e['entity']}＝{e['value']}" for e in understood.get("entities", ()))
    lines = [f"{intent_name(understood.get('intent'))} {understood.get('confidence', 0):.2f}" + (f"（其次 {runners}）" if runners else "")]
    if likely and understood.get("intent") not in NO_AFFAIR:
        lines.append(f"类别 {likely}　情形 {understood.get('kind') or '未定'}")
    lines += [line for line in (named, f"模型 {understood['model']}" if understood.get("model") else "") if line]
    with ui.column().classes("gap-0 q-mb-sm q-pl-sm").style("border-left:3px solid #e2ded4"):
        for line in lines:
            ui.label(line).classes("soft")


def intent_name(intent: str | None) -> str:
    """An intent's Chinese name."""
    return say(f"intent_{intent}") if intent else "没有听懂"


def _category_name(category: str, categories: Mapping[str, Category] | None) -> str:
    return categories[category].name if categories and category in categories else category
