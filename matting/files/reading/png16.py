"""PNGs of 16 bits a channel, which Pillow would cut down to 8 (W3C PNG, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.files.writing.png import SIGNATURE

_PIXEL_CHUNKS = (b"IHDR", b"IDAT", b"IEND")

_GREY, _WITH_ALPHA = (0, 4), (4, 6)


def is_deep(file: BinaryIO) -> bool:
    """Whether the PNG has 16 bits a channel."""
    file.seek(24)
    return file.read(1) == b"\x10"


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, content and whole bytes of each chunk up to IEND. Raises ``ValueError`` on damage."""
    place = len(SIGNATURE)
    while True:
        if place + 12 > len(data):
            raise ValueError("the PNG ends early")
        length, name = struct.unpack_from(">I4s", data, place)
        whole = data[place : place + 12 + length]
        if len(whole) < 12 + length or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise ValueError(f"the PNG chunk {name!r} is damaged")
        yield name, whole[8:-4], whole
        if name == b"IEND":
            return
        place += 12 + length


def decode_deep(file: BinaryIO) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Pixels (h, w) or (h, w, 3) and alpha (h, w) or ``None`` of a 16-bit PNG of any colour type.

    Raises ``ValueError`` when it is damaged.
    """
    file.seek(0)
    colour_type, pixel_chunks, transparent = 0, [SIGNATURE], None
    for name, content, whole in chunks(file.read()):
        if name in _PIXEL_CHUNKS:  # libpng would print its doubts about the others to the terminal
            pixel_chunks.append(whole)
        if name == b"IHDR":
            colour_type = content[9]
        elif name == b"tRNS" and len(content) in (2, 6):
            transparent = np.frombuffer(content, ">u2").astype(np.uint16)
    decoded = cv2.imdecode(np.frombuffer(b"".join(pixel_chunks), np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("OpenCV cannot decode this PNG")
    pixels = decoded.astype(np.uint16, copy=False)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    alpha = np.ascontiguousarray(pixels[..., 3]) if colour_type in _WITH_ALPHA else None
    colours = pixels[..., 0] if colour_type in _GREY else pixels[..., 2::-1]
    if transparent is not None and alpha is None:  # OpenCV does without it in grey
        same = (colours == transparent) if colours.ndim == 2 else (colours == transparent).all(axis=-1)
        alpha = np.where(same, 0, 65535).astype(np.uint16)
    return np.ascontiguousarray(colours), alpha
