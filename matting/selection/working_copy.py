"""A small copy of a part of a photo, on which marks are followed up to the edges."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.selection.colours import colour_bins, likelihood
from matting.selection.geodesic import distances, steps
from matting.selection.looks import Crop
from matting.selection.marks import Mark
from matting.selection.random_walker import solve, weights

SIDE = 256
"""Long side of the copy at most, in pixels."""

_REACH = 0.7
"""Geodesic distance (1 is across an even copy) over which a mark's doubt in the map falls to 1/e."""
_LEAST_DOUBT = 0.1
"""Doubt below this is none: farther pixels keep their value."""
_TRUST = 0.02
"""How strongly the map holds where it is sure and no mark is near, beside weights between neighbours of at most 1."""
_COLOUR_TRUST = 0.01
"""How strongly colours hold where marks make the map doubtful and the colour is clear."""
_SAME_THING = 0.05
"""Geodesic distance from a click within which colours are taken for those of the thing under it."""
_DIM = 0.05
"""No colour is surer than that: another thing may have it too."""
_MARKED_SHARE = 0.1
"""What the marks' own colours weigh, as a part of the copy's area."""


class WorkingCopy:
    """The part ``crop`` of ``rgb`` (h, w, 3), reduced; ``size`` is the (height, width) that marks are counted in."""

    def __init__(self, rgb: NDArray[np.uint8], crop: Crop, size: tuple[int, int]) -> None:
        part = rgb[crop.on(*rgb.shape[:2])]
        factor = min(1.0, SIDE / max(part.shape[:2]))
        self.shape = max(1, round(part.shape[0] * factor)), max(1, round(part.shape[1] * factor))
        small = cv2.resize(part, self.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
        lab = cv2.cvtColor(small / 255, cv2.COLOR_RGB2LAB) / np.float32(100)
        self._costs, self._links, self._bins = steps(lab), weights(lab), colour_bins(lab)
        rows, columns = crop.on(*size)
        self._corner = np.array((columns.start, rows.start))
        self._scale = np.array(
            (self.shape[1] / (columns.stop - columns.start), self.shape[0] / (rows.stop - rows.start))
        )

    def draw(self, marks: Sequence[Mark]) -> NDArray[np.bool_]:
        """Return where the marks say keep and where erase, (2, h, w); a later mark replaces an earlier one."""
        drawn = np.zeros((2, *self.shape), np.uint8)
        for mark in marks:
            points = np.clip((np.array(mark.points) - self._corner) * self._scale, -1e4, 1e4)
            radius = min(mark.radius * float(self._scale.mean()), 1e4)
            corners = np.rint((points - 0.5) * 16).astype(np.int32)
            for plane, value in ((drawn[int(mark.keep)], 0), (drawn[1 - mark.keep], 1)):
                if len(points) > 1:
                    cv2.polylines(plane, [corners], False, value, max(1, round(2 * radius)), cv2.LINE_8, 4)
                else:
                    cv2.circle(plane, corners[0].tolist(), max(round(radius * 16), 8), value, -1, cv2.LINE_8, 4)
                # The pixel under a point is marked however small the brush is.
                for x, y in points:
                    if 0 <= x <= self.shape[1] and 0 <= y <= self.shape[0]:
                        plane[min(int(y), self.shape[0] - 1), min(int(x), self.shape[1] - 1)] = value
        return drawn > 0

    def nearest(self, places: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return which of the places (n, h, w) is the nearest one to each pixel (h, w), along the picture's edges."""
        return np.asarray(distances(self._costs, places).argmin(axis=0))

    def grow(self, subject: NDArray[np.bool_], background: NDArray[np.bool_]) -> Floats:
        """Return a map (h, w) in [0, 1] of what is nearer to the subject's pixels, and of the colours around them."""
        background = background & ~subject
        near, far = distances(self._costs, np.stack([subject, background]))
        around = np.exp(-np.square(near / np.float32(_SAME_THING)))
        colour = np.clip(likelihood(self._bins, around, background.astype(np.float32)), _DIM, 1 - _DIM)
        for_it, against = far**2 * colour, near**2 * (1 - colour)
        return np.asarray(for_it / np.maximum(for_it + against, np.float32(1e-9)), np.float32)

    def settle(self, prior: Floats) -> Floats:
        """Return the map after its edges have moved to the picture's, without any mark."""
        return solve(self._links, prior, prior, _held(prior), np.zeros(self.shape, bool))

    def follow(self, prior: Floats, certain: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the map (h, w) with ``certain`` (what ``draw`` gave) in it, and where a mark is near enough to count.

        A keep mark speaks against what the map takes for background, an erase mark against what it takes for subject,
        less with distance; there the colours of what is marked and of what stays sure decide, and the edges.
        """
        keep, erase = certain
        doubt = np.exp(-np.square(distances(self._costs, certain) / np.float32(_REACH)))
        doubt[doubt < _LEAST_DOUBT] = 0
        against = np.where(prior < 0.5, doubt[0], doubt[1])
        held = _held(prior) * (1 - against)
        marked = _MARKED_SHARE * keep.size
        colour = likelihood(
            self._bins,
            np.where(prior > 0.8, 1 - doubt[1], 0) + keep * np.float32(marked / max(int(keep.sum()), 1)),
            np.where(prior < 0.2, 1 - doubt[0], 0) + erase * np.float32(marked / max(int(erase.sum()), 1)),
        )
        said = np.float32(_COLOUR_TRUST) * against * np.abs(2 * colour - 1)
        strength = held + said
        target = (held * prior + said * colour) / np.maximum(strength, np.float32(1e-9))
        start = np.where(keep, np.float32(1), np.where(erase, np.float32(0), prior))
        near = doubt.max(axis=0) > 0
        return solve(self._links, start, target, strength, keep | erase | ~near), near


def _held(prior: Floats) -> Floats:
    """Return how strongly the map holds: by its certainty."""
    return np.asarray(np.float32(_TRUST) * np.abs(2 * prior - 1))
