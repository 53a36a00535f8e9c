"""IPTC blocks (IIM 4.2): found in Photoshop's resources, written back in them, freed of previews."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator

RESOURCE = 0x0404
"""Photoshop's number of the resource that holds the block."""
_MARKER = 0x1C
_PREVIEWS = {(2, 200), (2, 201), (2, 202)}  # format, version and data of the "object data preview"
# Content location code and name, city, sublocation, province, country code and name.
_PLACES = {(2, 26), (2, 27), (2, 90), (2, 92), (2, 95), (2, 100), (2, 101)}


def iptc_of_resources(resources: bytes) -> bytes | None:
    """Return the IPTC block of Photoshop's image resources ("8BIM", name, length, content), ``None`` without one."""
    place = 0
    while resources[place : place + 4] == b"8BIM" and place + 12 <= len(resources):
        number, name_length = struct.unpack_from(">HB", resources, place + 4)
        start = place + 6 + name_length + 1 + (name_length + 1) % 2
        if start + 4 > len(resources):
            break
        (length,) = struct.unpack_from(">I", resources, start)
        if number == RESOURCE:
            return resources[start + 4 : start + 4 + length] or None
        place = start + 4 + length + length % 2
    return None


def resources_of_iptc(block: bytes) -> bytes:
    """Return the block as the one resource of a Photoshop segment."""
    return b"8BIM" + struct.pack(">HHI", RESOURCE, 0, len(block)) + block + bytes(len(block) % 2)


def without_previews(block: bytes | None) -> bytes | None:
    """Return the block without the picture that it may hold, ``None`` when nothing (readable) is left."""
    return _without(block, _PREVIEWS)


def iptc_without_location(block: bytes | None) -> bytes | None:
    """Return the block without the places it names, ``None`` when nothing (readable) is left."""
    return _without(block, _PLACES)


def _without(block: bytes | None, unwanted: Collection[tuple[int, int]]) -> bytes | None:
    kept = [part for record, number, part in _datasets(block or b"") if (record, number) not in unwanted]
    return b"".join(kept) or None


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and bytes of each data set (IIM §1.5), up to the first that is damaged."""
    place = 0
    while place + 5 <= len(block) and block[place] == _MARKER:
        record, number, length = struct.unpack_from(">BBH", block, place + 1)
        start = place + 5
        if length & 0x8000:  # an extended data set: the length of the length
            size = length & 0x7FFF
            length, start = int.from_bytes(block[start : start + size], "big"), start + size
        if start + length > len(block):
            return
        yield record, number, block[place : start + length]
        place = start + length
