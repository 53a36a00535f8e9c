"""Whole pieces of a probability map, and the things in a piece: the one under a point, the map without or with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

FOUND = np.float32(0.5)
"""Probability from which a pixel belongs to a piece."""

_SHARE_LEFT = 0.25
"""What stays must be so large, as a part of the largest piece that goes, to be a subject and not a speck."""

_NECK = 0.4
"""Places that are less deep than this part of a piece's greatest depth may lie between two things."""

_THICK = 0.6
"""A thing is somewhere as deep as this part of the piece's greatest depth: arms, legs and heads are not."""

_LEAST_AREA = 0.002
"""A piece smaller than this part of the photo is one thing."""

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


Nearest = Callable[[NDArray[np.bool_]], NDArray[np.intp]]
"""From places (n, h, w) to the number of the nearest one at each pixel (h, w)."""


def things(map_: Floats, small: Floats, nearest: Nearest) -> NDArray[np.int32]:
    """Return the number of the thing at each pixel of a map (h, w), 0 where none is found.

    A piece is one thing; a piece with several thick places that only thin ones join, as people who hold hands, is as
    many. They are looked for on ``small``, the map in the photo's proportions, on which ``nearest`` gives each pixel
    to one of them.
    """
    _, labels = cv2.connectedComponents((map_ >= FOUND).astype(np.uint8), connectivity=8)
    for middles in _joined(small):
        owner = cv2.resize(nearest(middles).astype(np.uint8), map_.shape[::-1], interpolation=cv2.INTER_NEAREST)
        place = np.argwhere(middles[0])[0] * map_.shape // np.array(small.shape)
        piece = labels == labels[tuple(place)]
        if labels[tuple(place)]:
            for number in range(1, len(middles)):
                labels[piece & (owner == number)] = labels.max() + 1
    return np.asarray(labels, np.int32)


def _joined(map_: Floats) -> Iterator[NDArray[np.bool_]]:
    """Yield the thick places (n, h, w), n > 1, of each piece that has several."""
    found = np.pad(map_ >= FOUND, 1).astype(np.uint8)
    depth = cv2.distanceTransform(found, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    for number in range(1, count):
        left, top, width, height, area = stats[number]
        if area < _LEAST_AREA * map_.size:
            continue
        box = slice(top, top + height), slice(left, left + width)
        within = np.where(labels[box] == number, depth[box], np.float32(0))
        parts, cores = cv2.connectedComponents((within > _NECK * within.max()).astype(np.uint8), connectivity=8)
        thick = [cores == part for part in range(1, parts) if within[cores == part].max() >= _THICK * within.max()]
        if len(thick) > 1:
            places = np.zeros((len(thick), *found.shape), bool)
            places[:, *box] = thick
            yield places[:, 1:-1, 1:-1]


def keep_only(map_: Floats, piece: NDArray[np.bool_]) -> Floats:
    """Return the map with 0 wherever another piece is nearer."""
    return _without(map_, (map_ >= FOUND) & ~piece, piece)


def drop_clicked(
    map_: Floats,
    labels: NDArray[np.int32],
    clicks: Sequence[tuple[int, int]],
    others: Sequence[tuple[int, int]] = (),
) -> Floats:
    """Return the map without the things under these pixels (row, column) and their soft surroundings.

    ``labels`` is what ``things`` gave. A thing stays that was not clicked in its middle or has a second mark on it, one
    of the ``others`` too; all stay where no other subject would.
    """
    marked = Counter(int(labels[at]) for at in (*clicks, *others))
    depth = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    alone = [
        int(labels[at])
        for at in clicks
        if labels[at] and marked[int(labels[at])] == 1 and depth[at] >= _MIDDLE * depth[labels == labels[at]].max()
    ]
    gone = np.isin(labels, alone)
    stays = (labels > 0) & ~gone
    if not alone or stays.sum() < _SHARE_LEFT * max((labels == number).sum() for number in alone):
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
