"""What is painted over a photo: strokes, the brush ring, the split handle, a message."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPalette, QPen, QPolygonF

from gui.canvas.brush import Brush, Tool
from gui.canvas.grip import visible_box
from gui.canvas.view import ViewState, to_canvas

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matting.alpha.strokes import Stroke

# Meanings, not decoration: green stays, red goes, on photos of any colour and in every theme.
KEEP, ERASE = QColor(38, 166, 91, 120), QColor(214, 40, 40, 120)
KNOB = 15.0
"""Radius of the split handle's knob, in canvas pixels."""
CROSS = 9.0
"""Half the length of the cross that keys move, in canvas pixels."""


def paint_strokes(painter: QPainter, state: ViewState, strokes: tuple[Stroke, ...]) -> None:
    """Tint what each stroke covers, evenly also where it crosses itself."""
    if not strokes:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(state.canvas[0] / 2, state.canvas[1] / 2)
    painter.scale(state.scale, state.scale)
    painter.translate(-state.centre[0], -state.centre[1])
    for stroke in strokes:
        colour = KEEP if stroke.keep else ERASE
        if len({point[2] for point in stroke.points}) == 1:
            width = 2 * stroke.radius * stroke.points[0][2]
            pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(_line(stroke.points), pen)
        else:
            painter.fillPath(stroke_outline(stroke), colour)
    painter.restore()


def stroke_outline(stroke: Stroke) -> QPainterPath:
    """Return the area of a stroke whose width follows the pressure, in photo pixels: discs joined by trapezoids.

    All parts turn the same way, so that the winding rule fills overlaps once.
    """
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    previous: tuple[float, float, float] | None = None
    for x, y, pressure in stroke.points:
        radius = stroke.radius * pressure
        path.addEllipse(QPointF(x, y), radius, radius)
        if previous is not None:
            x0, y0, radius0 = previous
            length = hypot(x - x0, y - y0)
            if length > 0:
                nx, ny = (y - y0) / length, -(x - x0) / length
                path.addPolygon(
                    QPolygonF(
                        [
                            QPointF(x0 + nx * radius0, y0 + ny * radius0),
                            QPointF(x + nx * radius, y + ny * radius),
                            QPointF(x - nx * radius, y - ny * radius),
                            QPointF(x0 - nx * radius0, y0 - ny * radius0),
                        ]
                    )
                )
                path.closeSubpath()
        previous = (x, y, radius)
    return path


def paint_ring(painter: QPainter, brush: Brush, x: float, y: float) -> None:
    """Paint the brush's rim around the mouse, dark and light so that it shows on anything, and its sign."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(x, y)
    radius = max(1.5, brush.radius)
    sign = QPainterPath()
    if radius >= 9:
        sign.moveTo(x - 3.5, y)
        sign.lineTo(x + 3.5, y)
        if brush.keep:
            sign.moveTo(x, y - 3.5)
            sign.lineTo(x, y + 3.5)
    for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.25)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(centre, radius, radius)
        painter.drawPath(sign)
    core = radius * brush.hardness
    if brush.tool is Tool.PAINT and radius >= 9 and core < radius - 3:
        painter.setPen(QPen(QColor(255, 255, 255, 170), 1, Qt.PenStyle.DotLine))
        painter.drawEllipse(centre, core, core)
    painter.restore()


def paint_box(painter: QPainter, corner: QPointF, other: QPointF, *, keep: bool) -> None:
    """Paint the box that is being drawn between two corners, in canvas pixels."""
    path = QPainterPath()
    path.addRect(QRectF(corner, other).normalized())
    paint_outline(painter, path, keep=keep)


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """Paint the place where a key sets a corner of a box, dark and light so that it shows on anything."""
    painter.save()
    for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.25)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(at.x() - CROSS, at.y()), QPointF(at.x() + CROSS, at.y()))
        painter.drawLine(QPointF(at.x(), at.y() - CROSS), QPointF(at.x(), at.y() + CROSS))
    painter.restore()


def outline_path(state: ViewState, outlines: Sequence[NDArray[np.float32]]) -> QPainterPath:
    """Return outlines (n, 2) of x and y in photo pixels as a path on the canvas; inner ones are holes."""
    path = QPainterPath()
    for outline in outlines:
        path.addPolygon(QPolygonF([QPointF(*to_canvas(state, x, y)) for x, y in outline.tolist()]))
        path.closeSubpath()
    return path


def paint_outline(painter: QPainter, path: QPainterPath, *, keep: bool) -> None:
    """Paint an area (canvas pixels) under a thin film with a line of black and white, which shows on anything."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    film = QColor(KEEP if keep else ERASE)
    film.setAlpha(60)
    painter.fillPath(path, film)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.5))
    painter.drawPath(path)
    dashes = QPen(Qt.GlobalColor.white, 1.5)
    dashes.setDashPattern([3, 3])
    painter.setPen(dashes)
    painter.drawPath(path)
    painter.restore()


def brush_area(brush: Brush, start: QPointF, end: QPointF) -> QRectF:
    """Return all that the brush can touch, ring and stroke, while it moves between two canvas points."""
    reach = max(6.0, brush.radius * 1.2) + 3
    area = QRectF(start, end).normalized()
    return area.adjusted(-reach, -reach, reach, reach)


def paint_split_handle(painter: QPainter, state: ViewState, x: float, palette: QPalette, hot: bool) -> None:
    """Paint the line between before and after with a knob in the middle of the visible photo."""
    box = visible_box(state)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(x - 1.5, box.y, 3, box.height), QColor(0, 0, 0, 70))
    painter.fillRect(QRectF(x - 0.5, box.y, 1, box.height), Qt.GlobalColor.white)
    middle = box.y + box.height / 2
    fill = QPalette.ColorRole.Highlight if hot else QPalette.ColorRole.Button
    arrow = QPalette.ColorRole.HighlightedText if hot else QPalette.ColorRole.ButtonText
    painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
    painter.setBrush(palette.color(fill))
    painter.drawEllipse(QPointF(x, middle), KNOB, KNOB)
    painter.setPen(QPen(palette.color(arrow), 1.75, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for side in (-1, 1):
        tip = QPointF(x + side * 8, middle)
        wings = [QPointF(x + side * 4, middle - 4), tip, QPointF(x + side * 4, middle + 4)]
        painter.drawPolyline(wings)
    painter.restore()


def paint_message(painter: QPainter, canvas: QRectF, text: str, palette: QPalette, *, over_photo: bool) -> None:
    """Paint a sentence: in the middle of an empty canvas, in a pill at the foot of a photo."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = canvas.adjusted(32, 32, -32, -32)
    if over_photo:
        metrics = QFontMetricsF(painter.font())
        needed = metrics.boundingRect(QRectF(0, 0, min(560.0, room.width() - 32), 400), wrap, text)
        pill = QRectF(0, 0, needed.width() + 32, needed.height() + 16)
        pill.moveCenter(QPointF(canvas.center().x(), room.bottom() - pill.height() / 2 + 8))
        ground = palette.color(QPalette.ColorRole.ToolTipBase)
        ground.setAlphaF(0.94)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(ground)
        radius = min(pill.height() / 2, 16.0)
        painter.drawRoundedRect(pill, radius, radius)
        painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
        painter.drawText(pill.adjusted(14, 6, -14, -6), wrap, text)
    else:
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room, wrap, text)
    painter.restore()


def _line(points: tuple[tuple[float, float, float], ...]) -> QPainterPath:
    path = QPainterPath(QPointF(points[0][0], points[0][1]))
    for x, y, _ in points[1:] or points:
        path.lineTo(x, y)
    return path
