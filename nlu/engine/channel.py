"""The one way into the engine: a message in, the replies and what was understood out.

`POST /webhooks/linli/webhook` `{"sender", "message", "metadata"}` →
`{"replies": [{"text", "buttons", "custom"}], "understood": {intent, confidence, …}}`. The server binds to loopback and
asks for a token.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from nlu.engine.plain import as_json
from nlu.engine.turn import UNDERSTOOD, Turn, TurnBroken
from nlu.engine.turns import Turns, store_of

logger = logging.getLogger(__name__)


class LinliChannel(InputChannel):
    """Takes messages from the service."""

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The channel's name in the URL."""
        return "linli"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> LinliChannel:
        """Built with the token that the service was given too."""
        if not credentials or not credentials.get("token"):
            raise ValueError("the channel needs a token")
        return cls(credentials["token"])

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The webhook."""
        webhook, turns = Blueprint("linli_webhook", __name__), Turns()

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("x-linli-token", ""), self._token):
                return response.json({"error": "token"}, status=401)
            body, agent = request.json, request.app.ctx.agent
            turn = Turn(agent, on_new_message, LinliChannel.name(), body["sender"])
            said = (body["message"], body.get("metadata") or {})
            try:
                return response.json(await turns.once(store_of(agent), body["sender"], turn, *said), dumps=as_json)
            except TurnBroken as broken:
                logger.error("a turn is as if it had never been: %s failed", broken)
                return response.json({"error": "action"}, status=503)

        @webhook.route("/understand", methods=["POST"])
        async def understand(request: Request) -> HTTPResponse:
            """What a text means, without a turn in any conversation."""
            if not hmac.compare_digest(request.headers.get("x-linli-token", ""), self._token):
                return response.json({"error": "token"}, status=401)
            parse = await request.app.ctx.agent.parse_message(request.json["message"])
            found = {key: parse[key] for key in UNDERSTOOD if key in parse}
            return response.json({"understood": found}, dumps=as_json)

        @webhook.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            """A conversation starts anew: an empty tracker takes the place of what was kept, in memory and in the file."""
            if not hmac.compare_digest(request.headers.get("x-linli-token", ""), self._token):
                return response.json({"error": "token"}, status=401)
            agent, sender = request.app.ctx.agent, request.json["sender"]
            await turns.forget(store_of(agent), DialogueStateTracker(sender, agent.domain.slots))
            return response.json({"forgotten": sender})

        @webhook.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = bool(request.app.ctx.agent and request.app.ctx.agent.is_ready())
            return response.json({"ready": ready}, status=200 if ready else 503)

        return webhook
