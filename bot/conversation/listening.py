"""Listening: what somebody says in a voice message, as text, by a speech service that the place has named."""

from __future__ import annotations

import logging

import httpx

from bot.settings import Settings

logger = logging.getLogger(__name__)
PATIENCE = 30.0
"""Seconds that a resident waits to be understood; then the voice goes to a person."""
SUFFIXES = {"audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/wav": "wav", "audio/webm": "webm"}


async def words_of(voice: bytes, media_type: str, settings: Settings) -> str:
    """What is said in a recording; "" where no service is named, it is away, or nothing is said."""
    if not settings.speech_url:
        return ""
    key = settings.speech_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    name = f"voice.{SUFFIXES.get(media_type, 'ogg')}"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, headers=headers) as client:
            answer = await client.post(
                f"{settings.speech_url.rstrip('/')}/audio/transcriptions",
                files={"file": (name, voice, media_type)},
                data={"model": settings.speech_model, "language": "zh", "response_format": "json"},
            )
            answer.raise_for_status()
            return str(answer.json()["text"]).strip()
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
        logger.warning("a voice could not be written down: %s", type(failure).__name__)
        return ""
