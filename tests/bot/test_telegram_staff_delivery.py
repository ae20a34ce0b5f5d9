"""From the resident's report to the worker's phone: the outbox, its durable delivery and Telegram together."""

from __future__ import annotations

import asyncio
from pathlib import Path

from actions.tickets.dispatching import reassign
from actions.tickets.states import State
from bot.delivering import Channels, Worker
from tests.bot.test_telegram_server import BotApi, Watch, until
from tests.bot.test_telegram_staff import S01
from tests.bot.test_telegram_staff_house import OTHER, WORKER, Place, Reader, direct, make_staff_house

__all__ = ["direct"]


async def test_a_report_reaches_the_phone_and_the_phones_deed_reaches_the_resident(tmp_path: Path) -> None:
    api, engine, watch = BotApi(), Reader(), Watch()
    async with api.serving() as address:
        house = make_staff_house(tmp_path, address, engine, watch, quiet_hours="none")
        channels, worker = Channels(house), Worker(house.settings)
        assert channels.telegram
        place = Place(api, engine, watch, house, channels.telegram)
        await channels.start()
        await asyncio.to_thread(worker.start, house, channels)
        try:
            await place.linked("w01", WORKER)
            await place.linked("w02", OTHER)
            await api.push(place.says("灯坏了", 42))
            await until(lambda: "听到：灯坏了" in place.shown(42))
            ticket = place.ticket(conversation="telegram:42")
            await until(lambda: any(ticket.number in text for text in place.shown(WORKER)))
            await place.does(place.presses("签收"))
            await until(lambda: any("已由网格员签收" in text for text in place.shown(42)))
            at, unit = watch(), house.database.unit
            reassign(ticket.number, "w02", "他更近", by=S01, at=at, desk=house.desk, uow=unit())
            await until(lambda: any(ticket.number in text for text in place.shown(OTHER)))
            assert place.now(ticket.number).state is State.ASSIGNED
            assert sum(ticket.number in text for text in place.shown(OTHER)) == 1
        finally:
            await channels.stop()
            await asyncio.to_thread(worker.stop)
            house.database.close()
