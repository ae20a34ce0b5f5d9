"""The gate: who gets in, in plain, compatible and safe mode, and what the answers look like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from actions.clock import SHANGHAI
from bot.wechat.envelope import Envelope
from bot.wechat.gate import WINDOW, Gate, Query, TurnedAway
from bot.wechat.letter import LetterUnreadable, fields_of, letter_of
from tests.bot.test_wechat_envelope import APP, KEY, OFFICIAL_SEALED, WORK, WORK_ECHO, seal, sign

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
LETTER = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>灯坏了</Content></xml>"


def gate(key: str = "", always_sealed: bool = False, now: datetime = NOW) -> Gate:
    return Gate(Envelope("token", key, APP), lambda: now, always_sealed)


def query(sealed: str = "", at: datetime = NOW) -> dict[str, str]:
    """As the platform writes it behind the address."""
    time = str(int(at.timestamp()))
    more = {"encrypt_type": "aes", "msg_signature": sign("token", time, "77", sealed)} if sealed else {}
    return {"signature": sign("token", time, "77"), "timestamp": time, "nonce": "77", **more}


def wrapped(sealed: str, plain: str = "") -> bytes:
    return f"<xml><ToUserName>gh_1</ToUserName>{plain}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def test_plain_letters_come_in_without_a_key() -> None:
    admitted = gate().admit(query(), LETTER.encode())
    assert (admitted.fields["Content"], admitted.sealed) == ("灯坏了", False)


def test_safe_letters_come_in_with_a_key() -> None:
    sealed = seal(LETTER)
    admitted = gate(KEY).admit(query(sealed), wrapped(sealed))
    assert (admitted.fields["Content"], admitted.sealed) == ("灯坏了", True)


def test_of_a_compatible_letter_only_the_sealed_half_counts() -> None:
    sealed = seal(LETTER)
    admitted = gate(KEY).admit(query(sealed), wrapped(sealed, "<MsgType>text</MsgType><Content>假的</Content>"))
    assert admitted.fields["Content"] == "灯坏了"
    plain = gate().admit(query(sealed), wrapped(sealed, "<MsgType>text</MsgType><Content>明文</Content>"))
    assert (plain.fields["Content"], plain.sealed) == ("明文", False)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in query().items() if key != name}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        without("signature"),
        without("nonce"),
        query() | {"signature": sign("other", query()["timestamp"], "77")},
        query() | {"timestamp": "", "signature": sign("token", "", "77")},
        query() | {"timestamp": "٣", "signature": sign("token", "٣", "77")},
        query(at=NOW - WINDOW - timedelta(seconds=1)),
        query(at=NOW + WINDOW + timedelta(seconds=1)),
    ],
    ids=["bare", "unsigned", "no nonce", "another token", "no time", "odd digits", "long ago", "in the future"],
)
def test_who_is_not_the_platform_is_turned_away(asked: Query) -> None:
    for enter in (lambda: gate().admit(asked, LETTER.encode()), lambda: gate().echo({**asked, "echostr": "1"})):
        with pytest.raises(TurnedAway):
            enter()


def test_inside_the_window_a_signature_is_good() -> None:
    for at in (NOW - WINDOW, NOW + WINDOW):
        assert gate().echo({**query(at=at), "echostr": "1616"}) == "1616"


SEALED = seal(LETTER)


@pytest.mark.parametrize(
    "enter",
    [
        lambda: gate(KEY).admit(query(), LETTER.encode()),
        lambda: gate().admit(query(SEALED), wrapped(SEALED)),
        lambda: gate(KEY).admit(query(SEALED), wrapped(seal(LETTER, noise=b"x" * 16))),
        lambda: gate(KEY).admit(query(), wrapped(SEALED)),
        lambda: gate(KEY).admit(query(seal(LETTER, "wx9")), wrapped(seal(LETTER, "wx9"))),
        lambda: gate(KEY).admit(query(seal("not xml")), wrapped(seal("not xml"))),
        lambda: gate().admit(query(), b""),
        lambda: gate(KEY, always_sealed=True).echo({**query(), "echostr": "1616"}),
    ],
    ids=[
        "plain to a key",
        "sealed to none",
        "other contents",
        "unsigned contents",
        "another account",
        "no letter",
        "empty",
        "plain echo",
    ],
)
def test_what_could_be_forged_is_turned_away(enter: Callable[[], object]) -> None:
    with pytest.raises(TurnedAway):
        enter()


def test_the_platforms_own_samples_get_in() -> None:
    signed = {
        "signature": sign("spamtest", "1409735669", "1320562132"),
        "timestamp": "1409735669",
        "nonce": "1320562132",
    }
    signed["msg_signature"] = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"
    official = Gate(Envelope("spamtest", KEY, APP), lambda: datetime.fromtimestamp(1409735670, SHANGHAI), False)
    assert official.admit(signed, wrapped(OFFICIAL_SEALED)).fields["Content"] == "abcdteT"
    work = Gate(WORK, lambda: datetime.fromtimestamp(1409659590, SHANGHAI), True)
    asked = {
        "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "timestamp": "1409659589",
        "nonce": "263014780",
    }
    assert work.echo({**asked, "echostr": WORK_ECHO}) == "1616140317555161061"


def test_an_answer_is_sealed_where_the_letter_was() -> None:
    door = gate(KEY)
    sealed = seal(LETTER)
    outer = fields_of(door.reply(door.admit(query(sealed), wrapped(sealed)), "听到了 ]]> <b>").encode())
    assert outer["MsgSignature"] == sign("token", outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    inner = fields_of(Envelope("token", KEY, APP).opened(outer["Encrypt"]).encode())
    assert inner == {
        "ToUserName": "o1",
        "FromUserName": "gh_1",
        "CreateTime": "1796086800",
        "MsgType": "text",
        "Content": "听到了 ]]> <b>",
    }
    assert fields_of(gate().reply(gate().admit(query(), LETTER.encode()), "好").encode())["Content"] == "好"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<xml>",
        b"\xff\xfe",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><xml/>',
    ],
)
def test_xml_with_entities_or_none_at_all_is_not_read(xml: bytes) -> None:
    with pytest.raises(LetterUnreadable):
        fields_of(xml)


def test_a_letter_survives_being_written_and_read() -> None:
    said = {"Content": "]]>]]]]>&amp;<x>", "CreateTime": 5}
    assert fields_of(letter_of(said).encode()) == {"Content": "]]>]]]]>&amp;<x>", "CreateTime": "5"}
