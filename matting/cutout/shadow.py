"""The shadow that a subject throws: a copy of its alpha moved and blurred, or the dark seam where it stands.

Lengths are hundredths of the subject's long side, so that the same settings look alike at every size.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import cast

import cv2
import numpy as np

from matting.alpha.numeric import Floats, to_unit
from matting.cutout.compose import colour_in
from matting.cutout.subject_box import Rectangle, subject_box
from matting.photo import Pixels
from matting.settings import CutSettings, Shadow, parse_colour

_SMALL_SIGMA = 3.0  # pixels of the narrowest blur on the small copy: more detail than this a shadow has not
# A contact shadow is thrown by the lowest part of the subject, the more the nearer it is to the ground.
_FOOT = 0.3  # of the subject's height
_SEAM = (0.8, 0.4, 0.4)  # blur across and down, and how far down, of the dark seam, in hundredths
_SEAM_STRENGTH, _POOL_STRENGTH = 0.9, 0.9
_VISIBLE_SIGMAS = 2.5  # beyond which a blurred edge is not seen
_LOW = 0.45  # the ground is seen from so low that its shadows are this much less blurred downwards than across


@dataclass(frozen=True)
class ShadowLayer:
    """A shadow as a layer of its own: opacity (h, w) and colour (3,) in the cutout's dtype and profile."""

    alpha: Pixels
    colour: Pixels

    def pixels(self) -> Pixels:
        """Return the colour at every pixel, (h, w, 3)."""
        return cast(Pixels, np.broadcast_to(self.colour, (*self.alpha.shape, 3)))


def make_shadow(alpha: Pixels, settings: CutSettings, icc: bytes | None = None) -> ShadowLayer | None:
    """Return the shadow of a subject whose opacity is ``alpha`` (h, w); ``None`` where there is none.

    ``icc`` is the profile of the cutout's colours, ``None`` for sRGB.
    """
    box = subject_box(alpha) if settings.shadow is not Shadow.NONE else None
    if box is None:
        return None
    part = max(Rectangle(*box).height, Rectangle(*box).width) / 100  # a hundredth of the long side
    narrow = settings.shadow_blur if settings.shadow is Shadow.DROP else min(_SEAM[1], settings.shadow_blur)
    factor = min(1.0, _SMALL_SIGMA / (narrow * part)) if narrow > 0 else 1.0
    height, width = alpha.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = to_unit(cast(Pixels, cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)))
    thrown = (_drop if settings.shadow is Shadow.DROP else _contact)(
        small, settings, Rectangle(*box).scaled(factor), part * factor
    )
    full = cv2.resize(thrown, (width, height), interpolation=cv2.INTER_CUBIC)
    top = np.iinfo(alpha.dtype).max
    opacity = np.clip(full * (settings.shadow_opacity / 100), 0, 1) * np.float32(top) + np.float32(0.5)
    colour = colour_in(parse_colour(settings.shadow_colour) or (0, 0, 0), alpha, icc)
    return ShadowLayer(cast(Pixels, opacity.astype(alpha.dtype)), colour)


def shadow_reach(settings: CutSettings, box: Rectangle) -> tuple[int, int, int, int]:
    """Return how far the shadow of a subject in ``box`` reaches beyond it: up, down, left and right, in pixels."""
    if settings.shadow is Shadow.NONE:
        return 0, 0, 0, 0
    part = max(box.height, box.width) / 100
    x, y = _away_from_light(settings, part)
    blur = _VISIBLE_SIGMAS * settings.shadow_blur * part
    low = 1.0 if settings.shadow is Shadow.DROP else _LOW
    sides = blur * low - y, blur * low + y + _SEAM[2] * part, blur - x, blur + x
    up, down, left, right = (max(0, round(side)) for side in sides)
    return up, down, left, right


def _drop(alpha: Floats, settings: CutSettings, _box: Rectangle, part: float) -> Floats:
    x, y = _away_from_light(settings, part)
    return _blurred(_moved(alpha, x, y), settings.shadow_blur * part, settings.shadow_blur * part)


def _contact(alpha: Floats, settings: CutSettings, box: Rectangle, part: float) -> Floats:
    """Return a dark seam along the lower outline, and a wide soft pool on the ground between the points it stands on.

    The pool is the convex hull of the subject's lowest part: of a car the floor between its wheels, of a chair that
    between its legs.
    """
    rows = np.arange(len(alpha), dtype=np.float32)[:, None]
    nearness = np.clip(1 - (box.bottom - rows) / max(1.0, _FOOT * box.height), 0, 1)
    foot = alpha * nearness * nearness
    across, down, below = (length * part for length in _SEAM)
    seam = _blurred(_moved(foot, 0, below), across, down)
    standing = cv2.findNonZero(((alpha > 0.5) & (nearness > 0)).astype(np.uint8))
    ground = np.zeros_like(alpha)
    if standing is not None:
        cv2.fillConvexPoly(ground, cv2.convexHull(standing), 1.0)
    x, y = _away_from_light(settings, part)
    blur = settings.shadow_blur * part
    pool = _blurred(_moved(ground * nearness, x, y), blur, blur * _LOW)
    return cast(Floats, 1 - (1 - _SEAM_STRENGTH * seam) * (1 - _POOL_STRENGTH * pool))


def _away_from_light(settings: CutSettings, part: float) -> tuple[float, float]:
    """Return how far the shadow lies to the right and down, in pixels; at 90° the light comes from above."""
    angle, distance = radians(settings.shadow_angle), settings.shadow_distance * part
    return -cos(angle) * distance, sin(angle) * distance


def _moved(image: Floats, x: float, y: float) -> Floats:
    by = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return cast(Floats, cv2.warpAffine(image, by, (image.shape[1], image.shape[0])))


def _blurred(image: Floats, across: float, down: float) -> Floats:
    if across < 0.2 and down < 0.2:
        return image
    sigma_x, sigma_y = max(across, 0.1), max(down, 0.1)
    blurred = cv2.GaussianBlur(image, (0, 0), sigmaX=sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_CONSTANT)
    return cast(Floats, blurred)
