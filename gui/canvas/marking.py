"""What a hand with the select or box tool says: marks of its path, in photo pixels."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from gui.canvas.view import ViewState

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke
    from matting.selection.marks import Mark

STILL = 4.0
"""Canvas pixels that a hand may move during a click."""
LEAST_BOX = 6.0
"""Canvas pixels that both sides of a box have at least; a smaller one is a slip of the hand."""
_BOX_LINE = 1.5
"""Half the width of a box's line, in canvas pixels."""

Place = tuple[float, float]


def mark_of(stroke: Stroke, state: ViewState) -> Mark | None:
    """Return the click or rough stroke of a path, or ``None`` where it missed the photo."""
    from matting.selection.marks import Mark, MarkKind, inside

    points = tuple((round(x, 2), round(y, 2)) for x, y, _ in stroke.points)
    (x0, y0), radius = points[0], round(stroke.radius, 2)
    if max(hypot(x - x0, y - y0) for x, y in points) * state.scale <= STILL:
        mark = Mark(stroke.keep, MarkKind.CLICK, points[:1], radius)
    else:
        mark = Mark(stroke.keep, MarkKind.STROKE, points, radius)
    return mark if inside(mark, state.photo[1], state.photo[0]) else None


def box_of(start: Place, end: Place, state: ViewState, *, keep: bool, alone: bool) -> Mark | None:
    """Return the box between two corners, clipped to the photo; ``None`` where nothing of it, or too little, is left.

    ``alone``: what is in it replaces everything else.
    """
    from matting.selection.marks import Mark, MarkKind

    corners = [
        tuple(round(min(max(place, 0.0), float(side)), 2) for place, side in zip(corner, state.photo, strict=True))
        for corner in (start, end)
    ]
    (x0, y0), (x1, y1) = corners
    least = min(LEAST_BOX / state.scale, *state.photo)
    if min(abs(x1 - x0), abs(y1 - y0)) < least:
        return None
    return Mark(keep, MarkKind.ONLY_BOX if alone and keep else MarkKind.BOX, ((x0, y0), (x1, y1)))


def as_stroke(mark: Mark, state: ViewState) -> Stroke:
    """Return a stroke that covers what the mark covers, to be shown as one; of a box its outline."""
    from matting.alpha.strokes import Stroke

    points, radius = mark.points, mark.radius
    if mark.needed_points == 2:
        (x0, y0), (x1, y1) = points
        points, radius = ((x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)), _BOX_LINE / state.scale
    return Stroke(mark.keep, radius, 1.0, tuple((x, y, 1.0) for x, y in points))
