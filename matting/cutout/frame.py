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
_BORDER = 2  # pixels around the scaled part that take the edge's colour, and stay transparent
_FAINT = 0.01
_TOLERANCE = 0.005  # half a percent larger or smaller is but rounding
_LARGEST_PREVIEW = 3.0  # times as many pixels as the copy has


@dataclass(frozen=True)
class Frame:
    """What is written of a photo.

    ``width`` and ``height`` in pixels of the written picture. The photo's point (px, py) lies at
    (``x`` + px · ``scale``, ``y`` + py · ``scale``) on it. ``wanted_scale`` is the scale at which the subject would
    take its share, ``written_scale`` the one at which it is written: less where it has too few pixels and is not
    enlarged. Both are of the file, also in the frame of a preview.
    """

    width: int
    height: int
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    wanted_scale: float = 1.0
    written_scale: float = 1.0

    @property
    def enlarged(self) -> bool:
        """Whether the subject has more pixels than the photo gave it, so that it is less sharp."""
        return self.written_scale > 1 + _TOLERANCE

    @property
    def too_small(self) -> bool:
        """Whether the subject has too few pixels for its share, and is not enlarged."""
        return self.written_scale < self.wanted_scale - _TOLERANCE

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
        rows, columns = self._part_seen(alpha)
        opacity, top = np.ascontiguousarray(alpha[rows, columns]), int(np.iinfo(alpha.dtype).max)
        # Colour times opacity: of 8 bits exact in 16, else in floats, which Lanczos may lead beyond the range.
        narrow = alpha.dtype == np.uint8 and self.scale < 1
        kind, unit = (cv2.CV_16U, 1.0) if narrow else (cv2.CV_32F, 1 / top)
        full = np.float32(top * top if narrow else top)
        weight = self._weighted(opacity, np.full_like(opacity, top), kind, unit)
        seen = np.maximum(weight, 0)
        near = cv2.blur(seen, (_RIM, _RIM))
        colours = []
        for channel in range(3):
            plane = self._weighted(opacity, np.ascontiguousarray(rgb[rows, columns, channel]), kind, unit)
            beside = cv2.blur(np.where(weight > 0, plane, 0), (_RIM, _RIM)) / np.maximum(near, 1e-6 * full)
            # What is hardly opaque has its neighbours' colour: its own is all rounding.
            straight = np.where(weight > _FAINT * full, plane / np.maximum(weight, _FAINT * full), beside)
            straight[near <= 0] = 0
            colours.append(from_unit(np.clip(straight, 0, 1).astype(np.float32), rgb.dtype))
        opaque = from_unit(np.clip(weight / full, 0, 1).astype(np.float32), alpha.dtype)
        rgb = cast(Pixels, _bordered(np.stack(colours, axis=-1), cv2.BORDER_REPLICATE))
        alpha = cast(Pixels, _bordered(opaque, cv2.BORDER_CONSTANT))
        place = rows.start, columns.start, _BORDER
        return self._pasted(rgb, *place), self._pasted(alpha, *place)

    def _part_seen(self, alpha: Pixels) -> tuple[slice, slice]:
        """Return the rows and columns of the photo that lie in the frame and are not empty."""
        rows, columns = self.part(*alpha.shape)
        top, bottom, left, right = trim_box(alpha[rows, columns]) or (0, rows.stop - rows.start, 0, 1)
        return (
            slice(rows.start + top, rows.start + bottom),
            slice(columns.start + left, columns.start + right),
        )

    def _weighted(self, opacity: Any, plane: Any, kind: int, unit: float) -> Floats:
        """Return ``plane`` times ``opacity`` at the frame's scale."""
        product = cv2.multiply(opacity, plane, scale=unit, dtype=kind)
        return np.asarray(self._scaled(product), np.float32)

    def _scaled(self, pixels: Any) -> Any:
        """Return the pixels at the frame's scale: by areas where they get fewer, by Lanczos where they get more."""
        if self.scale == 1 or not pixels.size:
            return pixels
        size = tuple(max(1, round(side * self.scale)) for side in reversed(pixels.shape[:2]))
        kind = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LANCZOS4
        return cv2.resize(pixels, size, interpolation=kind)

    def _pasted(self, pixels: Pixels, top: int, left: int, border: int = 0) -> Pixels:
        """Return a picture of the frame's size with ``pixels``, whose first one is the photo's (``left``, ``top``).

        ``border`` pixels on each side lie before it.
        """
        y, x = round(self.y + top * self.scale) - border, round(self.x + left * self.scale) - border
        if (y, x) == (0, 0) and pixels.shape[:2] == (self.height, self.width):
            return pixels
        out = np.zeros((self.height, self.width, *pixels.shape[2:]), pixels.dtype)
        here = pixels[max(0, -y) : max(0, self.height - y), max(0, -x) : max(0, self.width - x)]
        y, x = max(0, y), max(0, x)
        out[y : y + here.shape[0], x : x + here.shape[1]] = here
        return cast(Pixels, out)


def _bordered(pixels: Any, kind: int) -> Any:
    return cv2.copyMakeBorder(pixels, _BORDER, _BORDER, _BORDER, _BORDER, kind, value=0)


def frame_of(alpha: Pixels, settings: CutSettings, canvas: CanvasSize | None = None, factor: float = 1.0) -> Frame:
    """Return what is written of a photo whose subject is ``alpha`` (h, w).

    ``factor`` is below 1 for a smaller copy of the photo: settings and canvas count in pixels of the whole one, and
    the frame is returned at the copy's resolution, its pixels not scaled unless the subject is lost on a large canvas.
    """
    height, width = alpha.shape
    if canvas is not None:
        found = subject_box(alpha)
        box = Rectangle(*found) if found is not None else Rectangle(0, height, 0, width)
        whole = on_canvas(box.scaled(1 / factor), settings, canvas)
        if factor == 1:
            return whole
        same = factor / whole.scale  # at which the copy keeps its pixels
        most = (_LARGEST_PREVIEW * alpha.size / (whole.width * whole.height)) ** 0.5
        small = whole.resized(min(same, most))
        return replace(small, x=round(small.x), y=round(small.y), scale=min(1.0, most / same))
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
    return Frame(width, height, x - box.left * scale, y - box.top * scale, scale, wanted, scale)


def _counting(width: int, height: int, sides: Mapping[ShareOf, float], side: ShareOf) -> float:
    scales = {ShareOf.WIDTH: width * sides[ShareOf.WIDTH], ShareOf.HEIGHT: height * sides[ShareOf.HEIGHT]}
    return min(scales.values()) if side is ShareOf.LIMITING else scales[side]


def _place(length: int, subject: float, margin: float, first: bool, last: bool) -> int:
    """Return the first pixel of a subject on a side of ``length`` pixels: at an end, or in the middle."""
    if first:
        return round(length * margin)
    return round(length - subject - length * margin) if last else round((length - subject) / 2)
