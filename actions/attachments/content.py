"""What a file is, by its content: its first bytes and its structure, never its name or what the sender calls it."""

from __future__ import annotations

from collections.abc import Iterator

from actions.attachments.attachment import Kind
from actions.attachments.errors import AttachmentBroken, AttachmentEmpty, AttachmentUnsupported

What = tuple[Kind, str]
"""The kind and the media type."""

STILL = ("heic", "heix", "mif1", "msf1", "avif", "avis", "crx ")
"""Brands of ISO files that hold pictures, which can't be read here."""
HEAD = 65_536
"""Bytes within which a WebM file names its tracks."""
VOICES = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")


def what_is(content: bytes) -> What:
    """The kind and media type of a file, whole as far as its structure tells.

    `AttachmentEmpty`, `AttachmentUnsupported`, `AttachmentBroken`.
    """
    if not content:
        raise AttachmentEmpty()
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.IMAGE, "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.IMAGE, "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return Kind.IMAGE, "image/gif"
    if content.startswith(b"RIFF"):
        return _riff(content)
    if content[4:8] == b"ftyp":
        return _iso(content)
    return _recording(content)


def _recording(content: bytes) -> What:
    if content.startswith(b"OggS"):
        return _ogg(content)
    if content.startswith(b"\x1aE\xdf\xa3"):
        return _webm(content)
    if content.startswith(b"#!AMR"):
        return Kind.VOICE, "audio/amr"
    if content.startswith(b"ID3") or _is_mpeg_frame(content):
        return Kind.VOICE, "audio/mpeg"
    raise AttachmentUnsupported()


def _riff(content: bytes) -> What:
    form, length = content[8:12], int.from_bytes(content[4:8], "little")
    if form == b"WEBP":
        return Kind.IMAGE, "image/webp"
    if form != b"WAVE":
        raise AttachmentUnsupported()
    if length not in (0, 0xFFFFFFFF) and length + 8 > len(content):  # those two are a recorder's that did not know yet
        raise AttachmentBroken()
    return Kind.VOICE, "audio/wav"


def _iso(content: bytes) -> What:
    """MP4 and its kin: a chain of boxes that ends with the file, an index among them."""
    if content[8:12].decode("latin-1") in STILL:
        raise AttachmentUnsupported()
    boxes = dict(_boxes(content))
    if b"moov" not in boxes:
        raise AttachmentBroken()
    index = content[slice(*boxes[b"moov"])]
    if b"vide" in index:
        return Kind.VIDEO, "video/quicktime" if content[8:12] == b"qt  " else "video/mp4"
    if b"soun" in index:
        return Kind.VOICE, "audio/mp4"
    raise AttachmentUnsupported()


def _boxes(content: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Each outermost box with where it begins and ends; `AttachmentBroken` where one runs over the end."""
    at = 0
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        elif length == 0:
            length = len(content) - at
        if length < 8 or at + length > len(content):
            raise AttachmentBroken()
        yield name, (at, at + length)
        at += length


def _ogg(content: bytes) -> What:
    if not any(head in content[:256] for head in VOICES):
        raise AttachmentUnsupported()
    at = 0
    while at < len(content):
        lengths = content[at + 27 : at + 27 + content[at + 26]] if at + 27 <= len(content) else b""
        if content[at : at + 4] != b"OggS" or not lengths:
            raise AttachmentBroken()
        at += 27 + len(lengths) + sum(lengths)
    if at != len(content):
        raise AttachmentBroken()
    return Kind.VOICE, "audio/ogg"


def _webm(content: bytes) -> What:
    head = content[:HEAD]
    if b"webm" not in head[:64] or b"\x18S\x80g" not in head:
        raise AttachmentUnsupported()
    if b"V_VP" in head or b"V_AV1" in head:
        return Kind.VIDEO, "video/webm"
    if b"A_OPUS" in head or b"A_VORBIS" in head:
        return Kind.VOICE, "audio/webm"
    raise AttachmentBroken()


def _is_mpeg_frame(content: bytes) -> bool:
    """Whether the file begins with the header of an MP3 frame: sync, layer III, a bit rate, a sampling rate."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return False
    return content[2] >> 4 not in (0, 15) and content[2] & 0x0C != 0x0C
