"""The checkerboard that stands for transparency, on the canvas and behind the pictures of the list."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QTransform

# The pairs of greys that mean "transparent" to designers, in light and in dark; a palette has no role for them.
_GREYS = {False: ("#ffffff", "#e4e4e4"), True: ("#5a5a5a", "#4c4c4c")}


@lru_cache(maxsize=8)
def checkerboard(dark: bool, ratio: float, square: int) -> QBrush:
    """Draw squares of ``square`` logical pixels, sharp at any ``ratio`` of device pixels to logical ones.

    The first one is the lighter; it lies at the painter's brush origin.
    """
    light, shade = (QColor(name) for name in _GREYS[dark])
    side = max(1, round(square * ratio))
    tile = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
    tile.fill(light)
    painter = QPainter(tile)
    painter.fillRect(side, 0, side, side, shade)
    painter.fillRect(0, side, side, side, shade)
    painter.end()
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    return brush


def paint_checkerboard(painter: QPainter, area: QRect | QRectF, palette: QPalette, square: int) -> None:
    """Fill ``area`` with squares of ``square`` logical pixels, light or dark as what lies around is."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    painter.fillRect(area, checkerboard(dark, painter.device().devicePixelRatioF(), square))
