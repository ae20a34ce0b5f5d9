"""Which conversation a browser has: a sealed cookie, sent along with requests for files and nothing else."""

from __future__ import annotations

from fastapi import Request, Response

from actions.tickets.actor import Actor, Role
from bot.house import House
from bot.security.seal import Seal

COOKIE = "linli_chat"
PATH = "/api/chat/attachments"
YEAR = 365 * 24 * 3600


class Browser:
    """Remembers the conversation, and knows it again."""

    def __init__(self, house: House) -> None:
        self._seal = Seal(house.secret_key, "conversation")

    def remember(self, response: Response, request: Request, conversation: str) -> None:
        """Let this browser see the files of its conversation, whose id only it knows."""
        secure = request.url.scheme == "https"
        sealed = self._seal.seal(conversation)
        response.set_cookie(COOKIE, sealed, max_age=YEAR, path=PATH, httponly=True, samesite="lax", secure=secure)

    def resident(self, request: Request) -> Actor | None:
        """Who asks; None for a browser that has had no conversation here, or a seal that is not ours."""
        conversation = self._seal.open(request.cookies.get(COOKIE, ""))
        return Actor(Role.RESIDENT, conversation) if conversation else None
