"""Two curves over the steps of a run: the loss, and the score on the photos kept aside."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

Points = list[tuple[float, float]]
"""(step, value) in ascending order of steps."""

_MARGIN = 36.0
_MOST_POINTS = 2000


def thinned(points: Points, most: int = _MOST_POINTS) -> Points:
    """Return about ``most`` points, each the mean of a stretch: memory and painting do not grow with the run."""
    if len(points) <= most:
        return points
    stretch = -(-len(points) // most)
    groups = [points[start : start + stretch] for start in range(0, len(points), stretch)]
    return [(group[-1][0], sum(value for _, value in group) / len(group)) for group in groups]


def line_through(points: Points, area: QRectF) -> QPolygonF:
    """Scale the points to ``area``: the steps from left to right, the smallest value at the bottom."""
    if not points:
        return QPolygonF()
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, high = min(values), max(values)
    across, up = max(last - first, 1e-9), max(high - low, 1e-9)
    return QPolygonF(
        [
            QPointF(
                area.left() + (step - first) / across * area.width(),
                area.bottom() - (value - low) / up * area.height(),
            )
            for step, value in points
        ]
    )


class Curve(QWidget):
    """One curve with its name and its smallest, largest and latest value."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._points: Points = []
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def clear(self) -> None:
        """Forget all points."""
        self._points = []
        self.update()

    def add(self, step: float, value: float) -> None:
        """Append a point."""
        self._points.append((step, value))
        if len(self._points) > 2 * _MOST_POINTS:
            self._points = thinned(self._points)
        self.setAccessibleDescription(f"{value:.4f}")
        self.update()

    def sizeHint(self) -> QSize:
        """Leave room for a shape that can be read."""
        return QSize(320, 150)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the curve in the accent colour on the palette's ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        area = QRectF(self.rect()).adjusted(_MARGIN + 12, _MARGIN + 8, -12, -12)
        faint = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        latest = f"   {self._points[-1][1]:.4f}" if self._points else ""
        painter.drawText(QPointF(12, 20), self._name + latest)
        painter.setPen(QPen(faint, 0.5))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if self._points:
            _paint_scale(painter, area, [value for _, value in self._points], faint)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1.8))
            line = line_through(self._points, area)
            if line.count() == 1:
                painter.drawEllipse(line.at(0), 2, 2)
            painter.drawPolyline(line)
        painter.end()


def _paint_scale(painter: QPainter, area: QRectF, values: list[float], colour: QColor) -> None:
    painter.setPen(colour)
    for value, y in ((max(values), area.top()), (min(values), area.bottom())):
        label = QRectF(0, y - 8, area.left() - 6, 16)
        painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.3f}")
