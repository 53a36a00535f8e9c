"""Which part of a photo the canvas shows, and how large: a frozen state and pure functions over it.

Three kinds of pixels meet here. *Photo* pixels are those of the full-size photo, whatever copy is painted;
*canvas* pixels are Qt's logical ones, origin at the canvas's top left; *device* pixels are those of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

MAX_ZOOM = 16.0
FIT_MARGIN = 24.0
"""Canvas pixels left free around a fitted photo."""
ZOOM_STOPS = (0.05, 0.1, 1 / 6, 0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, MAX_ZOOM)


class View(StrEnum):
    """What the canvas shows of a photo."""

    CUTOUT = "cutout"
    MASK = "mask"
    OVERLAY = "overlay"
    ORIGINAL = "original"
    SPLIT = "split"


@dataclass(frozen=True)
class Box:
    """A rectangle in canvas or photo pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The first x beyond the box."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The first y beyond the box."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Tell whether the point lies in the box."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def united(self, other: Box) -> Box:
        """Return the least box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def intersected(self, other: Box) -> Box:
        """Return the common part; empty (width or height 0) where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0.0, min(self.right, other.right) - x), max(0.0, min(self.bottom, other.bottom) - y))


@dataclass(frozen=True)
class ViewState:
    """Where the canvas looks.

    ``photo`` is the full photo's width and height, ``canvas`` the canvas's in canvas pixels, ``ratio`` device pixels
    per canvas pixel, ``zoom`` device pixels per photo pixel (1.0 is "100 %"), ``centre`` the photo point in the middle
    of the canvas. ``frame`` is what is written of the photo, which may reach beyond it; ``None``: the photo. A
    ``fitted`` view stays fitted when the canvas changes its size.
    """

    photo: tuple[int, int] = (1, 1)
    canvas: tuple[float, float] = (1.0, 1.0)
    ratio: float = 1.0
    zoom: float = 1.0
    centre: tuple[float, float] = (0.5, 0.5)
    fitted: bool = True
    frame: Box | None = None

    @property
    def bounds(self) -> Box:
        """What there is to see: the photo and the frame, in photo pixels."""
        photo = Box(0, 0, *self.photo)
        return photo if self.frame is None else photo.united(self.frame)

    @property
    def scale(self) -> float:
        """Canvas pixels per photo pixel."""
        return self.zoom / self.ratio


def to_canvas(state: ViewState, x: float, y: float) -> tuple[float, float]:
    """Return the canvas point of a photo point."""
    return (
        state.canvas[0] / 2 + (x - state.centre[0]) * state.scale,
        state.canvas[1] / 2 + (y - state.centre[1]) * state.scale,
    )


def to_photo(state: ViewState, x: float, y: float) -> tuple[float, float]:
    """Return the photo point of a canvas point; outside the photo too."""
    return (
        state.centre[0] + (x - state.canvas[0] / 2) / state.scale,
        state.centre[1] + (y - state.canvas[1] / 2) / state.scale,
    )


def box_on_canvas(state: ViewState, box: Box) -> Box:
    """Return a box of photo pixels in canvas pixels, its edges on whole device pixels so that nothing is blurred."""
    (x0, y0), (x1, y1) = to_canvas(state, box.x, box.y), to_canvas(state, box.right, box.bottom)
    left, top = round(x0 * state.ratio), round(y0 * state.ratio)
    width, height = max(1, round(x1 * state.ratio) - left), max(1, round(y1 * state.ratio) - top)
    return Box(left / state.ratio, top / state.ratio, width / state.ratio, height / state.ratio)


def photo_box(state: ViewState) -> Box:
    """Return where the whole photo lies, in canvas pixels."""
    return box_on_canvas(state, Box(0, 0, *state.photo))


def visible_photo(state: ViewState) -> Box:
    """Return the part of the photo that the canvas shows, in photo pixels."""
    x, y = to_photo(state, 0, 0)
    shown = Box(x, y, state.canvas[0] / state.scale, state.canvas[1] / state.scale)
    return shown.intersected(Box(0, 0, *state.photo))


def fit_zoom(state: ViewState) -> float:
    """Return the zoom at which the whole photo and its frame are seen with a margin around them."""
    room = [max(1.0, side - 2 * FIT_MARGIN) for side in state.canvas]
    return min(MAX_ZOOM, state.ratio * min(room[0] / state.bounds.width, room[1] / state.bounds.height))


def fitted(state: ViewState) -> ViewState:
    """Return the view of the whole photo and its frame, in the middle."""
    bounds = state.bounds
    middle = (bounds.x + bounds.width / 2, bounds.y + bounds.height / 2)
    return replace(state, zoom=fit_zoom(state), centre=middle, fitted=True)


def zoomed(state: ViewState, zoom: float, anchor: tuple[float, float] | None = None) -> ViewState:
    """Return the view at another zoom; the photo point under ``anchor`` (canvas pixels; default: the middle) stays.

    Near the rim of the photo the point may move, so that the photo stays visible.
    """
    zoom = min(MAX_ZOOM, max(min(fit_zoom(state), 1.0) / 2, zoom))
    x, y = anchor or (state.canvas[0] / 2, state.canvas[1] / 2)
    held = to_photo(state, x, y)
    scale = zoom / state.ratio
    centre = (held[0] - (x - state.canvas[0] / 2) / scale, held[1] - (y - state.canvas[1] / 2) / scale)
    return _kept_in_sight(replace(state, zoom=zoom, centre=centre, fitted=False))


def panned(state: ViewState, dx: float, dy: float) -> ViewState:
    """Return the view after the photo has been dragged by (dx, dy) canvas pixels."""
    centre = (state.centre[0] - dx / state.scale, state.centre[1] - dy / state.scale)
    return _kept_in_sight(replace(state, centre=centre, fitted=False))


def resized(state: ViewState, canvas: tuple[float, float], ratio: float) -> ViewState:
    """Return the view for another canvas size or screen: a fitted photo is fitted again, any other stays."""
    changed = replace(state, canvas=canvas, ratio=ratio)
    return fitted(changed) if state.fitted else _kept_in_sight(changed)


def next_stop(zoom: float, larger: bool) -> float:
    """Return the round zoom after or before this one."""
    if larger:
        return next((stop for stop in ZOOM_STOPS if stop > zoom * 1.01), ZOOM_STOPS[-1])
    return next((stop for stop in reversed(ZOOM_STOPS) if stop < zoom / 1.01), zoom / 2)


def _kept_in_sight(state: ViewState) -> ViewState:
    """Centre a side of the photo that fits; for one that does not, keep the canvas's middle on the photo."""
    bounds = state.bounds
    sides = ((bounds.x, bounds.width), (bounds.y, bounds.height))
    centre = [
        start + size / 2 if size * state.scale <= room else min(max(middle, start), start + size)
        for (start, size), room, middle in zip(sides, state.canvas, state.centre, strict=True)
    ]
    return replace(state, centre=(centre[0], centre[1]))
