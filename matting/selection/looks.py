"""What a predictor finds in a part of a photo, put into the map of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.alpha.resample import resize
from matting.selection.pieces import FOUND, piece_at

Look = Callable[[NDArray[np.uint8]], Floats]
"""From a crop (h, w, 3), RGB, to its probability map (h', w') of any size: a predictor that is asked again."""

SCALES = (0.8, 0.55, 0.35)
"""Sides of the crops around a click, as parts of the photo's: a subject fills half of what a network likes to see."""

_LARGEST_SHARE = 0.8
"""A piece that fills more of its crop than this is the ground and not a thing."""


@dataclass(frozen=True)
class Crop:
    """A part of a photo, in parts of its height and width from 0 to 1."""

    top: float
    bottom: float
    left: float
    right: float

    def on(self, height: int, width: int) -> tuple[slice, slice]:
        """Return its rows and columns on a picture of that size, at least one of each."""
        top, left = min(int(self.top * height), height - 1), min(int(self.left * width), width - 1)
        return (
            slice(top, max(top + 1, round(self.bottom * height))),
            slice(left, max(left + 1, round(self.right * width))),
        )


def crop_around(y: float, x: float, scale: float) -> Crop:
    """Return the crop of a photo's shape around a place (parts of height and width), moved to lie on the photo."""
    top, left = (min(max(place - scale / 2, 0.0), 1 - scale) for place in (y, x))
    return Crop(top, top + scale, left, left + scale)


def find_in(look: Look, rgb: NDArray[np.uint8], crop: Crop, height: int, width: int) -> Floats:
    """Return what is found in the crop, as a map (height, width) of the whole photo with 0 around it."""
    whole = np.zeros((height, width), np.float32)
    rows, columns = crop.on(height, width)
    found = look(np.ascontiguousarray(rgb[crop.on(*rgb.shape[:2])]))
    whole[rows, columns] = np.clip(resize(found, rows.stop - rows.start, columns.stop - columns.start), 0, 1)
    return whole


def find_at(look: Look, rgb: NDArray[np.uint8], y: float, x: float, height: int, width: int) -> Floats | None:
    """Return the thing at a place (parts of height and width) as a map (height, width), or ``None``.

    Of the looks, the one that is surest of what lies under the place: its mean probability inside the piece there, less
    the part of the piece's outline that the crop cuts off.
    """
    best, best_score = None, 0.0
    for scale in SCALES:
        crop = crop_around(y, x, scale)
        found = find_in(look, rgb, crop, height, width)
        piece = piece_at(found, min(int(y * height), height - 1), min(int(x * width), width - 1))
        if piece is None or piece.sum() > _LARGEST_SHARE * scale**2 * piece.size:
            continue
        score = float(found[piece].mean()) - _cut_off(piece, crop)
        if score > best_score:
            near = cv2.dilate(piece.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
            best, best_score = np.where(near & (piece | (found < FOUND)), found, np.float32(0)), score
    return best


def _cut_off(piece: NDArray[np.bool_], crop: Crop) -> float:
    """Return the part of the crop's inner sides that the piece touches: 0 where it lies whole in the crop."""
    rows, columns = crop.on(*piece.shape)
    inside = piece[rows, columns]
    sides = [
        side
        for side, inner in (
            (inside[0], crop.top > 0),
            (inside[-1], crop.bottom < 1),
            (inside[:, 0], crop.left > 0),
            (inside[:, -1], crop.right < 1),
        )
        if inner
    ]
    return float(np.concatenate(sides).mean()) if sides else 0.0
