"""How good a probability map is, against a target that people made: numpy only, one photo at a time.

A meter is fed photo by photo and keeps counts, never pixels, so that ten thousand photos need no more memory than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matting.settings import Mode

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

BETA2 = 0.3
"""β² of the F measure in salient object detection: precision counts for more (Achanta et al., CVPR 2009)."""

_LEVELS = 256
# Fine enough that ties within one bin change an area under the curve by less than 1e-4.
_BINS = 1 << 16


class Meter(Protocol):
    """Collects photos and says how well they were predicted."""

    def add(self, probability: Floats, target: Floats, inside: Bools | None = None) -> None:
        """Count one photo: (h, w), float32 in [0, 1] both; pixels that are not ``inside`` do not count."""
        ...

    def scores(self) -> dict[str, float]:
        """Return all figures by name."""
        ...


@dataclass
class CutoutMeter:
    """Scores of subjects: ``mae``, ``max_f`` and ``iou``.

    ``mae`` is the mean absolute difference, averaged over photos. ``max_f`` is the largest F measure (β² = 0.3) over
    256 thresholds, of precision and recall averaged over photos first, as U²-Net's authors compute it (Qin et al.
    2020, section 4.3). ``iou`` is intersection over union with both sides cut at 0.5, averaged over photos.
    A soft target counts as subject from 0.5.

    >>> meter = CutoutMeter()
    >>> meter.add(np.array([[0.75, 0.75, 0, 0]], np.float32), np.array([[1, 0, 0, 0]], np.float32))
    >>> {name: round(score, 3) for name, score in meter.scores().items()}
    {'mae': 0.25, 'max_f': 0.565, 'iou': 0.5}
    """

    photos: int = 0
    _mae: float = 0.0
    _iou: float = 0.0
    _precision: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_LEVELS))
    _recall: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_LEVELS))

    def add(self, probability: Floats, target: Floats, inside: Bools | None = None) -> None:
        """Count one photo; see ``Meter``."""
        probability, target = _select(probability, target, inside)
        subject = target >= 0.5
        self.photos += 1
        self._mae += float(np.abs(probability - target).mean(dtype=np.float64))
        self._iou += _ratio(int((subject & (probability >= 0.5)).sum()), int((subject | (probability >= 0.5)).sum()))
        level = np.minimum((probability * (_LEVELS - 1)).round(), _LEVELS - 1).astype(np.int64)
        hits = _at_least(np.bincount(level[subject], minlength=_LEVELS))
        found = _at_least(np.bincount(level, minlength=_LEVELS))
        # A photo without a subject, or a threshold above every pixel: found nothing where nothing was to find.
        self._precision += np.where(found > 0, hits / np.maximum(found, 1), 1.0)
        self._recall += hits / subject.sum() if subject.any() else 1.0

    def scores(self) -> dict[str, float]:
        """Return ``mae`` (0 is best), ``max_f`` and ``iou`` (1 is best)."""
        photos = max(self.photos, 1)
        precision, recall = self._precision / photos, self._recall / photos
        f = (1 + BETA2) * precision * recall / np.maximum(BETA2 * precision + recall, 1e-12)
        return {"mae": self._mae / photos, "max_f": float(f.max()), "iou": self._iou / photos}


@dataclass
class VesselMeter:
    """Scores of vessels inside the field of view: ``dice``, ``auc``, ``sensitivity``, ``specificity``, ``threshold``.

    All pixels of all photos are pooled, as the literature on DRIVE does (Staal et al. 2004; its second observer
    reaches Dice 0.788 that way). ``auc`` is the area under the receiver operating characteristic; the others are at
    ``threshold``, where it is ``None`` at the one with the best Dice, in hundredths.

    >>> meter = VesselMeter()
    >>> meter.add(np.array([[0.9, 0.6, 0.4, 0.1]], np.float32), np.array([[1, 0, 1, 0]], np.float32))
    >>> meter.scores()
    {'dice': 0.5, 'auc': 0.75, 'sensitivity': 0.5, 'specificity': 0.5, 'threshold': 0.5}
    """

    threshold: float | None = 0.5
    photos: int = 0
    _vessel: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_BINS, np.int64))
    _other: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_BINS, np.int64))

    def add(self, probability: Floats, target: Floats, inside: Bools | None = None) -> None:
        """Count one photo; see ``Meter``."""
        probability, target = _select(probability, target, inside)
        vessel = target >= 0.5
        level = np.minimum(probability * _BINS, _BINS - 1).astype(np.int64)
        self.photos += 1
        self._vessel += np.bincount(level[vessel], minlength=_BINS)
        self._other += np.bincount(level[~vessel], minlength=_BINS)

    def scores(self) -> dict[str, float]:
        """Return the four figures (1 is best), and the threshold."""
        hits, false = _at_least(self._vessel), _at_least(self._other)
        vessels, others = int(hits[0]), int(false[0])
        threshold = self._best_threshold(hits, false) if self.threshold is None else self.threshold
        cut = _bin(threshold)
        # Ties within a bin count half: the trapezium rule of the curve's steps.
        below = others - false + self._other / 2
        return {
            "dice": _ratio(2 * int(hits[cut]), int(hits[cut] + false[cut]) + vessels),
            "auc": _ratio(float((self._vessel * below).sum()), float(vessels) * others),
            "sensitivity": _ratio(int(hits[cut]), vessels),
            "specificity": _ratio(others - int(false[cut]), others),
            "threshold": threshold,
        }

    @staticmethod
    def _best_threshold(hits: NDArray[np.int64], false: NDArray[np.int64]) -> float:
        steps = np.arange(1, 100) / 100
        cuts = np.array([_bin(step) for step in steps])
        dice = 2 * hits[cuts] / np.maximum(hits[cuts] + false[cuts] + hits[0], 1)
        return float(steps[dice.argmax()])


class ClassMeters:
    """One meter a class; a score is the mean over the classes."""

    def __init__(self, meters: list[Meter]) -> None:
        self.meters = meters

    def add(self, probability: Floats, target: Floats, inside: Bools | None = None) -> None:
        """Count one photo: (classes, h, w) both, ``inside`` (h, w)."""
        for meter, map_, wanted in zip(self.meters, probability, target, strict=True):
            meter.add(map_, wanted, inside)

    def scores(self) -> dict[str, float]:
        """Return the means over the classes."""
        each = [meter.scores() for meter in self.meters]
        return {name: float(np.mean([scores[name] for scores in each])) for name in each[0]}


def make_meters(mode: Mode, classes: int, threshold: float | None = 0.5) -> ClassMeters:
    """Return the meters that suit a mode; ``threshold`` (``None``: the best) is for vessels alone."""
    return ClassMeters([VesselMeter(threshold) if mode == Mode.VESSEL else CutoutMeter() for _ in range(classes)])


LEADING = {Mode.CUTOUT: "max_f", Mode.VESSEL: "dice"}
"""The score that people quote, by mode."""


def overall(mode: Mode, scores: dict[str, float]) -> float:
    """Return one number to choose the best weights by, larger is better.

    Cutouts: F says whether the subject is found, MAE how sure the network is; vessels: Dice and AUC likewise.
    """
    return scores["dice"] + scores["auc"] if mode == Mode.VESSEL else scores["max_f"] - scores["mae"]


def _select(probability: Floats, target: Floats, inside: Bools | None) -> tuple[Floats, Floats]:
    if probability.shape != target.shape:
        raise ValueError(f"a map of {probability.shape} against a target of {target.shape}")
    if inside is None:
        return probability.ravel(), target.ravel()
    return probability[inside], target[inside]


def _at_least(histogram: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many lie at or above each level."""
    return np.asarray(histogram[::-1].cumsum()[::-1], np.int64)


def _bin(threshold: float) -> int:
    return min(int(np.ceil(threshold * _BINS)), _BINS - 1)


def _ratio(part: float, whole: float) -> float:
    """Return a share, 1 where there is nothing to share."""
    return part / whole if whole else 1.0
