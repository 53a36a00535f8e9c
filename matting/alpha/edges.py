"""Edge alignment: from a small probability map to an outline that follows the photo's own.

The map is solved at a moderate resolution (``closed_form``) and what is enlarged to the photo is not alpha but its
local linear dependence on colour, so that the photo's full resolution decides where the outline runs (the same idea
as the fast guided filter: He and Sun, arXiv:1505.00996). Cost of the solution does not grow with the photo.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from matting.alpha.closed_form import Solver
from matting.alpha.numeric import Floats, resize, smoothstep, to_unit
from matting.alpha.strokes import DrawnStroke, Stroke, scale_strokes, strokes_on
from matting.alpha.tiles import Tile
from matting.photo import Pixels
from matting.settings import Edges

CENTRE = np.float32(0.5)  # colours are centred, for the sake of float32

UNDECIDED = np.float32(0.5)

SURE = 0.02
"""A cell of the map this near to 0 or 1, as are its neighbours, is taken as decided."""


@dataclass(frozen=True)
class Effort:
    """What a preset spends.

    ``side``: long side in pixels of the image that is solved; ``iterations`` at most, at that resolution. ``reach``:
    greyness farther than this part of the map's long side from the outline is the network's doubt, not hair.
    """

    side: int
    iterations: int
    reach: float


EFFORTS = {
    Edges.FINE: Effort(side=480, iterations=25, reach=0.02),
    Edges.HAIR: Effort(side=1200, iterations=60, reach=0.04),
}

_TRUSTED, _DOUBTED = 0.03, 0.003  # weight of a map that the photo confirms, and of one that it does not
_CONFIRMED, _REFUTED = 0.055, 0.08  # median difference of probability at which it does and does not
_NEAREST = 3  # cells of even the smallest map from its outline that may hold hair
_RIM_TRUST = np.float32(0.01)  # in what a feathered rim says, against what the map says
_INVENTED = 0.025  # mean difference in probability that tells a sharp map from an enlarged one
_EPSILON = 1e-6  # colour variance below which a window is flat: about the noise of 8 bits


@dataclass(frozen=True)
class Aligned:
    """Alpha as a linear function of colour, at the resolution of the solution; covers the whole photo.

    ``planes`` (7, h, w): slopes for red, green and blue; offset; 1 where the colours decide and 0 where the map does;
    the map's word (0 or 1) where it has one; 1 where the map has one. ``decided`` (h, w): 0 or 1, 0.5 in the band.
    ``doubt`` from 0, a map that the photo confirms, to 1.
    """

    planes: Floats
    decided: Floats
    doubt: float


def align(rgb: Pixels, prior: Floats, edges: Edges, strokes: Sequence[Stroke] = ()) -> Aligned:
    """Solve the outline of ``prior`` (mh, mw) in [0, 1] on the photo ``rgb`` (height, width, 3).

    The map must not be larger than the photo. ``strokes`` are in photo pixels: their cores are decided, their
    feathered rims follow the photo. ``edges`` is ``FINE`` or ``HAIR``.
    """
    effort = EFFORTS[edges]
    prior = true_size(prior)
    solution: Floats | None = None
    doubt, reach, weight = 0.0, effort.reach, _DOUBTED
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), "outline") as pool:
        for rows, columns in _sizes(rgb.shape, prior.shape, effort.side):
            small = cast(Pixels, cv2.resize(rgb, (columns, rows), interpolation=cv2.INTER_AREA))
            expected = _without_ghosts(prior, reach)
            sure = resize(_decided(expected), rows, columns, cv2.INTER_NEAREST)
            decided, target, trust = _with_strokes(
                sure, resize(expected, rows, columns, cv2.INTER_NEAREST), strokes, rgb.shape
            )
            unknown = decided == UNDECIDED
            solver = Solver(to_unit(small) - CENTRE, unknown, (prior.shape[0], prior.shape[1]), _EPSILON, pool)
            start = resize(expected if solution is None else solution, rows, columns)
            start = np.where(unknown, start, decided)
            solution = solver.solve(target, start, np.float32(weight) * trust, effort.iterations)
            doubt = max(doubt, _doubt(solution, expected))
            weight = _TRUSTED * (_DOUBTED / _TRUSTED) ** doubt
            reach = effort.reach * (1 - 0.5 * doubt)
        assert solution is not None
        slopes = solver.fit(solution)
    spoken = sure != UNDECIDED
    flags = [plane.astype(np.float32) for plane in (unknown, spoken * sure, spoken)]
    return Aligned(np.concatenate([slopes, np.stack(flags)]), decided, doubt)


def _doubt(solution: Floats, prior: Floats) -> float:
    """How little the map counts from here on, 0 to 1, from how well it agrees with what the photo made of it.

    A map that is an area average of alpha agrees to a few hundredths in its soft cells; one that is blurred, or lies
    beside the outline, as networks' maps do, is two to four times as far off, and believing it would leave a halo.
    """
    means = resize(np.clip(solution, 0, 1), prior.shape[0], prior.shape[1], cv2.INTER_AREA)
    soft = (prior > 0.05) & (prior < 0.95)
    if not soft.any():
        return 0.0
    off = float(np.median(np.abs(means - prior)[soft]))
    return min(max((off - _CONFIRMED) / (_REFUTED - _CONFIRMED), 0.0), 1.0)


def _without_ghosts(prior: Floats, reach: float) -> Floats:
    """The map with its greyness pushed towards 0 and 1 where it is farther than ``reach`` from the outline."""
    inside = (prior >= UNDECIDED).astype(np.uint8)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3) + cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    far = np.clip(distance / max(reach * max(prior.shape), _NEAREST) - 1, 0, 1)
    return np.asarray(prior + far * (smoothstep(prior, 0.3, 0.7) - prior), np.float32)


def true_size(cells: Floats) -> Floats:
    """The map without the pixels that an earlier enlargement invented; (h, w) as it came if there are none.

    A map saved at photo size is a smooth enlargement of what a network computed; taking each of its pixels at its
    word would forbid any sharp outline. Halved as long as enlarging again gives nearly the same.
    """
    while min(cells.shape) >= 64:
        half = resize(cells, (cells.shape[0] + 1) // 2, (cells.shape[1] + 1) // 2, cv2.INTER_AREA)
        lost = np.abs(resize(half, cells.shape[0], cells.shape[1]) - cells)
        soft = (cells > SURE) & (cells < 1 - SURE)
        if not soft.any() or lost[soft].mean() > _INVENTED:
            break
        cells = half
    return cells


def tile_alpha(colours: Floats, planes: Floats) -> Floats:
    """Alpha of one tile, not clipped: ``colours`` (h, w, 3) in [0, 1], ``planes`` (7, h, w) enlarged to the tile."""
    centred = colours - CENTRE
    solved = planes[3] + planes[0] * centred[..., 0] + planes[1] * centred[..., 1] + planes[2] * centred[..., 2]
    told = planes[5] / np.maximum(planes[6], np.float32(1e-3))
    return np.asarray(told + np.clip(2 * planes[4], 0, 1) * (solved - told), np.float32)


def _decided(prior: Floats) -> Floats:
    """1 where a cell and its neighbours are surely subject, 0 where surely background, 0.5 elsewhere."""
    around = np.ones((3, 3), np.uint8)
    subject = cv2.erode((prior >= 1 - SURE).astype(np.uint8), around)
    background = cv2.erode((prior <= SURE).astype(np.uint8), around)
    return np.asarray(0.5 + 0.5 * subject - 0.5 * background, np.float32)


def _with_strokes(
    decided: Floats, target: Floats, strokes: Sequence[Stroke], photo: tuple[int, ...]
) -> tuple[Floats, Floats, Floats]:
    """What is decided, what is expected, and how far that is to be trusted (0 to 1), after the strokes.

    All at the resolution of the solution. A feathered rim says where to look and not what is there: the photo decides.
    """
    if not strokes:
        return decided, target, np.ones_like(target)
    factor = min(1.0, max(decided.shape) / max(photo[:2]))
    size = (max(1, round(photo[0] * factor)), max(1, round(photo[1] * factor)))
    everywhere = Tile(0, size[0], 0, size[1])
    drawn = [DrawnStroke(stroke, size[0], size[1]) for stroke in scale_strokes(strokes, factor)]
    rows, columns = decided.shape
    said, left = (resize(plane, rows, columns) for plane in strokes_on(drawn, everywhere, whole=True))
    rim = (left >= 0.02) & (left < 0.98)
    word = np.where(rim, UNDECIDED, np.where(left < 0.02, np.round(said), decided))
    return word.astype(np.float32), said + left * target, np.where(rim, _RIM_TRUST, np.float32(1))


def _sizes(photo: tuple[int, ...], cells: tuple[int, ...], side: int) -> list[tuple[int, int]]:
    """Two sizes to solve at, coarse and fine: whole multiples of the map, near ``side``, not above the photo's."""
    factor = min(1.0, side / max(photo[:2]))
    rows, columns = (max(1, min(round(photo[i] * factor / cells[i]), photo[i] // cells[i])) for i in (0, 1))
    coarse = (max(1, round(rows / 2)), max(1, round(columns / 2)))
    return [(cells[0] * step[0], cells[1] * step[1]) for step in (coarse, (rows, columns))]
