"""The strip beside the canvas: the tools, and whether they keep or erase."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from gui.actions.actions import Actions
from gui.canvas.brush import Brush, Tool
from gui.canvas.canvas import Canvas
from gui.look.icons import icon
from gui.widgets.describe import describe
from matting.settings import Mode


class ToolStrip(QWidget):
    """Buttons of the table's tool actions, and one that swaps keep and erase. Shows what keys and inspector chose.

    The brush's size and hardness are kept in ``store`` for the next start.
    """

    def __init__(self, actions: Actions, canvas: Canvas, store: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._canvas, self._store = actions, canvas, store
        self.setAccessibleName(self.tr("Tools on the photo"))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 5, 8)
        column.setSpacing(4)
        for tool in Tool:
            button = _button()
            button.setDefaultAction(actions[f"tool_{tool}"])
            button.setObjectName(f"tool-{tool}")
            button.setAccessibleName(actions[f"tool_{tool}"].iconText())
            column.addWidget(button)
        self._sign = _button()
        self._sign.clicked.connect(lambda: canvas.set_brush(canvas.brush.swapped()))
        column.addSpacing(8)
        column.addWidget(self._sign)
        column.addStretch(1)
        canvas.set_brush(_kept(store, canvas.brush))
        canvas.brush_changed.connect(self.show_brush)
        self._mode: Mode | None = None
        self.set_mode(Mode.CUTOUT)

    def show_brush(self, brush: Brush) -> None:
        """Show the tool in use and its sign."""
        self._actions[f"tool_{brush.tool}"].setChecked(True)
        self._store.setValue("brush/radius", brush.radius)
        self._store.setValue("brush/hardness", brush.hardness)
        self._sign.setIcon(icon("keep" if brush.keep else "erase"))
        label = self.tr("Keeps") if brush.keep else self.tr("Erases")
        describe(self._sign, "swap", label, self.tr("Whether marks and strokes keep or erase; a click swaps (X)"))

    def set_mode(self, mode: Mode) -> None:
        """Begin cutouts with selecting. Among vessels there is nothing to point at: what pointed paints there."""
        if mode is self._mode:
            return
        self._mode = mode
        if mode is Mode.CUTOUT:
            self._canvas.take(Tool.SELECT)
        elif self._canvas.brush.active:
            self._canvas.take(Tool.PAINT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint a hairline between strip and canvas."""
        painter = QPainter(self)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self.palette().color(QPalette.ColorRole.Mid))


def _kept(store: QSettings, brush: Brush) -> Brush:
    """Return the brush as it was last; as it is where nothing usable is kept."""
    try:
        radius, hardness = (float(str(store.value(f"brush/{part}"))) for part in ("radius", "hardness"))
    except ValueError:
        return brush
    if not isfinite(radius) or not 0 <= hardness <= 1:
        return brush
    return replace(brush.sized(radius), hardness=hardness)


def _button() -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setIconSize(QSize(20, 20))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
