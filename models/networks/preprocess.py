"""From a photo's pixels to what a network sees: one way, for training and for prediction.

The numbers travel in the metadata of the weights (``models.networks.weights.WeightsInfo``), never in the code that
uses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

Scaling = Literal["255", "maximum"]
SCALINGS: tuple[Scaling, ...] = get_args(Scaling)

Shrinking = Literal["average", "sample"]
SHRINKINGS: tuple[Shrinking, ...] = get_args(Shrinking)

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Preprocessing:
    """How pixels become floats: ``(rgb / scale - mean) / deviation``, a value a channel.

    ``scaling`` "255" divides by 255; "maximum" divides by the largest value of the resized photo, as the authors of
    U²-Net do (``data_loader.py``, ``ToTensorLab``), so that a dark photo is brightened. ``shrinking`` "average" makes
    each pixel the mean of those it covers; "sample" interpolates bilinearly between the four nearest, as the authors do
    (``RescaleT``): sharper, with a trace of aliasing that their networks have learned to read.
    """

    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION
    scaling: Scaling = "255"
    shrinking: Shrinking = "average"


def resize(pixels: NDArray[np.uint8], height: int, width: int, shrinking: Shrinking = "average") -> NDArray[np.uint8]:
    """Bring (h, w[, c]) to ``height`` × ``width``; the aspect ratio may change. Enlarging is bilinear."""
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
    method = cv2.INTER_AREA if shrinks and shrinking == "average" else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def find_divisor(rgb: NDArray[np.uint8], preprocessing: Preprocessing) -> float:
    """Return the divisor of the pixel values; a black photo counts as if its maximum were 1.

    >>> dark = np.full((2, 2, 3), 100, np.uint8)
    >>> find_divisor(dark, Preprocessing(scaling="255")), find_divisor(dark, Preprocessing(scaling="maximum"))
    (255.0, 100.0)
    """
    return 255.0 if preprocessing.scaling == "255" else float(max(int(rgb.max()), 1))


def normalise(
    rgb: NDArray[np.uint8], preprocessing: Preprocessing, divisor: float | None = None
) -> NDArray[np.float32]:
    """Map (h, w, 3), uint8, RGB, to (channels, h, w), float32, about [-2.2, 2.7] with ImageNet's numbers.

    With one channel in ``preprocessing``, the photo's luma (ITU-R BT.601). ``divisor``: of the whole photo, when
    ``rgb`` is only a part of it.
    """
    divisor = divisor or find_divisor(rgb, preprocessing)
    deviation = np.asarray(preprocessing.deviation, np.float32)
    mean = np.asarray(preprocessing.mean, np.float32)
    pixels = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None] if len(mean) == 1 else rgb
    x = pixels.astype(np.float32)
    x *= 1.0 / (divisor * deviation)
    x -= mean / deviation
    return np.ascontiguousarray(x.transpose(2, 0, 1))


def prepare(rgb: NDArray[np.uint8], size: int, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Squash a photo (h, w, 3), uint8, RGB, to (channels, size, size), float32: the input of a cutout network.

    Squashed rather than padded, as the authors train and predict; why, in ``docs/decisions/0001-squash-to-square.md``.
    """
    return normalise(resize(rgb, size, size, preprocessing.shrinking), preprocessing)
