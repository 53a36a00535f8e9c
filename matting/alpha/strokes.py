"""Keep and erase strokes: the user's own corrections of the alpha, drawn on the photo.

A stroke is a polyline with a pressure at every point. Its coverage is 1 in the core, falls to 0 over the feathered
rim, and the rim's width is ``(1 - hardness)`` of the radius, 0.85 at most. Applying a stroke moves alpha towards 1
(keep) or 0 (erase) by the coverage, so the core is a hard constraint and a later stroke wins over an earlier one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats, smoothstep
from matting.alpha.tiles import Tile, enlarge

_FINENESS = 16  # grid points along a brush's radius
_SOFTEST = 0.85  # of the radius at most is rim: every stroke has a core
_ENDLESS = 1e7  # points beyond are moved to here
_HARD = 0.95  # from this hardness on, a stroke's edge is the user's own and does not look for the photo's


@dataclass(frozen=True)
class Stroke:
    """One keep (or erase) stroke in photo pixels.

    ``radius`` is the brush's radius in pixels at pressure 1 (> 0), ``hardness`` in [0, 1] (1: no feathered rim),
    ``points`` are (x, y, pressure) with pressure in [0, 1] scaling the radius; (0, 0) is the photo's top left corner,
    pixel centres lie at halves.
    """

    keep: bool
    radius: float
    hardness: float
    points: tuple[tuple[float, float, float], ...]

    def region(self, height: int, width: int) -> Tile | None:
        """Return the part of a photo of that size that the stroke touches, or ``None`` when it misses the photo."""
        if not self.points or self.radius <= 0:
            return None
        xy = np.array(self.points, np.float64)
        reach = self.radius * np.clip(xy[:, 2], 0.0, 1.0) + 1
        top, bottom = int(np.floor((xy[:, 1] - reach).min())), int(np.ceil((xy[:, 1] + reach).max()))
        left, right = int(np.floor((xy[:, 0] - reach).min())), int(np.ceil((xy[:, 0] + reach).max()))
        top, bottom, left, right = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
        return Tile(top, bottom, left, right) if top < bottom and left < right else None


def scale_strokes(strokes: Sequence[Stroke], factor: float) -> tuple[Stroke, ...]:
    """Return the strokes for a photo enlarged by ``factor`` (> 0): points and radii are multiplied by it.

    >>> scale_strokes([Stroke(True, 2.0, 1.0, ((1.0, 3.0, 1.0),))], 2)[0].points
    ((2.0, 6.0, 1.0),)
    """
    return tuple(
        replace(
            stroke,
            radius=stroke.radius * factor,
            points=tuple((x * factor, y * factor, pressure) for x, y, pressure in stroke.points),
        )
        for stroke in strokes
    )


def finds_subject(peak: float, threshold: float, strokes: Sequence[Stroke] = ()) -> bool:
    """Return whether there is anything to cut: a map's highest value in [0, 1] that reaches the threshold, or a stroke
    that keeps. Threshold 0 still asks for more than nothing.
    """
    return peak >= max(threshold, 1e-6) or any(stroke.keep for stroke in strokes)


class DrawnStroke:
    """A stroke as a field of depths, drawn once and read tile by tile.

    The depth of a place is its distance in pixels from the stroke's outline, positive inside. Depth varies so smoothly
    that a grid of a sixteenth of the radius holds it to a hundredth of a pixel, so that a huge brush costs no more
    than a small one and its outline is still exact.
    """

    def __init__(self, stroke: Stroke, height: int, width: int) -> None:
        self.keep = stroke.keep
        self.hard = stroke.hardness >= _HARD
        self.region = stroke.region(height, width)
        if self.region is None:
            return
        self._rim = stroke.radius * min(1.0 - min(stroke.hardness, 1.0), _SOFTEST)
        step = max(1.0, stroke.radius / _FINENESS)
        rows, columns = (math.ceil(side / step) for side in self.region.shape)
        self._extent = (
            round(rows * step),
            round(columns * step),
        )  # pixels that the grid covers
        self._depth = _depth(stroke, self.region, (rows, columns), self._extent)

    def touches(self, tile: Tile) -> bool:
        """Return whether the stroke's region and the tile overlap."""
        region = self.region
        return (
            region is not None
            and max(tile.top, region.top) < min(tile.bottom, region.bottom)
            and max(tile.left, region.left) < min(tile.right, region.right)
        )

    def coverage(self, tile: Tile) -> tuple[tuple[slice, slice], Floats] | None:
        """Return where in ``tile`` the stroke lies and how far it counts there, 0 to 1; ``None`` for nowhere."""
        region = self.region
        if region is None or not self.touches(tile):
            return None
        top, bottom = max(tile.top, region.top), min(tile.bottom, region.bottom)
        left, right = max(tile.left, region.left), min(tile.right, region.right)
        inside = Tile(top - region.top, bottom - region.top, left - region.left, right - region.left)
        where = (slice(top - tile.top, bottom - tile.top), slice(left - tile.left, right - tile.left))
        depth = enlarge(self._depth[None], inside, self._extent[0], self._extent[1])[0]
        if self._rim <= 1:
            return where, np.clip(depth + np.float32(0.5), 0, 1)
        return where, smoothstep(depth, 0, self._rim)


