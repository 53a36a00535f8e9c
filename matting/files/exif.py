"""Tags in the order TIFF keeps them: walking over an EXIF block or a TIFF file, and packing tags into one.

EXIF is a little TIFF file (CIPA DC-008 §4.5, TIFF 6.0 §2), so one walk serves both.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, Protocol

ORIENTATION = 0x0112
EXIF_IFD = 0x8769
GPS_IFD = 0x8825
INTEROPERABILITY_IFD = 0xA005
SHORT: Literal[3] = 3
LONG: Literal[4] = 4
RATIONAL = 5
UNDEFINED = 7
Order = Literal["<", ">"]
Tags = tuple[Iterable["Tag"], Mapping[int, Any]]

# What a person or a camera says about the photo, as opposed to how its pixels are stored: description, make, model,
# software, date, artist, host, rating, copyright, and Windows' title, comment, author, keywords, subject.
DESCRIPTIVE_TAGS = frozenset({269, 270, 271, 272, 305, 306, 315, 316, 18246, 33432, *range(40091, 40096)})

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_BIGTIFF_SIZES = {16: 8, 17: 8, 18: 8}  # LONG8, SLONG8, IFD8
_IFD, _LONG8, _IFD8 = 13, 16, 18
_POINTERS = {EXIF_IFD, GPS_IFD, INTEROPERABILITY_IFD}
_MAX_ENTRIES = 1000
_MAX_BYTES = 8 << 20


class ByteSource(Protocol):
    """Bytes that can be sliced: ``bytes``, ``bytearray`` or a file behind ``FileBytes``."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: slice, /) -> bytes | bytearray: ...


class FileBytes:
    """An open file looked at as bytes, of which only the slices asked for are read."""

    def __init__(self, file: BinaryIO) -> None:
        """``file`` must be seekable; its position changes."""
        self._file = file
        self._size = file.seek(0, 2)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice, /) -> bytes:
        self._file.seek(place.start)
        return self._file.read(place.stop - place.start)


@dataclass(frozen=True)
class Tag:
    """One tag: number, TIFF type, count and the bytes of its value in the byte order of its file."""

    number: int
    kind: int
    count: int
    value: bytes
    place: int = 0
    """Where the value stood in the block it was read from."""

    @staticmethod
    def of_integers(number: int, kind: Literal[3, 4], order: Order, *values: int) -> Tag:
        """Return a SHORT (3) or LONG (4) tag."""
        return Tag(number, kind, len(values), struct.pack(f"{order}{len(values)}{'HL'[kind - 3]}", *values))


class TagReader:
    """A walk over tags that survives any damage: what cannot be followed is left out.

    Reads BigTIFF too, whose counts and offsets have 8 bytes (libtiff's "BigTIFF Design").
    """

    def __init__(self, block: ByteSource) -> None:
        """``block`` starts at the byte order mark; raises ``ValueError`` when it is no TIFF structure."""
        orders: dict[bytes, Order] = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
        mark = bytes(block[0:4])
        order = orders.get(mark)
        self._big = b"+" in mark
        if order is None or len(block) < (16 if self._big else 8):
            raise ValueError("no TIFF structure")
        self.order: Order = order
        self.block = block
        self._offset: Literal["L", "Q"] = "Q" if self._big else "L"
        self._room, self._entry, self._head = (8, 20, 8) if self._big else (4, 12, 2)

    def number(self, code: Literal["H", "L", "Q"], place: int) -> int:
        """Return the unsigned 16, 32 or 64 bit number at ``place``; 0 beyond the end."""
        size = {"H": 2, "L": 4, "Q": 8}[code]
        data = self.block[place : place + size]
        return int.from_bytes(data, "little" if self.order == "<" else "big") if len(data) == size else 0

    def first_ifd(self) -> int:
        """Return the offset of IFD0; 0 where there is none."""
        return self.number("Q", 8) if self._big else self.number("L", 4)

    def next_pointer(self, ifd: int) -> int:
        """Return where the offset of the IFD after the one at ``ifd`` is kept."""
        return ifd + self._head + self._entry * self._length(ifd)

    def _length(self, ifd: int) -> int:
        return self.number("Q" if self._big else "H", ifd)

    def tags(self, ifd: int) -> Iterator[Tag]:
        """Yield the tags of the IFD at offset ``ifd`` whose values lie inside the block, 8 MiB of them at most."""
        room = _MAX_BYTES
        if not 8 <= ifd < len(self.block) - 2:
            return
        for index in range(min(self._length(ifd), _MAX_ENTRIES)):
            entry = ifd + self._head + self._entry * index
            if entry + self._entry > len(self.block):
                return
            kind, count = self.number("H", entry + 2), self.number(self._offset, entry + 4)
            size = (_TYPE_SIZES | _BIGTIFF_SIZES).get(kind, 0) * count
            value = entry + self._entry - self._room
            place = value if size <= self._room else self.number(self._offset, value)
            if 0 < size <= room and place + size <= len(self.block):
                room -= size
                yield Tag(self.number("H", entry), kind, count, bytes(self.block[place : place + size]), place)

    def find(self, ifd: int, number: int) -> Tag | None:
        """Return the tag ``number`` in the IFD at offset ``ifd``, or ``None``."""
        return next((tag for tag in self.tags(ifd) if tag.number == number), None)

    def integer(self, tag: Tag | None) -> int | None:
        """Return the first value of a tag of whole numbers or offsets, or ``None``."""
        size = {SHORT: 2, LONG: 4, _IFD: 4, _LONG8: 8, _IFD8: 8}.get(tag.kind) if tag else None
        if tag is None or size is None:
            return None
        return int.from_bytes(tag.value[:size], "little" if self.order == "<" else "big")


