"""Signing and sealing: the samples of the public documents, and a second statement of the scheme that ours must agree with."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.envelope import Envelope, EnvelopeBroken, KeyMalformed
from bot.wechat.letter import fields_of

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = "wx2c2769f8efd9abc2"
OFFICIAL = Envelope("spamtest", KEY, APP)
OFFICIAL_SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn"
    "896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSV"
    "CZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCum"
    "EPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
WORK = Envelope("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
WORK_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
WORK_SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qh"
    "xchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s"
    "4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/u"
    "h9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def seal(text: str, receiver: str = APP, noise: bytes = b"0123456789abcdef", key: str = KEY) -> str:
    """The scheme once more, step by step as the documents tell it."""
    raw = base64.b64decode(key + "=")
    message = noise + len(text.encode()).to_bytes(4, "big") + text.encode() + receiver.encode()
    fill = 32 - len(message) % 32
    machine = Cipher(algorithms.AES256(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(machine.update(message + bytes([fill]) * fill) + machine.finalize()).decode()


def sign(*parts: str) -> str:
    """Likewise."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def test_the_sample_of_the_official_account() -> None:
    assert OFFICIAL.is_signed("5d197aaffba7e9b25a30732f161a50dee96bd5fa", "1409735669", "1320562132", OFFICIAL_SEALED)
    assert fields_of(OFFICIAL.opened(OFFICIAL_SEALED).encode()) == {
        "ToUserName": "gh_10f6c3c3ac5a",
        "FromUserName": "oyORnuP8q7ou2gfYjqLzSIWZf0rs",
        "CreateTime": "1409735668",
        "MsgType": "text",
        "Content": "abcdteT",
        "MsgId": "6054768590064713728",
    }


def test_the_samples_of_wecom() -> None:
    assert WORK.is_signed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", WORK_ECHO)
    assert WORK.opened(WORK_ECHO) == "1616140317555161061"
    assert WORK.is_signed("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", WORK_SEALED)
    assert fields_of(WORK.opened(WORK_SEALED).encode())["Content"] == "hello"


@given(text=st.text(), noise=st.binary(min_size=16, max_size=16))
def test_sealing_agrees_with_the_second_statement(text: str, noise: bytes) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert OFFICIAL.sealed(text, noise) == seal(text, noise=noise)
    assert OFFICIAL.opened(seal(text, noise=noise)) == text


@given(parts=st.lists(st.text(alphabet=st.characters(codec="utf-8")), max_size=4))
def test_signing_agrees_with_the_second_statement(parts: list[str]) -> None:
    assert OFFICIAL.signature(*parts) == sign("spamtest", *parts)
    assert not OFFICIAL.is_signed("", *parts) and not OFFICIAL.is_signed("错" * 40, *parts)


def altered(sealed: str, at: int) -> str:
    content = bytearray(base64.b64decode(sealed))
    content[at] ^= 1
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "sealed",
    [
        seal("你好", receiver="wx0000000000000000"),
        seal("你好", receiver=APP + "0"),
        seal("你好", receiver=""),
        seal("你好")[:-8],
        altered(seal("你好" * 40), -33),
        seal("你好") + "=",
        seal("你好", key=KEY[::-1]),
        "不是",
        "",
        "AAAA",
    ],
    ids=[
        "another",
        "longer",
        "nobody",
        "cut",
        "altered",
        "padded twice",
        "another key",
        "not base64",
        "empty",
        "no block",
    ],
)
def test_what_is_not_for_us_or_not_whole_is_not_opened(sealed: str) -> None:
    with pytest.raises(EnvelopeBroken):
        OFFICIAL.opened(sealed)


@pytest.mark.parametrize("key", [KEY[:-1], KEY + "A", "汉" * 43, KEY[:-1] + "="])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(KeyMalformed):
        Envelope("t", key, APP)
