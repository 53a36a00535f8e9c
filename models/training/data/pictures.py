"""Reading a pair: the photo, its masks and its field of view as arrays of one size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.files.orientation import turn
from matting.files.reading.read_photo import read_orientation, read_photo
from matting.photo import Pixels
from models.predict.vessels import find_field
from models.training.data.datasets import Labels, Pair
from models.training.data.masks import Bytes, read_labels, read_mask

ASPECT_TOLERANCE = 0.02
"""How far the aspect ratios of photo and mask may differ when their sizes do."""


@dataclass(frozen=True)
class Sample:
    """A photo with its target, all of one height and width.

    ``rgb`` (h, w, 3), uint8. ``target`` (h, w, classes), uint8, 255 for the subject, soft values between. ``inside``
    (h, w), uint8: 255 where pixels count (the field of view), ``None`` when all do.
    """

    rgb: Bytes
    target: Bytes
    inside: Bytes | None = None

    def with_field(self) -> Sample:
        """Return a retina with its field of view, found in the photo where the dataset has none."""
        if self.inside is not None:
            return self
        return replace(self, inside=find_field(self.rgb).astype(np.uint8) * np.uint8(255))


def read_sample(pair: Pair, classes: int, long_side: int | None = None) -> Sample:
    """Read a pair; a mask of another size is brought to the photo's.

    With ``long_side`` the sample is shrunk to it, so that a large photo is decoded once and kept small.
    Raises ``PhotoError`` types, also for masks.
    """
    rgb = read_photo(pair.photo).rgb8()
    height, width = rgb.shape[:2]
    scale = min(1.0, long_side / max(height, width)) if long_side else 1.0
    size = max(1, round(width * scale)), max(1, round(height * scale))
    target = read_target(pair, classes, (height, width))
    inside = turned_like(read_mask(pair.field), pair.photo, (width, height)) if pair.field else None
    return Sample(
        _fit(rgb, size),
        _fit(target, size),
        None if inside is None else ((_fit(inside, size) > 127) * np.uint8(255)).astype(np.uint8),
    )


def read_target(pair: Pair, classes: int, shape: tuple[int, int]) -> Bytes:
    """Read the masks of a pair as (h, w, classes), uint8; a class without a file is empty."""
    if pair.labels is not Labels.NONE:
        (path,) = pair.masks
        assert path is not None  # a pair has a mask
        index = turned_like(read_labels(path).astype(np.int32), pair.photo, shape[::-1])
        if pair.labels is Labels.INSTANCES:
            return (index > 0).astype(np.uint8)[..., None] * np.uint8(255)
        return np.stack([(index == number).astype(np.uint8) * 255 for number in range(1, classes + 1)], axis=-1)
    paths = pair.masks or (None,) * classes
    masks = [None if path is None else turned_like(read_mask(path), pair.photo, shape[::-1]) for path in paths]
    shapes = [mask.shape for mask in masks if mask is not None]
    height, width = shapes[0] if len(set(shapes)) == 1 else shape
    layers = [np.zeros((height, width), np.uint8) if mask is None else _fit(mask, (width, height)) for mask in masks]
    return np.stack(layers, axis=-1)


def resize_target(target: Bytes, size: tuple[int, int]) -> Bytes:
    """Bring (h, w[, c]) to (width, height), averaging when it shrinks."""
    return _fit(target, size)


Turned = TypeVar("Turned", Bytes, NDArray[np.int32])


def turned_like(mask: Turned, photo: Path, size: tuple[int, int]) -> Turned:
    """Turn a mask upright that lies as the camera stored its photo, while the photo's EXIF says how to turn it.

    Only a quarter turn shows, by the shape; ``size`` is (width, height) of the upright photo. Raises ``PhotoError``
    types.
    """
    shape = mask.shape[1], mask.shape[0]
    lies = same_aspect(size, shape[::-1]) and (shape == size[::-1] or not same_aspect(size, shape))
    if shape == size or not lies:
        return mask
    orientation = read_orientation(photo)
    return cast(Turned, turn(cast(Pixels, mask), orientation)) if orientation >= 5 else mask


def same_aspect(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two sizes show the same picture, be it a pixel more or less to a side."""
    if max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1:
        return True
    ratio = (one[0] * other[1]) / max(one[1] * other[0], 1)
    return abs(ratio - 1) <= ASPECT_TOLERANCE


def _fit(pixels: Bytes, size: tuple[int, int]) -> Bytes:
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
    resized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return cast(Bytes, resized.reshape(height, width, -1) if pixels.ndim == 3 else resized)
