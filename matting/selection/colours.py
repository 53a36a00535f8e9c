"""What colours say: how much likelier each is in the subject than in the background."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

_BINS = 16
"""Steps a channel, over the range that the picture has."""


def colour_bins(lab: Floats) -> NDArray[np.intp]:
    """Return the cell of a coarse colour table for each pixel of a picture (h, w, 3); shape (h, w)."""
    flat = lab.reshape(-1, 3)
    low = flat.min(axis=0)
    cells = ((lab - low) / (np.ptp(flat, axis=0) + 1e-6) * (_BINS - 0.01)).astype(np.intp)
    return np.asarray((cells[..., 0] * _BINS + cells[..., 1]) * _BINS + cells[..., 2])


def likelihood(bins: NDArray[np.intp], subject: Floats, background: Floats) -> Floats:
    """Return the probability in [0, 1] that each pixel's colour is the subject's, given both by weights (h, w) >= 0.

    >>> bins = np.array([[0, 0, 2000, 2000]])
    >>> seen = np.array([[1, 0, 0, 0]], np.float32)
    >>> likelihood(bins, seen, seen[:, ::-1]).round(1).tolist()[0][1:3]
    [1.0, 0.0]
    """
    one, other = (_frequencies(bins, weight) for weight in (subject, background))
    return np.asarray((one / (one + other))[bins], np.float32)


def _frequencies(bins: NDArray[np.intp], weight: Floats) -> NDArray[np.float64]:
    """Return how often each colour is seen, smoothed over neighbouring cells, never 0."""
    table = np.bincount(bins.ravel(), weight.ravel(), _BINS**3).reshape(_BINS, _BINS, _BINS).astype(np.float64)
    for _ in range(3):  # each time along the first axis, which then becomes the last
        edged = np.pad(table, ((1, 1), (0, 0), (0, 0)))
        table = (edged[:-2] / 4 + edged[1:-1] / 2 + edged[2:] / 4).transpose(1, 2, 0)
    table = table / max(float(table.sum()), 1e-9) + 1e-3 / _BINS**3
    return np.asarray(table.ravel())
