"""Files: known by their content, photos without metadata, kept in a folder or an object store."""

from __future__ import annotations

import io
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from actions.attachments.attachment import Attachment, Kind, thumbnail_name
from actions.attachments.content import what_is
from actions.attachments.erasing import erase_before, erase_conversation
from actions.attachments.errors import (
    AttachmentBroken,
    AttachmentEmpty,
    AttachmentTooLarge,
    AttachmentTooManyPixels,
    AttachmentUnknown,
    AttachmentUnsupported,
    StorageUnreachable,
)
from actions.attachments.folder import FolderStorage
from actions.attachments.photo import LONGEST, SMALL, develop
from actions.attachments.ports import Storage
from actions.attachments.s3 import S3Storage
from actions.attachments.taking import Limits, give_to_ticket, sent_in, take_in, use_point
from actions.errors import ActionError
from actions.store.database import Database
from actions.tickets.actor import Actor, Role
from tests.actions.samples import MONDAY

RESIDENT = Actor(Role.RESIDENT, "web:abc")
LIMITS = Limits(photo=20, recording=40, megapixels=64)
ID = "a" * 43
SECRET = b"secret-of-the-camera"


def photo(format_: str = "JPEG", size: tuple[int, int] = (80, 40), **save: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, format_, **save)
    return out.getvalue()


def located(turned: int = 1) -> bytes:
    """A photo that says where, when, with what and by whom it was taken."""
    exif = Image.Exif()
    exif[Base.Orientation], exif[Base.Artist], exif[Base.Make] = turned, SECRET.decode(), SECRET.decode()
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (26.0, 36.0, 14.4)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (106.0, 41.0, 6.0)
    return photo(exif=exif, comment=SECRET)


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def mp4(track: bytes, brand: bytes = b"isom") -> bytes:
    handler = box(b"hdlr", bytes(8) + track + bytes(12))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", box(b"trak", handler)) + box(b"mdat", bytes(100))


def ogg(head: bytes = b"OpusHead") -> bytes:
    return b"OggS" + bytes(22) + bytes([1, len(head)]) + head


def webm(codec: bytes) -> bytes:
    return b"\x1aE\xdf\xa3\x93B\x82\x84webm" + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" + codec + bytes(50)


