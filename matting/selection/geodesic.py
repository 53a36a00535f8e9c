"""How far every pixel is from the marks, along paths that avoid changes of colour.

Geodesic distances by sweeps over rows and columns: Criminisi, Sharp and Blake, "GeoS: Geodesic Image Segmentation"
(ECCV 2008); Bai and Sapiro, "Geodesic Matting" (IJCV 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

FAR = 9.0
"""Distance where no mark is; more than any path on a photo."""

_COLOUR = 120.0
"""Cost of a change by the whole range of lightness over one step, in steps over an even surface."""
_ROUNDS = 2
"""Sweeps in all four directions; paths that wind more come out a little too long."""


@dataclass(frozen=True)
class Steps:
    """Cost of the steps between neighbours, in parts of the long side: down, right, down-right and down-left."""

    down: Floats
    right: Floats
    falling: Floats
    rising: Floats


def steps(lab: Floats) -> Steps:
    """Return the costs on a picture (h, w, 3) in CIE Lab divided by 100."""
    unit = 1 / max(lab.shape[:2])

    def cost(one: Floats, other: Floats, length: float) -> Floats:
        return np.asarray(unit * (length + _COLOUR * np.linalg.norm(one - other, axis=-1)), np.float32)

    return Steps(
        cost(lab[1:], lab[:-1], 1),
        cost(lab[:, 1:], lab[:, :-1], 1),
        cost(lab[1:, 1:], lab[:-1, :-1], 2**0.5),
        cost(lab[1:, :-1], lab[:-1, 1:], 2**0.5),
    )


def distances(costs: Steps, seeds: NDArray[np.bool_]) -> Floats:
    """Return the distance of every pixel from each set of seeds (n, h, w), in the same shape, at most ``FAR``.

    About 1 is across an even photo.

    >>> even = np.zeros((1, 5, 3), np.float32)
    >>> seeds = np.zeros((1, 1, 5), bool)
    >>> seeds[0, 0, 0] = True
    >>> [round(float(far), 1) for far in distances(steps(even), seeds)[0, 0]]
    [0.0, 0.2, 0.4, 0.6, 0.8]
    """
    # Rows first: a sweep goes from row to row, through all sets at once.
    field = np.ascontiguousarray(np.where(seeds, np.float32(0), np.float32(FAR)).transpose(1, 0, 2))
    # The same sweeps on the transposed picture go right and left.
    swapped = (costs.right, costs.down, costs.falling, costs.rising)
    across = Steps(*(np.ascontiguousarray(cost.T) for cost in swapped))
    for _ in range(_ROUNDS):
        _sweep(field, costs)
        field = np.ascontiguousarray(field.transpose(2, 1, 0))
        _sweep(field, across)
        field = np.ascontiguousarray(field.transpose(2, 1, 0))
    return np.ascontiguousarray(field.transpose(1, 0, 2))


def _sweep(field: Floats, costs: Steps) -> None:
    """Shorten the distances in ``field`` (h, n, w) by paths that go down, then by paths that go up.

    Rows are taken apart and one piece of memory is used for all: most of the time is that of small calls.
    """
    rows, left, right = list(field), list(field[..., :-1]), list(field[..., 1:])
    down, falling, rising = list(costs.down), list(costs.falling), list(costs.rising)
    path = np.empty_like(field[0])
    aslant = np.empty_like(field[0, :, 1:])
    for row in range(1, len(rows)):
        above = row - 1
        np.minimum(rows[row], np.add(rows[above], down[above], out=path), out=rows[row])
        np.minimum(right[row], np.add(left[above], falling[above], out=aslant), out=right[row])
        np.minimum(left[row], np.add(right[above], rising[above], out=aslant), out=left[row])
    for row in range(len(rows) - 2, -1, -1):
        below = row + 1
        np.minimum(rows[row], np.add(rows[below], down[row], out=path), out=rows[row])
        np.minimum(left[row], np.add(right[below], falling[row], out=aslant), out=left[row])
        np.minimum(right[row], np.add(left[below], rising[row], out=aslant), out=right[row])
