"""Photo files of every kind that Kirie reads, made by other people's writers from one small picture."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 91, 66
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description tiff:Orientation='6' dc:title='\xe5\x88\x87'/></x:xmpmeta>"


def picture(deep: bool = False, width: int = WIDTH, height: int = HEIGHT) -> NDArray[Any]:
    """Smooth colours with some grain, no two quarters alike; shape (height, width, 3)."""
    y, x = np.mgrid[:height, :width] / max(width, height)
    rgb = np.stack([x, 0.9 * y, 0.2 + 0.7 * np.abs(x - y)], axis=-1)
    rgb[: height // 3, : width // 3] = (0.9, 0.3, 0.1)
    rgb += np.random.default_rng(7).normal(0, 0.01, rgb.shape)
    top = 65535 if deep else 255
    return np.clip(rgb * top, 0, top).astype(np.uint16 if deep else np.uint8)


def opacity(deep: bool = False) -> NDArray[Any]:
    """Return a soft disc; shape (HEIGHT, WIDTH)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    disc = np.clip(1.5 - np.hypot(y - HEIGHT / 2, x - WIDTH / 2) / 25, 0, 1)
    return (disc * (65535 if deep else 255)).astype(np.uint16 if deep else np.uint8)


def pillow(format: str, array: NDArray[Any], mode: str | None = None, **options: Any) -> bytes:
    """Return the array as a file by Pillow; ``mode`` converts it first."""
    image = Image.fromarray(array)
    return saved(image.convert(mode) if mode else image, format, **options)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    """Return a Pillow image as a file."""
    if format == "JPEG" and isinstance(options.get("exif"), bytes):
        options["exif"] = b"Exif\0\0" + options["exif"]
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def opencv(suffix: str, array: NDArray[Any], *options: int) -> bytes:
    """Return the array (RGB or RGBA) as a file by OpenCV."""
    if array.ndim == 3:
        array = cv2.cvtColor(array, cv2.COLOR_RGBA2BGRA if array.shape[2] == 4 else cv2.COLOR_RGB2BGR)
    return cv2.imencode(suffix, array, list(options))[1].tobytes()


def tiff(array: NDArray[Any], **options: Any) -> bytes:
    """Return the array as a TIFF by tifffile."""
    out = io.BytesIO()
    tifffile.imwrite(out, array, **options)
    return out.getvalue()


def exif(orientation: int = 1, thumbnail: bytes = b"", order: str = ">", maker_note: bytes = b"") -> bytes:
    """Return an EXIF block as a camera writes it: make, orientation, sizes in the EXIF IFD, a thumbnail in IFD1."""

    def ifd(place: int, entries: list[tuple[int, int, int, int | bytes]], after: int) -> bytes:
        table, values = struct.pack(order + "H", len(entries)), b""
        end = place + 2 + 12 * len(entries) + 4
        for tag, kind, count, value in entries:
            table += struct.pack(order + "HHL", tag, kind, count)
            if isinstance(value, bytes):
                table += struct.pack(order + "L", end + len(values))
                values += value
            else:
                table += struct.pack(order + ("HH" if kind == 3 else "L"), *((value, 0) if kind == 3 else (value,)))
        return table + struct.pack(order + "L", after) + values

    note = maker_note or b"note" * 4
    below = [(0x927C, 7, len(note), note), (0xA002, 3, 1, WIDTH), (0xA003, 4, 1, HEIGHT)]
    first_size, below_place = 2 + 12 * 3 + 4 + 6, 8 + 2 + 12 * 3 + 4 + 6
    below_size = len(ifd(0, below, 0))
    second = below_place + below_size if thumbnail else 0
    first = ifd(8, [(0x010F, 2, 6, b"Kirie\0"), (0x0112, 3, 1, orientation), (0x8769, 4, 1, below_place)], second)
    assert len(first) == first_size
    block = struct.pack(order + "2sHL", b"MM" if order == ">" else b"II", 42, 8) + first + ifd(below_place, below, 0)
    if thumbnail:
        picture_place = second + 2 + 12 * 2 + 4
        block += ifd(second, [(0x0201, 4, 1, picture_place), (0x0202, 4, 1, len(thumbnail))], 0) + thumbnail
    return block


