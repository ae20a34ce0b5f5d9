"""Putting the consoles onto the web application."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import ui

from bot.consoles import entrance, manager, operator, worker
from bot.house import House


def mount(app: FastAPI, house: House) -> None:
    """Register the pages and let NiceGUI run inside the application."""
    for room in (entrance, operator, worker, manager):
        room.register(house)
    ui.run_with(app, title="邻里", favicon="🏘️", language="zh-CN", storage_secret=house.secret_key, show_welcome_message=False)
