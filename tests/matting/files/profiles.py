"""Small ICC profiles made from their definition (ICC.1:2022), so that what they mean is known exactly."""

from __future__ import annotations

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = bytearray(128)
    struct.pack_into(">I", header, 0, start + len(data))
    struct.pack_into(">I4s4s4s", header, 8, 0x02400000, device, space, connection)
    struct.pack_into(">6H", header, 24, 2024, 1, 1, 0, 0, 0)
    header[36:40] = b"acsp"
    header[68:80] = b"".join(_fixed(value) for value in D50)
    return bytes(header) + table + data


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(x) + _fixed(y) + _fixed(z)


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def _text(kind: bytes, text: bytes) -> bytes:
    if kind == b"desc":
        return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(78)
    return b"text\0\0\0\0" + text + b"\0"


def _common() -> dict[bytes, bytes]:
    return {b"desc": _text(b"desc", b"Kirie test"), b"cprt": _text(b"text", b"none"), b"wtpt": _xyz(*D50)}


def adobe_like_rgb() -> bytes:
    """Return a wide RGB profile: the primaries of Adobe RGB (1998), gamma 2.2."""
    tags = _common() | {
        b"rXYZ": _xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": _xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": _xyz(0.14919, 0.06322, 0.74457),
    }
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _gamma(2.2)))


def grey_gamma(gamma: float) -> bytes:
    """Grey with a power curve."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", _common() | {b"kTRC": _gamma(gamma)})


def grey_table(values: list[int], connection: bytes = b"XYZ ") -> bytes:
    """Grey with a sampled curve of 16-bit ``values``."""
    curve = b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *values)
    return _profile(b"prtr", b"GRAY", connection, _common() | {b"kTRC": curve})


def grey_parametric(function: int, *numbers: float) -> bytes:
    """Grey with a parametric curve."""
    curve = b"para\0\0\0\0" + struct.pack(">HH", function, 0) + b"".join(_fixed(number) for number in numbers)
    return _profile(b"mntr", b"GRAY", b"XYZ ", _common() | {b"kTRC": curve})


def cmyk_dull() -> bytes:
    """Return the profile of a press with dull inks: 16 overprints of known L*a*b*, linear in between."""
    identity = bytes(range(256))
    inks = np.array([[-35.0, -30, -40], [-45, 65, -5], [-8, -5, 75], [-70, 0, 0]])
    clut = b""
    for corner in range(16):
        bits = np.array([corner >> 3 & 1, corner >> 2 & 1, corner >> 1 & 1, corner & 1])
        lightness, a, b = np.array([95.0, 0, 0]) + bits @ inks
        clut += bytes([round(max(lightness, 5) * 2.55), round(a + 128), round(np.clip(b + 128, 0, 255))])
    matrix = b"".join(_fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + identity * 4 + clut + identity * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", _common() | {b"A2B0": lut, b"A2B1": lut})
