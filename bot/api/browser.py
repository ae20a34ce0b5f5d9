"""Which conversation a browser has: a sealed cookie. By it a resident who comes back finds what was said, and her files."""

from __future__ import annotations

from urllib.parse import quote, unquote

from fastapi import Request, Response

from actions.tickets.actor import Actor, Role
from bot.house import House
from bot.security.seal import Seal

COOKIE = "linli_chat"
PATH = "/api/chat/attachments"
CHANNEL = "web:"
YEAR = 365 * 24 * 3600


class Browser:
    """Remembers the conversation, and knows it again."""

    def __init__(self, house: House) -> None:
        self._seal, self._embedded = Seal(house.secret_key, "conversation"), bool(house.settings.embed_origins)

    def remember(self, response: Response, request: Request, conversation: str) -> None:
        """Let this browser come back to its conversation, whose id only it knows."""
        secure = request.url.scheme == "https"
        framed = secure and self._embedded  # within another site's page a browser keeps a cookie only for that site
        sealed = quote(self._seal.seal(conversation), safe="")  # an id may have letters that no cookie may
        response.set_cookie(
            COOKIE, sealed, max_age=YEAR, httponly=True, samesite="none" if framed else "lax", secure=secure
        )
        if framed:  # Starlette can say so from Python 3.14 on
            name, value = response.raw_headers[-1]
            response.raw_headers[-1] = (name, value + b"; Partitioned")

    def resident(self, request: Request) -> Actor | None:
        """Who asks; None for a browser that has had no conversation here, or a seal that is not ours."""
        conversation = self._seal.open(unquote(request.cookies.get(COOKIE, "")))
        return Actor(Role.RESIDENT, conversation) if conversation else None

    def conversation(self, request: Request) -> str:
        """The id by which the chat API knows this browser's conversation; "" where it has none."""
        resident = self.resident(request)
        return resident.id.removeprefix(CHANNEL) if resident else ""
