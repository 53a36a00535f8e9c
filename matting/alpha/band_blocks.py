"""Compute on the blocks of an image that hold the band, and on no others.

The chosen blocks stand side by side in strips, each block with a rim of its neighbours' pixels. Filters whose total
reach is the rim's width give exactly the values that they give on the whole image, so an iteration costs as much as
the outline is long. Strips are kept short enough to stay in a core's cache.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

Number = TypeVar("Number", np.float32, np.intp)

RIM = 2
"""Pixels round each block: two windows of 3 × 3, one after the other, reach this far."""

_SIDE = 32  # of a block, about; whole pixels of the map
_STRIP = 40_000  # pixels of a strip: some twenty float planes of it fit into a core's cache


class Blocks:
    """The blocks of an image (h, w) in which ``wanted`` (h, w) is true anywhere; at least one block.

    ``cell`` = (rows, columns) of the cells that tile the image; a block holds whole cells. Values live in cores,
    arrays of shape (block rows, blocks, block columns); a block may reach beyond the image, by whole cells.
    """

    def __init__(self, wanted: NDArray[np.bool_], cell: tuple[int, int]) -> None:
        self.shape = wanted.shape[0], wanted.shape[1]
        self.side = tuple(max(1, round(_SIDE / step)) * step for step in cell)
        self._counts = tuple(-(-size // side) for size, side in zip(self.shape, self.side, strict=True))
        grid = np.asarray(self._grid(wanted.astype(np.float32)).any(axis=(2, 3)))
        if not grid.any():
            grid[0, 0] = True
        self._places = np.argwhere(grid)
        self.inside = self.cores(np.ones(self.shape, np.float32))
        per_strip = max(1, _STRIP // ((self.side[0] + 2 * RIM) * (self.side[1] + 2 * RIM)))
        count = len(self._places)
        self.strips = [slice(i, min(i + per_strip, count)) for i in range(0, count, per_strip)]
        slots = self._find_slots(grid)
        self._slots = [self._with_rims(slots, strip) for strip in self.strips]

    def cores(self, image: Floats) -> Floats:
        """Return the blocks' pixels of ``image`` (h, w), zero beyond its border."""
        chosen = self._grid(image)[self._places[:, 0], self._places[:, 1]]
        return np.ascontiguousarray(chosen.swapaxes(0, 1))

    def image(self, cores: Floats) -> Floats:
        """Return the image (h, w) that has the blocks' values and zero elsewhere."""
        rows, columns = self.side
        grid = np.zeros((*self._counts, rows, columns), np.float32)
        grid[self._places[:, 0], self._places[:, 1]] = cores.swapaxes(0, 1)
        whole = grid.swapaxes(1, 2).reshape(self._counts[0] * rows, self._counts[1] * columns)
        return np.ascontiguousarray(whole[: self.shape[0], : self.shape[1]])

    def strip_of_image(self, image: Floats, strip: slice) -> Floats:
        """Return the blocks of a strip with their rims, (rows, blocks · columns), filled from ``image`` (h, w)."""
        return self._with_rims(image, strip)

    def strip_of_cores(self, flat: Floats, strip: slice) -> Floats:
        """Return as ``strip_of_image`` does, filled from flattened cores with one more zero at the end."""
        return flat.take(self._slots[self.strips.index(strip)])

    def without_rims(self, strip: Floats) -> Floats:
        """Return the cores (rows, blocks, columns) in a strip: a view."""
        rows, columns = self.side
        blocks = strip.reshape(rows + 2 * RIM, -1, columns + 2 * RIM)
        return blocks[RIM : RIM + rows, :, RIM : RIM + columns]

    def _find_slots(self, grid: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return, for each pixel of the image, where its value lies among the flattened cores."""
        rows, columns = self.side
        number = np.full(grid.shape, -1, np.intp)
        number[grid] = np.arange(len(self._places))
        count = len(self._places)
        row, column = np.arange(rows)[None, :, None, None], np.arange(columns)[None, None, None, :]
        slots = (row * count + number[:, None, :, None]) * columns + column
        nowhere = count * rows * columns  # the zero after the last core
        slots = np.where(number[:, None, :, None] >= 0, slots, nowhere)
        whole = slots.reshape(self._counts[0] * rows, self._counts[1] * columns)
        return whole[: self.shape[0], : self.shape[1]]

    def _with_rims(self, image: NDArray[Number], strip: slice) -> NDArray[Number]:
        """Return blocks with rims from an image reflected at its border, as OpenCV's filters do."""
        rows, columns = self.side
        counts, sides = self._counts, self.side
        beyond = [(RIM, RIM + n * side - size) for n, side, size in zip(counts, sides, self.shape, strict=True)]
        padded = np.pad(image, beyond, mode="symmetric")
        windows = np.lib.stride_tricks.sliding_window_view(padded, (rows + 2 * RIM, columns + 2 * RIM))
        places = self._places[strip]
        chosen = windows[places[:, 0] * rows, places[:, 1] * columns]
        return np.ascontiguousarray(chosen.swapaxes(0, 1)).reshape(rows + 2 * RIM, -1)

    def _grid(self, image: Floats) -> Floats:
        """Return the image cut into its blocks (block rows, block columns, rows, columns), zero beyond its border."""
        beyond = [(0, n * side - size) for n, side, size in zip(self._counts, self.side, self.shape, strict=True)]
        padded = np.pad(image, beyond) if any(after for _, after in beyond) else image
        rows, columns = self.side
        return padded.reshape(self._counts[0], rows, self._counts[1], columns).swapaxes(1, 2)