def _rgba(deep: bool = False) -> NDArray[Any]:
    return np.dstack([picture(deep), opacity(deep)])


def _grey(deep: bool = False) -> NDArray[Any]:
    return picture(deep)[..., 1]


MAKERS: dict[str, Callable[[], bytes]] = {
    "rgb.jpg": lambda: pillow("JPEG", picture(), quality=92, exif=exif(6), dpi=(300, 300)),
    "progressive.jpg": lambda: pillow("JPEG", picture(), progressive=True),
    "grey.jpg": lambda: pillow("JPEG", _grey()),
    "cmyk.jpg": lambda: pillow("JPEG", picture(), "CMYK"),
    "rgb.png": lambda: pillow("PNG", picture()),
    "rgba.png": lambda: pillow("PNG", _rgba()),
    "palette.png": lambda: pillow("PNG", picture(), "P"),
    "grey16.png": lambda: opencv(".png", _grey(True)),
    "rgb16.png": lambda: opencv(".png", picture(True)),
    "rgba16.png": lambda: opencv(".png", _rgba(True)),
    "lossy.webp": lambda: pillow("WEBP", picture(), quality=90),
    "lossless.webp": lambda: pillow("WEBP", _rgba(), lossless=True),
    "plain.tif": lambda: tiff(picture(), photometric="rgb"),
    "lzw.tif": lambda: pillow("TIFF", picture(), compression="tiff_lzw"),
    "jpeg.tif": lambda: pillow("TIFF", picture(), compression="jpeg"),
    "fax.tif": lambda: pillow("TIFF", _grey(), "1", compression="group4"),
    "deep.tif": lambda: tiff(picture(True), photometric="rgb", compression="zlib", predictor=True),
    "deep-lzw.tif": lambda: opencv(".tif", picture(True), cv2.IMWRITE_TIFF_COMPRESSION, 5),
    "tiled.tif": lambda: tiff(picture(True), photometric="rgb", tile=(32, 48), byteorder=">"),
    "planar.tif": lambda: tiff(picture().transpose(2, 0, 1), photometric="rgb", planarconfig="separate"),
    "cmyk.tif": lambda: pillow("TIFF", picture(), "CMYK"),
    "plain.bmp": lambda: pillow("BMP", picture()),
    "palette.bmp": lambda: pillow("BMP", picture(), "P"),
    "still.gif": lambda: pillow("GIF", picture(), "P"),
    "moving.gif": lambda: saved(
        Image.fromarray(picture()).convert("P"), "GIF", save_all=True, append_images=[Image.new("P", (WIDTH, HEIGHT))]
    ),
    "still.avif": lambda: pillow("AVIF", picture(), quality=90),
    "alpha.avif": lambda: pillow("AVIF", _rgba(), quality=90),
}
"""A maker of each kind of file, by a name that says which kind."""


def raw_png(pixels: NDArray[np.uint16], *chunks: tuple[bytes, bytes], interlaced: bool = False) -> bytes:
    """Write a 16-bit PNG after the specification: (h, w, 1 to 4 channels), no filter, ``chunks`` before the pixels.

    For what no writer at hand makes: grey with alpha, a transparent colour, Adam7.
    """

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    height, width, channels = pixels.shape
    passes = [pixels]
    if interlaced:
        steps = [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)]
        passes = [pixels[top::down, left::right] for top, down, left, right in steps]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for part in passes if part.size for row in part)
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, interlaced)
    body = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, content) for name, content in body)


def unlike(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Mean absolute difference, in levels of 255."""
    assert first.shape == second.shape
    return float(np.abs(first.astype(float) - second.astype(float)).mean())
