"""The rectangle that is written: the photo's own, one trimmed to the subject, or a canvas with the subject on it.

All three are one thing, a ``Frame``: how large the picture is and where photo pixels lie on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import cv2
import numpy as np

from matting.alpha.numeric import Floats, from_unit
from matting.cutout.shadow import shadow_reach
from matting.cutout.subject_box import Rectangle, subject_box, trim_box
from matting.photo import Pixels
from matting.settings import LARGEST_CANVAS, LONGEST_SIDE, Anchor, CanvasSize, CutSettings, ShareOf

_RIM = 5  # side of the square from which transparent pixels at the edge take their colour, as before scaling
_FAINT = 0.01


@dataclass(frozen=True)
class Frame:
    """What is written of a photo.

    ``width`` and ``height`` in pixels of the written picture. The photo's point (px, py) lies at
    (``x`` + px · ``scale``, ``y`` + py · ``scale``) on it. ``wanted_scale`` is the scale at which the subject would
    take its share: more than ``scale`` where it has too few pixels and is not enlarged.
    """

    width: int
    height: int
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    wanted_scale: float = 1.0

    def resized(self, factor: float) -> Frame:
        """Return the same frame with ``factor`` times as many pixels a side."""
        width, height = max(1, round(self.width * factor)), max(1, round(self.height * factor))
        return replace(
            self, width=width, height=height, x=self.x * factor, y=self.y * factor, scale=self.scale * factor
        )

    def part(self, height: int, width: int) -> tuple[slice, slice]:
        """Return the rows and columns of a photo of this size that lie in the frame, whole pixels."""

        def inside(start: float, length: int, limit: int) -> slice:
            first, last = -start / self.scale, (length - start) / self.scale
            return slice(min(limit, max(0, int(np.floor(first + 1e-6)))), max(0, min(limit, int(np.ceil(last - 1e-6)))))

        return inside(self.y, self.height, height), inside(self.x, self.width, width)

    def placed(self, pixels: Pixels) -> Pixels:
        """Return photo pixels (h, w) or (h, w, channels) in the frame, 0 beyond the photo."""
        rows, columns = self.part(*pixels.shape[:2])
        return self._pasted(self._scaled(np.ascontiguousarray(pixels[rows, columns])), rows.start, columns.start)

    def placed_cutout(self, rgb: Pixels, alpha: Pixels) -> tuple[Pixels, Pixels]:
        """Return straight colours (h, w, 3) and alpha (h, w) in the frame.

        Colours are weighted by alpha where they are scaled, so that what is transparent does not colour the edge.
        """
        if self.scale == 1:
            return self.placed(rgb), self.placed(alpha)
        rows, columns = self.part(*alpha.shape)
        opacity, top = np.ascontiguousarray(alpha[rows, columns]), int(np.iinfo(alpha.dtype).max)
        # Colour times opacity: of 8 bits exact in 16, else in floats, which Lanczos may lead beyond the range.
        narrow = alpha.dtype == np.uint8 and self.scale < 1
        opacities = opacity.astype(np.uint16) if narrow else opacity.astype(np.float32) / np.float32(top)
        full = np.float32(top * top if narrow else top)
        weight = self._floats(opacities * opacities.dtype.type(top))
        seen = np.maximum(weight, 0)
        near = cv2.blur(seen, (_RIM, _RIM))
        colours = []
        for channel in range(3):
            plane = self._floats(rgb[rows, columns, channel] * opacities)
            beside = cv2.blur(np.where(weight > 0, plane, 0), (_RIM, _RIM)) / np.maximum(near, 1e-6 * full)
            # What is hardly opaque has its neighbours' colour: its own is all rounding.
            straight = np.where(weight > _FAINT * full, plane / np.maximum(weight, _FAINT * full), beside)
            straight[near <= 0] = 0
            colours.append(from_unit(np.clip(straight, 0, 1).astype(np.float32), rgb.dtype))
        opaque = from_unit(np.clip(weight / full, 0, 1).astype(np.float32), alpha.dtype)
        place = rows.start, columns.start
        return self._pasted(cast(Pixels, np.stack(colours, axis=-1)), *place), self._pasted(opaque, *place)

    def _floats(self, pixels: Any) -> Floats:
        return np.asarray(self._scaled(pixels), np.float32)

    def _scaled(self, pixels: Any) -> Any:
        """Return the pixels at the frame's scale: by areas where they get fewer, by Lanczos where they get more."""
        if self.scale == 1 or not pixels.size:
            return pixels
        size = tuple(max(1, round(side * self.scale)) for side in reversed(pixels.shape[:2]))
        kind = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LANCZOS4
        return cv2.resize(pixels, size, interpolation=kind)

    def _pasted(self, pixels: Pixels, top: int, left: int) -> Pixels:
        """Return a picture of the frame's size with ``pixels``, whose first one is the photo's (``left``, ``top``)."""
        y, x = round(self.y + top * self.scale), round(self.x + left * self.scale)
        if (y, x) == (0, 0) and pixels.shape[:2] == (self.height, self.width):
            return pixels
        out = np.zeros((self.height, self.width, *pixels.shape[2:]), pixels.dtype)
        here = pixels[max(0, -y) : max(0, self.height - y), max(0, -x) : max(0, self.width - x)]
        y, x = max(0, y), max(0, x)
        out[y : y + here.shape[0], x : x + here.shape[1]] = here
        return cast(Pixels, out)