def wav() -> bytes:
    body = b"WAVEfmt " + bytes(24) + b"data" + bytes(104)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bomb() -> bytes:
    """A PNG of a few bytes that claims to be 60,000 pixels square."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A small PNG with a text that unpacks to two hundred megabytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "A" * 200_000_000, zip=True)
    return photo("PNG", pnginfo=info)


class TestContent:
    @pytest.mark.parametrize(
        ("content", "kind", "media_type"),
        [
            (photo("JPEG"), Kind.IMAGE, "image/jpeg"),
            (photo("PNG"), Kind.IMAGE, "image/png"),
            (photo("GIF"), Kind.IMAGE, "image/gif"),
            (photo("WEBP"), Kind.IMAGE, "image/webp"),
            (wav(), Kind.VOICE, "audio/wav"),
            (ogg(), Kind.VOICE, "audio/ogg"),
            (mp4(b"soun", b"M4A "), Kind.VOICE, "audio/mp4"),
            (mp4(b"vide"), Kind.VIDEO, "video/mp4"),
            (mp4(b"vide", b"qt  "), Kind.VIDEO, "video/quicktime"),
            (webm(b"A_OPUS"), Kind.VOICE, "audio/webm"),
            (webm(b"V_VP9A_OPUS"), Kind.VIDEO, "video/webm"),
            (b"ID3\x04" + bytes(60), Kind.VOICE, "audio/mpeg"),
            (b"\xff\xfb\x90\x00" + bytes(60), Kind.VOICE, "audio/mpeg"),
            (b"#!AMR\n" + bytes(60), Kind.VOICE, "audio/amr"),
        ],
    )
    def test_a_file_is_what_its_bytes_say(self, content: bytes, kind: Kind, media_type: str) -> None:
        assert what_is(content) == (kind, media_type)

    @pytest.mark.parametrize(
        "content",
        [
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html><script>alert(1)</script>",
            b"%PDF-1.7 " + bytes(60),
            b"PK\x03\x04" + bytes(60),
            b"MZ" + bytes(60),
            b"BM" + bytes(60),
            b"RIFF" + bytes(4) + b"AVI " + bytes(60),
            box(b"ftyp", b"heic" + bytes(4)) + box(b"moov"),
            ogg(b"\x80theora"),
            b"\xff\xff\xff\xff" + bytes(60),
            b"\x00",
            b"hello",
        ],
    )
    def test_everything_else_is_turned_away(self, content: bytes) -> None:
        with pytest.raises(AttachmentUnsupported):
            what_is(content)

    @pytest.mark.parametrize("whole", [wav(), ogg(), mp4(b"vide"), mp4(b"soun")])
    def test_what_is_cut_off_is_found(self, whole: bytes) -> None:
        with pytest.raises((AttachmentBroken, AttachmentUnsupported)):
            what_is(whole[:-5])

    def test_nothing_may_hang_on_behind_a_film(self) -> None:
        with pytest.raises(AttachmentBroken):
            what_is(mp4(b"vide") + b"<script>alert(1)</script>")

    def test_nothing_is_nothing(self) -> None:
        with pytest.raises(AttachmentEmpty):
            what_is(b"")


class TestPhotos:
    def test_the_place_is_read_and_nothing_else_survives(self) -> None:
        original = located()
        assert original.count(SECRET) >= 3
        developed = develop(original, 64)
        assert developed.point == pytest.approx((106.685, 26.604))
        for content in (developed.content, developed.small):
            assert SECRET not in content and b"Exif" not in content
            with Image.open(io.BytesIO(content)) as image:
                assert (
                    image.format == "JPEG"
                    and not image.getexif()
                    and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
                )

    @pytest.mark.parametrize(
        ("turned", "size", "corner"),
        [(1, (80, 40), "red"), (3, (80, 40), "blue"), (6, (40, 80), "red"), (8, (40, 80), "blue")],
    )
    def test_it_is_turned_upright(self, turned: int, size: tuple[int, int], corner: str) -> None:
        developed = develop(located(turned), 64)
        assert (developed.width, developed.height) == size
        with Image.open(io.BytesIO(developed.content)) as image:
            red, _, blue = image.getpixel((2, 2))  # type: ignore[misc]
        assert (red > blue) == (corner == "red")

    @pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 a zip", b"%PDF-1.7"])
    @pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP"])
    def test_what_hangs_on_behind_a_picture_stays_behind(self, format_: str, tail: bytes) -> None:
        assert tail not in develop(photo(format_) + tail, 64).content

    def test_large_ones_are_made_smaller_and_thumbnails_small(self) -> None:
        developed = develop(photo(size=(5000, 2500)), 64)
        assert (developed.width, developed.height) == (LONGEST, LONGEST // 2)
        with Image.open(io.BytesIO(developed.small)) as small:
            assert small.size == (SMALL, SMALL // 2)

    def test_what_is_transparent_becomes_white(self) -> None:
        out = io.BytesIO()
        Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
        with Image.open(io.BytesIO(develop(out.getvalue(), 64).content)) as image:
            assert min(image.getpixel((5, 5))) > 250  # type: ignore[arg-type]

    @pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP"])
    def test_a_truncated_one_is_broken(self, format_: str) -> None:
        whole = photo(format_, size=(400, 300))
        with pytest.raises(AttachmentBroken):
            develop(whole[: len(whole) // 2], 64)

    def test_bombs_are_not_unpacked(self) -> None:
        with pytest.raises(AttachmentTooManyPixels):
            develop(bomb(), 64)
        with pytest.raises(AttachmentTooManyPixels):
            develop(photo("PNG", size=(2000, 1000)), 1)
        with pytest.raises(AttachmentBroken):
            develop(text_bomb(), 64)

    @pytest.mark.parametrize("latitude", [(91.0, 0.0, 0.0), (0.0, 0.0)])
    def test_a_nonsensical_place_is_none(self, latitude: Any) -> None:
        exif = Image.Exif()
        exif.get_ifd(IFD.GPSInfo).update(
            {
                GPS.GPSLatitudeRef: "N",
                GPS.GPSLatitude: latitude,
                GPS.GPSLongitudeRef: "E",
                GPS.GPSLongitude: (106.0, 0.0, 0.0),
            }
        )
        assert develop(photo(exif=exif), 64).point is None


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as is used: PUT, GET, DELETE of objects below a bucket."""

    files: ClassVar[dict[str, bytes]] = {}
    down = False

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if Bucket.down:
            return self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        assert "AWS4-HMAC-SHA256" in self.headers["Authorization"]
        Bucket.files[self.path] = content
        return self._answer(200)

    def do_GET(self) -> None:
        if self.path in Bucket.files:
            return self._answer(200, Bucket.files[self.path])
        return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self) -> None:
        Bucket.files.pop(self.path, None)
        self._answer(204)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Storage]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Bucket.files, Bucket.down = {}, False
    yield S3Storage(
        "linli", "photos", endpoint=f"http://127.0.0.1:{server.server_port}", region="us-east-1", key="k", secret="s"
    )
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return FolderStorage(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3")  # type: ignore[no-any-return]


class TestStorage:
    def test_what_is_put_is_there_until_it_is_deleted(self, storage: Storage) -> None:
        storage.put(ID, b"\x00content\xff", "image/jpeg")
        assert storage.get(ID) == b"\x00content\xff"
        for _ in range(2):
            storage.delete(ID)
        with pytest.raises(AttachmentUnknown):
            storage.get(ID)

    def test_no_name_leads_out_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "secret.key").write_text("secret")
        for name in ("../secret.key", "..", "a/../../secret.key", "/etc/passwd", "aaaaaaaa\x00", ""):
            with pytest.raises(AttachmentUnknown):
                FolderStorage(tmp_path / "files").get(name)

    def test_only_the_owner_can_read_the_folder(self, tmp_path: Path) -> None:
        FolderStorage(tmp_path / "files").put(ID, b"x", "image/jpeg")
        assert not [p for p in (tmp_path / "files").rglob("*") if p.is_file() and os.stat(p).st_mode & 0o077]

    def test_a_store_that_refuses_is_said_to_be_unreachable(self, s3: S3Storage) -> None:
        Bucket.down = True
        with pytest.raises(StorageUnreachable):
            s3.put(ID, b"x", "image/jpeg")


