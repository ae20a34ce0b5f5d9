"""Photos: where they were taken is read once, then everything but the picture is left behind."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD

from actions.attachments.errors import AttachmentBroken, AttachmentTooManyPixels
from actions.tickets.report import Point

logger = logging.getLogger(__name__)
READ = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST, SMALL = 2560, 320
"""Pixels of the longer side, of what is kept and of its small version."""
UNPACKED = 40_000_000
"""Pixels that are unpacked at most: some 120 MB. A JPEG of more is unpacked at half or a quarter of its size."""
QUALITY = 85


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept: JPEG, upright, without any metadata; `small` is its thumbnail; `point`: (longitude,
    latitude) where it was taken, if the camera wrote it down."""

    content: bytes
    small: bytes
    width: int
    height: int
    point: Point | None


def develop(content: bytes, megapixels: int) -> Photo:
    """Draw the picture anew, so that nothing that was hidden in or behind it comes along.

    Of a moving picture the first frame is kept. `AttachmentTooManyPixels`, `AttachmentBroken`.
    """
    try:
        with Image.open(BytesIO(content), formats=READ) as image:
            _check_size(image, megapixels)
            point = point_of(image)
            picture = _redrawn(image)
    except (AttachmentTooManyPixels, Image.DecompressionBombError):
        raise AttachmentTooManyPixels(limit=megapixels) from None
    except Exception as failure:  # a hostile file can make a decoder fail in any way, and none may reach the sender
        logger.info("a photo could not be read: %r", failure)
        raise AttachmentBroken() from None
    small = picture.copy()
    small.thumbnail((SMALL, SMALL))
    return Photo(_jpeg(picture), _jpeg(small), picture.width, picture.height, point)


def _check_size(image: Image.Image, megapixels: int) -> None:
    """Before anything is unpacked: a few kilobytes can claim to be gigabytes."""
    if image.width * image.height > megapixels * 1_000_000:
        raise AttachmentTooManyPixels(limit=megapixels)
    image.draft("RGB", (LONGEST, LONGEST))
    if image.width * image.height > UNPACKED:
        raise AttachmentTooManyPixels(limit=UNPACKED // 1_000_000)


def _redrawn(image: Image.Image) -> Image.Image:
    """The picture alone: upright, no larger than LONGEST, on white where it was transparent."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST, LONGEST))
    drawn = upright.convert("RGBA")
    fresh = Image.new("RGB", drawn.size, "white")
    fresh.paste(drawn, mask=drawn.getchannel("A"))
    return fresh


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def point_of(image: Image.Image) -> Point | None:
    """Where the camera says it was; None where it does not, or says nonsense."""
    try:
        gps = image.getexif().get_ifd(IFD.GPSInfo)
        latitude = _degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef] == "S")
        longitude = _degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef] == "W")
    except Exception:  # whatever is wrong with the metadata, the picture is what counts
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (longitude, latitude) if on_earth and (latitude or longitude) else None


def _degrees(parts: Sequence[float], negative: bool) -> float:
    degrees, minutes, seconds = map(float, parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError("not a number")
    return -value if negative else value
