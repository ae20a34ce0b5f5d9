"""The letter itself: plain Chinese text with the ticket's number, what to do, and where."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from actions.accounts import Account
from actions.masking import mask_numbers
from actions.notify.notice import Notice
from bot.mail.readers import FOR
from knowledge.wording import load_replies, say


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the community's name, the address of the sender, and where the consoles are ("" for nowhere)."""

    community: str
    sender: str
    site: str = ""

    def write(self, notice: Notice, reader: Account) -> EmailMessage:
        """The letter with a notice for one reader. Telephone numbers are masked: mail lies about in many places."""
        message = EmailMessage(policy=SMTP)
        message["Subject"] = say("mail_subject", community=self.community, title=_title(notice))
        message["From"] = Address(self.community, addr_spec=self.sender)
        message["To"] = Address(reader.name, addr_spec=reader.email or "")
        message["Date"] = format_datetime(notice.created_at)
        message["Message-ID"] = f"<{sha256(notice.id.encode()).hexdigest()[:32]}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n".join(self._lines(notice, reader)) + "\n", charset="utf-8", cte="base64")
        return message

    def _lines(self, notice: Notice, reader: Account) -> list[str]:
        news = mask_numbers(say(f"notice.{notice.topic}", **notice.body))
        lines = [say("mail_greeting", name=reader.name), "", news, "", say("mail_todo", todo=_by_topic(notice, "todo"))]
        if notice.ticket:
            lines.append(say("mail_ticket", number=notice.ticket))
        if self.site:
            lines.append(say("mail_link", url=f"{self.site.rstrip('/')}{_page(notice)}"))
        return [*lines, "", say("mail_foot", community=self.community)]


def _title(notice: Notice) -> str:
    """What it is about, with the ticket's number: the part of a letter that is read first."""
    title = _by_topic(notice, "title")
    return f"{title}：{notice.ticket}" if notice.ticket else title


def _by_topic(notice: Notice, part: str) -> str:
    """The topic's own text, or the one for the rest."""
    key = f"mail.{part}.{notice.topic}"
    return say(key if key in load_replies() else f"mail.{part}", **notice.body)


def _page(notice: Notice) -> str:
    """Where the reader deals with it."""
    if str(notice.body.get(FOR, "")).startswith("worker:"):
        return "/worker"
    return f"/tickets/{notice.ticket}" if notice.ticket else "/operator"
