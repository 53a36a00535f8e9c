"""Tiles of a photo: work where the outline is, fill the rest.

A photo is split into tiles. Where the small map says "all background" or "all subject" over a whole tile, the tile is
filled; the others hold the band of undecided pixels and are computed. Small images are enlarged tile by tile, so that
cost follows the outline and not the photo's area.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

TILE = 128
"""Side of a tile in photo pixels: small enough to hug the outline, large enough to be worth a Python call."""


@dataclass(frozen=True)
class Tile:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right`` of the photo, ends exclusive."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> slice:
        """The rows as an index."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """The columns as an index."""
        return slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.bottom - self.top, self.right - self.left

    def grown(self, margin: int, height: int, width: int) -> Tile:
        """Return the tile with ``margin`` more pixels on each side, as far as a photo of that size goes."""
        return Tile(
            max(self.top - margin, 0),
            min(self.bottom + margin, height),
            max(self.left - margin, 0),
            min(self.right + margin, width),
        )


def split(height: int, width: int) -> list[Tile]:
    """Return all tiles of a photo, row by row.

    Work through them in a plain loop: the short numpy calls of a tile spend so long handing the interpreter over that
    two threads take longer than one.

    >>> [tile.shape for tile in split(100, 200)]
    [(100, 128), (100, 72)]
    """
    return [
        Tile(y, min(y + TILE, height), x, min(x + TILE, width))
        for y in range(0, height, TILE)
        for x in range(0, width, TILE)
    ]


def tile_extremes(small: Floats, height: int, width: int, margin: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest value of ``small`` (h, w), which covers the photo, under each tile.

    ``margin`` pixels of ``small`` round the tile count as under it (the reach of the interpolation). Returns two
    arrays of shape (tile rows, tile columns).
    """
    rows = [_span(y, min(y + TILE, height), height, small.shape[0], margin) for y in range(0, height, TILE)]
    columns = [_span(x, min(x + TILE, width), width, small.shape[1], margin) for x in range(0, width, TILE)]
    low = np.stack([small[a:b].min(axis=0) for a, b in rows])
    high = np.stack([small[a:b].max(axis=0) for a, b in rows])
    return (
        np.stack([low[:, a:b].min(axis=1) for a, b in columns], axis=1),
        np.stack([high[:, a:b].max(axis=1) for a, b in columns], axis=1),
    )


def enlarge(planes: Floats, tile: Tile, height: int, width: int, cubic: bool = False) -> Floats:
    """Return the part ``tile`` of small planes (n, h, w) stretched over a photo of ``height`` by ``width`` pixels.

    Returns (n, tile height, tile width): linear interpolation, or Catmull-Rom's cubic (Keys 1981, a = -1/2), whose
    values may overshoot. Pixel centres lie at halves, so borders coincide. Two small matrix products a plane.

    >>> enlarge(np.float32([[[0, 1]]]), Tile(0, 1, 0, 4), 1, 4).tolist()
    [[[0.0, 0.25, 0.75, 1.0]]]
    """
    down, (top, bottom) = _weights(tile.top, tile.bottom, height, planes.shape[1], cubic)
    across, (left, right) = _weights(tile.left, tile.right, width, planes.shape[2], cubic)
    return np.asarray(down @ planes[:, top:bottom, left:right] @ across.T, np.float32)


def _span(start: int, stop: int, full: int, small: int, margin: int) -> tuple[int, int]:
    """Return which pixels of the small axis lie under ``start`` to ``stop`` of the full one."""
    scale = small / full
    return max(int(np.floor(start * scale)) - margin, 0), min(int(np.ceil(stop * scale)) + margin, small)


@lru_cache(maxsize=1024)  # all tiles of a row or column share theirs
def _weights(start: int, stop: int, full: int, small: int, cubic: bool) -> tuple[Floats, tuple[int, int]]:
    """Return interpolation weights (pixels, source pixels) for one axis, and which source pixels they are for."""
    centres = (np.arange(start, stop) + 0.5) * (small / full) - 0.5
    base = np.floor(centres).astype(np.int64)
    t = centres - base
    taps: tuple[int, ...] = (0, 1)
    factors: tuple[NDArray[np.float64], ...] = (1.0 - t, t)
    if cubic:
        taps = (-1, 0, 1, 2)
        factors = (
            ((-0.5 * t + 1.0) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1.0,
            ((-1.5 * t + 2.0) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        )
    first, last = _clamp(base[0] + taps[0], small), _clamp(base[-1] + taps[-1], small)
    matrix = np.zeros((stop - start, last - first + 1), np.float32)
    pixels = np.arange(stop - start)
    for tap, factor in zip(taps, factors, strict=True):
        np.add.at(matrix, (pixels, np.clip(base + tap, 0, small - 1) - first), factor.astype(np.float32))
    return matrix, (first, last + 1)


def _clamp(index: NDArray[np.int64] | int, size: int) -> int:
    return int(min(max(int(index), 0), size - 1))
