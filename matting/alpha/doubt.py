"""How likely a person needs to look at a cutout, told from its probability map alone.

The main term is the error that the map itself expects. Were each probability p right and independent, then of the
pixels that the outline S = {p ≥ 0.5} selects, Σ_S p would be subject, and Σ_rest p of the subject would be missed. So

    expected IoU ≈ Σ_S p / (|S| + Σ_rest p)

(the expectation of numerator and denominator of intersection over union; Nowozin, "Optimal Decisions from
Probabilistic Models: the Intersection-over-Union Case", CVPR 2014, uses the same approximation). Two small
terms see what a confident map does not doubt. And where one patch is wholly undecided a person sees it at once,
however small a part of a large subject it is: a missing half of a blouse, a flag that was kept. Measured in
``benchmarks/doubt.py``, chosen in ``docs/decisions/0053-doubt-is-the-expected-error.md``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt_limit import WANTS_A_LOOK, Reason, on_one_scale
from matting.predictor import Predictor
from matting.settings import Mode

_RIVALS_WEIGHT = 0.15
_OVERFLOW_WEIGHT = 0.5
_HALF = 0.5
_PATCH = 0.02  # standard deviation of a patch's window, in parts of the map's sides
_PATCH_WANTS_A_LOOK = 0.85


def doubt(probability: NDArray[np.float32]) -> float:
    """Return how doubtful a cutout made from this map is: 0 certain, 1 nothing found.

    ``probability`` has shape (classes, h, w), float in [0, 1], h and w at least 1; of several classes the likeliest
    counts at each pixel. Independent of the map's size, and of the threshold that the user has chosen. Values that are
    no numbers count as 0.

    >>> crisp = np.zeros((1, 64, 64), np.float32)
    >>> crisp[:, 16:48, 16:48] = 1
    >>> doubt(crisp), doubt(crisp * 0), round(doubt(crisp * 0.6), 2)
    (0.0, 1.0, 0.4)
    """
    likeliest = np.nan_to_num(np.asarray(probability, np.float32).max(axis=0))
    subject = likeliest >= _HALF
    area = int(np.count_nonzero(subject))
    if area == 0:
        return 1.0
    certain = 1.0 - expected_error(likeliest, subject)
    certain *= 1.0 - _RIVALS_WEIGHT * rivals(subject, area)
    # Cubed, because a portrait rightly fills one or two borders; a subject along all four is hardly one.
    certain *= 1.0 - _OVERFLOW_WEIGHT * border_share(subject) ** 3
    patch = WANTS_A_LOOK * undecided_patch(likeliest) / _PATCH_WANTS_A_LOOK
    return float(np.clip(max(1.0 - certain, patch), 0.0, 1.0))


def reason(probability: NDArray[np.float32]) -> Reason:
    """Return which term of ``doubt`` is the largest for this map (classes, h, w).

    >>> reason(np.zeros((1, 64, 64), np.float32)).value
    'nothing'
    """
    likeliest = np.nan_to_num(np.asarray(probability, np.float32).max(axis=0))
    subject = likeliest >= _HALF
    area = int(np.count_nonzero(subject))
    if area == 0:
        return Reason.NOTHING
    terms = {
        Reason.EDGE: expected_error(likeliest, subject),
        Reason.PATCH: WANTS_A_LOOK * undecided_patch(likeliest) / _PATCH_WANTS_A_LOOK,
        Reason.PARTS: _RIVALS_WEIGHT * rivals(subject, area),
        Reason.BORDER: _OVERFLOW_WEIGHT * border_share(subject) ** 3,
    }
    return max(terms, key=lambda one: terms[one])


def doubt_by(predictor: Predictor, probability: NDArray[np.float32]) -> float | None:
    """Return the doubt of a map (classes, h, w) that ``predictor`` made, on the scale of all models.

    ``None`` for vessels: a tree of them is doubtful all along its edges, so that by the measure for subjects each one
    would want a look.
    """
    if predictor.mode is Mode.VESSEL:
        return None
    return on_one_scale(doubt(probability), predictor.doubt_limit)


def undecided_patch(probability: NDArray[np.float32]) -> float:
    """Return how undecided the worst patch of ``probability`` (h, w) is: 0 all sure, 1 a patch at one half.

    A patch is a Gaussian window of a fiftieth of the map's sides, so that the usual blur of an outline counts little.

    >>> float(undecided_patch(np.full((50, 50), 0.25, np.float32)))
    0.5
    """
    undecided = np.minimum(probability, 1 - probability)
    height, width = probability.shape
    spread = cv2.GaussianBlur(undecided, (0, 0), sigmaX=max(_PATCH * width, 0.1), sigmaY=max(_PATCH * height, 0.1))
    return 2.0 * float(spread.max())


def expected_error(probability: NDArray[np.float32], subject: NDArray[np.bool_]) -> float:
    """Return 1 − expected IoU of ``subject`` (h, w) with the truth that ``probability`` (h, w) promises; in [0, 1]."""
    inside = float(probability[subject].sum(dtype=np.float64))
    missed = float(probability.sum(dtype=np.float64)) - inside
    return 1.0 - inside / (np.count_nonzero(subject) + max(missed, 0.0))


def rivals(subject: NDArray[np.bool_], area: int) -> float:
    """Return the share of selected pixels (``area`` of them, more than 0) outside the largest piece; in [0, 1)."""
    _, _, statistics, _ = cv2.connectedComponentsWithStats(subject.astype(np.uint8), connectivity=8)
    return 1.0 - float(statistics[1:, cv2.CC_STAT_AREA].max()) / area


def border_share(subject: NDArray[np.bool_]) -> float:
    """Return the share of the photo's outermost pixels that are selected; in [0, 1]."""
    border = np.concatenate([subject[0], subject[-1], subject[:, 0], subject[:, -1]])
    return float(border.mean())
