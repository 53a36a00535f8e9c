"""The few OpenCV calls that alpha is made of, with exact types."""

from __future__ import annotations

from typing import cast

import cv2

from matting.alpha.numeric import Floats


def box_mean(image: Floats, radius: int) -> Floats:
    """Return the mean over the (2·radius + 1)² square round a pixel, borders reflected; (h, w) or (h, w, channels)."""
    size = (2 * radius + 1, 2 * radius + 1)
    return cast(Floats, cv2.blur(image, size))


def resize(image: Floats, height: int, width: int, interpolation: int = cv2.INTER_LINEAR) -> Floats:
    """Return a float image (h, w) or (h, w, channels) at another size.

    >>> import numpy as np
    >>> resize(np.float32([[0, 1]]), 1, 4).tolist()
    [[0.0, 0.25, 0.75, 1.0]]
    """
    return cast(Floats, cv2.resize(image, (width, height), interpolation=interpolation))
