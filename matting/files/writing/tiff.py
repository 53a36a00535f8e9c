"""A TIFF writer: RGB with straight alpha, 8 or 16 bits, deflated, with everything a studio's files carry.

TIFF 6.0 with the Photoshop supplement (deflate) and tags for ICC, XMP and EXIF.
"""

from __future__ import annotations

import os
import struct
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from matting.files.exif import (
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    Order,
    Tag,
    header,
    pack_file,
    read_description,
)
from matting.photo import Metadata, Pixels

_STRIP_BYTES = 256 * 1024
_DEFLATE, _RGB, _INCH, _DIFFERENCES, _STRAIGHT_ALPHA, _BYTE = 8, 2, 2, 2, 2, 1


def encode_tiff(pixels: Pixels, metadata: Metadata, threads: int = min(4, os.cpu_count() or 1)) -> bytes:
    """Return the bytes of a TIFF file.

    ``pixels`` has shape (h, w, 4): RGB and straight alpha, uint8 or uint16 over the full range. EXIF tags stand where
    TIFF has them, in the file's own and the EXIF and GPS IFDs; the byte order is that of the EXIF block.
    """
    height, width, channels = pixels.shape
    description = read_description(metadata.exif or b"")
    order = description.order
    rows = max(1, _STRIP_BYTES // (width * channels * pixels.dtype.itemsize))

    def strip(start: int) -> bytes:
        return _encode_strip(pixels[start : start + rows], order)

    with ThreadPoolExecutor(max(1, threads), thread_name_prefix="tiff") as pool:
        strips = list(pool.map(strip, range(0, height, rows)))
    starts = [8]
    for data in strips:
        starts.append(starts[-1] + len(data))
    end = starts.pop()
    padding = bytes(end % 2)

    tags = [
        Tag.of_integers(256, LONG, order, width),
        Tag.of_integers(257, LONG, order, height),
        Tag.of_integers(258, SHORT, order, *[8 * pixels.dtype.itemsize] * channels),
        Tag.of_integers(259, SHORT, order, _DEFLATE),
        Tag.of_integers(262, SHORT, order, _RGB),
        Tag.of_integers(273, LONG, order, *starts),
        Tag.of_integers(274, SHORT, order, 1),
        Tag.of_integers(277, SHORT, order, channels),
        Tag.of_integers(278, LONG, order, rows),
        Tag.of_integers(279, LONG, order, *map(len, strips)),
        Tag.of_integers(284, SHORT, order, 1),
        Tag.of_integers(317, SHORT, order, _DIFFERENCES),
        Tag.of_integers(338, SHORT, order, _STRAIGHT_ALPHA),
        *_metadata_tags(metadata, order),
    ]
    return b"".join(
        (header(order, end + len(padding)), *strips, padding, pack_file(description, tags, end + len(padding)))
    )


def _metadata_tags(metadata: Metadata, order: Order) -> list[Tag]:
    tags = []
    if metadata.dpi:
        for number, dots in zip((282, 283), metadata.dpi, strict=True):
            ratio = Fraction(dots).limit_denominator(10_000)
            tags.append(Tag(number, RATIONAL, 1, struct.pack(order + "LL", ratio.numerator, ratio.denominator)))
        tags.append(Tag.of_integers(296, SHORT, order, _INCH))
    if metadata.xmp:
        tags.append(Tag(700, _BYTE, len(metadata.xmp), metadata.xmp))
    if metadata.iptc:
        tags.append(Tag(33723, UNDEFINED, len(metadata.iptc), metadata.iptc))
    if metadata.icc:
        tags.append(Tag(34675, UNDEFINED, len(metadata.icc), metadata.icc))
    return tags


def _encode_strip(rows: Pixels, order: Order) -> bytes:
    """Deflate the differences from the pixel to the left (TIFF 6.0 §14).

    With the short window that suits photos (see ``matting.files.writing.png``), but a header that says the usual one.
    """
    differences = rows.copy()
    differences[:, 1:] -= rows[:, :-1]
    data: NDArray[np.uint8] = differences.astype(rows.dtype.newbyteorder(order), copy=False).view(np.uint8)
    raw = np.ascontiguousarray(data).data.cast("B")
    check = struct.pack(">I", isal_zlib.adler32(raw))
    return b"\x78\x01" + isal_zlib.compress(raw, 1, wbits=-9) + check
