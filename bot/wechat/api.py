"""Speaking to a platform's server: one access token for all calls, asked for again when it is refused."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

logger = logging.getLogger(__name__)
PATIENCE = 10.0
"""Seconds for one request."""
EARLY = timedelta(minutes=5)
"""A token is not used in its last minutes."""
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""Invalid, no token at all, expired."""
Answer = dict[str, Any]
Got = TypeVar("Got")
AskForToken = Callable[[httpx.AsyncClient, bool], Awaitable[httpx.Response]]
"""(client, whether the last token was refused): the request for a token."""


class ApiFailed(Exception):
    """The server can't be reached, or answers nonsense; it may be better later."""


class ApiRefused(ApiFailed):
    """The server says no: its `code` and its words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code = code


class TooLarge(ApiFailed):
    """A file of more bytes than we want."""


class Api:
    """One platform's server, for one account."""

    def __init__(self, base: str, ask: AskForToken, clock: Callable[[], datetime]) -> None:
        """`base`: the address without a path."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every URL, and these hold the token
        self._client = httpx.AsyncClient(base_url=base.rstrip("/"), timeout=PATIENCE)
        self._ask, self._clock, self._lock = ask, clock, asyncio.Lock()
        self._token, self._until = "", clock()

    async def post(self, path: str, body: Mapping[str, Any], **params: str) -> Answer:
        """Post JSON; `ApiRefused`, `ApiFailed`. Characters go as they are: the platform shows escaped ones escaped."""
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await self._with_token(
            lambda more: self._answered("POST", path, more, content=content, headers=headers), params
        )

    async def upload(self, path: str, name: str, content: bytes, media_type: str, **params: str) -> Answer:
        """Post a file; `ApiRefused`, `ApiFailed`."""
        files = {"media": (name, content, media_type)}
        return await self._with_token(lambda more: self._answered("POST", path, more, files=files), params)

    async def download(self, path: str, limit: int, **params: str) -> bytes:
        """Get a file of at most `limit` bytes; `TooLarge`, `ApiRefused`, `ApiFailed`. For a video the platform may name
        another address to get it from."""
        content = await self._with_token(lambda more: self._content(path, more, limit), params)
        elsewhere = _parsed(content) if content.startswith(b"{") else {}
        return await self._content(str(elsewhere["video_url"]), {}, limit) if "video_url" in elsewhere else content

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _with_token(self, call: Callable[[dict[str, str]], Awaitable[Got]], params: Mapping[str, str]) -> Got:
        """Call with our token; once more with a new one where it is refused."""
        token = await self._current("")
        try:
            return await call({**params, "access_token": token})
        except ApiRefused as refusal:
            if refusal.code not in TOKEN_REFUSED:
                raise
        return await call({**params, "access_token": await self._current(token)})

    async def _current(self, refused: str) -> str:
        """The token. Whoever comes with a refused one gets another; those who come after that find it here."""
        async with self._lock:
            if not self._token or self._token == refused or self._clock() >= self._until:
                answer = await self._checked(self._ask(self._client, bool(refused)))
                if not (answer.get("access_token") and answer.get("expires_in")):
                    raise ApiFailed("the answer has no token")
                lasting = timedelta(seconds=int(answer["expires_in"]))
                self._token, self._until = str(answer["access_token"]), self._clock() + lasting - EARLY
            return self._token

    async def _answered(self, method: str, path: str, params: Mapping[str, str], **more: Any) -> Answer:
        return await self._checked(self._client.request(method, path, params=params, **more))

    @staticmethod
    async def _checked(sending: Awaitable[httpx.Response]) -> Answer:
        try:
            response = await sending
            response.raise_for_status()
        except httpx.HTTPError as failure:
            raise ApiFailed(_without_token(failure)) from None
        return _accepted(_parsed(response.content))

    async def _content(self, path: str, params: Mapping[str, str], limit: int) -> bytes:
        content = bytearray()
        try:
            async with self._client.stream("GET", path, params=params or None) as response:
                response.raise_for_status()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > limit:
                        raise TooLarge(f"a file of more than {limit} bytes is left there")
        except httpx.HTTPError as failure:
            raise ApiFailed(_without_token(failure)) from None
        if content.startswith(b"{"):  # no kind of file that we take begins so
            _accepted(_parsed(bytes(content)))
        return bytes(content)


def _parsed(content: bytes) -> Answer:
    try:
        answer = json.loads(content)
    except ValueError:
        raise ApiFailed("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise ApiFailed("the answer is no JSON object")
    return answer


def _accepted(answer: Answer) -> Answer:
    if code := int(answer.get("errcode") or 0):
        raise ApiRefused(code, str(answer.get("errmsg", "")))
    return answer


def _without_token(failure: httpx.HTTPError) -> str:
    """A failure in words; its own may hold the address, and that the token."""
    status = f" {failure.response.status_code}" if isinstance(failure, httpx.HTTPStatusError) else ""
    return f"{type(failure).__name__}{status}"
