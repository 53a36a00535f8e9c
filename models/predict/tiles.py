"""Predict a large photo at its own resolution, tile by tile, so that memory is bounded and no seam shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A multiple of every network's own grid, so that each tile is pooled exactly as the whole photo would be.
GRID = 32


@dataclass(frozen=True)
class Tiling:
    """Sizes in pixels of the photo, multiples of ``grid``, to a multiple of which each tile is extended by reflection.

    ``side`` of a tile; ``border`` of reflected pixels around the photo; ``context``: what is thrown away at a tile's
    inner edges, because there the network sees less than it does in the whole photo (Ronneberger et al. 2015, figure
    2: U-Net needs 92); ``blend``: over which neighbouring tiles fade into each other. A retina as the bundled network
    sees it is one tile.
    """

    side: int = 1024
    border: int = 32
    context: int = 96
    blend: int = 32
    grid: int = GRID


DEFAULT_TILING = Tiling()


def predict_tiled(
    rgb: NDArray[np.uint8],
    predict: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
    classes: int,
    tiling: Tiling = DEFAULT_TILING,
) -> NDArray[np.float32]:
    """Map a photo (h, w, 3) to probabilities (classes, h, w) at the photo's own size.

    ``predict`` maps one tile (th, tw, 3) to (classes, th, tw), both sizes multiples of the tiling's grid. Memory
    beside the result: that of one tile.
    """
    height, width = rgb.shape[:2]
    rows, columns = _cut_axis(height, tiling), _cut_axis(width, tiling)
    result = np.zeros((classes, height, width), np.float32)
    for row in rows:
        for column in columns:
            tile = predict(rgb[row.sources[:, None], column.sources[None, :]])
            weighted = tile[:, row.inside, column.inside] * (row.weights[:, None] * column.weights[None, :])
            result[:, row.target, column.target] += weighted
    # Weights sum to one only up to rounding.
    return np.clip(result, 0.0, 1.0, out=result)


@dataclass(frozen=True)
class _Span:
    """One tile along one axis: which pixels it reads, which part of its output counts, where and how much."""

    sources: NDArray[np.intp]
    inside: slice
    target: slice
    weights: NDArray[np.float32]


def _cut_axis(length: int, tiling: Tiling) -> list[_Span]:
    padded = length + 2 * tiling.border
    padded += -padded % tiling.grid
    side = min(tiling.side, padded)
    starts = _starts(padded, side, tiling.side - 2 * tiling.context - tiling.blend, tiling.grid)
    ramps = [_ramp(start, side, padded, tiling) for start in starts]
    total = np.zeros(padded, np.float32)
    for start, ramp in zip(starts, ramps, strict=True):
        total[start : start + side] += ramp
    spans = []
    for start, ramp in zip(starts, ramps, strict=True):
        positions = np.arange(start, start + side) - tiling.border
        counts = np.flatnonzero((ramp > 0) & (positions >= 0) & (positions < length))
        first, last = int(counts[0]), int(counts[-1]) + 1
        target = slice(int(positions[first]), int(positions[last - 1]) + 1)
        weights = (ramp / total[start : start + side])[first:last]
        spans.append(_Span(reflect(positions, length), slice(first, last), target, weights))
    return spans


def _starts(padded: int, side: int, stride: int, grid: int) -> list[int]:
    """Return where tiles begin: on the grid, evenly spread, the last one ending where the photo does."""
    steps = -(-(padded - side) // stride)
    if steps == 0:
        return [0]
    return [round((padded - side) * step / steps / grid) * grid for step in range(steps)] + [padded - side]


def _ramp(start: int, side: int, padded: int, tiling: Tiling) -> NDArray[np.float32]:
    """Return the weight of a tile's pixels: none in the context, full in the middle and at the photo's border."""
    distance = np.arange(side, dtype=np.float32) + 0.5
    from_start = np.full(side, np.inf, np.float32) if start == 0 else distance
    from_end = np.full(side, np.inf, np.float32) if start + side == padded else distance[::-1]
    nearest = np.minimum(from_start, from_end)
    return np.clip((nearest - tiling.context) / tiling.blend, 0.0, 1.0).astype(np.float32)


def reflect(positions: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Bring positions outside [0, length) inside by mirroring at the outermost pixels, as often as needed.

    >>> reflect(np.arange(-2, 6), 4).tolist()
    [2, 1, 0, 1, 2, 3, 2, 1]
    """
    if length == 1:
        return np.zeros_like(positions)
    period = 2 * (length - 1)
    folded = np.abs(positions) % period
    return np.asarray(np.minimum(folded, period - folded), np.intp)
