"""Edge alignment: from a small probability map to an outline that follows the photo's own.

The map is solved at a moderate resolution (``closed_form``) and what is enlarged to the photo is not alpha but its
local linear dependence on colour, so that the photo's full resolution decides where the outline runs (the same idea
as the fast guided filter: He and Sun, arXiv:1505.00996). Cost of the solution does not grow with the photo.

The solution replaces the plainly enlarged map only as far as it can be trusted: not at all where the map is about as
fine as the photo, and nowhere that it would lose, or add, what the map was sure of.
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
from matting.alpha.numeric import Floats, smoothstep, to_unit
from matting.alpha.resample import resize
from matting.alpha.strokes import DrawnStroke, Stroke, scale_strokes, strokes_on
from matting.alpha.tiles import Tile
from matting.photo import Pixels
from matting.settings import Edges

CENTRE = np.float32(0.5)  # colours are centred, for the sake of float32

UNDECIDED = np.float32(0.5)

SURE = 0.02
"""A pixel of the map this near to 0 or 1, as are its neighbours, is taken as decided."""


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

_WEIGHT = 0.03  # of the map, against the photo's colours
_CONFIRMED, _REFUTED = 0.055, 0.08  # median difference of probability at which the photo does and does not confirm it
_NEAREST = 3  # pixels of even the smallest map from its outline that may hold hair
_RIM_TRUST = np.float32(0.01)  # in what a feathered rim says, against what the map says
_RIM_RISE = np.float32(4)  # a rim is solved from a quarter of the brush's full effect on
_INVENTED = 0.025  # mean difference in probability that tells a sharp map from an enlarged one
_EPSILON = 1e-6  # colour variance below which a window is flat: about the noise of 8 bits
_AS_FINE, _COARSE = 1.5, 4.0  # photo pixels to a pixel of the map: below no solution, from here on all of it
_NEIGHBOURHOOD = 1.5  # standard deviation in pixels of the map over which gains and losses are balanced
_KEPT, _LOST = 0.12, 0.3  # of what the map is sure of: a loss up to here is believed, from here on not at all


@dataclass(frozen=True)
class Aligned:
    """Alpha as a linear function of colour, at the resolution of the solution; covers the whole photo.

    ``slopes`` (3, h, w) for red, green and blue and ``offset`` (h, w): alpha = slopes · (colour - CENTRE) + offset.
    ``trust`` (h, w) in [0, 1]: how far that alpha replaces the enlarged map. ``decided`` (h, w): 0 or 1, 0.5 in the
    band. ``doubt`` from 0, a map that the photo confirms, to 1.
    """

    slopes: Floats
    offset: Floats
    trust: Floats
    decided: Floats
    doubt: float


def align(rgb: Pixels, probability: Floats, edges: Edges, strokes: Sequence[Stroke] = ()) -> Aligned | None:
    """Solve the outline of ``probability`` (mh, mw) in [0, 1] on the photo ``rgb`` (height, width, 3).

    The map must not be larger than the photo. ``strokes`` are in photo pixels: their cores are decided, their
    feathered rims follow the photo. ``edges`` is ``FINE`` or ``HAIR``. ``None`` where the enlarged map is as good:
    there are no strokes and the map is nearly as fine as the photo.
    """
    effort = EFFORTS[edges]
    given = probability.shape
    probability = true_size(probability)
    # A network's map may be smooth and yet right to its pixel; only in one saved at photo size are pixels invented.
    need = need_of_help(rgb.shape, probability.shape if given == rgb.shape[:2] else given)
    if need == 0 and not strokes:
        return None
    solution: Floats | None = None
    doubt, reach = 0.0, effort.reach
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), "outline") as pool:
        for rows, columns in _sizes(rgb.shape, probability.shape, effort.side):
            small = cast(Pixels, cv2.resize(rgb, (columns, rows), interpolation=cv2.INTER_AREA))
            target = _without_ghosts(probability, reach, doubt)
            decided = resize(_decided(target), rows, columns, cv2.INTER_NEAREST)
            drawn = _Drawn.at(strokes, rgb.shape, rows, columns)
            decided = drawn.decide(decided)
            unknown = decided == UNDECIDED
            solver = Solver(
                to_unit(small) - CENTRE, unknown, (probability.shape[0], probability.shape[1]), _EPSILON, pool
            )
            start = resize(target if solution is None else solution, rows, columns)
            start = np.where(unknown, start, decided)
            wanted = drawn.apply(resize(target, rows, columns, cv2.INTER_NEAREST))
            solution = solver.solve(wanted, start, np.float32(_WEIGHT) * drawn.map_weight(), effort.iterations)
            doubt = max(doubt, _doubt(solution, target))
            reach = effort.reach * (1 - 0.5 * doubt)
        assert solution is not None
        model = solver.fit(solution)
    in_stroke = np.clip(_RIM_RISE * (1 - drawn.unpainted), 0, 1)
    believed = _trust(np.where(drawn.unpainted < 0.98, wanted, solution), target) * np.float32(need)
    trust = np.where(unknown, in_stroke + (1 - in_stroke) * believed, np.float32(0))
    return Aligned(model[:3], model[3], trust, decided, doubt)


def need_of_help(photo: tuple[int, ...], probability: tuple[int, ...]) -> float:
    """Return how much the photo's shape (height, width, …) can add to a map's shape (mh, mw), from 0 to 1.

    A map about as fine as the photo draws the outline to the pixel; what a solution could add is the photo's noise
    and the blocks of its JPEG compression.

    >>> need_of_help((400, 400, 3), (320, 320)), need_of_help((4000, 6000, 3), (320, 320))
    (0.0, 1.0)
    """
    scale = max(photo[0] / probability[0], photo[1] / probability[1])
    return float(np.clip((scale - _AS_FINE) / (_COARSE - _AS_FINE), 0, 1))


def _trust(solution: Floats, target: Floats) -> Floats:
    """Return how far the solution (h, w) may be believed, 0 to 1: less where it loses or adds what the map was sure of.

    A pixel of the map counts by how sure it is, and gains and losses balance over a neighbourhood: an outline may
    get sharper and move a little, a limb may not vanish.
    """
    means = resize(np.clip(solution, 0, 1), target.shape[0], target.shape[1], cv2.INTER_AREA)
    changed = np.abs(2 * target - 1) * (means - target)
    balance = cv2.GaussianBlur(changed, (0, 0), _NEIGHBOURHOOD)
    believed = 1 - smoothstep(np.abs(np.asarray(balance, np.float32)), _KEPT, _LOST)
    return resize(believed, solution.shape[0], solution.shape[1])


def _doubt(solution: Floats, target: Floats) -> float:
    """Return how far the photo contradicts the map's soft pixels, 0 to 1.

    A map that is an area average of alpha agrees to a few hundredths in its soft pixels; one that is blurred, or lies
    beside the outline, as networks' maps do, is two to four times as far off: its softness says nothing about hair.
    """
    means = resize(np.clip(solution, 0, 1), target.shape[0], target.shape[1], cv2.INTER_AREA)
    soft = (target > 0.05) & (target < 0.95)
    if not soft.any():
        return 0.0
    off = float(np.median(np.abs(means - target)[soft]))
    return min(max((off - _CONFIRMED) / (_REFUTED - _CONFIRMED), 0.0), 1.0)


def _without_ghosts(probability: Floats, reach: float, doubt: float) -> Floats:
    """Return the map with its greyness pushed towards 0 and 1: everywhere by ``doubt``, fully beyond ``reach``."""
    inside = (probability >= UNDECIDED).astype(np.uint8)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3) + cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    pushed = np.clip(distance / max(reach * max(probability.shape), _NEAREST) - 1, doubt, 1)
    return np.asarray(probability + pushed * (smoothstep(probability, 0.3, 0.7) - probability), np.float32)


def true_size(probability: Floats) -> Floats:
    """Return the map without the pixels that an earlier enlargement invented; (h, w) as it came if there are none.

    A map saved at photo size is a smooth enlargement of what a network computed; a solution that fits each of its
    pixels could have no sharp outline. The map is halved as long as enlarging again gives nearly the same.

    >>> ramp = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (256, 1))
    >>> true_size(ramp).shape
    (32, 32)
    """
    while min(probability.shape) >= 64:
        height, width = probability.shape
        half = resize(probability, (height + 1) // 2, (width + 1) // 2, cv2.INTER_AREA)
        lost = np.abs(resize(half, height, width) - probability)
        soft = (probability > SURE) & (probability < 1 - SURE)
        if not soft.any() or lost[soft].mean() > _INVENTED:
            break
        probability = half
    return probability


def tile_alpha(colours: Floats, slopes: Floats, offset: Floats) -> Floats:
    """Return alpha (h, w) of one tile, not clipped: ``colours`` (h, w, 3) in [0, 1], the model enlarged to the tile.

    >>> grey = np.full((1, 1, 3), 0.75, np.float32)
    >>> tile_alpha(grey, np.ones((3, 1, 1), np.float32), np.zeros((1, 1), np.float32))
    array([[0.75]], dtype=float32)
    """
    return np.asarray(offset + np.einsum("chw,hwc->hw", slopes, colours - CENTRE), np.float32)


def _decided(target: Floats) -> Floats:
    """Return 1 where a pixel and its neighbours are surely subject, 0 where surely background, 0.5 elsewhere."""
    around = np.ones((3, 3), np.uint8)
    subject = cv2.erode((target >= 1 - SURE).astype(np.uint8), around)
    background = cv2.erode((target <= SURE).astype(np.uint8), around)
    return np.asarray(0.5 + 0.5 * subject - 0.5 * background, np.float32)


@dataclass(frozen=True)
class _Drawn:
    """The strokes at the resolution of the solution: alpha becomes ``painted + unpainted · alpha``, both (h, w).

    A feathered rim says where to look and not what is there: the photo decides.
    """

    painted: Floats
    unpainted: Floats

    @classmethod
    def at(cls, strokes: Sequence[Stroke], photo: tuple[int, ...], rows: int, columns: int) -> _Drawn:
        if not strokes:
            return cls(np.zeros((rows, columns), np.float32), np.ones((rows, columns), np.float32))
        factor = min(1.0, max(rows, columns) / max(photo[:2]))
        size = (max(1, round(photo[0] * factor)), max(1, round(photo[1] * factor)))
        drawn = [DrawnStroke(stroke, size[0], size[1]) for stroke in scale_strokes(strokes, factor)]
        painted, unpainted = strokes_on(drawn, Tile(0, size[0], 0, size[1]), whole=True)
        return cls(resize(painted, rows, columns), resize(unpainted, rows, columns))

    def decide(self, decided: Floats) -> Floats:
        """Return ``decided`` after the strokes: their cores are decided, their rims are not."""
        rim = (self.unpainted >= 0.02) & (self.unpainted < 0.98)
        return np.where(rim, UNDECIDED, np.where(self.unpainted < 0.02, np.round(self.painted), decided)).astype(
            np.float32
        )

    def apply(self, target: Floats) -> Floats:
        return self.painted + self.unpainted * target

    def map_weight(self) -> Floats:
        return np.where((self.unpainted >= 0.02) & (self.unpainted < 0.98), _RIM_TRUST, np.float32(1))


def _sizes(photo: tuple[int, ...], probability: tuple[int, ...], side: int) -> list[tuple[int, int]]:
    """Return two sizes to solve at, coarse and fine: multiples of the map, near ``side``, not above the photo's."""
    factor = min(1.0, side / max(photo[:2]))
    rows, columns = (max(1, min(round(photo[i] * factor / probability[i]), photo[i] // probability[i])) for i in (0, 1))
    coarse = (max(1, round(rows / 2)), max(1, round(columns / 2)))
    return [(probability[0] * step[0], probability[1] * step[1]) for step in (coarse, (rows, columns))]
