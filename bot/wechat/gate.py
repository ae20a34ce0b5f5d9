"""The gate: lets in what the platform itself has sent, just now, to this account; plain, compatible or safe mode."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.wechat.envelope import NOISE, Envelope, EnvelopeBroken
from bot.wechat.letter import LetterUnreadable, fields_of, letter_of

WINDOW = timedelta(minutes=5)
"""How old (or how far ahead) a signature may be: one that was overheard is of no use for long."""
Query = Mapping[str, str]


class TurnedAway(Exception):
    """A request that is not the platform's, or not for us; the words are for the log."""


@dataclass(frozen=True)
class Admitted:
    """What came in: its fields, and whether it came sealed, for then the answer goes sealed too."""

    fields: Mapping[str, str]
    sealed: bool


class Gate:
    """The gate of one account."""

    def __init__(self, envelope: Envelope, clock: Callable[[], datetime], always_sealed: bool) -> None:
        """`always_sealed`: WeCom seals everything, the echo too."""
        self._envelope, self._clock, self._always_sealed = envelope, clock, always_sealed

    def echo(self, query: Query) -> str:
        """What the platform wants to hear when the address is set up there; `TurnedAway`."""
        said = query.get("echostr", "")
        if not self._always_sealed:
            self._check(query, "signature")
            return said
        self._check(query, "msg_signature", said)
        return self._opened(said)

    def admit(self, query: Query, body: bytes) -> Admitted:
        """A message's fields; `TurnedAway`.

        With a key, only what is sealed counts: the signature of a plain letter says nothing of its contents, and of a
        compatible one the plain half is ignored.
        """
        if not self._always_sealed:
            self._check(query, "signature")
        fields = self._fields(body)
        if not self._envelope.seals:
            if "Encrypt" in fields and "MsgType" not in fields:
                raise TurnedAway("it is sealed, and no EncodingAESKey is set here")
            return Admitted(fields, sealed=False)
        if "Encrypt" not in fields:
            raise TurnedAway("it is not sealed, though an EncodingAESKey is set here")
        self._check(query, "msg_signature", fields["Encrypt"])
        return Admitted(self._fields(self._opened(fields["Encrypt"]).encode()), sealed=True)

    def reply(self, to: Admitted, text: str) -> str:
        """A passive reply, as a letter."""
        letter = letter_of(
            {
                "ToUserName": to.fields.get("FromUserName", ""),
                "FromUserName": to.fields.get("ToUserName", ""),
                "CreateTime": self._seconds(),
                "MsgType": "text",
                "Content": text,
            }
        )
        return self._sealed(letter) if to.sealed else letter

    def _sealed(self, letter: str) -> str:
        encrypted = self._envelope.sealed(letter, secrets.token_bytes(NOISE))
        timestamp, nonce = self._seconds(), str(secrets.randbelow(10**10))
        signature = self._envelope.signature(str(timestamp), nonce, encrypted)
        return letter_of({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce})

    def _check(self, query: Query, name: str, *more: str) -> None:
        signature, timestamp, nonce = (query.get(key, "") for key in (name, "timestamp", "nonce"))
        if not self._envelope.is_signed(signature, timestamp, nonce, *more):
            raise TurnedAway(f"{name} is wrong")
        if not timestamp.isascii() or not timestamp.isdecimal():
            raise TurnedAway("there is no time in it")
        if abs(self._seconds() - int(timestamp)) > WINDOW.total_seconds():
            raise TurnedAway("it was signed long ago, or the clock here is wrong")

    def _opened(self, sealed: str) -> str:
        try:
            return self._envelope.opened(sealed)
        except EnvelopeBroken as broken:
            raise TurnedAway(str(broken)) from broken

    @staticmethod
    def _fields(xml: bytes) -> dict[str, str]:
        try:
            return fields_of(xml)
        except LetterUnreadable as unreadable:
            raise TurnedAway(f"it is no letter: {unreadable}") from unreadable

    def _seconds(self) -> int:
        return int(self._clock().timestamp())
