"""Who comes to a window today: the list at the counter, with who came and who did not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from nicegui import ui

from actions.accounts import Position
from actions.appointments.appointment import STATUS_NAMES, Appointment, Status
from actions.appointments.booking import cancel, close_visit, day_list
from actions.appointments.news import day_name
from actions.appointments.slot import MANNER_NAMES
from actions.clock import local
from actions.masking import mask_phone
from bot.consoles.frame import PATIENCE, frame
from bot.consoles.visit import Visit, admit
from bot.house import House
from knowledge.timetable import load_timetable

WHY = "为什么取消，会原样告诉居民"


class DayList:
    """One window's list of one day, on one open page."""

    def __init__(self, visit: Visit, windows: dict[str, str]) -> None:
        self.visit = visit
        self.day = local(visit.house.clock())
        self.over = ui.element()
        with ui.row().classes("items-center gap-2 w-full"):
            self.window = (
                ui.select(windows, value=next(iter(windows), None), label="窗口", on_change=self.renew)
                .props("outlined dense")
                .classes("grow")
            )
            ui.button("前一天", on_click=lambda: self.turn(-1)).props("flat")
            self.title = ui.label().classes("strong")
            ui.button("后一天", on_click=lambda: self.turn(1)).props("flat")
        self.page = ui.column().classes("w-full gap-2")

    async def turn(self, days: int) -> None:
        """Another day."""
        self.day += timedelta(days=days)
        await self.renew()

    async def renew(self) -> None:
        """Read the list again."""
        self.title.text = day_name(self.day)
        house, window = self.visit.house, str(self.window.value or "")
        found = await self.visit.do(day_list, window, self.day, uow=house.database.reading())
        self.page.clear()
        with self.page:
            self._show(found or ())

    def _show(self, appointments: Sequence[Appointment]) -> None:
        if not appointments:
            ui.label("这一天没有预约。").classes("empty panel")
        for appointment in appointments:
            with ui.card().classes("w-full panel q-pa-md gap-1"):
                self._card(appointment)

    def _card(self, appointment: Appointment) -> None:
        begins, ends = local(appointment.starts_at), local(appointment.ends_at)
        with ui.row().classes("w-full justify-between items-start no-wrap gap-2"):
            ui.label(f"{begins:%H:%M}–{ends:%H:%M}　{appointment.affair_name}").classes("strong any")
            ui.label(STATUS_NAMES[appointment.status]).classes(
                "pill" if appointment.status is Status.BOOKED else "pill quiet"
            )
        ui.label(
            f"{appointment.number}　{MANNER_NAMES[appointment.manner]}　电话 {mask_phone(appointment.phone) or '未留'}"
        ).classes("soft any")
        if appointment.address:
            ui.label(f"上门：{appointment.address}").classes("text-sm any")
        if appointment.status is Status.BOOKED:
            with ui.row().classes("gap-2"):
                ui.button("到了", on_click=lambda: self.came(appointment, True)).classes("tall").props("unelevated")
                ui.button("没来", on_click=lambda: self.came(appointment, False)).classes("tall").props("outline")
                ui.button("取消", on_click=lambda: self.ask(appointment)).classes("tall").props("flat")

    async def came(self, appointment: Appointment, came: bool) -> None:
        """Write down whether the resident came."""
        house = self.visit.house
        await self.visit.do(
            close_visit, appointment.number, came=came, by=self.visit.by, at=house.clock(), uow=house.database.unit()
        )
        await self.renew()

    def ask(self, appointment: Appointment) -> None:
        """Ask why it has to be cancelled."""
        with self.over, ui.dialog() as dialog, ui.card().classes("w-full").style("max-width:28rem"):
            ui.label(f"取消预约 · {appointment.number}").classes("strong")
            words = ui.textarea(WHY).classes("w-full").props("outlined autogrow autofocus")

            async def sure() -> None:
                house = self.visit.house
                done = await self.visit.do(
                    cancel,
                    appointment.number,
                    by=self.visit.by,
                    at=house.clock(),
                    uow=house.database.unit(),
                    note=words.value or "",
                )
                if done:
                    dialog.close()
                    await self.renew()

            with ui.row().classes("w-full justify-end"):
                ui.button("不了", on_click=dialog.close).classes("tall").props("flat")
                ui.button("确定取消", on_click=sure).classes("tall").props("unelevated")
        dialog.on_value_change(lambda change: None if change.value else dialog.delete())
        dialog.open()


def register(house: House) -> None:
    """The page `/appointments`."""
    timetable = load_timetable()
    windows = {w.id: w.name for w in house.community.windows.values() if w.id in timetable.windows}

    @ui.page("/appointments", title="预约 · 邻里", response_timeout=PATIENCE)
    async def appointments() -> None:
        visit = admit(house, Position.OPERATOR, Position.MANAGER)
        if visit is None:
            return
        with frame(visit, "预约"), ui.element("main").classes("sheet narrow"):
            await DayList(visit, windows).renew()
