"""Where the subject is: the rectangles of alpha that trimming and the canvas go by."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from matting.photo import Pixels

VISIBLE = 0.1
"""Opacity from which a pixel counts for the subject's size; a fainter seam is not seen."""
SPECK = 0.001
"""A loose part below this share of the largest part's area does not decide where the subject ends."""
_CELLS = 512  # long side of the small copy on which loose parts are told apart


@dataclass(frozen=True)
class Rectangle:
    """Rows from ``top`` to below ``bottom`` and columns from ``left`` to before ``right``, in pixels."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def height(self) -> float:
        """The number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """The number of columns."""
        return self.right - self.left

    def scaled(self, factor: float) -> Rectangle:
        """Return the same rectangle where every pixel is ``factor`` pixels."""
        return Rectangle(self.top * factor, self.bottom * factor, self.left * factor, self.right * factor)


def trim_box(alpha: Pixels) -> tuple[int, int, int, int] | None:
    """Return the least (top, bottom, left, right) that holds every pixel with any opacity; ``None`` without one.

    >>> trim_box(np.array([[0, 0, 0], [0, 9, 0]], np.uint8))
    (1, 2, 1, 2)
    """
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if rows.size == 0:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def subject_box(alpha: Pixels) -> tuple[int, int, int, int] | None:
    """Return the least (top, bottom, left, right) that holds the visible subject without loose specks.

    ``alpha`` (h, w), uint8 or uint16. ``None`` where nothing is visible.
    """
    least = alpha.dtype.type(np.ceil(VISIBLE * np.iinfo(alpha.dtype).max))  # its dtype: no floats of the whole photo
    visible = (alpha >= least).view(np.uint8)
    height, width = visible.shape
    cell = -(-max(height, width) // _CELLS)
    rows, columns = -(-height // cell), -(-width // cell)
    padding = rows * cell - height, columns * cell - width
    padded = cv2.copyMakeBorder(visible * np.uint16(65535), 0, padding[0], 0, padding[1], cv2.BORDER_CONSTANT, value=0)
    # How full each cell is; in 16 bits, where a single pixel of the largest cell does not vanish.
    cells = np.asarray(cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA), np.uint16)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(cells > 0, np.uint8), connectivity=8)
    if count == 1:
        return None
    pixels = np.bincount(labels.ravel(), weights=cells.ravel(), minlength=count)
    kept = [label for label in range(1, count) if pixels[label] >= SPECK * pixels[1:].max()]
    top, left = stats[kept, cv2.CC_STAT_TOP].min() * cell, stats[kept, cv2.CC_STAT_LEFT].min() * cell
    bottom = (stats[kept, cv2.CC_STAT_TOP] + stats[kept, cv2.CC_STAT_HEIGHT]).max() * cell
    right = (stats[kept, cv2.CC_STAT_LEFT] + stats[kept, cv2.CC_STAT_WIDTH]).max() * cell
    inner = trim_box(visible[top:bottom, left:right])
    assert inner is not None
    return int(top + inner[0]), int(top + inner[1]), int(left + inner[2]), int(left + inner[3])