def frame_of(alpha: Pixels, settings: CutSettings, canvas: CanvasSize | None = None, factor: float = 1.0) -> Frame:
    """Return what is written of a photo whose subject is ``alpha`` (h, w).

    ``factor`` is below 1 for a smaller copy of the photo: settings and canvas count in pixels of the whole one, and
    the frame is returned at the copy's resolution, its pixels not scaled.
    """
    height, width = alpha.shape
    if canvas is not None:
        found = subject_box(alpha)
        box = Rectangle(*found) if found is not None else Rectangle(0, height, 0, width)
        whole = on_canvas(box.scaled(1 / factor), settings, canvas)
        if factor == 1:
            return whole
        small = whole.resized(factor / whole.scale)
        return replace(small, x=round(small.x), y=round(small.y), scale=1.0)
    trimmed = trim_box(alpha) if settings.trim else None
    if trimmed is None:
        return Frame(width, height)
    top, bottom, left, right = trimmed
    pad = round(max(settings.padding, 0) * factor)
    above, below, before, after = (pad + reach for reach in shadow_reach(settings, Rectangle(*trimmed)))
    return Frame(right - left + before + after, bottom - top + above + below, before - left, above - top)


def on_canvas(box: Rectangle, settings: CutSettings, canvas: CanvasSize) -> Frame:
    """Return the canvas with the subject in ``box``, in pixels of the photo, at its share, anchor and margin."""
    margin, anchor = settings.margin / 100, settings.anchor
    across = 1 - margin if anchor in (Anchor.LEFT, Anchor.RIGHT) else 1 - 2 * margin * (anchor is Anchor.CENTRE)
    down = 1 - margin if anchor in (Anchor.TOP, Anchor.BOTTOM) else 1 - 2 * margin * (anchor is Anchor.CENTRE)
    across, down = min(across, settings.share / 100), min(down, settings.share / 100)
    width, height = canvas.width, canvas.height
    # How many times the subject's sides are to fit into the canvas's: the smaller one counts, or the one asked for.
    sides = {ShareOf.WIDTH: across / box.width, ShareOf.HEIGHT: down / box.height}
    if canvas.ratio:
        unit = 1 / _counting(width, height, sides, settings.share_of)
        unit = min(unit, LONGEST_SIDE / max(width, height), (LARGEST_CANVAS / (width * height)) ** 0.5)
        width, height = max(1, round(width * unit)), max(1, round(height * unit))
    wanted = _counting(width, height, sides, settings.share_of)
    if canvas.ratio and abs(wanted - 1) < 2 / max(width, height):
        wanted = 1.0  # but for rounding
    scale = wanted if settings.enlarge else min(wanted, 1.0)
    x = _place(width, box.width * scale, margin, anchor is Anchor.LEFT, anchor is Anchor.RIGHT)
    y = _place(height, box.height * scale, margin, anchor is Anchor.TOP, anchor is Anchor.BOTTOM)
    return Frame(width, height, x - box.left * scale, y - box.top * scale, scale, wanted)


def _counting(width: int, height: int, sides: Mapping[ShareOf, float], side: ShareOf) -> float:
    scales = {ShareOf.WIDTH: width * sides[ShareOf.WIDTH], ShareOf.HEIGHT: height * sides[ShareOf.HEIGHT]}
    return min(scales.values()) if side is ShareOf.LIMITING else scales[side]


def _place(length: int, subject: float, margin: float, first: bool, last: bool) -> int:
    """Return the first pixel of a subject on a side of ``length`` pixels: at an end, or in the middle."""
    if first:
        return round(length * margin)
    return round(length - subject - length * margin) if last else round((length - subject) / 2)
