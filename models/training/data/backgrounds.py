"""Pasting a subject on another background, so that a network does not learn that shoes lie on floors."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from matting.cutout.foreground import estimate_foreground
from models.training.data.masks import Bytes
from models.training.data.pictures import Sample

# A strip of another photo is taken for background when it is at least this part of it.
_LEAST = 0.2


def replace_background(sample: Sample, other: Sample, rng: np.random.Generator) -> Sample:
    """Put the subjects of ``sample`` before a part of ``other`` that holds no subject, or before plain colours.

    The subject's colours are freed of the old background first, or its rest in soft edges would give every paste away.
    """
    alpha = np.ascontiguousarray(sample.target.max(axis=2))
    if not 0.01 < float(alpha.mean()) / 255 < 0.9:
        return sample
    height, width = alpha.shape
    behind = _empty_part(other, rng) if rng.random() < 0.7 else None
    if behind is None:
        backdrop = _gradient(height, width, rng)
    else:
        backdrop = cast(Bytes, cv2.resize(behind, (width, height), interpolation=cv2.INTER_LINEAR))
    if rng.random() < 0.3:
        backdrop = cast(Bytes, cv2.GaussianBlur(backdrop, (0, 0), float(rng.uniform(1, 6))))
    front = estimate_foreground(sample.rgb, alpha)
    opacity = alpha[..., None].astype(np.float32) / 255
    mixed = front * opacity + backdrop * (1 - opacity)
    return Sample((mixed + 0.5).astype(np.uint8), sample.target, sample.inside)


def _empty_part(other: Sample, rng: np.random.Generator) -> Bytes | None:
    """Return the part of a photo left of, right of, above or below its subjects; ``None`` when they fill it."""
    subject = other.target.max(axis=2) > 12
    if not subject.any():
        return other.rgb
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    parts = [other.rgb[:top], other.rgb[bottom:], other.rgb[:, :left], other.rgb[:, right:]]
    large = [part for part in parts if part.size >= _LEAST * other.rgb.size]
    return large[rng.integers(len(large))] if large else None


def _gradient(height: int, width: int, rng: np.random.Generator) -> Bytes:
    """Draw a gradient from one colour to another, across or down: a studio's backdrop."""
    corners = rng.uniform(0, 255, (1, 1, 3)) + rng.normal(0, 25, (2, 2, 3))
    return cast(Bytes, cv2.resize(corners.clip(0, 255).astype(np.uint8), (width, height)))
