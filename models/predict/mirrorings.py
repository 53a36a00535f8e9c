"""Test-time augmentation: the mean of four maps, of the photo as it is, mirrored, upside down, and both.

Where no side of a photo is up or left, as in a retina, the network does equally well on all four, and their mean has
a smaller error than each. For cutouts the cheaper ``models.predict.second_look`` serves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.predictor import Around, Predictor

_AXES: tuple[tuple[int, ...], ...] = ((0,), (1,), (0, 1))


class FourMirrorings(Around):
    """A predictor that sees a photo four ways; implements ``matting.predictor.Predictor``, in four times the time."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(predictor, "+flips")

    def predict(self, rgb: NDArray[np.uint8]) -> Floats:
        """See ``Predictor.predict``."""
        total = np.array(self._predictor.predict(rgb), np.float32)
        for axes in _AXES:
            mirrored = self._predictor.predict(np.ascontiguousarray(np.flip(rgb, axes)))
            # Added up one by one: four maps of a large photo are gigabytes.
            total += np.flip(mirrored, tuple(axis + 1 for axis in axes))
        total *= np.float32(1 / (1 + len(_AXES)))
        return total
