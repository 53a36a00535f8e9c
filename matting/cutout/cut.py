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
from matting.cutout.compose import compose, lay_over, make_background
from matting.cutout.foreground import estimate_foreground, keep_photo_colours
from matting.cutout.frame import Frame, frame_of
from matting.cutout.shadow import ShadowLayer, make_shadow
from matting.files.srgb import in_srgb, to_srgb
from matting.photo import Metadata, Photo, Pixels
from matting.settings import CanvasSize, Colour, CutSettings

__all__ = ["Cutout", "cut", "finish", "has_subject", "shrink_photo"]


@dataclass(frozen=True)
class Cutout:
    """Straight (not premultiplied) colours and opacity, ready to be written.

    ``rgb`` (h, w, 3) and ``alpha`` (h, w), of the subject alone, share the photo's dtype; ``frame`` says where photo
    pixels lie on them (``None``: where they were). ``photo`` (h, w, 3) is the photo as it was, black beyond its edges:
    what a PSD keeps behind its mask. ``shadow`` and ``background`` (h, w, 3) are layers under the subject.
    """

    rgb: Pixels
    alpha: Pixels
    metadata: Metadata
    frame: Frame | None = None
    photo: Pixels | None = None
    shadow: ShadowLayer | None = None
    background: Pixels | None = None

    def flat(self) -> tuple[Pixels, Pixels]:
        """Return colours and alpha of subject, shadow and background in one; opaque where there is a background."""
        rgb, alpha = self.rgb, self.alpha
        if self.background is not None:
            behind = self.background
            if self.shadow is not None:
                behind = compose(self.shadow.pixels(), self.shadow.alpha, behind)
            return compose(rgb, alpha, behind), np.full_like(alpha, np.iinfo(alpha.dtype).max)
        return (rgb, alpha) if self.shadow is None else lay_over(rgb, alpha, self.shadow.colour, self.shadow.alpha)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where the cutout lies on the photo: x and y, negative beyond its edges, width and height in its pixels."""
        height, width = self.alpha.shape
        if self.frame is None:
            return 0.0, 0.0, float(width), float(height)
        scale = self.frame.scale
        return -self.frame.x / scale, -self.frame.y / scale, width / scale, height / scale


def cut(
    photo: Photo,
    probability: NDArray[np.float32],
    settings: CutSettings,
    strokes: Sequence[Stroke] = (),
    canvas: CanvasSize | None = None,
    factor: float = 1.0,
) -> Cutout:
    """Cut the subject (the union of all classes) out of the photo.

    ``probability`` has shape (classes, h, w), range [0, 1]; ``strokes`` are in photo pixels. ``canvas`` and ``factor``
    as in ``finish``. Raises ``PhotoError`` types when a background picture cannot be read, ``ValueError`` for a map of
    another shape.
    """
    if probability.ndim != 3:
        raise ValueError(f"probability maps have shape (classes, h, w), not {probability.shape}")
    alpha = make_alpha(photo, probability.max(axis=0), settings, strokes)
    return finish(photo, alpha, settings, canvas, factor)


def finish(
    photo: Photo,
    alpha: Pixels,
    settings: CutSettings,
    canvas: CanvasSize | None = None,
    factor: float = 1.0,
    colour: Colour = Colour.KEEP,
) -> Cutout:
    """Make the cutout of alpha (what ``make_alpha`` returned, shape (height, width)): colours, frame, background.

    ``factor`` below 1 says that the photo is a copy, smaller by that much, for a preview: lengths in ``settings`` and
    ``canvas`` count in pixels of the whole photo, and the cutout has the copy's pixels. Colours are converted before
    there is a background, so that white stays white.
    """
    colours = estimate_foreground if settings.decontaminate else keep_photo_colours
    frame = frame_of(alpha, settings, canvas, factor)
    rgb, alpha = frame.placed_cutout(colours(photo.rgb, alpha), alpha)
    around, metadata = frame.placed(photo.rgb), photo.metadata
    if colour is Colour.SRGB:
        rgb, around = to_srgb(rgb, metadata.icc), to_srgb(around, metadata.icc)
        metadata = in_srgb(metadata)
    background = None
    if settings.background is not None:
        background = make_background(settings.background, frame.height, frame.width, rgb, metadata)
    return Cutout(rgb, alpha, metadata, frame, around, make_shadow(alpha, settings, metadata.icc), background)


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
