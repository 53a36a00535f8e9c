"""What a PNG says beside its pixels, wherever in the file and however spelled (W3C PNG, third edition, §11.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from matting.errors import UnsupportedKind
from matting.files.colour import is_usable, profile_of
from matting.files.decode_errors import Unsupported
from matting.files.exif import read_description
from matting.files.iptc import iptc_of_resources
from matting.files.metadata import strip_prefix
from matting.files.rgb_space import RgbSpace, space_of_codes, space_of_png
from matting.files.writing.png import XMP_KEYWORD

_MAX_CHUNKS, _MAX_BYTES = 200_000, 16 << 20
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"
_TEXTS = (b"iTXt", b"zTXt", b"tEXt")
_COLOURS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_INCH_M = 0.0254
_RAW = b"Raw profile type "


@dataclass(frozen=True)
class PngBlocks:
    """Raw EXIF block, XMP packet and IPTC block, dots per inch, and by name the chunks that tell of colours."""

    exif: bytes | None
    xmp: bytes | None
    iptc: bytes | None
    dpi: tuple[float, float] | None
    colours: dict[bytes, bytes]

    def profile(self, grey: bool) -> bytes | None:
        """Return the profile of the pixels, by the first of cICP, iCCP, sRGB, gAMA and cHRM (§4.3), then by EXIF.

        ``None`` for sRGB. Raises ``HighDynamicRange``, and ``Unsupported`` for values in the range of video.
        """
        found = self.colours
        code = found.get(b"cICP", b"")
        if len(code) == 4:
            if code[3] == 0:
                raise Unsupported(UnsupportedKind.VIDEO_RANGE)
            return _profile(space_of_codes(code[0], code[1]), grey)
        icc = _inflated(found.get(b"iCCP", b"").partition(b"\0")[2][1:])
        if is_usable(icc):
            return icc
        if b"sRGB" in found:
            return None
        gamma, points = found.get(b"gAMA", b""), found.get(b"cHRM", b"")
        if len(gamma) == 4 or len(points) == 32:
            places = tuple(value / 100_000 for value in struct.unpack(">8I", points)) if len(points) == 32 else None
            exponent = struct.unpack(">I", gamma)[0] if len(gamma) == 4 else None
            return _profile(space_of_png(exponent, places), grey)
        return profile_of(None, read_description(self.exif or b""))


def read_blocks(file: BinaryIO) -> PngBlocks:
    """Read all chunks that tell something; damage ends the search, and a damaged chunk counts for nothing.

    Also EXIF, XMP and IPTC that ImageMagick keeps as hexadecimal text ("Raw profile type …").
    """
    exif = xmp = iptc = dpi = None
    colours: dict[bytes, bytes] = {}
    for name, content in _chunks(file):
        keyword, _, _ = content.partition(b"\0")
        if name == b"eXIf":
            exif = content
        elif name == b"pHYs" and len(content) == 9 and content[8] == 1:
            across, down = struct.unpack_from(">II", content)
            dpi = (across * _INCH_M, down * _INCH_M)
        elif name in _COLOURS:
            colours.setdefault(name, content)
        elif name == b"iTXt" and content.startswith(XMP_KEYWORD):
            xmp = _text(name, content) or xmp
        elif name in _TEXTS and keyword.startswith(_RAW):
            raw = _from_hexadecimal(_text(name, content) or b"")
            if keyword == _RAW + b"iptc":
                iptc = iptc_of_resources(raw) or raw
            elif raw.startswith(_XMP_PREFIX) or keyword == _RAW + b"xmp":
                xmp = xmp or raw.removeprefix(_XMP_PREFIX)
            elif keyword in (_RAW + b"exif", _RAW + b"APP1"):
                exif = exif or strip_prefix(raw)
    return PngBlocks(exif or None, xmp or None, iptc or None, dpi, colours)


def _profile(space: RgbSpace | None, grey: bool) -> bytes | None:
    return None if space is None else space.profile(grey)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of the chunks that may tell something; the others are passed over unread."""
    place = 8
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        length, name = struct.unpack(">I4s", head)
        if name in (b"eXIf", b"pHYs", *_TEXTS, *_COLOURS) and length <= _MAX_BYTES:
            content, check = file.read(length), file.read(4)
            if check == struct.pack(">I", zlib.crc32(content, zlib.crc32(name))):
                yield name, content
        place += 12 + length


def _text(name: bytes, content: bytes) -> bytes | None:
    """Return the text of a text chunk, inflated where it is packed."""
    _, _, rest = content.partition(b"\0")
    if name == b"tEXt":
        return rest
    packed, start = True, 1
    if name == b"iTXt":  # packed or not, method, language, translated keyword
        parts = rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        packed, rest, start = rest[:1] == b"\1", parts[2], 0
    return _inflated(rest[start:]) if packed else rest


def _inflated(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(packed, _MAX_BYTES)
    except zlib.error:
        return None


def _from_hexadecimal(text: bytes) -> bytes:
    """Read ImageMagick's spelling: a newline, a name, a length, then lines of hexadecimal digits."""
    try:
        return bytes.fromhex(b"".join(text.strip().split(b"\n")[2:]).decode("ascii"))
    except ValueError:
        return b""
