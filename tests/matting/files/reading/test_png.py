"""PNGs of 16 bits, what PNGs carry beside their pixels, and what may be wrong with them without harm."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL.PngImagePlugin import PngInfo

from matting.errors import PhotoDamaged, PhotoUnsupported
from matting.files.reading.read_photo import read_thumbnail
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


def chunks_of(data: bytes) -> list[bytes]:
    found, place = [], 8
    while place < len(data):
        length = 12 + int.from_bytes(data[place : place + 4], "big")
        found.append(data[place : place + length])
        place += length
    return found


def chunk(name: bytes, content: bytes, check: int | None = None) -> bytes:
    right = zlib.crc32(name + content) if check is None else check
    return len(content).to_bytes(4, "big") + name + content + right.to_bytes(4, "big")


DEEP, PLAIN = raw_png(picture(True)), pillow("PNG", picture())


@pytest.mark.parametrize("data", [DEEP, PLAIN], ids=["16 bits", "8 bits"])
def test_harmless_damage_costs_nothing(data: bytes, read: Any, tmp_path: Path) -> None:
    right = read(data).rgb
    head, body = data[:33], data[33:]
    for harmless in (
        head + chunk(b"tEXt", b"Comment\0words", check=1) + body,
        head + chunk(b"gAMA", (100_000).to_bytes(4, "big"), check=1) + body,
        data[:-12],
        data[:-5],
        data[:-12] + chunk(b"tEXt", b"Comment\0words")[:9],
        data + b"junk behind the end",
    ):
        photo = read(harmless)
        assert np.array_equal(photo.rgb, right)
        assert photo.metadata.icc is None
        assert max(read_thumbnail(tmp_path / "photo.bin", 32).shape) == 32


@pytest.mark.parametrize("data", [DEEP, PLAIN], ids=["16 bits", "8 bits"])
def test_damage_to_pixels_is_refused(data: bytes, read: Any) -> None:
    head, pixels = data[:33], b"".join(part[8:-4] for part in chunks_of(data) if part[4:8] == b"IDAT")
    changed = bytearray(pixels)
    changed[len(changed) // 2] ^= 0x55
    for harmful in (
        head + chunk(b"IDAT", pixels, check=1) + data[-12:],
        head + chunk(b"IDAT", pixels[: len(pixels) // 2]) + data[-12:],
        head + chunk(b"IDAT", pixels[: len(pixels) // 2]),
        head + chunk(b"IDAT", bytes(changed)) + data[-12:],
        head + data[-12:],
    ):
        with pytest.raises(PhotoDamaged):
            read(harmful)


def test_apples_png_is_called_that(read: Any) -> None:
    with pytest.raises(PhotoUnsupported, match=r"holds Apple's PNG \(CgBI\), which Kirie does not read; export it"):
        read(PLAIN[:8] + chunk(b"CgBI", b"\x50\0\x20\6") + PLAIN[8:])
