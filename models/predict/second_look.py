"""Predict again where it helps: in the mirror where the map is doubtful, closer where the subject is small.

A network does not see a photo and its mirror image quite alike, and the mean of two maps has a smaller error than one
(test-time augmentation; Krizhevsky et al., NIPS 2012). Where the first map is sure there is little to gain.

A cutout network sees every photo at one small size, so that a subject a fifth of the photo wide is a few dozen pixels
to it. A crop around what was found gets the network's whole input. That map refines the first one and never overrules
it: a piece that the closer look does not see again stays as it was.

Measured in ``benchmarks/second_look.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt import doubt
from matting.alpha.numeric import Floats
from matting.alpha.resample import resize
from matting.predictor import Around, Predictor

FOUND = 0.5
"""Probability from which a pixel belongs to what was found."""

DOUBTFUL = 0.2
"""Doubt from which the mirror image is predicted too."""

MARGIN = 0.8
"""Surroundings in the crop, at each side, as a part of the subject's extent: a network needs to see the background."""

LARGEST_SHARE = 0.7
"""The crop's sides are at most this part of the photo's: a larger subject has nothing to gain."""

_SMALLEST_SIDE = 64
"""Pixels of the photo; in a smaller crop there is nothing more to see."""
_FEATHER = 0.08
"""Width of the transition to the first map, as a part of the crop."""
_MOST_ENLARGED = 4
"""The joined map is at most so many times larger than the first one."""


@dataclass(frozen=True)
class Box:
    """A part of a photo, in pixels; ``bottom`` and ``right`` are one past the last."""

    top: int
    bottom: int
    left: int
    right: int


class SecondLook(Around):
    """A predictor that looks again where it helps; implements ``matting.predictor.Predictor``."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor, "+second-look-2")

    def predict(self, rgb: NDArray[np.uint8]) -> Floats:
        """See ``Predictor.predict``; after a closer look the map is larger than the first, up to four times a side."""
        return look_again(self._predictor, rgb, self._predictor.predict(rgb))


def look_again(predictor: Predictor, rgb: NDArray[np.uint8], first: Floats) -> Floats:
    """Return the map after all looks that apply; ``first``, what ``predictor`` made of the photo, where none does."""
    return look_closer(predictor, rgb, look_in_the_mirror(predictor, rgb, first))


def look_in_the_mirror(predictor: Predictor, rgb: NDArray[np.uint8], first: Floats) -> Floats:
    """Return the mean of a photo's map and of its mirror image's; ``first``, the photo's own, where that is sure."""
    if doubt(first) < DOUBTFUL:
        return first
    mirrored = predictor.predict(np.ascontiguousarray(rgb[:, ::-1]))
    return np.asarray((first + mirrored[..., ::-1]) * np.float32(0.5), np.float32)


def look_closer(predictor: Predictor, rgb: NDArray[np.uint8], first: Floats) -> Floats:
    """Return the map after a look at a crop around a small subject; ``first`` where the subject is not small."""
    height, width = rgb.shape[:2]
    box = find_box(first.max(axis=0), height, width)
    if box is None:
        return first
    crop = np.ascontiguousarray(rgb[box.top : box.bottom, box.left : box.right])
    return join(first, predictor.predict(crop), box, height, width)


def find_box(probability: Floats, height: int, width: int) -> Box | None:
    """Return where to look again in a photo of that size, ``None`` for nowhere; ``probability`` (h, w) in [0, 1].

    All pieces found are in it, with their surroundings.
    """
    rows, columns = (
        np.flatnonzero((probability >= FOUND).any(axis=1)),
        np.flatnonzero((probability >= FOUND).any(axis=0)),
    )
    if not len(rows):
        return None
    scale_y, scale_x = height / probability.shape[0], width / probability.shape[1]
    top, bottom = rows[0] * scale_y, (rows[-1] + 1) * scale_y
    left, right = columns[0] * scale_x, (columns[-1] + 1) * scale_x
    # The crop is squashed to a square, as the photo was: half as wide as high, at the least, keeps it recognisable.
    tall, wide = bottom - top, right - left
    tall, wide = max(tall, wide / 2), max(wide, tall / 2)
    tall, wide = (max(side * (1 + 2 * MARGIN), _SMALLEST_SIDE) for side in (tall, wide))
    if tall > LARGEST_SHARE * height or wide > LARGEST_SHARE * width:
        return None
    top, left = _place((top + bottom) / 2, tall, height), _place((left + right) / 2, wide, width)
    return Box(round(top), round(top + tall), round(left), round(left + wide))


def join(first: Floats, second: Floats, box: Box, height: int, width: int) -> Floats:
    """Return the first map (classes, h, w) of a photo with the second one, of its part ``box``, in its place."""
    rows, columns = (box.bottom - box.top) / height, (box.right - box.left) / width
    tall = min(round(second.shape[1] / rows), _MOST_ENLARGED * first.shape[1], max(height, first.shape[1]))
    wide = min(round(second.shape[2] / columns), _MOST_ENLARGED * first.shape[2], max(width, first.shape[2]))
    joined = np.stack([resize(layer, tall, wide) for layer in first])
    top, bottom = round(box.top / height * tall), round(box.bottom / height * tall)
    left, right = round(box.left / width * wide), round(box.right / width * wide)
    before = joined[:, top:bottom, left:right]
    again = np.stack([resize(layer, bottom - top, right - left) for layer in second])
    for one, two in zip(before, again, strict=True):
        _keep_pieces(one, two)
    share = _transition(bottom - top, right - left, (top > 0, bottom < tall, left > 0, right < wide))
    joined[:, top:bottom, left:right] = before + share * (again - before)
    return joined


def _keep_pieces(first: Floats, second: Floats) -> None:
    """Keep a piece as it was where the second look sees less than half of it again; ``second`` is changed."""
    count, pieces = cv2.connectedComponents((first >= FOUND).astype(np.uint8), connectivity=8)
    for piece in range(1, count):
        inside = pieces == piece
        if second[inside].mean() < 0.5 * first[inside].mean():
            second[inside] = np.maximum(first, second)[inside]


def _transition(height: int, width: int, inner: tuple[bool, bool, bool, bool]) -> Floats:
    """Return the second map's weight: 1, falling to 0 at the crop's ``inner`` sides (top, bottom, left, right)."""

    def ramp(length: int, begins: bool, ends: bool) -> Floats:
        distance = np.arange(length, dtype=np.float32) + 0.5
        reach = max(_FEATHER * length, 1.0)
        rising = np.minimum(distance / reach, 1) if begins else np.ones(length, np.float32)
        falling = np.minimum(distance[::-1] / reach, 1) if ends else np.ones(length, np.float32)
        return np.asarray(rising * falling, np.float32)

    return ramp(height, inner[0], inner[1])[:, None] * ramp(width, inner[2], inner[3])[None, :]


def _place(centre: float, length: float, whole: int) -> float:
    """Return where a side of ``length`` around ``centre`` begins so that it lies within ``whole``."""
    return min(max(centre - length / 2, 0.0), whole - length)
