"""The segments that a JPEG begins with (ITU-T T.81 §B.1.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SCAN = 0xDA
END_MARKER = b"\xff\xd9"
_WITHOUT_CONTENT = {0x01, *range(0xD0, 0xDA)}


def segments(data: bytes | bytearray, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Yield marker, place and content of the segments of the JPEG at ``start``, up to its first scan.

    Bytes between segments, which some devices leave behind, are passed over.
    """
    place = start + 2
    while place + 4 <= len(data):
        marker = data[place + 1]
        if data[place] != 0xFF or marker in (0xFF, 0x00):
            place += 1
        elif marker in _WITHOUT_CONTENT:
            place += 2
        else:
            (length,) = struct.unpack_from(">H", data, place + 2)
            yield marker, place, bytes(data[place + 4 : place + 2 + length])
            if marker == SCAN:
                return
            place += 2 + length


def find_scan(data: bytes | bytearray, start: int = 0) -> int | None:
    """Return the place of the first scan's marker, ``None`` where none is reached."""
    return next((place for marker, place, _ in segments(data, start) if marker == SCAN), None)
