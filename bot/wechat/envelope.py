"""The envelope around WeChat's messages: who signed it, and how its contents are sealed.

After the documents of both platforms ("消息加解密"): the signature is the SHA-1 of the sorted parts; the contents are
AES-256-CBC over 16 random bytes, the length, the message and the receiver's id, padded by PKCS#7 to blocks of 32.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK = 256
"""Bits that the padding fills up to; the cipher's own block is half of it."""
NOISE = 16
"""Random bytes before the message."""


class EnvelopeBroken(Exception):
    """What can't be opened, or was meant for somebody else."""


class KeyMalformed(ValueError):
    """An EncodingAESKey has 43 characters of Base64."""


class Envelope:
    """Signing, opening and sealing for one account."""

    def __init__(self, token: str, key: str, receiver: str) -> None:
        """`token` and `key` (EncodingAESKey) as set on the platform, the key "" for plain mode; `receiver`: the AppID or
        CorpID. `KeyMalformed`."""
        self._token, self._receiver = token, receiver.encode()
        self._key = _key(key) if key else b""

    @property
    def seals(self) -> bool:
        """Whether there is a key."""
        return bool(self._key)

    def signature(self, *parts: str) -> str:
        """What the platform signs these parts with."""
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode()).hexdigest()

    def is_signed(self, signature: str, *parts: str) -> bool:
        """Whether it is the signature of these parts; takes as long whether or not."""
        return hmac.compare_digest(signature.encode(), self.signature(*parts).encode())

    def opened(self, sealed: str) -> str:
        """The message that was sealed for us; `EnvelopeBroken`."""
        try:
            padded = self._through(self._cipher().decryptor(), base64.b64decode(sealed, validate=True))
            padding = PKCS7(BLOCK).unpadder()
            contents = padding.update(padded) + padding.finalize()
            end = NOISE + 4 + int.from_bytes(contents[NOISE : NOISE + 4], "big")
            message = contents[NOISE + 4 : end].decode()
        except ValueError as failure:  # not Base64, no whole blocks, wrong padding, no UTF-8
            raise EnvelopeBroken("it can't be opened with our key") from failure
        if end > len(contents) or not hmac.compare_digest(contents[end:], self._receiver):
            raise EnvelopeBroken("it is meant for another account")
        return message

    def sealed(self, message: str, noise: bytes) -> str:
        """A message sealed by us; `noise`: 16 random bytes."""
        text = message.encode()
        padding = PKCS7(BLOCK).padder()
        contents = padding.update(noise + len(text).to_bytes(4, "big") + text + self._receiver) + padding.finalize()
        return base64.b64encode(self._through(self._cipher().encryptor(), contents)).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:NOISE]))

    @staticmethod
    def _through(machine: CipherContext, content: bytes) -> bytes:
        return machine.update(content) + machine.finalize()


def _key(encoded: str) -> bytes:
    """The 32 bytes; the platforms leave out the sign that Base64 ends with, and don't care for the last two bits."""
    try:
        key = base64.b64decode(encoded + "=", validate=True)
    except ValueError:
        key = b""
    if len(encoded) != 43 or len(key) != 32:
        raise KeyMalformed("EncodingAESKey")
    return key
