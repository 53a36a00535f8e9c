"""JPEG (ITU-T T.81): decoded by OpenCV, with an ear for what libjpeg says about damage."""

from __future__ import annotations

import re
from typing import cast

import cv2
import numpy as np

from matting.errors import UnsupportedKind
from matting.files.decode_errors import Unsupported
from matting.files.jpeg_segments import END_MARKER, SCAN, find_scan, segments
from matting.photo import Pixels
from matting.system.native_noise import overhear

_SIZES_OF_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_READ_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # sequential and progressive, by Huffman or arithmetic code
_APP0, _APP14, _APP15, _COMMENT = 0xE0, 0xEE, 0xEF, 0xFE
_INCOMPLETE = "premature end of data segment"
_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_REDUCED = {  # by how much, then whether grey
    1: {False: cv2.IMREAD_COLOR_RGB, True: cv2.IMREAD_GRAYSCALE},
    2: {False: cv2.IMREAD_REDUCED_COLOR_2, True: cv2.IMREAD_REDUCED_GRAYSCALE_2},
    4: {False: cv2.IMREAD_REDUCED_COLOR_4, True: cv2.IMREAD_REDUCED_GRAYSCALE_4},
    8: {False: cv2.IMREAD_REDUCED_COLOR_8, True: cv2.IMREAD_REDUCED_GRAYSCALE_8},
}
_DAMAGE = re.compile(r"Corrupt JPEG data|Premature end of JPEG|Invalid SOS|Inconsistent progression")


def completed(data: bytes) -> bytes:
    """Return the file, ended where it lacks its end marker: one of which nothing else is missing is whole.

    Raises ``Unsupported`` for kinds that libjpeg does not read.
    """
    for marker, place, content in segments(data):
        if marker in _SIZES_OF_FRAMES and content:
            if content[0] != 8:
                raise Unsupported(UnsupportedKind.BITS(bits=content[0]))
            if marker not in _READ_FRAMES:
                raise Unsupported(UnsupportedKind.LOSSLESS_JPEG)
        if marker == SCAN:
            return data if data.find(END_MARKER, place) >= 0 else data + END_MARKER
    raise ValueError("the JPEG has no pixels")


def decode_jpeg(data: bytes, size: tuple[int, int], grey: bool, shrink: int = 1) -> tuple[Pixels, bool]:
    """Return the pixels, (h, w, 3) or, of ``grey``, (h, w), and whether the file is damaged inside.

    ``size`` is (width, height) by the file's header. ``shrink`` by 2, 4 or 8 is quick: smaller blocks are decoded.
    Raises ``ValueError`` when the file cannot be decoded, or ends before its pixels do.
    """
    # OpenCV gives the same pixels as Pillow in half of its time, all of it without the interpreter's lock.
    flags = _REDUCED[shrink][grey]
    pixels, damaged = _decode(data, flags)
    if pixels.shape[:2] != (-(-size[1] // shrink), -(-size[0] // shrink)):
        raise ValueError("OpenCV cannot decode this JPEG")
    colour_first = not grey and shrink > 1
    return (cast(Pixels, cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)) if colour_first else pixels), damaged


def is_damaged_jpeg(data: bytes) -> bool:
    """Tell whether libjpeg doubts a file (or a stream in a TIFF) whose pixels another library decodes.

    Raises ``ValueError`` when it cannot be decoded at all, or ends before its pixels do.
    """
    return _decode(data, cv2.IMREAD_REDUCED_GRAYSCALE_8)[1]


def _decode(data: bytes, flags: int) -> tuple[Pixels, bool]:
    complete = completed(data)
    bare = np.frombuffer(_without_remarks(complete), np.uint8)
    pixels, heard = overhear(lambda: cv2.imdecode(bare, flags | cv2.IMREAD_IGNORE_ORIENTATION))
    if pixels is None:
        raise ValueError("OpenCV cannot decode this JPEG")
    damaged = False
    for line in filter(_DAMAGE.search, heard.splitlines()):
        if _INCOMPLETE in line and complete is not data:
            raise ValueError("the JPEG ends early")
        padding = _EXTRANEOUS.search(line)
        damaged = damaged or padding is None or not _is_padding(complete, int(padding[1]))
    return cast(Pixels, pixels), damaged


def _without_remarks(data: bytes) -> bytes:
    """Leave out comments, metadata and what stands between segments.

    libjpeg says only the first thing that it finds odd, and in front of the pixels that may be nothing.
    """
    parts = [data[:2]]
    for marker, place, content in segments(data):
        if marker == SCAN:
            return b"".join([*parts, data[place:]])
        if marker in (_APP0, _APP14) or not (_APP0 <= marker <= _APP15 or marker == _COMMENT):
            parts.append(data[place : place + 4 + len(content)])
    return data


def _is_padding(data: bytes, count: int) -> bool:
    """Tell whether the ``count`` bytes before the end marker are all alike: some cameras fill the room there."""
    end = data.find(END_MARKER, find_scan(data) or 0)
    return len(set(data[end - count : end])) <= 1