class TestTakingIn:
    def taken(self, database: Database, folder: Path, content: bytes = b"", id_: str = ID, **fields: Any) -> Attachment:
        given = {"conversation": "web:abc", "by": RESIDENT, "at": MONDAY, "limits": LIMITS, **fields}
        return take_in(content or located(), id_, storage=FolderStorage(folder), uow=database.unit(), **given)

    def test_it_comes_back_as_it_was(self, database: Database, tmp_path: Path) -> None:
        taken = self.taken(database, tmp_path)
        assert sent_in(ID, "web:abc", uow=database.reading()) == taken
        files = FolderStorage(tmp_path)
        assert len(files.get(ID)) == taken.size and files.get(thumbnail_name(ID))
        with pytest.raises(AttachmentUnknown):
            sent_in(ID, "web:other", uow=database.reading())

    def test_the_place_is_handed_out_once(self, database: Database, tmp_path: Path) -> None:
        taken = self.taken(database, tmp_path)
        assert use_point(taken, uow=database.unit()) == pytest.approx((106.685, 26.604))
        assert use_point(sent_in(ID, "web:abc", uow=database.reading()), uow=database.unit()) is None

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"<svg/>", AttachmentUnsupported),
            (located()[:-200], AttachmentBroken),
            (bomb(), AttachmentTooManyPixels),
            (photo() + bytes(20_000_001), AttachmentTooLarge),
            (b"ID3" + bytes(40_000_000), AttachmentTooLarge),
        ],
        ids=["svg", "truncated", "bomb", "large photo", "large recording"],
    )
    def test_what_is_refused_leaves_nothing(
        self, database: Database, tmp_path: Path, content: bytes, error: type[ActionError]
    ) -> None:
        with pytest.raises(error):
            self.taken(database, tmp_path / "files", content)
        assert not list((tmp_path / "files").rglob("*"))
        with pytest.raises(AttachmentUnknown):
            sent_in(ID, "web:abc", uow=database.reading())

    def test_a_ticket_gets_what_was_sent_of_late_and_no_other_ticket_has(
        self, database: Database, tmp_path: Path
    ) -> None:
        for n, hours in enumerate((30, 2, 1)):
            self.taken(database, tmp_path, photo(), id_=f"{n}" * 43, at=MONDAY - timedelta(hours=hours))
        self.taken(database, tmp_path, photo(), id_="x" * 43, conversation="web:other")
        assert give_to_ticket("GY1", "web:abc", at=MONDAY, uow=database.unit()) == 2
        assert give_to_ticket("GY2", "web:abc", at=MONDAY, uow=database.unit()) == 0
        with database.reading() as uow:
            assert [a.id[0] for a in uow.attachments.of_tickets(["GY1", "GY2"])["GY1"]] == ["1", "2"]

    def test_what_is_erased_is_gone_with_its_files(self, database: Database, tmp_path: Path) -> None:
        for n, conversation in enumerate(("web:abc", "web:abc", "web:other")):
            at = MONDAY + timedelta(days=n)
            self.taken(database, tmp_path, photo(), id_=f"{n}" * 43, conversation=conversation, at=at)
        files = FolderStorage(tmp_path)
        assert erase_before(MONDAY + timedelta(days=1), storage=files, unit=database.unit) == 1
        assert erase_conversation("web:abc", storage=files, unit=database.unit) == 1
        assert erase_conversation("web:abc", storage=files, unit=database.unit) == 0
        assert sorted(p.name[0] for p in tmp_path.rglob("*") if p.is_file() and len(p.stem) == 43) == ["2", "2"]
        with pytest.raises(AttachmentUnknown):
            sent_in("1" * 43, "web:abc", uow=database.reading())
