"""`/healthz` (alive), `/readyz` (database, engine, worker each)."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from actions.errors import ActionError
from bot.house import House


def health_router(house: House) -> APIRouter:
    """The routes for whoever watches over the service."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Each part that a resident's message needs."""
        parts = {
            "database": await _database(house),
            "engine": await house.engine.alive(),
            "worker": house.worker_alive(),
        }
        return JSONResponse(
            {name: "ok" if fine else "down" for name, fine in parts.items()}, 200 if all(parts.values()) else 503
        )

    return router


async def _database(house: House) -> bool:
    try:
        await asyncio.to_thread(house.database.check)
    except ActionError:
        return False
    return True
