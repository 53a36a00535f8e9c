"""PNG's row filters (W3C PNG, third edition, §9) on whole blocks of rows.

A filter replaces each byte by its difference, modulo 256, from a guess made of its neighbours: ``left`` (the same
byte of the pixel before), ``above`` and ``corner`` (above and left). Outside the picture all of them are 0.
"""

from __future__ import annotations

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]

_BLOCK_BYTES = 64 * 1024  # the scratch arrays of a block together stay in a core's own cache


class Filter(IntEnum):
    """The number that stands before each filtered row."""

    NONE = 0
    SUB = 1
    UP = 2
    AVERAGE = 3
    PAETH = 4


def filter_rows(kind: Filter, rows: Rows, above: Rows, step: int, out: Rows) -> None:
    """Filter ``rows`` (n, bytes) into ``out`` of the same shape.

    ``above`` (n, bytes) holds the row over each row; ``step`` is the number of bytes a pixel takes.
    """
    if kind is Filter.NONE:
        out[:] = rows
    elif kind is Filter.UP:
        np.subtract(rows, above, out=out)
    elif kind is Filter.SUB:
        out[:, :step] = rows[:, :step]
        np.subtract(rows[:, step:], rows[:, :-step], out=out[:, step:])
    else:
        block = max(1, _BLOCK_BYTES // rows.shape[1])
        scratch = [np.empty((min(block, len(rows)), rows.shape[1]), np.uint8) for _ in range(7)]
        predict = _average if kind is Filter.AVERAGE else _paeth
        for start in range(0, len(rows), block):
            part = slice(start, start + block)
            room = [array[: len(rows[part])] for array in scratch]
            np.subtract(rows[part], predict(rows[part], above[part], step, room), out=out[part])


def _shift(rows: Rows, step: int, out: Rows) -> None:
    """Move each byte one pixel to the right, so that it stands where it is the left neighbour."""
    out[:, :step] = 0
    out[:, step:] = rows[:, :-step]


def _average(rows: Rows, above: Rows, step: int, room: list[Rows]) -> Rows:
    """Return the floor of the mean of left and above (§9.3): the bits in common and half of those that differ."""
    left, guess = room[:2]
    _shift(rows, step, left)
    np.bitwise_xor(left, above, out=guess)
    np.right_shift(guess, 1, out=guess)
    np.bitwise_and(left, above, out=left)
    np.add(guess, left, out=guess)
    return guess


def _paeth(rows: Rows, above: Rows, step: int, room: list[Rows]) -> Rows:
    """Return whichever of left, above and corner is nearest to left + above − corner, ties in that order (§9.4).

    In 8 bits throughout. With a = left, b = above, c = corner the distances are |b − c|, |a − c| and
    |(a − c) + (b − c)|. The last one is the difference of the first two while c lies between a and b, and at least
    as large as both otherwise, when c is never chosen.
    """
    left, corner, to_left, to_above, to_corner, low, high = room
    _shift(rows, step, left)
    _shift(above, step, corner)
    cv2.min(left, above, low)
    cv2.max(left, above, high)
    cv2.max(low, cv2.min(high, corner, high), low)
    cv2.compare(low, corner, cv2.CMP_NE, high)  # 255 where the corner is not the median of the three
    cv2.absdiff(above, corner, to_left)
    cv2.absdiff(left, corner, to_above)
    cv2.absdiff(to_left, to_above, to_corner)
    cv2.bitwise_or(to_corner, high, to_corner)
    guess = corner
    cv2.copyTo(above, cv2.compare(to_above, to_corner, cv2.CMP_LE, high), guess)
    cv2.min(to_above, to_corner, low)
    cv2.copyTo(left, cv2.compare(to_left, low, cv2.CMP_LE, high), guess)
    return guess
