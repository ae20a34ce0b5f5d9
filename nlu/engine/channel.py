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

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)
UNDERSTOOD = ("intent", "intent_ranking", "category", "category_confidence", "categories", "kind", "urgent", "urgency", "dangers", "entities", "units")


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
        webhook = Blueprint("linli_webhook", __name__)

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("x-linli-token", ""), self._token):
                return response.json({"error": "token"}, status=401)
            return response.json(await _turn(request.json, on_new_message, request.app.ctx.agent))

        @webhook.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = bool(request.app.ctx.agent and request.app.ctx.agent.is_ready())
            return response.json({"ready": ready}, status=200 if ready else 503)

        return webhook


async def _turn(body: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]], agent: Any) -> dict[str, Any]:
    collector = CollectingOutputChannel()
    message = UserMessage(
        body["message"], collector, body["sender"], input_channel=LinliChannel.name(), metadata=body.get("metadata") or {}
    )
    await on_new_message(message)
    tracker = await agent.tracker_store.retrieve(body["sender"])
    return {"replies": collector.messages, "understood": _understood(tracker, _model(agent))}


def _model(agent: Any) -> str:
    """The model's name: its archive's without the ending."""
    return str(agent.processor.model_filename).rpartition("/")[2].removesuffix(".tar.gz")


def _understood(tracker: Any, model: str) -> dict[str, Any] | None:
    latest = tracker.latest_message.parse_data if tracker and tracker.latest_message else None
    return {key: latest[key] for key in UNDERSTOOD if key in latest} | {"model": model} if latest else None