def strokes_on(
    strokes: Sequence[DrawnStroke], tile: Tile, core: bool = False, whole: bool = False
) -> tuple[Floats, Floats]:
    """Return the strokes on a tile: alpha becomes ``painted + unpainted · alpha``; both of the tile's shape.

    ``core``: only the inner part of feathered strokes counts, because edge alignment has used the rim already.
    ``whole``: hard strokes cover whole pixels or none (for small copies, on which their outline is not the user's).
    """
    painted, unpainted = np.zeros(tile.shape, np.float32), np.ones(tile.shape, np.float32)
    for stroke in strokes:
        touched = stroke.coverage(tile)
        if touched is None:
            continue
        where, strength = touched
        if core and not stroke.hard:
            strength = np.clip((strength - np.float32(0.85)) * np.float32(10), 0, 1)
        if whole and stroke.hard:
            strength = np.round(strength)
        painted[where] *= 1 - strength
        if stroke.keep:
            painted[where] += strength
        unpainted[where] *= 1 - strength
    return painted, unpainted


def _depth(stroke: Stroke, region: Tile, size: tuple[int, int], extent: tuple[int, int]) -> Floats:
    """Return the depth in photo pixels on a grid of ``size`` over ``extent`` pixels from the region's corner."""
    steps = extent[0] / size[0], extent[1] / size[1]
    lowest = -2.0 * max(steps)  # outside, only the sign matters once interpolation is past
    depth = np.full(size, lowest, np.float32)
    y = region.top + (np.arange(size[0], dtype=np.float32) + 0.5) * steps[0]
    x = region.left + (np.arange(size[1], dtype=np.float32) + 0.5) * steps[1]
    points = _thinned(np.array(stroke.points, np.float64), stroke.radius)
    points[:, 2] = np.clip(points[:, 2], 0.0, 1.0) * stroke.radius
    points[:, :2] = np.clip(points[:, :2], -_ENDLESS, _ENDLESS)
    for first, last in pairwise([points[0], *points]):
        reach = max(first[2], last[2]) - lowest
        rows = slice(*np.searchsorted(y, (min(first[1], last[1]) - reach, max(first[1], last[1]) + reach)))
        columns = slice(*np.searchsorted(x, (min(first[0], last[0]) - reach, max(first[0], last[0]) + reach)))
        part = depth[rows, columns]
        if part.size:
            np.maximum(part, _depth_of_segment(y[rows, None], x[None, columns], first, last), out=part)
    return depth


def _depth_of_segment(y: Floats, x: Floats, first: NDArray[np.float64], last: NDArray[np.float64]) -> Floats:
    """Return the depth in the segment between two (x, y, radius), whose radius changes evenly along it."""
    along_x, along_y, growth = (float(value) for value in last - first)
    square = along_x * along_x + along_y * along_y
    away_x, away_y = x - np.float32(first[0]), y - np.float32(first[1])
    if square == 0:
        return np.asarray(np.float32(last[2]) - np.hypot(away_x, away_y), np.float32)
    part = np.clip((away_x * np.float32(along_x) + away_y * np.float32(along_y)) / np.float32(square), 0, 1)
    distance = np.hypot(away_x - part * np.float32(along_x), away_y - part * np.float32(along_y))
    return np.asarray(np.float32(first[2]) + part * np.float32(growth) - distance, np.float32)


def _thinned(points: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Drop the points that lie within a fifth of the radius of the last one kept: the drawing does not change."""
    kept = [0]
    for index in range(1, len(points) - 1):
        gap = np.hypot(*(points[index, :2] - points[kept[-1], :2])) + radius * abs(
            points[index, 2] - points[kept[-1], 2]
        )
        if gap > 0.2 * radius:
            kept.append(index)
    if len(points) > 1:
        kept.append(len(points) - 1)
    return points[kept]
