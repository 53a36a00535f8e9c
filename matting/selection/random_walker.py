"""Probabilities that follow a picture's edges between what is certain.

A random walker: Grady, "Random Walks for Image Segmentation" (IEEE PAMI 28, 2006), with a prior at every pixel as in
his "Multilabel random walker image segmentation using prior models" (CVPR 2005). The energy is a sum over neighbours of
weight · (difference of probabilities)² and over pixels of strength · (probability - prior)²; conjugate gradients find
its minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats

_CONTRAST = 600.0
"""How fast weights fall with the squared difference of colours (CIE Lab divided by 100)."""
_LEAST_WEIGHT = 1e-3
_MOST_ITERATIONS = 60
_SOLVED = 1e-6
"""Part of the first residual at which the solution is good enough."""


@dataclass(frozen=True)
class Weights:
    """How strongly neighbours hold together, in (0, 1 + 1e-3]: below (h-1, w) and to the right (h, w-1)."""

    down: Floats
    right: Floats


def weights(lab: Floats) -> Weights:
    """Return the weights of a picture (h, w, 3) in CIE Lab divided by 100."""

    def weight(one: Floats, other: Floats) -> Floats:
        squared = np.square(one - other).sum(axis=-1)
        return np.asarray(np.exp(-_CONTRAST * squared) + _LEAST_WEIGHT, np.float32)

    return Weights(weight(lab[1:], lab[:-1]), weight(lab[:, 1:], lab[:, :-1]))


def solve(links: Weights, start: Floats, prior: Floats, strength: Floats, fixed: NDArray[np.bool_]) -> Floats:
    """Return probabilities (h, w) in [0, 1]: ``start`` where ``fixed``, elsewhere drawn to ``prior``.

    ``strength`` (h, w), >= 0, says how much.

    >>> line = np.zeros((1, 3, 3), np.float32)
    >>> start = np.array([[1, 0, 0]], np.float32)
    >>> solve(weights(line), start, start, np.zeros_like(start), np.array([[True, False, True]])).round(2).tolist()
    [[1.0, 0.5, 0.0]]
    """
    free = (~fixed).astype(np.float32)
    inverse = free / np.maximum(_diagonal(links, strength), np.float32(1e-12))
    solution = start.astype(np.float32)
    gradient = _Gradient(links, strength)
    residual = (strength * prior - gradient(solution)) * free
    direction = inverse * residual
    scaled = np.empty_like(direction)
    size = first = float(np.vdot(residual, direction))
    for _ in range(_MOST_ITERATIONS):
        if size <= max(_SOLVED * first, 1e-12):
            break
        image = gradient(direction)
        image *= free
        length = np.float32(size / max(float(np.vdot(direction, image)), 1e-20))
        solution += np.multiply(length, direction, out=scaled)
        residual -= np.multiply(length, image, out=image)
        np.multiply(inverse, residual, out=scaled)
        before, size = size, float(np.vdot(residual, scaled))
        direction *= np.float32(size / before)
        direction += scaled
    return np.clip(solution, 0, 1)


def _diagonal(links: Weights, strength: Floats) -> Floats:
    total = strength.copy()
    total[1:] += links.down
    total[:-1] += links.down
    total[:, 1:] += links.right
    total[:, :-1] += links.right
    return total


class _Gradient:
    """The energy's gradient, halved, without the prior's part; each call overwrites what the last one returned.

    Fresh arrays would take half of the time.
    """

    def __init__(self, links: Weights, strength: Floats) -> None:
        self._links, self._strength = links, strength
        self._out, self._down, self._right = map(np.empty_like, (strength, links.down, links.right))

    def __call__(self, values: Floats) -> Floats:
        out, down, right = self._out, self._down, self._right
        np.multiply(self._strength, values, out=out)
        np.subtract(values[1:], values[:-1], out=down)
        np.multiply(self._links.down, down, out=down)
        out[1:] += down
        out[:-1] -= down
        np.subtract(values[:, 1:], values[:, :-1], out=right)
        np.multiply(self._links.right, right, out=right)
        out[:, 1:] += right
        out[:, :-1] -= right
        return out
