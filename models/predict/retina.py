"""Retina photos at the scale that a network knows: cameras differ in resolution, eyes hardly in size.

A network learns vessels of so many pixels' width. In a photo of two and a half times the resolution the bundled one
found less than half of them; see ``docs/decisions/0046-retinas-at-one-scale.md``.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.networks.preprocess import find_divisor, normalise, resize
from models.networks.unet import MULTIPLE
from models.networks.weights_info import WeightsInfo
from models.predict.tiles import GRID, Tiling, predict_tiled
from models.predict.vessels import find_field

FIELD_WIDTH = 780
"""The scale of new vessel networks: 1.4 times DRIVE's, so that the thinnest vessels are more than a pixel wide."""

_LOOK_AT = 512
"""Longest side in pixels of the copy in which the field of view is measured."""

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""A network: from (channels, h, w), normalised, to probabilities (classes, h, w), both float32."""


def scaled_size(rgb: NDArray[np.uint8], field_width: int) -> tuple[int, int]:
    """Return height and width for a retina photo (h, w, 3) whose field of view is to be ``field_width`` pixels wide.

    A photo without a dark surround may be the whole retina or a part of it: it is shrunk to ``field_width`` where it is
    larger, and never enlarged. With ``field_width`` 0 every photo keeps its size.
    """
    height, width = rgb.shape[:2]
    longest = max(height, width)
    if not field_width:
        return height, width
    look = min(1.0, _LOOK_AT / longest)
    small = resize(rgb, max(1, round(height * look)), max(1, round(width * look)))
    field = find_field(small)
    if field.all():
        scale = min(1.0, field_width / longest)
    else:
        extent = max(np.ptp(np.flatnonzero(field.any(axis=axis))) + 1 for axis in (0, 1))
        scale = field_width * look / float(extent)
    return max(1, round(height * scale)), max(1, round(width * scale))


def predict_retina(rgb: NDArray[np.uint8], info: WeightsInfo, run: Run) -> NDArray[np.float32]:
    """Map a photo (h, w, 3), uint8, RGB, to probabilities (classes, h', w'), float32 in [0, 1].

    The network sees the photo at its own scale, tile by tile; h' and w' are those of the scale, at most the photo's.
    """
    height, width = rgb.shape[:2]
    seen = resize(rgb, *scaled_size(rgb, info.field_width), info.shrinking)
    divisor = find_divisor(seen, info.preprocessing)
    # Without a border the network sees the photo itself, extended no further than it must be.
    tiling = Tiling(border=info.border, grid=GRID if info.border else MULTIPLE)
    map_ = predict_tiled(
        seen, lambda tile: run(normalise(tile, info.preprocessing, divisor)), len(info.classes), tiling
    )
    if seen.shape[0] <= height and seen.shape[1] <= width:
        return map_
    return np.stack([cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA) for layer in map_])
