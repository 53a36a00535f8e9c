"""What a press on the canvas begins, and where the split handle is: pure functions of points."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt

from gui.canvas.brush import Tool
from gui.canvas.view import Box, View, ViewState, photo_box

SPLIT_REACH = 10.0
"""Canvas pixels on either side of the split line that still take hold of it."""


class Grip(StrEnum):
    """What a drag does until the button is released."""

    NOTHING = "nothing"
    PAN = "pan"
    SELECT = "select"
    PAINT = "paint"
    BOX = "box"
    SPLIT = "split"
    DRAG_OUT = "drag-out"


_GRIPS = {Tool.SELECT: Grip.SELECT, Tool.PAINT: Grip.PAINT, Tool.BOX: Grip.BOX}


def visible_box(state: ViewState) -> Box:
    """Return the part of the photo that lies on the canvas, in canvas pixels."""
    return photo_box(state).intersected(Box(0, 0, *state.canvas))


def split_line(state: ViewState, split: float) -> float:
    """Return the x of the line between before and after; ``split`` in [0, 1] of what is visible of the photo."""
    box = visible_box(state)
    return round((box.x + split * box.width) * state.ratio) / state.ratio


def split_at(state: ViewState, x: float) -> float:
    """Return the split that puts the line at ``x``."""
    box = visible_box(state)
    return min(1.0, max(0.0, (x - box.x) / max(1.0, box.width)))


def find_grip(
    state: ViewState,
    view: View,
    point: tuple[float, float],
    button: Qt.MouseButton,
    *,
    space_held: bool,
    tool: Tool,
    has_cutout: bool,
    split: float,
) -> Grip:
    """Tell what pressing ``button`` at ``point`` (canvas pixels) begins.

    The middle button and a held space bar always pan. The split handle goes before the tool, the tool before
    dragging the cutout out of the window; where there is nothing to drag out, the left button pans too.
    """
    x, y = point
    if button == Qt.MouseButton.MiddleButton:
        return Grip.PAN
    if button != Qt.MouseButton.LeftButton:
        return Grip.NOTHING
    if space_held:
        return Grip.PAN
    box = visible_box(state)
    if (
        view is View.SPLIT
        and has_cutout
        and abs(x - split_line(state, split)) <= SPLIT_REACH
        and box.y <= y < box.bottom
    ):
        return Grip.SPLIT
    if tool in _GRIPS:
        return _GRIPS[tool]
    if has_cutout and view in (View.CUTOUT, View.MASK) and box.contains(x, y):
        return Grip.DRAG_OUT
    return Grip.PAN
