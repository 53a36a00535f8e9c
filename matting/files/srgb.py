"""Pixels converted to sRGB, for files that any shop and browser shows alike."""

from __future__ import annotations

import struct
from dataclasses import replace
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.files.colour import profile_space, srgb_encode, srgb_for_display, tags_of_profile, tone_curve
from matting.files.metadata import exif_in_srgb
from matting.files.rgb_space import SRGB
from matting.photo import Metadata, Pixels, to_8_bits

_ROWS = 64  # the floats of a whole photo would take eight times its memory
_COLORANTS, _CURVES = (b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC")
_TABLES = (b"A2B0", b"A2B1", b"A2B2")


def in_srgb(metadata: Metadata) -> Metadata:
    """Return the metadata of pixels that are in sRGB now: its profile, and EXIF that says the same."""
    return replace(metadata, icc=SRGB.profile(), exif=exif_in_srgb(metadata.exif))


def to_srgb(rgb: Pixels, icc: bytes | None) -> Pixels:
    """Return pixels (h, w, 3) of a profile (``None``: sRGB already) in sRGB, in the same dtype.

    8 bits go through LittleCMS, relative colorimetric with black point compensation. It takes no more in its Python
    binding, so 16 bits are computed from the profile's matrix and curves, which have a black of 0 and need no
    compensation; a profile of tables (scanners, printers) takes 16 bits through 8.
    """
    if icc is None or profile_space(icc) != "RGB":
        return rgb
    if rgb.dtype == np.uint8:
        return srgb_for_display(to_8_bits(rgb), icc)
    space = _matrix_space(icc)
    if space is None:
        return cast(Pixels, srgb_for_display(to_8_bits(rgb), icc).astype(np.uint16) * np.uint16(257))
    matrix, curves = space
    encoded = _encoded_roots()
    out = np.empty_like(rgb)
    for start in range(0, len(rgb), _ROWS):
        rows = rgb[start : start + _ROWS]
        linear = np.stack([curves[channel][rows[..., channel]] for channel in range(3)], axis=-1) @ matrix.T
        out[start : start + _ROWS] = encoded[np.rint(np.sqrt(np.clip(linear, 0, 1)) * 65535).astype(np.uint16)]
    return out


@lru_cache(maxsize=1)
def _encoded_roots() -> NDArray[np.uint16]:
    """Return sRGB values by the square root of linear light: evenly enough for every step of 16 bits."""
    return np.rint(srgb_encode(np.linspace(0, 1, 65536) ** 2) * 65535).astype(np.uint16)


@lru_cache(maxsize=4)
def _matrix_space(icc: bytes) -> tuple[Floats, list[Floats]] | None:
    """Return the matrix to linear sRGB and a table of 65,536 linear values a channel; ``None`` for other profiles."""
    try:
        tags = tags_of_profile(icc)
        if any(name in tags for name in _TABLES):
            return None
        to_xyz = np.array([struct.unpack_from(">3i", tags[name], 8) for name in _COLORANTS]).T / 65536
        curves = [tone_curve(tags[name], np.linspace(0, 1, 65536)).astype(np.float32) for name in _CURVES]
    except (struct.error, KeyError, ValueError, ZeroDivisionError):
        return None
    return (np.linalg.inv(SRGB.to_connection_space()) @ to_xyz).astype(np.float32), curves
