"""The properties of the main image of an AVIF or HEIC file (ISO/IEC 14496-12 and 23008-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_MAX_BYTES = 16 << 20
_MOST_BOXES = 100_000


def read_properties(file: BinaryIO) -> dict[bytes, bytes]:
    """Return type → content of the main image's property boxes, the first of each type; empty where none are found.

    Of ``colr``, of which there may be two, the one of codes ("nclx") stands under ``b"nclx"``.
    """
    try:
        return _properties(_meta(file))
    except (struct.error, IndexError, ValueError):
        return {}


def has_sound_items(file: BinaryIO) -> bool:
    """Tell whether the types of the file's items are texts; pi-heif 1.4 ends the process over one that is not."""
    try:
        inside = dict(_boxes(_meta(file)[4:])).get(b"iinf", b"")
        start = 6 if inside[:1] == b"\0" else 8  # version and flags, then the number of items
        for name, content in _boxes(inside[start:]):
            kind = content[(8 if content[0] == 2 else 10) :]  # after item and protection numbers
            content_type = [*kind[4:].split(b"\0"), b""][1]
            if name == b"infe" and content[0] in (2, 3) and not (kind[:4] + content_type).isascii():
                return False
    except (struct.error, IndexError):
        return False
    return True


def _meta(file: BinaryIO) -> bytes:
    """Return the content of the file's ``meta`` box; other boxes are passed over unread."""
    end = file.seek(0, 2)
    place = 0
    for _ in range(_MOST_BOXES):
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            break
        size, name = struct.unpack_from(">I4s", head)
        start = 8
        if size == 1:
            (size,), start = struct.unpack_from(">Q", head, 8), 16
        size = end - place if size == 0 else size
        if size < start:
            break
        if name == b"meta" and size <= _MAX_BYTES:
            file.seek(place + start)
            return file.read(size - start)
        place += size
    return b""


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        size = len(content) - place if size == 0 else size
        if size < 8:
            return
        yield name, content[place + 8 : place + size]
        place += size


def _properties(meta: bytes) -> dict[bytes, bytes]:
    inside = dict(_boxes(meta[4:]))  # after version and flags
    primary = inside.get(b"pitm", b"")
    if not primary:
        return {}
    item = int.from_bytes(primary[4:6] if primary[0] == 0 else primary[4:8], "big")
    boxes = list(_boxes(inside.get(b"iprp", b"")))
    container = next((list(_boxes(content)) for name, content in boxes if name == b"ipco"), [])
    found: dict[bytes, bytes] = {}
    for name, content in boxes:
        if name != b"ipma":
            continue
        for index in _associations(content, item):
            kind, value = container[index - 1]
            found.setdefault(b"nclx" if kind == b"colr" and value[:4] == b"nclx" else kind, value)
    return found


def _associations(content: bytes, item: int) -> list[int]:
    """Return the numbers of the properties that belong to ``item``, from 1, in an ``ipma`` box."""
    version, flags = content[0], int.from_bytes(content[1:4], "big")
    (count,) = struct.unpack_from(">I", content, 4)
    place = 8
    for _ in range(count):
        size = 2 if version < 1 else 4
        number, of_this = int.from_bytes(content[place : place + size], "big"), content[place + size]
        place += size + 1
        width = 2 if flags & 1 else 1
        values = [content[place + width * index : place + width * (index + 1)] for index in range(of_this)]
        place += width * of_this
        if number == item:
            top = (1 << (8 * width - 1)) - 1  # without the bit that says "essential"
            return [one for one in (int.from_bytes(value, "big") & top for value in values) if one]
    return []
