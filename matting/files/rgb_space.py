"""RGB spaces told by numbers (primaries, white, transfer curve) instead of a profile, and the profile made of them.

ITU-T H.273 (the codes of AVIF, HEIC and PNG's cICP), W3C PNG third edition §11.3.2, and DCF 2.0 (Adobe RGB of cameras).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matting.errors import UnsupportedKind
from matting.files.decode_errors import HighDynamicRange, Unsupported

Point = tuple[float, float]
_D50 = np.array([0.9642, 1.0, 0.8249])  # of the profile connection space, ICC.1:2022 §7.2.16
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D65, _C, _DCI, _EQUAL = (0.3127, 0.3290), (0.310, 0.316), (0.314, 0.351), (1 / 3, 1 / 3)


@dataclass(frozen=True)
class RgbSpace:
    """An RGB space. ``primaries`` are the CIE xy of red, green, blue and white.

    ``curve`` leads from stored values to linear light, both in [0, 1]: (g,) for Y = X^g, or (g, a, b, c, d) for
    Y = (aX + b)^g from d on and cX below (ICC.1:2022 §10.18, functions 0 and 3).
    """

    name: str
    primaries: tuple[Point, Point, Point, Point]
    curve: tuple[float, ...]

    def profile(self, grey: bool = False) -> bytes:
        """Return an ICC profile, version 4, of the space or, of its white and curve alone, of grey."""
        adaptation = _adaptation(_xyz(self.primaries[3]))
        function = {1: 0, 5: 3}[len(self.curve)]
        curve = b"para" + bytes(4) + struct.pack(">HH", function, 0) + b"".join(map(_fixed, self.curve))
        tags = {
            b"desc": _text(self.name),
            b"cprt": _text("None claimed"),
            b"wtpt": _numbers(b"XYZ ", _D50),
            b"chad": _numbers(b"sf32", adaptation.ravel()),
        }
        if grey:
            return _packed(b"GRAY", tags | {b"kTRC": curve})
        for letter, column in zip(b"rgb", self.to_connection_space().T, strict=True):
            tags[bytes([letter]) + b"XYZ"] = _numbers(b"XYZ ", column)
        return _packed(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))

    def to_connection_space(self) -> NDArray[np.float64]:
        """Return the matrix from linear light to XYZ relative to D50, as a profile's colorants give it."""
        return _adaptation(_xyz(self.primaries[3])) @ _colorants(self.primaries)


_SRGB_PRIMARIES = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65)
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
SRGB = RgbSpace("sRGB IEC61966-2.1", _SRGB_PRIMARIES, _SRGB_CURVE)
ADOBE_RGB = RgbSpace("Adobe RGB (1998) compatible", ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65), (563 / 256,))

# H.273 table 2.
_PRIMARIES: dict[int, tuple[Point, Point, Point, Point]] = {
    1: _SRGB_PRIMARIES,
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    10: ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), _EQUAL),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _DCI),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
_BT709 = (1 / 0.45, 1 / 1.09929683, 0.09929683 / 1.09929683, 1 / 4.5, 4.5 * 0.01805397)
# H.273 table 3, from values to light. Reserved and unspecified codes count as sRGB, as everywhere.
_CURVES: dict[int, tuple[float, ...]] = dict.fromkeys((1, 6, 11, 12, 14, 15), _BT709) | {
    4: (2.2,),
    5: (2.8,),
    7: (1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 4 * 0.0228),
    8: (1.0,),
    13: _SRGB_CURVE,
    17: (2.6,),
}
_LOGARITHMIC = {9, 10}
_HDR = {16: "PQ", 18: "HLG"}
_UNSPECIFIED = {0, 2, 3}


def space_of_codes(primaries: int, transfer: int) -> RgbSpace | None:
    """Return the space of two codes of H.273, ``None`` for sRGB.

    Raises ``HighDynamicRange`` for the transfers of HDR, ``Unsupported`` for the logarithmic ones.
    """
    if transfer in _HDR:
        raise HighDynamicRange(_HDR[transfer])
    if transfer in _LOGARITHMIC:
        raise Unsupported(UnsupportedKind.LOGARITHMIC)
    points = _PRIMARIES.get(primaries, _SRGB_PRIMARIES)
    curve = _SRGB_CURVE if transfer in _UNSPECIFIED else _CURVES.get(transfer, _SRGB_CURVE)
    return _named(f"H.273 primaries {primaries}, transfer {transfer}", points, curve)


def space_of_png(gamma: int | None, points: tuple[float, ...] | None) -> RgbSpace | None:
    """Return the space of a PNG's gAMA (encoding exponent times 100,000) and cHRM (xy of white, red, green, blue).

    ``None`` for sRGB, and for what describes no space. 45455, with sRGB's primaries, stands for sRGB's own curve.
    """
    primaries = _SRGB_PRIMARIES
    if points is not None:
        white, red, green, blue = zip(points[::2], points[1::2], strict=True)
        primaries = (red, green, blue, white)
    curve: tuple[float, ...] = _SRGB_CURVE
    if gamma is None or (_close(primaries) and abs(gamma - 45455) < 1000):
        pass
    elif 10_000 <= gamma <= 1_000_000:
        curve = (100_000 / gamma,)
    else:
        return None
    return _possible("PNG gAMA and cHRM", primaries, curve)


