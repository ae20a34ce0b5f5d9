"""三率: how many residents were answered in time, how many problems were solved, how many people were content; and of how many."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from nicegui import ui

from actions.accounts import Position
from actions.exchange.sheet import write_rows
from actions.store.unit import SqlUnitOfWork
from actions.tickets.rates import By, Rates, Share
from actions.tickets.wanted import TicketFilter
from bot.consoles.frame import PATIENCE, frame
from bot.consoles.log import day
from bot.consoles.period import CHOSEN, PERIODS, period
from bot.consoles.rate_charts import (
    FILE_COLUMNS,
    NAMES,
    TABLE_COLUMNS,
    Named,
    bars,
    counted,
    file_row,
    height,
    percent,
    table_row,
    trend,
)
from bot.consoles.visit import Visit, admit
from bot.house import House

MEANINGS = {
    "response": "在期限内联系了居民的，占联系过的和联系期限已过的",
    "solved": "居民说“解决了”的，占答复了的；“部分解决”不算解决",
    "satisfied": "居民说满意的，占说了满不满意的",
}
SILENCE = "办结后一直没有答复、由系统归档的，不算解决，也不算满意，在三率之外单列。"
DAYS = 62
"""So many days are shown one by one; longer periods by months."""
Breakdown = Mapping[By, Mapping[str, Rates]]


def look(uow: SqlUnitOfWork, wanted: TicketFilter, over_time: By, at: datetime) -> Breakdown:
    """The rates in all, over time, by grid and by category."""
    return {by: uow.tickets.rates(wanted, by, at) for by in (By.ALL, over_time, By.GRID, By.CATEGORY)}


class RatesPage:
    """One open page."""

    def __init__(self, visit: Visit) -> None:
        self.visit, house = visit, visit.house
        self.found: dict[str, Named] = {}
        grids = {grid.id: grid.name for grid in house.community.grids.values()}
        categories = {c.id: c.name for c in house.categories.values()}
        with ui.element("div").classes("fields"):
            self.period = self._select("登记时间", PERIODS, "month")
            self.since = self._day("从哪天")
            self.until = self._day("到哪天")
            self.grid = self._select("网格", {"": "全部网格", **grids}, "")
            self.category = self._select("类别", {"": "全部类别", **categories}, "")
            ui.button("导出 CSV", on_click=self.export).props("outline").classes("tall")
        self.head = ui.label().classes("soft")
        self.page = ui.column().classes("w-full gap-3")

    def _select(self, label: str, options: dict[str, str], value: str) -> ui.select:
        return ui.select(options, value=value, label=label, with_input=len(options) > 14, on_change=self.renew).props(
            "outlined dense"
        )

    def _day(self, label: str) -> ui.input:
        field = ui.input(label, on_change=self.renew).props("outlined dense type=date stack-label")
        return field.bind_visibility_from(self.period, "value", value=CHOSEN)

    def span(self) -> tuple[datetime, datetime] | None:
        """The days that were chosen, the last one included; None while one of them is missing or they are the wrong way round."""
        if self.period.value != CHOSEN:
            return period(str(self.period.value), self.visit.house.clock())
        since, until = day(self.since.value), day(self.until.value)
        return (since, until + timedelta(days=1)) if since and until and since <= until else None

    async def renew(self) -> None:
        """Count again."""
        span = self.span()
        if span is None:
            self.head.set_text("请选从哪天到哪天，先的在前。")
            return
        since, until = span
        over_time = By.DAY if until - since <= timedelta(days=DAYS) else By.MONTH
        wanted = TicketFilter(
            grid=self.grid.value or None,
            category=self.category.value or None,
            up_to=self.visit.by.level,
            opened_since=since,
            opened_until=until,
        )
        found = await self.visit.read(look, wanted, over_time, self.visit.house.clock())
        self.head.set_text(f"{since:%Y年%m月%d日}至{until - timedelta(days=1):%Y年%m月%d日}登记的工单，按现在的情况算")
        self._name(found, over_time)
        self.page.clear()
        with self.page:
            self._show(found[By.ALL][""])

    def _name(self, found: Breakdown, over_time: By) -> None:
        """Groups under the names that people know."""
        house = self.visit.house
        grids = {grid.id: grid.name for grid in house.community.grids.values()} | {"": "不在任何网格"}
        categories = {c.id: c.name for c in house.categories.values()}
        self.found = {
            "合计": {"合计": found[By.ALL][""]},
            "按天" if over_time is By.DAY else "按月": found[over_time],
            "按网格": {grids.get(id_, id_): rates for id_, rates in found[By.GRID].items()},
            "按类别": {categories.get(id_, id_): rates for id_, rates in found[By.CATEGORY].items()},
        }

    def _show(self, all_: Rates) -> None:
        with ui.element("div").classes("rates"):
            for name, words in NAMES.items():
                self._rate(words, getattr(all_, name), MEANINGS[name])
        with ui.element("div").classes("panel part w-full"):
            ui.label(f"未答复 {all_.unanswered.part} 件，占已归档的 {counted(all_.unanswered)}").classes("strong any")
            ui.label(f"部分解决 {counted(all_.half)}。{SILENCE}").classes("soft any")
        for title, named in list(self.found.items())[1:]:
            with ui.element("section").classes("panel part w-full"):
                ui.label(title).classes("text-base strong")
                if not named:
                    ui.label("这段时间没有可算的工单。").classes("soft")
                    continue
                if title == "按网格":
                    ui.echart(bars(named)).style(f"height:{height(named)}").classes("w-full")
                elif title != "按类别":
                    ui.echart(trend(named)).style("height:18rem").classes("w-full")
                self._table(title, named)

    def _rate(self, words: str, share: Share, meaning: str) -> None:
        with ui.element("div").classes("panel part"):
            ui.label(words).classes("strong")
            ui.label(percent(share)).classes("figure")
            ui.label(f"{share.part} / {share.whole} 件" if share.whole else "还没有可算的").classes("any")
            ui.label(meaning).classes("soft any")

    def _table(self, title: str, named: Named) -> None:
        columns = [{**column, "label": column["label"] or title.removeprefix("按")} for column in TABLE_COLUMNS]
        rows = [table_row(group, rates) for group, rates in named.items()]
        table = ui.table(columns=columns, rows=rows, row_key="group", pagination={"rowsPerPage": 10})
        table.classes("w-full figures").props('flat dense :grid="window.innerWidth < 640"')

    async def export(self) -> None:
        """All that is shown as one file, every rate with what it is of."""
        rows = [
            {**file_row(group, rates), "group": f"{title} {group}" if title != group else group}
            for title, named in self.found.items()
            for group, rates in named.items()
        ]
        content = await asyncio.to_thread(_file, rows)
        since, until = self.span() or period("month", self.visit.house.clock())
        ui.download.content(content, f"三率-{since:%Y%m%d}-{until - timedelta(days=1):%Y%m%d}.csv", "text/csv")


def _file(rows: list[dict[str, object]]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rates.csv"
        write_rows(path, FILE_COLUMNS, rows)
        return path.read_bytes()


def register(house: House) -> None:
    """The page `/rates`."""

    @ui.page("/rates", title="三率 · 邻里", response_timeout=PATIENCE)
    async def rates() -> None:
        visit = admit(house, Position.MANAGER, line=True)
        if visit is None:
            return
        with frame(visit, "三率"):
            with ui.element("main").classes("sheet"):
                page = RatesPage(visit)
            await page.renew()