@dataclass(frozen=True)
class Description:
    """The tags worth keeping when pixels move to another file, all in one byte order.

    ``main`` are of IFD0; the others of the IFDs below it, of which ``interoperability`` hangs on ``exif``.
    """

    order: Order = "<"
    main: tuple[Tag, ...] = ()
    exif: tuple[Tag, ...] = ()
    gps: tuple[Tag, ...] = ()
    interoperability: tuple[Tag, ...] = ()


def read_description(block: ByteSource, ifd: int | None = None) -> Description:
    """Return what an EXIF block or a TIFF file says about the photo; empty when ``block`` is neither.

    ``ifd`` is the offset of the photo's own IFD where it is not the first. What it does not say, the first one may.
    """
    try:
        reader = TagReader(block)
    except ValueError:
        return Description()
    ifds = [ifd or reader.first_ifd(), *([reader.first_ifd()] if ifd else [])]

    def below(parents: list[int], pointer: int) -> list[int]:
        return [reader.integer(tag) or 0 for parent in parents for tag in [reader.find(parent, pointer)] if tag]

    def kept(places: list[int], wanted: Callable[[Tag], bool]) -> tuple[Tag, ...]:
        found = {tag.number: tag for place in reversed(places) for tag in reader.tags(place)}
        return tuple(tag for tag in found.values() if tag.kind in _TYPE_SIZES and wanted(tag))

    exif = below(ifds, EXIF_IFD)
    return Description(
        reader.order,
        kept(ifds, lambda tag: tag.number in DESCRIPTIVE_TAGS),
        kept(exif, lambda tag: tag.number not in _POINTERS),
        kept(below(ifds, GPS_IFD), lambda tag: tag.number not in _POINTERS),
        kept(below(exif, INTEROPERABILITY_IFD), lambda tag: tag.number not in _POINTERS),
    )


def pack_file(description: Description, more: Iterable[Tag] = (), start: int = 8) -> bytes:
    """Pack IFD0 with ``description`` and ``more`` tags, then the IFDs below it, for a file offset of ``start``.

    A whole EXIF block is the 8 bytes of ``header`` followed by this. ``start`` must be even (TIFF 6.0 §2).
    """
    order = description.order

    def packed(tags: Iterable[Tag], below: Mapping[int, Tags], place: int) -> bytes:
        """Return an IFD at ``place`` and, behind it, those that ``below`` hangs on it: pointer → tags."""
        here = {tag.number: tag for tag in tags}
        here |= {pointer: Tag.of_integers(pointer, LONG, order, 0) for pointer in below}
        parts = [_pack_ifd(order, here.values(), place)]
        for pointer, (inner, further) in below.items():
            end = place + sum(map(len, parts))
            here[pointer] = Tag.of_integers(pointer, LONG, order, end)
            parts.append(packed(inner, further, end))
        return b"".join([_pack_ifd(order, here.values(), place), *parts[1:]])

    interoperability: dict[int, Tags] = {}
    if description.interoperability:
        interoperability[INTEROPERABILITY_IFD] = (description.interoperability, {})
    below: dict[int, Tags] = {}
    if description.exif or interoperability:
        below[EXIF_IFD] = (description.exif, interoperability)
    if description.gps:
        below[GPS_IFD] = (description.gps, {})
    return packed((*description.main, *more), below, start)


def header(order: Order, first_ifd: int = 8) -> bytes:
    """Return the 8 bytes that a TIFF file or an EXIF block begins with (TIFF 6.0 §2)."""
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", first_ifd)


def _pack_ifd(order: Order, tags: Iterable[Tag], start: int) -> bytes:
    """Return one IFD, its tags sorted, followed by the values that do not fit into it; no next IFD."""
    entries = sorted(tags, key=lambda tag: tag.number)
    place = start + 2 + 12 * len(entries) + 4
    table, values = [struct.pack(order + "H", len(entries))], []
    for tag in entries:
        table.append(struct.pack(order + "HHL", tag.number, tag.kind, tag.count))
        if len(tag.value) <= 4:
            table.append(tag.value.ljust(4, b"\0"))
        else:
            table.append(struct.pack(order + "L", place))
            values.append(tag.value + bytes(len(tag.value) % 2))
            place += len(values[-1])
    return b"".join([*table, bytes(4), *values])
