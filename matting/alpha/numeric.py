"""The few formulas that alpha is made of, with exact types; numpy alone, so that the window starts without OpenCV."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from matting.photo import Pixels

Floats = NDArray[np.float32]


def smoothstep(values: Floats, low: float, high: float) -> Floats:
    """Return 0 up to ``low``, 1 from ``high`` on, the cubic between them; ``low`` is below ``high``.

    >>> smoothstep(np.float32([0.2, 0.5, 0.9]), 0.25, 0.75).tolist()
    [0.0, 0.5, 1.0]
    """
    ramp = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), np.float32)


def to_unit(pixels: Pixels) -> Floats:
    """Return full-range integers as floats in [0, 1].

    >>> to_unit(np.array([0, 255], np.uint8)).tolist()
    [0.0, 1.0]
    """
    return pixels.astype(np.float32) * np.float32(1 / np.iinfo(pixels.dtype).max)


def from_unit(values: Floats, dtype: np.dtype[np.uint8] | np.dtype[np.uint16]) -> Pixels:
    """Return floats in [0, 1] as full-range integers, rounded.

    >>> from_unit(np.float32([0, 0.5, 1]), np.dtype(np.uint8)).tolist()
    [0, 128, 255]
    """
    return cast(Pixels, (values * np.float32(np.iinfo(dtype).max) + np.float32(0.5)).astype(dtype))
