"""The strip above the canvas: zoom at the left, views at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from gui.actions.actions import Actions
from gui.canvas.canvas import Canvas

ZOOMS = ("zoom_in", "zoom_fit", "zoom_100")
VIEWS = ("view_cutout", "view_mask", "view_overlay", "view_original", "view_split")


class CanvasBar(QWidget):
    """Buttons of the table's actions. Where there is no room for their texts, they are icons with tooltips."""

    def __init__(self, actions: Actions, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = QLabel()
        self._zoom.setProperty("role", "faint")
        self._zoom.setAccessibleName(self.tr("Zoom"))
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom.setFixedWidth(54)
        canvas.zoom_changed.connect(self._show_zoom)
        self._canvas = canvas
        self._worded: list[QToolButton] = []
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(10, 6, 10, 6)
        line.setSpacing(2)
        self._add(line, actions, ["zoom_out"], words=False)
        line.addWidget(self._zoom)
        self._add(line, actions, ZOOMS, words=False)
        line.addStretch(1)
        self._add(line, actions, VIEWS, words=True)

        self._wide, self._narrow = self._least(words=True), self._least(words=False)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the icons."""
        return self._narrow

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show words where they fit."""
        super().resizeEvent(event)
        self._use_words(self.width() >= self._wide.width())

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._wide, self._narrow = self._least(words=True), self._least(words=False)
            self._use_words(self.width() >= self._wide.width())

    def _least(self, *, words: bool) -> QSize:
        self._use_words(words)
        return self._line.totalMinimumSize()

    def _use_words(self, words: bool) -> None:
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._worded:
            button.setToolButtonStyle(style)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint a hairline at the bar's lower edge."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.palette().color(QPalette.ColorRole.Mid))

    def _show_zoom(self, zoom: float) -> None:
        self._zoom.setText(f"{round(zoom * 100)} %" if self._canvas.state.photo != (1, 1) else "")

    def _add(self, line: QHBoxLayout, actions: Actions, names: Sequence[str], *, words: bool) -> None:
        for name in names:
            action = actions[name]
            button = QToolButton()
            button.setDefaultAction(action)
            button.setObjectName(name.replace("_", "-"))
            button.setAutoRaise(True)
            button.setIconSize(QSize(16, 16))
            if words:
                self._worded.append(button)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            line.addWidget(button)
