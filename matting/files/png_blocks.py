"""EXIF and XMP of a PNG, wherever in the file and however spelled (W3C PNG, third edition, §11.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from matting.files.metadata import strip_prefix
from matting.files.writing.png import XMP_KEYWORD

_MAX_CHUNKS, _MAX_BYTES = 200_000, 16 << 20
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"


def read_blocks(file: BinaryIO) -> tuple[bytes | None, bytes | None]:
    """The EXIF block and the XMP packet, or ``None``; damage ends the search.

    Also those that ImageMagick kept as hexadecimal text ("Raw profile type …") before PNG had a place for them.
    """
    exif = xmp = None
    for name, content in _chunks(file):
        if name == b"eXIf":
            exif = content
            continue
        keyword, _, _ = content.partition(b"\0")
        text = _text(name, content)
        if text is None:
            continue
        if name == b"iTXt" and content.startswith(XMP_KEYWORD):
            xmp = text
        elif keyword in (b"Raw profile type exif", b"Raw profile type APP1", b"Raw profile type xmp"):
            raw = _from_hexadecimal(text)
            if raw.startswith(_XMP_PREFIX) or keyword.endswith(b"xmp"):
                xmp = xmp or raw.removeprefix(_XMP_PREFIX)
            else:
                exif = exif or strip_prefix(raw)
    return exif or None, xmp or None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of the chunks that may hold metadata; the others are passed over unread."""
    place = 8
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        length, name = struct.unpack(">I4s", head)
        if name in (b"eXIf", b"iTXt", b"zTXt", b"tEXt") and length <= _MAX_BYTES:
            yield name, file.read(length)
        place += 12 + length


def _text(name: bytes, content: bytes) -> bytes | None:
    """The text of a text chunk, inflated where it is packed."""
    _, _, rest = content.partition(b"\0")
    if name == b"tEXt":
        return rest
    packed, start = True, 1
    if name == b"iTXt":  # packed or not, method, language, translated keyword
        parts = rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        packed, rest, start = rest[:1] == b"\1", parts[2], 0
    if not packed:
        return rest
    try:
        return zlib.decompressobj().decompress(rest[start:], _MAX_BYTES)
    except zlib.error:
        return None


def _from_hexadecimal(text: bytes) -> bytes:
    """ImageMagick's spelling: a newline, a name, a length, then lines of hexadecimal digits."""
    try:
        return bytes.fromhex(b"".join(text.strip().split(b"\n")[2:]).decode("ascii"))
    except ValueError:
        return b""
