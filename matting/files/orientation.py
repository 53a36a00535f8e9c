"""Turning pixels upright."""

from __future__ import annotations

from typing import cast

import cv2

from matting.photo import Pixels

# By EXIF orientation (CIPA DC-008 §4.6.5): transpose or not, then flip by OpenCV's code (0 top to bottom,
# 1 left to right, −1 both).
_TURNS: dict[int, tuple[bool, int | None]] = {
    1: (False, None),
    2: (False, 1),
    3: (False, -1),
    4: (False, 0),
    5: (True, None),
    6: (True, 1),
    7: (True, -1),
    8: (True, 0),
}


def turn(pixels: Pixels, orientation: int) -> Pixels:
    """Turn pixels (h, w[, 3]) upright by their EXIF orientation."""
    transpose, flip = _TURNS[orientation]
    if transpose:
        pixels = cast(Pixels, cv2.transpose(pixels))
    return pixels if flip is None else cast(Pixels, cv2.flip(pixels, flip))