def space_of_tiff(
    white: tuple[float, ...] | None, points: tuple[float, ...] | None, table: NDArray[np.float64] | None
) -> RgbSpace | None:
    """Return the space of a TIFF's WhitePoint (x, y), PrimaryChromaticities (xy of red, green, blue) and
    TransferFunction, from stored values to light, both evenly from 0 to 1 (TIFF 6.0 §20).

    ``None`` for sRGB, and for what describes no space. Few files have a transfer function, and those that have none
    are as good as never of TIFF's default (gamma 2.2): their curve is sRGB's, and so is one that is no power.
    """
    red, green, blue, at = _SRGB_PRIMARIES
    if points is not None:
        red, green, blue = zip(points[::2], points[1::2], strict=True)
    if white is not None:
        at = (white[0], white[1])
    return _possible("TIFF PrimaryChromaticities and WhitePoint", (red, green, blue, at), _power(table) or _SRGB_CURVE)


def space_of_bmp(endpoints: tuple[float, ...], gammas: tuple[float, float, float]) -> RgbSpace | None:
    """Return the space of a BMP of version 4: XYZ of full red, green and blue, which add up to the white, and
    exponents from stored values to light ([MS-WMF] 2.2.2.4, LogColorSpace).

    ``None`` for sRGB, and for what describes no space: many programs leave zeros. One curve serves all channels.
    """
    colours = [endpoints[:3], endpoints[3:6], endpoints[6:]]
    colours.append(tuple(map(sum, zip(*colours, strict=True))))
    if min(sum(colour) for colour in colours) <= 0 or not all(0.1 <= gamma <= 10 for gamma in gammas):
        return None
    red, green, blue, white = ((x / (x + y + z), y / (x + y + z)) for x, y, z in colours)
    gamma = gammas[1]
    curve = _SRGB_CURVE if _close((red, green, blue, white)) and abs(gamma - 2.2) < 0.05 else (gamma,)
    return _possible("BMP endpoints and gamma", (red, green, blue, white), curve)


def _power(table: NDArray[np.float64] | None) -> tuple[float, ...] | None:
    """Return the exponent of a curve given as a table, ``None`` where it is no power within a hundredth."""
    if table is None or len(table) < 16 or table.max() <= 0:
        return None
    values, light = np.linspace(0, 1, len(table)), table / table.max()
    middle = len(table) // 2
    if not 0 < light[middle] < 1:
        return None
    exponent = float(np.log(light[middle]) / np.log(values[middle]))
    return (exponent,) if 0.1 <= exponent <= 10 and np.abs(values**exponent - light).max() < 0.01 else None


def _possible(name: str, primaries: tuple[Point, Point, Point, Point], curve: tuple[float, ...]) -> RgbSpace | None:
    """Return the space, ``None`` for sRGB and where the primaries span none."""
    try:
        if np.linalg.det(_adaptation(_xyz(primaries[3])) @ _colorants(primaries)) <= 0.01:
            return None
    except (np.linalg.LinAlgError, ZeroDivisionError):
        return None
    return _named(name, primaries, curve)


def _named(name: str, primaries: tuple[Point, Point, Point, Point], curve: tuple[float, ...]) -> RgbSpace | None:
    return None if _close(primaries) and curve is _SRGB_CURVE else RgbSpace(name, primaries, curve)


def _close(primaries: tuple[Point, Point, Point, Point]) -> bool:
    return bool(np.abs(np.subtract(primaries, _SRGB_PRIMARIES)).max() < 0.003)


def _xyz(point: Point) -> NDArray[np.float64]:
    """Return XYZ with Y = 1 of CIE xy."""
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _colorants(primaries: tuple[Point, Point, Point, Point]) -> NDArray[np.float64]:
    """Return XYZ of full red, green and blue as columns, which add up to the white (SMPTE RP 177)."""
    directions = np.array([[x, y, 1 - x - y] for x, y in primaries[:3]]).T
    return np.asarray(directions * np.linalg.solve(directions, _xyz(primaries[3])), np.float64)


def _adaptation(white: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the linear Bradford adaptation from ``white`` to D50 (ICC.1:2022 annex E)."""
    cones = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    return np.asarray(np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD, np.float64)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _numbers(kind: bytes, values: NDArray[np.float64]) -> bytes:
    return kind + bytes(4) + b"".join(_fixed(float(value)) for value in values)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _packed(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return the whole profile of a display (ICC.1:2022 §7); equal tags share their bytes."""
    places: dict[bytes, int] = {}
    data, start = b"", 128 + 4 + 12 * len(tags)
    for content in tags.values():
        if content not in places:
            places[content] = start + len(data)
            data += content + bytes(-len(content) % 4)
    table = b"".join(struct.pack(">4sII", name, places[content], len(content)) for name, content in tags.items())
    head = struct.pack(">I4xI4s4s4s", start + len(data), 0x04400000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp").ljust(44, b"\0")
    head += b"".join(_fixed(float(value)) for value in _D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data
