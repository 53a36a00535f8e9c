"""The background's hue in a subject's rim: cameras and JPEG carry it farther in than any alpha reaches.

A lens and the sensor's colour filter blur the outline, and JPEG stores colour at half the resolution, so that a white
shirt on red has a red rim of two pixels that are all subject. Such a pixel's hue lies on the way from the subject's, as
it is a few pixels farther in, to the background's, as it is a few pixels farther out: it is led back along that way.
Brightness, which is stored at full resolution, follows no further than the hue does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np

from matting.alpha.numeric import Floats, from_unit, to_unit
from matting.alpha.resample import box_mean
from matting.photo import Pixels

REACH = 2
"""Pixels from the outline, inwards and outwards, whose colour may be mixed."""
_RADII = (0.15, 0.075, 0.0375, 0.019, 0.012)  # of the averages, in parts of the long side
_LEAST_RADIUS = 4  # pixels: beyond what may be mixed, on a copy that is as large as the photo
_FEW = 0.01  # share of a window's pixels below which the wider window counts
_HUES_APART = 0.06, 0.15  # between subject and background: up to here nothing can be told, from here on all
_HUE_OF_GROUND = 0.1, 0.2  # the same of the background alone: greys leave no rim that could be told from a shadow
_AT_ONCE = 30_000  # pixels: OpenCV looks up no more at a time
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def clean_rim(colours: Pixels, alpha: Pixels, rgb: Pixels, sample: Callable[[Pixels], Pixels]) -> None:
    """Take the hue of the background out of the rim of ``colours`` (h, w, 3), the subject's, in place.

    ``colours`` is contiguous; ``alpha`` (h, w) and the photo ``rgb`` have its dtype. ``sample`` makes small copies.
    Only pixels within ``REACH`` of the outline change.
    """
    top = int(np.iinfo(alpha.dtype).max)
    around = np.ones((2 * REACH + 1,) * 2, np.uint8)
    inside = cast(Pixels, cv2.inRange(cv2.erode(alpha, around), top, top))
    outside = cast(Pixels, cv2.inRange(cv2.dilate(alpha, around), 0, 0))
    if not inside.any() or not outside.any():
        return
    small = to_unit(sample(rgb))
    subject, ground = (_spread(small, to_unit(sample(mask))) for mask in (inside, outside))
    pixels, (height, width) = colours.reshape(-1, 3), alpha.shape
    rim = np.flatnonzero(cv2.bitwise_or(inside, outside) == 0)
    for start in range(0, len(rim), _AT_ONCE):
        part = rim[start : start + _AT_ONCE]
        part = part[pixels[part].any(axis=1)]
        rows, columns = np.divmod(part, width)
        y = ((rows + 0.5) * (small.shape[0] / height) - 0.5).astype(np.float32)
        x = ((columns + 0.5) * (small.shape[1] / width) - 0.5).astype(np.float32)
        around_it = [_looked_up(layer, x, y) for layer in (subject, ground)]
        led_back = _led_back(to_unit(pixels[part]), *around_it)
        pixels[part] = from_unit(np.clip(led_back, 0, 1), colours.dtype)


def _looked_up(layer: Floats, x: Floats, y: Floats) -> Floats:
    """Return the colours (n, 3) of ``layer`` (h, w, 3) at these points of it."""
    if not len(x):
        return np.zeros((0, 3), np.float32)
    found = cv2.remap(layer, x[:, None], y[:, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast(Floats, found.reshape(-1, 3))


def _spread(image: Floats, seen: Floats) -> Floats:
    """Return the colours of ``image`` (h, w, 3) where ``seen`` (h, w) is 1, carried on to where it is 0."""
    weighted = image * seen[..., None]
    spread = np.broadcast_to(weighted.sum((0, 1)) / max(float(seen.sum()), 1e-6), image.shape).astype(np.float32)
    for part in _RADII:
        radius = max(_LEAST_RADIUS, round(part * max(seen.shape)))
        spread = (box_mean(weighted, radius) + _FEW * spread) / (box_mean(seen, radius) + _FEW)[..., None]
    return spread


def _led_back(seen: Floats, subject: Floats, ground: Floats) -> Floats:
    """Return the colours ``seen``, each (n, 3), without what they have of the ground's hue."""
    luma, subject_luma, ground_luma = seen @ _LUMA, subject @ _LUMA, ground @ _LUMA
    hue, subject_hue = seen - luma[:, None], subject - subject_luma[:, None]
    ground_hue = ground - ground_luma[:, None]
    way, gone = ground_hue - subject_hue, hue - subject_hue
    length = np.linalg.norm(way, axis=1)
    part = np.clip((gone * way).sum(axis=1) / np.maximum(length * length, 1e-6), 0, 1)
    # A hue beside the way is the subject's own.
    aside = np.linalg.norm(gone - part[:, None] * way, axis=1) / np.maximum(part * length, 1e-6)
    part *= np.clip(1 - aside, 0, 1)
    part *= _ramp(length, _HUES_APART) * _ramp(np.linalg.norm(ground_hue, axis=1), _HUE_OF_GROUND)
    darker = subject_luma - luma
    range_ = subject_luma - ground_luma
    mixed = np.clip(darker / np.where(np.abs(range_) < 0.02, np.inf, range_), 0, 1)
    return np.asarray(seen - part[:, None] * way + (np.minimum(mixed, part) * range_)[:, None], np.float32)


def _ramp(value: Floats, ends: tuple[float, float]) -> Floats:
    low, high = ends
    return np.asarray(np.clip((value - low) / (high - low), 0, 1), np.float32)
