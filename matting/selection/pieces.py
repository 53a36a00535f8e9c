"""Whole pieces of a probability map: the one under a point, the map without it, or with it alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

FOUND = np.float32(0.5)
"""Probability from which a pixel belongs to a piece."""

_SHARE_LEFT = 0.25
"""What stays must be so large, as a part of the largest piece that goes, to be a subject and not a speck."""

_MIDDLE = 0.5
"""A click means a whole piece from this part of its greatest depth on; nearer to its rim, the rim."""


def piece_at(map_: Floats, row: int, column: int) -> NDArray[np.bool_] | None:
    """Return where the piece under a pixel of the map (h, w) is, joined over corners; ``None`` where there is none.

    >>> piece_at(np.array([[0.9, 0.1, 0.9]], np.float32), 0, 2).tolist()
    [[False, False, True]]
    """
    if map_[row, column] < FOUND:
        return None
    _, labels = cv2.connectedComponents((map_ >= FOUND).astype(np.uint8), connectivity=8)
    return np.asarray(labels == labels[row, column])


def keep_only(map_: Floats, piece: NDArray[np.bool_]) -> Floats:
    """Return the map with 0 wherever another piece is nearer."""
    return _without(map_, (map_ >= FOUND) & ~piece, piece)


def drop_clicked(map_: Floats, clicks: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]] = ()) -> Floats:
    """Return the map without the pieces under these pixels (row, column) and their soft surroundings.

    A piece stays that was not clicked in its middle or has a second mark on it, one of the ``others`` too; all stay
    where no other subject would.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((map_ >= FOUND).astype(np.uint8), connectivity=8)
    marked = Counter(int(labels[at]) for at in (*clicks, *others))
    depth = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    alone = [
        int(labels[at])
        for at in clicks
        if labels[at] and marked[int(labels[at])] == 1 and depth[at] >= _MIDDLE * depth[labels == labels[at]].max()
    ]
    gone = np.isin(labels, alone)
    stays = (labels > 0) & ~gone
    if not alone or stays.sum() < _SHARE_LEFT * stats[alone, cv2.CC_STAT_AREA].max():
        return map_
    return _without(map_, gone, stays)


def _without(map_: Floats, gone: NDArray[np.bool_], stays: NDArray[np.bool_]) -> Floats:
    """Return the map with 0 where ``gone`` is nearer than ``stays``: each piece owns the softer pixels around it."""
    if not gone.any():
        return map_
    if not stays.any():
        return np.zeros_like(map_)
    to_gone, to_staying = (
        cv2.distanceTransform((~where).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) for where in (gone, stays)
    )
    return np.where(to_gone < to_staying, np.float32(0), map_)
