"""EXIF and XMP blocks made true again after the photo was turned upright, cut and trimmed.

EXIF blocks are patched in place and not written anew, because maker notes hold offsets that would break.
"""

from __future__ import annotations

import contextlib
import re
import struct

from matting.files.exif import EXIF_IFD, LONG, ORIENTATION, SHORT, Description, Tag, TagReader, header, pack_file

_WIDTH_TAGS = (0x0100, 0xA002)
_HEIGHT_TAGS = (0x0101, 0xA003)
_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH = 0x0201, 0x0202
_XMP_ORIENTATION = re.compile(
    rb"""(?P<before>tiff:Orientation\s*=\s*["']\s*)(?P<attribute>\d)(?=\s*["'])"""
    rb"""|(?P<opening><tiff:Orientation>\s*)(?P<element>\d)(?=\s*<)"""
)


def strip_prefix(block: bytes) -> bytes:
    """The EXIF block from its byte order mark on: some files put ``Exif\\0\\0`` before it, some do not."""
    return block[6:] if block.startswith(b"Exif\0\0") else block


def orientation_of(exif: bytes | None, xmp: bytes | None) -> int:
    """Orientation 1 to 8 as the EXIF block says (CIPA DC-008 §4.6.5), else the XMP packet; 1 when neither does."""
    found = None
    with contextlib.suppress(ValueError):
        reader = TagReader(exif or b"")
        found = reader.integer(reader.find(reader.first_ifd(), ORIENTATION))
    if found is None and (match := _XMP_ORIENTATION.search(xmp or b"")):
        found = int(match["attribute"] or match["element"])
    return found if found is not None and 1 <= found <= 8 else 1


def upright_exif(block: bytes | None) -> bytes | None:
    """The block for a photo that was turned upright: orientation 1, no embedded thumbnail; ``None`` if unusable.

    The thumbnail shows the photo unturned and with its background, so it would be wrong in every cutout.
    """
    patched = bytearray(block or b"")
    try:
        reader = TagReader(patched)
    except ValueError:
        return None
    first = reader.first_ifd()
    _set_integer(reader, patched, reader.find(first, ORIENTATION), 1)
    pointer = reader.next_pointer(first)
    second = reader.number("L", pointer)
    if second:
        struct.pack_into(reader.order + "L", patched, pointer, 0)
        start = reader.integer(reader.find(second, _THUMBNAIL_OFFSET))
        length = reader.integer(reader.find(second, _THUMBNAIL_LENGTH))
        if start is not None and length is not None and start >= 8 and start + length <= len(patched):
            _erase(patched, start, length, after=second)
    return bytes(patched)


def _erase(patched: bytearray, start: int, length: int, after: int) -> None:
    """Cut the thumbnail off where it ends the block, as it does in nearly all files; else overwrite it."""
    if start + length == len(patched) and start > after:
        del patched[start:]
    else:
        patched[start : start + length] = bytes(length)


def resized_exif(block: bytes | None, width: int, height: int) -> bytes | None:
    """The block with its width and height tags, where it has them, set to the pixels that are written."""
    patched = bytearray(block or b"")
    try:
        reader = TagReader(patched)
    except ValueError:
        return None
    first = reader.first_ifd()
    below = reader.integer(reader.find(first, EXIF_IFD)) or 0
    for tag in [*reader.tags(first), *reader.tags(below)]:
        if tag.number in _WIDTH_TAGS:
            _set_integer(reader, patched, tag, width)
        elif tag.number in _HEIGHT_TAGS:
            _set_integer(reader, patched, tag, height)
    return bytes(patched)


def _set_integer(reader: TagReader, patched: bytearray, tag: Tag | None, number: int) -> None:
    """Overwrite the first value of a SHORT or LONG tag, where the number fits."""
    if tag is not None and (tag.kind == LONG or (tag.kind == SHORT and number <= 0xFFFF)):
        struct.pack_into(reader.order + ("H" if tag.kind == SHORT else "L"), patched, tag.place, number)


def exif_of(description: Description) -> bytes | None:
    """An EXIF block of the tags that a TIFF file carried among its own; ``None`` when there are none."""
    if not (description.main or description.exif or description.gps):
        return None
    return header(description.order) + pack_file(description)


def upright_xmp(packet: bytes | None) -> bytes | None:
    """The XMP packet with ``tiff:Orientation`` reset to 1; ``None`` when there is none."""
    if not packet:
        return None
    return _XMP_ORIENTATION.sub(lambda match: (match["before"] or match["opening"]) + b"1", packet.rstrip(b"\0"))
