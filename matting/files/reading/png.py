"""PNG of every depth (W3C PNG, third edition): OpenCV gets the chunks that hold pixels, and nothing else.

So a damaged remark costs no photo, 16 bits stay 16 bits, and libpng has nothing to print to the terminal.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO, cast

import cv2
import numpy as np

from matting.errors import UnsupportedKind
from matting.files.colour import grey_to_rgb
from matting.files.decode_errors import Unsupported
from matting.files.png_blocks import PngBlocks, read_blocks
from matting.files.writing.png import SIGNATURE, chunk
from matting.photo import Pixels

_GREY, _PALETTE, _GREY_ALPHA, _RGBA = 0, 3, 4, 6
_PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")


@dataclass(frozen=True)
class PngHeader:
    """``size`` is (width, height), ``depth`` the bits a channel, ``colour_type`` the number of §11.2.1."""

    size: tuple[int, int]
    depth: int
    colour_type: int
    blocks: PngBlocks

    @property
    def grey(self) -> bool:
        """Whether the pixels have no colour."""
        return self.colour_type in (_GREY, _GREY_ALPHA)


def read_header(file: BinaryIO) -> PngHeader:
    """Parse all but the pixels. Raises ``Unsupported`` for Apple's own PNG, ``ValueError`` when it is damaged."""
    file.seek(len(SIGNATURE))
    length, name = struct.unpack(">I4s", file.read(8))
    if name == b"CgBI":  # pixels without a zlib header, blue first, multiplied by alpha
        raise Unsupported(UnsupportedKind.APPLE_PNG)
    content, check = file.read(13), file.read(4)
    if name != b"IHDR" or length != 13 or check != struct.pack(">I", zlib.crc32(content, zlib.crc32(name))):
        raise ValueError("the PNG's header is damaged")
    width, height, depth, colour_type = struct.unpack_from(">IIBB", content)
    if not width or not height:
        raise ValueError("the PNG has no pixels")
    return PngHeader((width, height), depth, colour_type, read_blocks(file))


def decode_png(file: BinaryIO, header: PngHeader, icc: bytes | None) -> tuple[Pixels, Pixels | None]:
    """Return pixels (h, w, 3) and alpha (h, w) or ``None``, as stored; grey goes through ``icc`` where it is of grey.

    Raises ``ValueError`` when the file is damaged.
    """
    file.seek(0)
    pixel_chunks, key = _pixel_chunks(file.read(), header.colour_type)
    decoded = cv2.imdecode(np.frombuffer(b"".join(pixel_chunks), np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.shape[:2] != header.size[::-1]:
        raise ValueError("OpenCV cannot decode this PNG")
    pixels = cast(Pixels, decoded[..., None] if decoded.ndim == 2 else decoded)
    has_alpha = header.colour_type in (_GREY_ALPHA, _RGBA) or (header.colour_type == _PALETTE and pixels.shape[2] == 4)
    alpha = cast(Pixels, np.ascontiguousarray(pixels[..., 3])) if has_alpha else None
    if header.grey:
        grey = cast(Pixels, np.ascontiguousarray(pixels[..., 0]))
        return grey_to_rgb(grey, icc), _keyed(grey[..., None], key, header.depth) if alpha is None else alpha
    colours = cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGB if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    rgb = cast(Pixels, colours)
    return rgb, _keyed(rgb, key, header.depth) if alpha is None else alpha


def _pixel_chunks(data: bytes, colour_type: int) -> tuple[list[bytes], bytes]:
    """Return the chunks that hold pixels, the end added where it is missing, and the transparent colour or nothing.

    Raises ``ValueError`` when one of them is damaged; whether all pixels are there, libpng sees.
    """
    found, key, place = [SIGNATURE], b"", len(SIGNATURE)
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        whole = data[place : place + 12 + length]
        sound = len(whole) == 12 + length and zlib.crc32(whole[4:-4]) == struct.unpack(">I", whole[-4:])[0]
        if name == b"IEND":
            break
        if name in _PIXEL_CHUNKS and not sound:
            raise ValueError(f"the PNG chunk {name!r} is damaged")
        if name in _PIXEL_CHUNKS or (name == b"tRNS" and sound and colour_type == _PALETTE):
            found.append(whole)
        elif name == b"tRNS" and sound:
            key = whole[8:-4]
        place += 12 + length
    return [*found, chunk(b"IEND", b"")], key


def _keyed(pixels: Pixels, key: bytes, depth: int) -> Pixels | None:
    """Return alpha (h, w), 0 where ``pixels`` (h, w, 1 or 3) have the transparent colour, ``None`` without one.

    The key is stored in the file's own depth, of which libpng makes 8 bits where it is less (§11.3.1.1).
    """
    if len(key) != 2 * pixels.shape[2]:
        return None
    top = (1 << depth) - 1
    colour = (np.frombuffer(key, ">u2") & top) * (1 if depth >= 8 else 255 // top)
    same = (pixels == colour.astype(pixels.dtype)).all(axis=-1)
    return cast(Pixels, np.where(same, 0, np.iinfo(pixels.dtype).max).astype(pixels.dtype))
