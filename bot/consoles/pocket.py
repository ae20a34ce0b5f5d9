"""The API of the plain page, for whoever is signed in as a worker: my tickets, deeds by key, patrol reports by key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from nicegui import app
from pydantic import BaseModel, ValidationError

from actions.accounts import Account
from actions.errors import ActionError
from actions.tickets.actor import Actor
from actions.tickets.ticket import Ticket
from bot.consoles.visit import signed_in
from bot.house import House
from bot.pocket.work import KEY, DeedForm, PatrolForm, do_deed, do_patrol, my_work, view
from bot.security.standing import actor_of
from knowledge.wording import say

logger = logging.getLogger(__name__)
TICKETS, DEEDS, PATROL = "/api/worker/tickets", "/api/worker/deeds", "/api/worker/patrol"
LARGEST = 13_000_000
"""Bytes of a request, its photo included."""
Form = TypeVar("Form", bound=BaseModel)
Doing = Callable[[Form, str, str, Actor, House], Awaitable[Ticket]]


def register(house: House) -> None:
    """The routes. They live where the consoles' sessions are known."""
    for address in (TICKETS, DEEDS, PATROL):
        app.remove_route(address)

    @app.get(TICKETS, include_in_schema=False)
    async def tickets() -> Response:
        account = await asyncio.to_thread(worker_in, house)
        return await asyncio.to_thread(_tickets, account, house) if account else _refused("pocket_login", 401)

    @app.post(DEEDS, include_in_schema=False)
    async def deed(request: Request, idempotency_key: str = Header("")) -> Response:
        return await _done(request, idempotency_key, DeedForm, do_deed, house)

    @app.post(PATROL, include_in_schema=False)
    async def patrol(request: Request, idempotency_key: str = Header("")) -> Response:
        return await _done(request, idempotency_key, PatrolForm, do_patrol, house)


def worker_in(house: House) -> Account | None:
    """Who is signed in on this browser, if she handles tickets."""
    account = signed_in(house)
    return account if account and account.worker else None


def _tickets(account: Account, house: House) -> Response:
    with house.database.reading() as uow:
        work = my_work(uow, actor_of(account, house.community), house.clock())
    return JSONResponse({"login": account.login, "name": account.name, **work}, headers={"Cache-Control": "no-store"})


async def _done(request: Request, key: str, form: type[Form], doing: Doing[Form], house: House) -> Response:
    """Do what a request asks for. The same key again gives the same and does nothing twice."""
    account = await asyncio.to_thread(worker_in, house)
    if account is None:
        return _refused("pocket_login", 401)
    read = await _read(request, form)
    if read is None or not KEY.fullmatch(key):
        return _refused("pocket_bad", 422)
    by = actor_of(account, house.community)
    try:
        ticket = await doing(read, key, account.id, by, house)
    except ActionError as error:
        return JSONResponse({"error": say(error.key, **error.values)}, 409)
    except Exception:  # the entry point: the phone keeps it and tries again
        logger.exception("a deed from the plain page failed")
        return _refused("broken", 500)
    shown: dict[str, Any] = {"number": ticket.number}
    return JSONResponse(shown | ({"ticket": view(ticket, by, house.clock())} if ticket.assignee == by.id else {}))


async def _read(request: Request, form: type[Form]) -> Form | None:
    """The request's body; None for what is too large, no JSON (another site can't send that), or of another shape."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST:
        return None
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        return form.model_validate_json(await request.body())
    except ValidationError:
        return None


def _refused(key: str, status: int) -> Response:
    return JSONResponse({"error": say(key)}, status)
