"""A ticket as those who work with it read it: facts, time left, what happened so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nicegui import ui

from actions.clock import local
from actions.dialogue.card import spoken
from actions.tickets.actor import Actor, Role
from actions.tickets.helper import Helper
from actions.tickets.names import (
    DUTY_NAMES,
    EVENT_NAMES,
    LEVEL_NAMES,
    RETURN_CODE_NAMES,
    ROLE_NAMES,
    STATE_NAMES,
    WISH_NAMES,
)
from actions.tickets.ticket import Ticket
from bot.consoles.photos import show_attachment
from bot.house import House

CHANNELS = {
    "web": "网页",
    "telegram": "Telegram",
    "wechat": "微信",
    "phone": "电话",
    "open311": "Open311",
    "patrol": "巡查",
    "import": "旧系统",
}
Fact = tuple[str, str]


def show_state(ticket: Ticket, at: datetime) -> None:
    """State, and what makes it pressing."""
    with ui.row().classes("gap-1 no-wrap items-center"):
        if ticket.urgent:
            ui.label("紧急").classes("pill warn")
        if ticket.overdue(at):
            ui.label("已超期").classes("pill warn")
        if ticket.confidential:
            ui.label("保密").classes("pill warn")
        elif ticket.level and ticket.is_open:
            ui.label(LEVEL_NAMES[ticket.level]).classes("pill warn")
        if ticket.wish:
            ui.label(f"待批{WISH_NAMES[ticket.wish.kind]}").classes("pill")
        ui.label(STATE_NAMES[ticket.state]).classes("pill" if ticket.is_open else "pill quiet")


def show_facts(facts: Sequence[Fact]) -> None:
    """Names and values, one a line; what has no value is left out."""
    with ui.element("div").classes("facts"):
        for name, value in facts:
            if value:
                ui.label(name).classes("name")
                ui.label(value).classes("any")


def facts_of(ticket: Ticket, house: House) -> list[Fact]:
    """All there is to know of it, beside what was said and where."""
    category = house.categories.get(ticket.category)
    grid = house.community.grids.get(ticket.grid or "")
    return [
        ("类别", f"{category.name if category else ticket.category} · {ticket.kind_name}"),
        ("网格", grid.name if grid else "不在任何网格，由值班台核实"),
        ("负责", worker_name(ticket.assignee, house)),
        ("责任单位", f"{ticket.unit}（{DUTY_NAMES.get(ticket.duty, ticket.duty)}）"),
        ("本地历史", history_line(ticket)),
        ("为什么派给", ticket.routed_why),
        ("登记", f"{spoken(ticket.opened_at)}，{CHANNELS.get(ticket.channel, ticket.channel)}"),
        ("联系期限", "" if ticket.contacted_at else spoken(ticket.contact_due_at)),
        ("答复投诉人", "" if ticket.answered_at or not ticket.answer_due_at else f"{spoken(ticket.answer_due_at)}前"),
        ("申请", wish_line(ticket)),
        ("协办", "；".join(helper_line(helper, house) for helper in ticket.helpers)),
        ("重办", f"{ticket.reopened} 次" if ticket.reopened else ""),
        ("并入", ticket.merged_into or ""),
        ("居民评价", ticket.survey.words if ticket.survey else ""),
        ("注意", "" if ticket.due_certain else "期限按尚未公布的节假日推算，公布后可能变动"),
    ]


def wish_line(ticket: Ticket) -> str:
    """延期到12月20日17:00：等配件, in one line; "" where nothing is asked for."""
    wish = ticket.wish
    if wish is None:
        return ""
    what = WISH_NAMES[wish.kind] + (f"到{spoken(wish.until)}" if wish.until else "")
    return f"{what}{f'（{RETURN_CODE_NAMES[wish.code]}）' if wish.code else ''}：{wish.reason}"


def helper_line(helper: Helper, house: House) -> str:
    """李四：清理楼道（已办完：运走三车）."""
    name = worker_name(helper.name, house)
    return f"{name}：{helper.part}" + (f"（已办完：{helper.outcome}）" if helper.done_at else "（还没办完）")


def history_line(ticket: Ticket) -> str:
    """城市管理局 0.82、市政公司 0.11: who handled the like of it here before. Advice only: the tables decide."""
    return "、".join(f"{unit} {score:.2f}" for unit, score in ticket.predicted.get("units") or ())


def show_history(ticket: Ticket, house: House) -> None:
    """Everything that happened, first to last."""
    with ui.element("div").classes("trail"):
        for entry in ticket.history:
            with ui.element("div").classes("step"):
                ui.label(f"{EVENT_NAMES[entry.event]}　{who(entry.by, house)}").classes("text-sm strong")
                if entry.note:
                    ui.label(entry.note).classes("text-sm any")
                show_attachment({"image": entry.photo})
                ui.label(f"{local(entry.at):%Y-%m-%d %H:%M}").classes("soft")


def who(actor: Actor, house: House) -> str:
    """Who did it, by name where there is one."""
    if actor.role is Role.WORKER or actor.level:
        return f"{ROLE_NAMES[actor.role]}{worker_name(actor.id, house)}"
    return ROLE_NAMES[actor.role]


def worker_name(worker: str, house: House) -> str:
    """A grid worker's name."""
    known = house.community.workers.get(worker)
    return known.name if known else worker
