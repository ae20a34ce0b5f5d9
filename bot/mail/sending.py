"""Sending a letter to the mail server of the place. Whether and when it is tried again is `actions.notify`'s to say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import aiosmtplib

from actions.accounts import Account
from actions.errors import NoSender
from actions.notify.notice import Notice
from actions.notify.ports import Undeliverable
from bot.mail.letter import Letterhead
from bot.outside import SetupMissing
from bot.settings import Settings
from knowledge.wording import say

PATIENCE = 30.0
"""Seconds for one answer of the server."""
PORTS = {"starttls": 587, "tls": 465, "none": 25}


class NotTaken(Exception):
    """The server did not take it, and may later."""


def check(settings: Settings) -> None:
    """`SetupMissing` where mail is set up by half."""
    if settings.smtp_host and "@" not in _sender(settings):
        raise SetupMissing(say("mail_sender_missing"))


class MailSender:
    """Sends each letter over a connection of its own; mails are few. Certificates are verified."""

    def __init__(self, settings: Settings, reader: Callable[[str], Account | None]) -> None:
        """`reader`: the account of a login, None where it is gone or disabled."""
        self._server, self._reader = _server(settings), reader
        self._head = Letterhead(settings.community_name, _sender(settings), settings.public_url)

    def __call__(self, notice: Notice) -> None:
        """Send it. `NoSender` where its reader has no address any more, `Undeliverable` where the server refuses this
        letter for good (5xx), `NotTaken` where it may work later, a refused login included: that is ours to mend."""
        account = self._reader(notice.audience.partition(":")[2])
        if account is None or not account.email:
            raise NoSender(audience=notice.audience)
        asyncio.run(self._sent(self._head.write(notice, account)))

    async def _sent(self, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(message, **self._server)
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            raise _answered(refusal.recipients[0]) from None
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPConnectResponseError) as refusal:
            raise NotTaken(f"SMTP {refusal.code} {refusal.message}") from None
        except aiosmtplib.SMTPResponseException as refusal:
            raise _answered(refusal) from None
        except (aiosmtplib.SMTPException, OSError) as failure:
            raise NotTaken(f"{type(failure).__name__}: {failure}") from None


def _sender(settings: Settings) -> str:
    return settings.smtp_from or settings.smtp_user


def _server(settings: Settings) -> dict[str, Any]:
    """The settings as `aiosmtplib.send` takes them."""
    secured = settings.smtp_security
    return {
        "hostname": settings.smtp_host,
        "port": settings.smtp_port or PORTS[secured],
        "use_tls": secured == "tls",
        "start_tls": secured == "starttls",
        "username": settings.smtp_user or None,
        "password": settings.smtp_password.get_secret_value() or None,
        "timeout": PATIENCE,
    }


def _answered(refusal: aiosmtplib.SMTPResponseException) -> Exception:
    kind = Undeliverable if refusal.code >= 500 else NotTaken
    return kind(f"SMTP {refusal.code} {refusal.message}")
