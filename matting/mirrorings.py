"""The mean of four opinions: a photo as it is, mirrored, upside down, and both.

Where no side of a photo is up or left, as in a retina, each is as good as the others, and their mean errs less
(test-time augmentation). For cutouts the cheaper ``matting.second_look`` serves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matting.images import Floats
from matting.predictor import Predictor, mode_of

_AXES: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (0, 1))


class FourMirrorings:
    """A predictor that sees a photo four ways; implements ``matting.predictor.Predictor``, in four times the time."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self.key = f"{predictor.key}+flips"
        self.classes = predictor.classes
        self.default_threshold = predictor.default_threshold

    @property
    def mode(self) -> str:
        """See ``matting.predictor.mode_of``."""
        return mode_of(self._predictor)

    @property
    def device(self) -> object:
        """Where the predictor computes now, if it says so."""
        return getattr(self._predictor, "device", None)

    def predict(self, rgb: NDArray[np.uint8]) -> Floats:
        """See ``Predictor.predict``."""
        maps = [
            np.flip(self._predictor.predict(np.ascontiguousarray(np.flip(rgb, axes))), tuple(axis + 1 for axis in axes))
            for axes in _AXES
        ]
        return np.asarray(np.mean(maps, axis=0), np.float32)
