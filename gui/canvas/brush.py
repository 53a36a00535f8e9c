"""The tool and brush in the user's hand, and how its path becomes a stroke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke

MIN_RADIUS, MAX_RADIUS = 1.0, 400.0
SIZE_STEP = 1.2
HARDNESS_STEP = 0.1
POINTS_A_RADIUS = 12
"""Points closer than this part of the radius add nothing that could be seen."""


class Tool(StrEnum):
    """What the left mouse button does on the photo."""

    HAND = "hand"
    """Drags the cutout out of the window, or pans."""

    SELECT = "select"
    """Says by clicks and rough strokes which thing is meant."""

    PAINT = "paint"
    """Paints strokes."""

    BOX = "box"
    """Draws a box around a thing."""


@dataclass(frozen=True)
class Brush:
    """``radius`` in canvas pixels, so that zooming in makes the brush finer; ``hardness`` in [0, 1], of strokes.

    ``keep``: what is marked or painted stays, otherwise it goes.
    """

    tool: Tool = Tool.HAND
    keep: bool = True
    radius: float = 20.0
    hardness: float = 0.8

    @property
    def active(self) -> bool:
        """Whether the mouse changes the cutout."""
        return self.tool is not Tool.HAND

    def larger(self) -> Brush:
        """Return the brush one step larger."""
        return self.sized(self.radius * SIZE_STEP)

    def smaller(self) -> Brush:
        """Return the brush one step smaller."""
        return self.sized(self.radius / SIZE_STEP)

    def sized(self, radius: float) -> Brush:
        """Return the brush with another radius, within limits."""
        return replace(self, radius=min(MAX_RADIUS, max(MIN_RADIUS, radius)))

    def harder(self) -> Brush:
        """Return the brush one step towards a crisp rim."""
        return self._with_hardness(self.hardness + HARDNESS_STEP)

    def softer(self) -> Brush:
        """Return the brush one step towards a feathered rim."""
        return self._with_hardness(self.hardness - HARDNESS_STEP)

    def swapped(self) -> Brush:
        """Keep becomes erase and the other way round."""
        return replace(self, keep=not self.keep)

    def _with_hardness(self, hardness: float) -> Brush:
        return replace(self, hardness=round(min(1.0, max(0.0, hardness)), 2))


def brush_after_key(brush: Brush, event: QKeyEvent) -> Brush | None:
    """Return the brush after a key, or ``None`` for a key that is not the brush's. Layouts differ: the sign counts."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier):
        return None
    match Qt.Key(event.key()):
        case Qt.Key.Key_BracketLeft:
            return brush.softer() if shift else brush.smaller()
        case Qt.Key.Key_BracketRight:
            return brush.harder() if shift else brush.larger()
        case Qt.Key.Key_BraceLeft:
            return brush.softer()
        case Qt.Key.Key_BraceRight:
            return brush.harder()
        case Qt.Key.Key_X if not shift:
            return brush.swapped()
    return None


class StrokeBuilder:
    """Collects the points of a stroke while the mouse or pen moves. All lengths in photo pixels."""

    def __init__(self, keep: bool, radius: float, hardness: float) -> None:
        self.keep, self.radius, self.hardness = keep, radius, hardness
        self._points: list[tuple[float, float, float]] = []

    def add(self, x: float, y: float, pressure: float = 1.0) -> bool:
        """Append a point with the pen's pressure in [0, 1]; ``False`` when it lies too close to the last to matter."""
        if self._points:
            last = self._points[-1]
            spacing = self.radius / POINTS_A_RADIUS
            if (x - last[0]) ** 2 + (y - last[1]) ** 2 < spacing * spacing:
                return False
        self._points.append((x, y, min(1.0, max(0.0, pressure))))
        return True

    def stroke(self) -> Stroke:
        """Return the stroke as painted so far."""
        from matting.alpha.strokes import Stroke

        return Stroke(keep=self.keep, radius=self.radius, hardness=self.hardness, points=tuple(self._points))
