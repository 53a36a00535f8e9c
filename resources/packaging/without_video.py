"""OpenCV for Linux without FFmpeg: 33 MB of video decoders that cutting photos never calls.

OpenCV's wheel links them, so that the system's loader wants them before the first photo is read. A copy of the module
asks for the mathematical library in their place, and takes their functions and versions for optional ("weak"), as the
ELF specification and glibc's loader understand them. Reading a video would then crash; Kirie has no such call.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_VIDEO_LIBRARY = re.compile(r"lib(avcodec|avformat|avutil|swscale|swresample)\b")
_VIDEO_FUNCTION = re.compile(r"(av[a-z]*|sws|swr|swscale|swresample)_")
_STAND_IN = "libm.so.6"
_DYNAMIC, _DYNSYM, _VERNEED = 6, 11, 0x6FFFFFFE
_NEEDED, _WEAK_VERSION, _WEAK_SYMBOL = 1, 2, 2


class _Section(NamedTuple):
    kind: int
    offset: int
    size: int
    strings: int
    entries: int


def without_video(source: Path, copy: Path) -> bool:
    """Write ``source``, OpenCV's module, to ``copy`` without its need for FFmpeg.

    ``False``, and no copy, for a file that is no 64-bit little-endian ELF file or needs no FFmpeg.
    """
    data = bytearray(source.read_bytes())
    if data[:6] != b"\x7fELF\x02\x01":
        return False
    sections = list(_sections(data))
    needed = {_text(data, at): place for place, at in _needed(data, sections)}
    video = [name for name in needed if _VIDEO_LIBRARY.match(name)]
    if not video or _STAND_IN not in needed:
        return False
    (stand_in,) = struct.unpack_from("<Q", data, needed[_STAND_IN])
    for name in video:
        struct.pack_into("<Q", data, needed[name], stand_in)
    for section in sections:
        if section.kind == _VERNEED:
            _loosen_versions(data, section, stand_in)
        elif section.kind == _DYNSYM:
            _loosen_functions(data, section)
    copy.write_bytes(data)
    return True


def _sections(data: bytearray) -> Iterator[_Section]:
    (table,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    rows = [struct.unpack_from("<IIQQQQIIQQ", data, table + size * row) for row in range(count)]
    for row in rows:
        yield _Section(row[1], row[4], row[5], rows[row[6]][4], row[7])


def _needed(data: bytearray, sections: list[_Section]) -> Iterator[tuple[int, int]]:
    """Return where each needed library's name is stored, and where that name lies."""
    for section in sections:
        if section.kind == _DYNAMIC:
            for at in range(section.offset, section.offset + section.size, 16):
                tag, value = struct.unpack_from("<QQ", data, at)
                if tag == _NEEDED:
                    yield at + 8, section.strings + value


def _loosen_versions(data: bytearray, section: _Section, stand_in: int) -> None:
    at = section.offset
    for _ in range(section.entries):
        _version, count, name, first, following = struct.unpack_from("<HHIII", data, at)
        if _VIDEO_LIBRARY.match(_text(data, section.strings + name)):
            struct.pack_into("<I", data, at + 4, stand_in)
            part = at + first
            for _ in range(count):
                (flags,) = struct.unpack_from("<H", data, part + 4)
                struct.pack_into("<H", data, part + 4, flags | _WEAK_VERSION)
                part += struct.unpack_from("<I", data, part + 12)[0]
        at += following


def _loosen_functions(data: bytearray, section: _Section) -> None:
    for at in range(section.offset, section.offset + section.size, 24):
        name, kind, _other, defined_in = struct.unpack_from("<IBBH", data, at)
        if not defined_in and _VIDEO_FUNCTION.match(_text(data, section.strings + name)):
            data[at + 4] = _WEAK_SYMBOL << 4 | kind & 0xF


def _text(data: bytearray, at: int) -> str:
    return data[at : data.index(0, at)].decode()
