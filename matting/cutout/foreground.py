"""Foreground colours at soft edges: what the subject looks like without the background shining through.

Source: Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021 (blur fusion), with three changes that bring
it level with the multi-level estimator of Germer et al., "Fast Multi-Level Foreground Estimation", ICPR 2020: the
squared weights and the shared correction of Germer's least squares (both layers are corrected, not the front alone),
and more passes of shrinking radius. The passes run on a small copy; only the last correction runs on the photo.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from matting.alpha.numeric import Floats, from_unit, to_unit
from matting.alpha.resample import box_mean
from matting.alpha.tiles import enlarge, split
from matting.cutout.rim import clean_rim
from matting.photo import Pixels

_SIDE = 400  # long side in pixels of the small copy
_RADII = (0.15, 0.075, 0.0375, 0.019, 0.01, 0.005, 0.0025)  # of the passes, in parts of the long side
_EXTENSION = 2  # pixels around the subject that keep its colour, for programs that rescale the cutout
_SAMPLES = 4  # of each pixel of the small copy, in each direction
_TINY = np.float32(1e-10)


def estimate_foreground(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Return the colours of the subject alone, so that alpha·F + (1 - alpha)·B reproduces the photo.

    ``rgb`` (h, w, 3) and ``alpha`` (h, w) of the same dtype; returns (h, w, 3) of that dtype. Opaque pixels keep the
    photo's colour, but for the background's hue in their rim (``rim.py``). Transparent ones hold the colour of the
    subject's edge within a few pixels of it, so that a program which enlarges the cutout without premultiplying shows
    no rim, and zero elsewhere, which keeps files small.
    """
    height, width = alpha.shape
    layers = np.stack(_layers(rgb, alpha))
    result = np.zeros_like(rgb)
    top = np.iinfo(alpha.dtype).max
    around = np.ones((2 * _EXTENSION + 1,) * 2, np.uint8)
    for tile in split(height, width):
        opacity, colours = alpha[tile.rows, tile.columns], rgb[tile.rows, tile.columns]
        if not opacity.any():
            continue
        if opacity.min() == top:
            result[tile.rows, tile.columns] = colours
            continue
        near = cv2.dilate(opacity, around) > 0
        pixels = cast(Pixels, cv2.copyTo(colours, near.astype(np.uint8)))
        band = np.flatnonzero(near & (opacity < top))
        front, behind = np.split(enlarge(layers, tile, height, width).reshape(6, -1).take(band, axis=1), 2)
        a, seen = to_unit(opacity.ravel()[band]), to_unit(colours.reshape(-1, 3).take(band, axis=0).T)
        clean = front + a / (a * a + (1 - a) * (1 - a)) * (seen - behind - a * (front - behind))
        pixels.reshape(-1, 3)[band] = from_unit(np.clip(clean, 0, 1), rgb.dtype).T
        result[tile.rows, tile.columns] = pixels
    clean_rim(result, alpha, rgb, lambda pixels: _sampled(pixels, *layers.shape[1:]))
    return result


def keep_photo_colours(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Return the photo's colours where alpha is not zero, zero elsewhere; shapes and dtype as ``estimate_foreground``.

    >>> keep_photo_colours(np.full((1, 2, 3), 7, np.uint8), np.array([[0, 9]], np.uint8)).tolist()
    [[[0, 0, 0], [7, 7, 7]]]
    """
    return cast(Pixels, cv2.copyTo(rgb, (alpha > 0).astype(np.uint8)))


def _layers(rgb: Pixels, alpha: Pixels) -> list[Floats]:
    """Return smooth colours of subject, then background, (h, w) each, on a small copy of the photo."""
    height, width = alpha.shape
    factor = min(1.0, _SIDE / max(height, width))
    rows, columns = max(1, round(height * factor)), max(1, round(width * factor))
    small, a = to_unit(_sampled(rgb, rows, columns)), to_unit(_sampled(alpha, rows, columns))
    subject, background = a * a, (1 - a) * (1 - a)
    passes = []
    for part in _RADII:
        radius = max(1, round(part * max(rows, columns)))
        passes.append((radius, box_mean(subject, radius) + _TINY, box_mean(background, radius) + _TINY))

    def fuse(plane: Floats) -> tuple[Floats, Floats]:
        """Blur each layer where it is seen, then correct both to the nearest pair that mixes to the photo."""
        front = behind = smooth_front = smooth_behind = plane
        for radius, front_seen, behind_seen in passes:
            smooth_front = box_mean(front * subject, radius) / front_seen
            smooth_behind = box_mean(behind * background, radius) / behind_seen
            rest = (plane - a * smooth_front - (1 - a) * smooth_behind) / (subject + background)
            front = np.clip(smooth_front + a * rest, 0, 1)
            behind = np.clip(smooth_behind + (1 - a) * rest, 0, 1)
        return smooth_front, smooth_behind

    fused = [fuse(np.ascontiguousarray(small[..., channel])) for channel in range(3)]
    return [front for front, _ in fused] + [behind for _, behind in fused]


def _sampled(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """Return a small copy by averaging samples: cheaper than averaging all pixels."""
    rows_read, columns_read = min(_SAMPLES * rows, pixels.shape[0]), min(_SAMPLES * columns, pixels.shape[1])
    samples = cv2.resize(pixels, (columns_read, rows_read), interpolation=cv2.INTER_NEAREST)
    return cast(Pixels, cv2.resize(samples, (columns, rows), interpolation=cv2.INTER_AREA))
