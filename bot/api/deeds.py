"""The engine's way back: `POST /internal/actions` runs a custom action. Only the engine knows the token."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

logger = logging.getLogger(__name__)


def deeds_router(executor: ActionExecutor, token: str) -> APIRouter:
    """The action server's one route."""
    router = APIRouter(include_in_schema=False)

    @router.post("/internal/actions")
    async def act(request: Request, x_linli_token: str = Header("")) -> JSONResponse:
        """Run the action that the engine asks for, in a thread: actions wait for the database."""
        if not hmac.compare_digest(x_linli_token, token):
            return JSONResponse({"error": "token"}, 401)
        call = await request.json()
        try:
            result = await asyncio.to_thread(_run, executor, call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, 400)
        except ActionNotFoundException as unknown:
            return JSONResponse({"error": str(unknown), "action_name": unknown.action_name}, 404)
        return JSONResponse(result)

    return router


def _run(executor: ActionExecutor, call: dict[str, Any]) -> Any:
    result = asyncio.run(executor.run(call))
    return result.model_dump() if result else {}
