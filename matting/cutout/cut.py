"""One photo and its probability map in, one cutout out: the same path for preview, window batch and command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.alpha import has_subject, make_alpha
from matting.alpha.strokes import Stroke
from matting.cutout.compose import compose, make_background, trim_box
from matting.cutout.foreground import estimate_foreground, keep_photo_colours
from matting.photo import Metadata, Photo, Pixels
from matting.settings import CutSettings

__all__ = ["Cutout", "cut", "finish", "has_subject", "shrink_photo"]


@dataclass(frozen=True)
class Cutout:
    """Straight (not premultiplied) colours and opacity, ready to be written.

    ``rgb`` (h, w, 3) and ``alpha`` (h, w) share the photo's dtype; ``offset`` is the place (x, y) of the cutout's top
    left pixel on the photo, other than (0, 0) only after a trim and negative where padding reaches beyond the photo.
    With a background, ``alpha`` is opaque on the photo's area. ``photo`` (h, w, 3) is the photo as it was, black beyond
    its edges: what a PSD keeps behind its mask.
    """

    rgb: Pixels
    alpha: Pixels
    metadata: Metadata
    offset: tuple[int, int] = (0, 0)
    photo: Pixels | None = None


def cut(
    photo: Photo, probability: NDArray[np.float32], settings: CutSettings, strokes: Sequence[Stroke] = ()
) -> Cutout:
    """Cut the subject (the union of all classes) out of the photo.

    ``probability`` has shape (classes, h, w), range [0, 1]; ``strokes`` are in photo pixels. Raises ``PhotoError``
    types when a background picture cannot be read, ``ValueError`` for a map of another shape.
    """
    if probability.ndim != 3:
        raise ValueError(f"probability maps have shape (classes, h, w), not {probability.shape}")
    return finish(photo, make_alpha(photo, probability.max(axis=0), settings, strokes), settings)


def finish(photo: Photo, alpha: Pixels, settings: CutSettings) -> Cutout:
    """Make the cutout of alpha (what ``make_alpha`` returned, shape (height, width)): colours, background, trim."""
    colours = estimate_foreground if settings.decontaminate else keep_photo_colours
    rgb = colours(photo.rgb, alpha)
    box = trim_box(alpha) if settings.trim else None
    if settings.background is not None:
        behind = make_background(settings.background, photo.height, photo.width, rgb, photo.metadata)
        rgb = compose(rgb, alpha, behind)
        alpha = np.full_like(alpha, np.iinfo(alpha.dtype).max)
    if box is None:
        return Cutout(rgb, alpha, photo.metadata, photo=photo.rgb)
    top, bottom, left, right = box
    pad = max(settings.padding, 0)
    spaces = ((pad, pad), (pad, pad))
    rgb = cast(Pixels, np.pad(rgb[top:bottom, left:right], (*spaces, (0, 0))))
    alpha = cast(Pixels, np.pad(alpha[top:bottom, left:right], spaces))
    around = _padded(photo.rgb, top - pad, bottom + pad, left - pad, right + pad)
    return Cutout(rgb, alpha, photo.metadata, (left - pad, top - pad), around)


def _padded(pixels: Pixels, top: int, bottom: int, left: int, right: int) -> Pixels:
    """Return the rows and columns of ``pixels`` (h, w, 3) from ``top`` and ``left`` on, zero where there are none."""
    height, width = pixels.shape[:2]
    inside = pixels[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
    rows, columns = (max(-top, 0), max(bottom - height, 0)), (max(-left, 0), max(right - width, 0))
    return cast(Pixels, np.pad(inside, (rows, columns, (0, 0))))


def shrink_photo(photo: Photo, long_side: int) -> Photo:
    """Return the photo with its long side at most ``long_side`` pixels, by area averaging; never enlarged.

    >>> shrink_photo(Photo(np.zeros((40, 80, 3), np.uint8)), 20).rgb.shape
    (10, 20, 3)
    """
    factor = long_side / max(photo.height, photo.width)
    if factor >= 1:
        return photo
    size = (max(1, round(photo.width * factor)), max(1, round(photo.height * factor)))
    rgb = cast(Pixels, cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA))
    if photo.alpha is None:
        return replace(photo, rgb=rgb)
    return replace(photo, rgb=rgb, alpha=cast(Pixels, cv2.resize(photo.alpha, size, interpolation=cv2.INTER_AREA)))
