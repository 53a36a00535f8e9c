"""PNGs of 16 bits, and what PNGs carry beside their pixels."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from PIL.PngImagePlugin import PngInfo

from tests.matting.files.photo_files import HEIGHT, WIDTH, XMP, exif, opacity, picture, pillow, raw_png


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_16_bit_pngs_of_every_colour_type(channels: int, interlaced: bool, read: Any) -> None:
    colours = picture(True)[..., :1] if channels < 3 else picture(True)
    pixels = colours if channels % 2 else np.dstack([colours, opacity(True)])
    photo = read(raw_png(pixels, (b"gAMA", (45455).to_bytes(4, "big")), interlaced=interlaced))
    assert np.array_equal(photo.rgb, np.broadcast_to(colours, (HEIGHT, WIDTH, 3)))
    assert (photo.alpha is None) == bool(channels % 2)
    if photo.alpha is not None:
        assert np.array_equal(photo.alpha, opacity(True))


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bit_transparent_colour(channels: int, read: Any) -> None:
    pixels = picture(True)[..., :channels].copy()
    pixels[3, 4] = 1234
    pixels[3, 5] = 1234 ^ 1  # differs in the last bit only
    photo = read(raw_png(pixels, (b"tRNS", (1234).to_bytes(2, "big") * channels)))
    assert photo.alpha[3, 4] == 0
    assert photo.alpha[3, 5] == 65535
    assert np.array_equal(photo.rgb[5], np.broadcast_to(pixels[5], (WIDTH, 3)))


def test_pngs_with_megabytes_of_text_are_read(read: Any) -> None:
    text = PngInfo()
    text.add_text("history", "a" * 3_000_000, zip=True)
    assert np.array_equal(read(pillow("PNG", picture(), pnginfo=text)).rgb, picture())


@pytest.mark.parametrize("keyword", [b"exif", b"APP1", b"xmp"])
def test_pngs_of_imagemagick(keyword: bytes, read: Any) -> None:
    """Before PNG had a place for EXIF, ImageMagick wrote hexadecimal text; some files have it behind the pixels."""
    raw = XMP if keyword == b"xmp" else b"Exif\0\0" + exif(6)
    lines = raw.hex()
    text = b"\n" + keyword + b"\n%8d\n" % len(raw)
    text += b"\n".join(lines[start : start + 72].encode() for start in range(0, len(lines), 72))
    chunk = b"zTXtRaw profile type " + keyword + b"\0\0" + zlib.compress(text)
    whole = (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    plain = pillow("PNG", picture())
    photo = read(plain[:-12] + whole + plain[-12:])
    assert photo.rgb.shape == (WIDTH, HEIGHT, 3), "both say that the photo lies on its side"
    if keyword == b"xmp":
        assert photo.metadata.xmp == XMP.replace(b"'6'", b"'1'")
    else:
        assert photo.metadata.exif == exif(1)
