"""EXIF blocks made true again after the photo was turned upright, cut and trimmed.

They are patched in place and not written anew, because maker notes hold offsets that would break.
"""

from __future__ import annotations

import contextlib
import struct
from dataclasses import replace

from matting.files.exif import (
    EXIF_IFD,
    INTEROPERABILITY_IFD,
    LONG,
    ORIENTATION,
    SHORT,
    Description,
    Tag,
    TagReader,
    header,
    pack_file,
    read_description,
)
from matting.files.jpeg_segments import END_MARKER, find_scan
from matting.files.xmp import orientation_of_xmp

_WIDTH_TAGS = (0x0100, 0xA002)
_HEIGHT_TAGS = (0x0101, 0xA003)
_PICTURES = ((0x0201, 0x0202), (0x0111, 0x0117))  # offset and length of a thumbnail in JPEG, of one in plain strips
_MOST_IFDS = 10
_COLOUR_SPACE, _SRGB, _INTEROPERABILITY_INDEX = 0xA001, 1, 0x0001
# Host computer, maker note, user comment, unique picture number (of some phones their camera's), owner, serial numbers
# of body and lens: CIPA DC-008-2023 §4.6.
_PERSONAL = {316, 0x927C, 0x9286, 0xA420, 0xA430, 0xA431, 0xA435}
_JPEG = b"\xff\xd8\xff"


def strip_prefix(block: bytes) -> bytes:
    """Return the EXIF block from its byte order mark on: some files put ``Exif\\0\\0`` before it, some do not."""
    return block[6:] if block.startswith(b"Exif\0\0") else block


def orientation_of(exif: bytes | None, xmp: bytes | None) -> int:
    """Return orientation 1 to 8 by the EXIF block (CIPA DC-008 §4.6.5), else by the XMP packet; 1 by default."""
    found = None
    with contextlib.suppress(ValueError):
        reader = TagReader(exif or b"")
        found = reader.integer(reader.find(reader.first_ifd(), ORIENTATION))
    if found is None:
        found = orientation_of_xmp(xmp)
    return found if found is not None and 1 <= found <= 8 else 1


def upright_exif(block: bytes | None) -> bytes | None:
    """Return the block for a photo that was turned upright: orientation 1, no pictures; ``None`` if unusable.

    Thumbnails and the previews in maker notes show the photo unturned and with its background, so they would be
    wrong in every cutout.
    """
    patched = bytearray(block or b"")
    try:
        reader = TagReader(patched)
    except ValueError:
        return None
    first = reader.first_ifd()
    _set_integer(reader, patched, reader.find(first, ORIENTATION), 1)
    pointer, pictures = reader.next_pointer(first), []
    ifd = reader.number("L", pointer)
    end = len(patched)
    for _ in range(_MOST_IFDS):
        if not ifd:
            break
        for place, size in (_picture(reader, ifd, tags) for tags in _PICTURES):
            if place is not None and size is not None and place >= 8 and place + size <= len(patched):
                pictures.append((place, size))
                end = place if place + size == len(patched) and place > ifd else end
        ifd = reader.number("L", reader.next_pointer(ifd))
    if pointer + 4 <= len(patched):
        struct.pack_into(reader.order + "L", patched, pointer, 0)
    for place, size in pictures:
        patched[place : place + size] = bytes(size)
    del patched[end:]  # in nearly all files a thumbnail ends the block
    _blank_previews(patched)
    return bytes(patched)


def _picture(reader: TagReader, ifd: int, tags: tuple[int, int]) -> tuple[int | None, int | None]:
    """Return where the first strip of a picture lies, and how long all its strips are, which follow each other."""
    place, size = (reader.find(ifd, number) for number in tags)
    if size is None or size.count == 1:
        return reader.integer(place), reader.integer(size)
    width = len(size.value) // size.count
    values = [size.value[start : start + width] for start in range(0, len(size.value), width)]
    return reader.integer(place), sum(int.from_bytes(one, "little" if reader.order == "<" else "big") for one in values)


def _blank_previews(patched: bytearray) -> None:
    """Overwrite the JPEGs that maker notes hold, wherever they are kept."""
    start = patched.find(_JPEG)
    while start >= 0:
        scan = find_scan(patched, start)
        end = start + len(_JPEG)
        if scan is not None:  # else these bytes only look like the start of one
            found = patched.find(END_MARKER, scan)
            end = len(patched) if found < 0 else found + len(END_MARKER)
            patched[start:end] = bytes(end - start)
        start = patched.find(_JPEG, end)


def resized_exif(block: bytes | None, width: int, height: int) -> bytes | None:
    """Return the block with its width and height tags, where it has them, set to the pixels that are written."""
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


def exif_in_srgb(block: bytes | None) -> bytes | None:
    """Return the block of pixels that were converted to sRGB: what it says of Adobe RGB would be wrong."""
    patched = bytearray(block or b"")
    try:
        reader = TagReader(patched)
    except ValueError:
        return None
    exif = reader.integer(reader.find(reader.first_ifd(), EXIF_IFD)) or 0
    _set_integer(reader, patched, reader.find(exif, _COLOUR_SPACE), _SRGB)
    below = reader.integer(reader.find(exif, INTEROPERABILITY_IFD)) or 0
    index = reader.find(below, _INTEROPERABILITY_INDEX)
    if index is not None and index.value.startswith(b"R03"):
        patched[index.place : index.place + 3] = b"R98"
    return bytes(patched)


def exif_without_location(block: bytes | None) -> bytes | None:
    """Return the block without places, serial numbers and owner, ``None`` when nothing is left.

    It is written anew from the tags that are known to be harmless: maker notes hold serial numbers in their own ways.
    """
    description = read_description(block or b"")
    return exif_of(
        replace(
            description,
            main=tuple(tag for tag in description.main if tag.number not in _PERSONAL),
            exif=tuple(tag for tag in description.exif if tag.number not in _PERSONAL),
            gps=(),
        )
    )


def _set_integer(reader: TagReader, patched: bytearray, tag: Tag | None, number: int) -> None:
    """Overwrite the first value of a SHORT or LONG tag, where the number fits."""
    if tag is not None and (tag.kind == LONG or (tag.kind == SHORT and number <= 0xFFFF)):
        struct.pack_into(reader.order + ("H" if tag.kind == SHORT else "L"), patched, tag.place, number)


def exif_of(description: Description) -> bytes | None:
    """Return an EXIF block of the tags that a TIFF file carried among its own; ``None`` when there are none."""
    if not (description.main or description.exif or description.gps):
        return None
    return header(description.order) + pack_file(description)
