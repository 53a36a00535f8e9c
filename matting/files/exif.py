"""Tags in the order TIFF keeps them: walking over an EXIF block or a TIFF file, and packing tags into one.

EXIF is a little TIFF file (CIPA DC-008 §4.5, TIFF 6.0 §2), so one walk serves both.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

ORIENTATION = 0x0112
EXIF_IFD = 0x8769
GPS_IFD = 0x8825
INTEROPERABILITY_IFD = 0xA005
SHORT: Literal[3] = 3
LONG: Literal[4] = 4
RATIONAL = 5
UNDEFINED = 7
Order = Literal["<", ">"]

# What a person or a camera says about the photo, as opposed to how its pixels are stored: description, make, model,
# software, date, artist, host, rating, copyright, and Windows' title, comment, author, keywords, subject.
DESCRIPTIVE_TAGS = frozenset({269, 270, 271, 272, 305, 306, 315, 316, 18246, 33432, *range(40091, 40096)})

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
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
        """A SHORT (3) or LONG (4) tag."""
        return Tag(number, kind, len(values), struct.pack(f"{order}{len(values)}{'HL'[kind - 3]}", *values))


class TagReader:
    """A walk over tags that survives any damage: what cannot be followed is left out."""

    def __init__(self, block: ByteSource) -> None:
        """``block`` starts at the byte order mark; raises ``ValueError`` when it is no TIFF structure."""
        orders: dict[bytes, Order] = {b"II*\0": "<", b"MM\0*": ">"}
        order = orders.get(bytes(block[0:4]))
        if order is None or len(block) < 8:
            raise ValueError("no TIFF structure")
        self.order: Order = order
        self.block = block

    def number(self, code: Literal["H", "L"], place: int) -> int:
        """The unsigned 16 or 32 bit number at ``place``; 0 beyond the end."""
        size = 2 if code == "H" else 4
        data = self.block[place : place + size]
        return int.from_bytes(data, "little" if self.order == "<" else "big") if len(data) == size else 0

    def first_ifd(self) -> int:
        """Offset of IFD0; 0 where there is none."""
        return self.number("L", 4)

    def next_pointer(self, ifd: int) -> int:
        """Where the offset of the IFD after the one at ``ifd`` is kept."""
        return ifd + 2 + 12 * self.number("H", ifd)

    def tags(self, ifd: int) -> Iterator[Tag]:
        """The tags of the IFD at offset ``ifd`` whose values lie inside the block, 8 MiB of them at most."""
        room = _MAX_BYTES
        if not 8 <= ifd < len(self.block) - 2:
            return
        for index in range(min(self.number("H", ifd), _MAX_ENTRIES)):
            entry = ifd + 2 + 12 * index
            if entry + 12 > len(self.block):
                return
            kind, count = self.number("H", entry + 2), self.number("L", entry + 4)
            size = _TYPE_SIZES.get(kind, 0) * count
            place = entry + 8 if size <= 4 else self.number("L", entry + 8)
            if 0 < size <= room and place + size <= len(self.block):
                room -= size
                yield Tag(self.number("H", entry), kind, count, bytes(self.block[place : place + size]), place)

    def find(self, ifd: int, number: int) -> Tag | None:
        """The tag ``number`` in the IFD at offset ``ifd``."""
        return next((tag for tag in self.tags(ifd) if tag.number == number), None)

    def integer(self, tag: Tag | None) -> int | None:
        """The first value of a SHORT or LONG tag."""
        if tag is None or tag.kind not in (SHORT, LONG):
            return None
        return int.from_bytes(tag.value[: 2 if tag.kind == SHORT else 4], "little" if self.order == "<" else "big")


@dataclass(frozen=True)
class Description:
    """The tags worth keeping when pixels move to another file, all in one byte order."""

    order: Order = "<"
    main: tuple[Tag, ...] = ()
    exif: tuple[Tag, ...] = ()
    gps: tuple[Tag, ...] = ()


def read_description(block: ByteSource) -> Description:
    """What an EXIF block or a TIFF file says about the photo; empty when ``block`` is neither."""
    try:
        reader = TagReader(block)
    except ValueError:
        return Description()
    first = reader.first_ifd()
    exif = reader.integer(reader.find(first, EXIF_IFD)) or 0
    gps = reader.integer(reader.find(first, GPS_IFD)) or 0
    return Description(
        reader.order,
        tuple(tag for tag in reader.tags(first) if tag.number in DESCRIPTIVE_TAGS),
        tuple(tag for tag in reader.tags(exif) if tag.number != INTEROPERABILITY_IFD),
        tuple(reader.tags(gps)),
    )


def pack_file(description: Description, more: Iterable[Tag] = (), start: int = 8) -> bytes:
    """IFD0 with ``description`` and ``more`` tags, then the EXIF and GPS IFDs, for a file offset of ``start``.

    A whole EXIF block is the 8 bytes of ``header`` followed by this. ``start`` must be even (TIFF 6.0 §2).
    """
    order = description.order
    main = {tag.number: tag for tag in (*description.main, *more)}
    below = {EXIF_IFD: description.exif, GPS_IFD: description.gps}
    for pointer, tags in below.items():
        if tags:
            main[pointer] = Tag.of_integers(pointer, LONG, order, 0)
    place = start + len(_pack_ifd(order, main.values(), start))
    packed = []
    for pointer, tags in below.items():
        if tags:
            main[pointer] = Tag.of_integers(pointer, LONG, order, place)
            packed.append(_pack_ifd(order, tags, place))
            place += len(packed[-1])
    return b"".join([_pack_ifd(order, main.values(), start), *packed])


def header(order: Order, first_ifd: int = 8) -> bytes:
    """The 8 bytes that a TIFF file or an EXIF block begins with (TIFF 6.0 §2)."""
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", first_ifd)


def _pack_ifd(order: Order, tags: Iterable[Tag], start: int) -> bytes:
    """One IFD, its tags sorted, followed by the values that do not fit into it; no next IFD."""
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
