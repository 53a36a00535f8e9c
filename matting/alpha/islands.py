"""Islands and holes, judged on the probability map: which subjects stay, and which gaps in them are closed."""

from __future__ import annotations

import cv2
import numpy as np

from matting.alpha.numeric import Floats


def keep_largest(probability: Floats, threshold: float) -> Floats:
    """Return the map (h, w) without every subject but the one of largest area.

    Subjects are what reaches ``threshold``, joined over corners; each owns the softer surroundings nearest to it.
    """
    subject = _subject(probability, threshold)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(subject, connectivity=8)
    if count <= 2:
        return probability
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    to_largest = cv2.distanceTransform((labels != largest).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    others = ((labels == 0) | (labels == largest)).astype(np.uint8)
    to_others = cv2.distanceTransform(others, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where(to_largest <= to_others, probability, np.float32(0))


def fill_holes(probability: Floats, threshold: float) -> Floats:
    """Return the map (h, w) with 1 in every gap (below ``threshold``) that does not reach the border.

    >>> ring = np.ones((3, 3), np.float32)
    >>> ring[1, 1] = 0
    >>> float(fill_holes(ring, 0.5)[1, 1])
    1.0
    """
    count, labels = cv2.connectedComponents(1 - _subject(probability, threshold), connectivity=4)
    inner = np.ones(count, bool)
    inner[0] = False  # the subject itself
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        inner[side] = False
    holes = inner[labels]
    if not holes.any():
        return probability
    # The soft inner rim of a hole belongs to it: what lies nearer to a hole than to the outer background is filled.
    to_hole = cv2.distanceTransform((~holes).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outer = (labels > 0) & ~holes
    to_outer = cv2.distanceTransform((~outer).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where((to_hole <= to_outer) | ~outer.any(), np.float32(1), probability)


def _subject(probability: Floats, threshold: float) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.asarray(probability >= max(threshold, 1e-6), np.uint8)
