"""The colours of a BMP: a profile inside, or a space told by numbers ([MS-WMF] 2.2.2.3 to 2.2.2.5).

Pillow decodes the pixels and leaves these fields aside.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from matting.files.rgb_space import space_of_bmp

_FILE_HEADER = 14
_VERSION_4, _VERSION_5 = 108, 124
_CALIBRATED, _EMBEDDED = 0, 0x4D424544  # "MBED"
_MAX_BYTES = 8 << 20


def profile_of_bmp(file: BinaryIO) -> bytes | None:
    """Return the profile that the file holds, or one made of its numbers; ``None`` for sRGB and where it says nothing.

    A profile in another file ("LINK") is not looked for.
    """
    file.seek(_FILE_HEADER)
    header = file.read(_VERSION_5)
    size = struct.unpack_from("<I", header)[0] if len(header) >= 4 else 0
    if size < _VERSION_4 or len(header) < _VERSION_4:
        return None
    (kind,) = struct.unpack_from("<I", header, 56)
    if kind == _CALIBRATED:
        endpoints = tuple(value / (1 << 30) for value in struct.unpack_from("<9i", header, 60))
        red, green, blue = (value / (1 << 16) for value in struct.unpack_from("<3I", header, 96))
        space = space_of_bmp(endpoints, (red, green, blue))
        return None if space is None else space.profile()
    if kind == _EMBEDDED and size >= _VERSION_5 and len(header) >= _VERSION_5:
        start, length = struct.unpack_from("<II", header, 112)
        if 0 < length <= _MAX_BYTES:
            file.seek(_FILE_HEADER + start)
            return file.read(length)
    return None
