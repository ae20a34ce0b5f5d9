"""A conversation as operators and managers read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from actions.clock import local
from actions.conversations.message import Author, Message

SPEAKERS = {Author.RESIDENT: "居民", Author.BOT: "机器人", Author.OPERATOR: "工作人员", Author.SYSTEM: "通知"}


def show_messages(messages: Sequence[Message], understood: bool = False, highlight: str | None = None) -> None:
    """Every message with who said it and when; with `understood`, below each what the model made of it."""
    if not messages:
        ui.label("还没有对话。").classes("soft q-pa-md")
    for message in messages:
        resident = message.author is Author.RESIDENT
        with ui.column().classes(f"w-full gap-0 {'items-start' if resident else 'items-end'}"):
            who = message.author_name or SPEAKERS[message.author]
            ui.label(f"{who} {local(message.created_at):%m-%d %H:%M}").classes("soft")
            mark = " outline outline-2 outline-amber-500" if message.id == highlight else ""
            ui.label(message.text or "（位置）").classes(f"said {message.author.value}{mark}")
            if understood and message.understood:
                show_understood(message.understood)


def show_understood(understood: Mapping[str, Any]) -> None:
    """Intent and category with their scores, the runners-up, what was named, and the model's name."""
    runners = "、".join(f"{name} {score:.2f}" for name, score in understood.get("intents", ())[1:3])
    categories = "、".join(f"{name} {score:.2f}" for name, score in understood.get("categories", ())[:3])
    named = "；".join(f"{e['entity']}＝{e['value']}" for e in understood.get("entities", ()))
    with ui.column().classes("gap-0 q-mb-sm q-pl-sm").style("border-left:3px solid #e2ded4"):
        ui.label(f"意图 {understood.get('intent')} {understood.get('confidence', 0):.2f}" + (f"（其次 {runners}）" if runners else "")).classes("soft")
        if categories:
            ui.label(f"类别 {categories}　情形 {understood.get('kind') or '未定'}").classes("soft")
        if named:
            ui.label(named).classes("soft")
        if understood.get("model"):
            ui.label(f"模型 {understood['model']}").classes("soft")
