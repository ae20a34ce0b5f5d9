"""The way from the engine to the service that does things: one connection kept open, bodies written by a quick encoder.

Rasa opens a session and a connection for each call and throws both away.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import ujson
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from nlu.engine.plain import as_json

IDLE = 2.0
"""Seconds that an unused connection is kept: less than any server waits (uvicorn: 5), so none is found closed."""


class Service(EndpointConfig):
    """Rasa's endpoint for actions, for JSON without parameters."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        super().__init__(url, headers=headers)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """POST `kwargs["json"]`; returns the answer.

        Raises `ClientResponseError` for a status of 400 and above, as Rasa's own does, `ValueError` for an answer that
        is not JSON, and aiohttp's errors.
        """
        async with self._kept().post(self.url, data=as_json(kwargs["json"])) as answer:
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason, await answer.text())
            return ujson.loads(await answer.read())

    async def close(self, *_: object) -> None:
        """Hang up; the arguments are Sanic's."""
        if self._session:
            await self._session.close()

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers={**self.headers, "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE),
            )
        return self._session
