"""Move and soften the outline of a finished alpha: edge shift and feather, as photo editors have them."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import from_unit, to_unit
from matting.alpha.resample import box_mean
from matting.alpha.tiles import Tile, split
from matting.photo import Pixels

_DISC = 4  # pixels: a large disc is this one many times over, which is the same shape and far cheaper


def adjust_outline(alpha: Pixels, shift: float, feather: float) -> Pixels:
    """Return alpha (h, w) with the outline moved outwards by ``shift`` px (inwards when negative) and then softened.

    ``feather`` is the standard deviation in pixels (≥ 0) of the softening. Returns a new array of the same dtype.

    >>> adjust_outline(np.array([[0, 0, 255, 0, 0]], np.uint8), 1, 0).tolist()
    [[0, 255, 255, 255, 0]]
    """
    reach = math.ceil(abs(shift)) + math.ceil(3 * feather) + 1
    result = alpha.copy()
    height, width = alpha.shape

    def work(tile: Tile) -> None:
        around = tile.grown(reach, height, width)
        part = alpha[around.rows, around.columns]
        if part.min() == part.max():
            return
        moved = _soften(_shift(part, shift), feather)
        inside = (
            slice(tile.top - around.top, tile.bottom - around.top),
            slice(tile.left - around.left, tile.right - around.left),
        )
        result[tile.rows, tile.columns] = moved[inside]

    # Unlike the tiles of other steps these are long OpenCV calls, which a second thread shortens by a third.
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), "outline") as pool:
        for _ in pool.map(work, split(height, width)):
            pass
    return result


def _shift(alpha: Pixels, shift: float) -> Pixels:
    """Dilate (or erode) grey by a disc of ``|shift|`` pixels; parts of a pixel are blended."""
    if shift == 0:
        return alpha
    whole = math.floor(abs(shift))
    operation = cv2.dilate if shift > 0 else cv2.erode
    near = alpha
    for radius in [_DISC] * (whole // _DISC) + [whole % _DISC]:
        near = cast(Pixels, operation(near, _disc(radius)))
    share = abs(shift) - whole
    if share == 0:
        return near
    return cast(Pixels, cv2.addWeighted(near, 1 - share, operation(near, _disc(1)), share, 0))


def _soften(alpha: Pixels, feather: float) -> Pixels:
    """Blur nearly like a Gaussian: three box means, whose cost does not grow with the radius (Wells, PAMI 1986)."""
    if feather <= 0:
        return alpha
    radius = (math.sqrt(4 * feather * feather + 1) - 1) / 2  # three boxes of 2r + 1: variance r(r + 1)
    low = math.floor(radius)
    soft = to_unit(alpha)
    for _ in range(3):
        near = box_mean(soft, low)
        soft = near + np.float32(radius - low) * (box_mean(soft, low + 1) - near)
    return from_unit(np.clip(soft, 0, 1), alpha.dtype)


def _disc(radius: int) -> NDArray[np.uint8]:
    side = np.arange(-radius, radius + 1)
    return ((side[:, None] ** 2 + side[None, :] ** 2) <= radius * (radius + 0.5)).astype(np.uint8)
