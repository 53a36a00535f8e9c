"""A number with a name, a slider under it, and a default that a double-click brings back."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from gui.widgets.describe import describe, keep_wheel_for_scrolling

HANDLE = 7
"""The handle's radius in logical pixels."""
GROOVE = 3.0


@dataclass(frozen=True)
class Scale:
    """The values of a slider: ``low`` to ``high`` in steps of ``step`` around a ``default``.

    ``geometric``: equal ways of the slider multiply the value by equal factors; ``low`` must be above 0.
    ``centred``: the groove is filled from the default, not from the left, so that it shows what was changed.
    """

    low: float
    high: float
    step: float
    default: float
    decimals: int = 2
    suffix: str = ""
    geometric: bool = False
    centred: bool = False

    @property
    def positions(self) -> int:
        """How many steps the slider has."""
        return 200 if self.geometric else round((self.high - self.low) / self.step)

    def position(self, value: float) -> int:
        """Return where the slider stands for a value."""
        if self.geometric:
            return round(self.positions * log(max(value, self.low) / self.low) / log(self.high / self.low))
        return round((value - self.low) / self.step)

    def value(self, position: int) -> float:
        """Return the value of a place of the slider."""
        if self.geometric:
            return round(float(self.low * (self.high / self.low) ** (position / self.positions)), self.decimals)
        return round(self.low + position * self.step, self.decimals)


class LabelledSlider(QWidget):
    """Label and editable number above, slider below; the two always agree.

    ``value_changed(float)`` fires for changes by the user, live while dragging, not for ``set_value``.
    Double-click, or Backspace on the slider, returns to the default.
    """

    value_changed = Signal(float)

    def __init__(self, name: str, label: str, tip: str, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._default = self._value = scale.default
        self._factor = 1.0
        self.slider = ResettableSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, scale.positions)
        self.slider.setPageStep(max(1, scale.positions // 10))
        self.number = QDoubleSpinBox()
        self.number.setRange(scale.low, scale.high)
        self.number.setDecimals(scale.decimals)
        self.number.setSingleStep(scale.step)
        self.number.setSuffix(scale.suffix)
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setProperty("role", "number")
        self.number.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.number.setKeyboardTracking(False)
        self.number.setMinimumWidth(self.number.fontMetrics().horizontalAdvance("−0.00 %") + 20)
        describe(self.slider, name, label, self.tr("{tip}. Double-click for the default.").format(tip=tip))
        describe(self.number, f"{name}-number", label, tip)
        keep_wheel_for_scrolling(self.slider)
        keep_wheel_for_scrolling(self.number)
        self._text = QLabel(label)
        self._text.setBuddy(self.number)
        self._grid = layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addWidget(self._text, 0, 0)
        layout.addWidget(self.number, 0, 1)
        layout.addWidget(self.slider, 1, 0, 1, 2)
        layout.setColumnStretch(0, 1)
        self.setFocusProxy(self.slider)
        self.set_value(scale.default)
        self._show_zero()
        self.slider.valueChanged.connect(self._slid)
        self.slider.reset_requested.connect(self.reset)
        self.number.valueChanged.connect(self._typed)

    def value(self) -> float:
        """Return the value, in the scale's unit."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody."""
        self._value = value
        with QSignalBlocker(self.number), QSignalBlocker(self.slider):
            self.number.setValue(value * self._factor)
            self.slider.setValue(self._scale.position(value))
        self.slider.setAccessibleDescription(self.number.text())  # a reader tells steps of the slider by itself

    def set_ends(self, low: str, high: str) -> None:
        """Say under the slider what its two ends do."""
        for text, column, side in ((low, 0, Qt.AlignmentFlag.AlignLeading), (high, 1, Qt.AlignmentFlag.AlignTrailing)):
            end = QLabel(text)
            end.setProperty("role", "caption")
            end.setAlignment(side)
            self._grid.addWidget(end, 2, column)

    def show_in(self, factor: float, suffix: str, decimals: int) -> None:
        """Show the number in another unit, ``factor`` of which make one of the scale's; values stay in the scale's."""
        self._factor = factor
        with QSignalBlocker(self.number):
            self.number.setDecimals(decimals)
            self.number.setRange(self._scale.low * factor, self._scale.high * factor)
            self.number.setSingleStep(max(self._scale.step * factor, 10.0**-decimals))
            self.number.setSuffix(suffix)
        self.set_value(self._value)

    def set_default(self, value: float) -> None:
        """Set another value to return to."""
        self._default = value
        self._show_zero()

    def _show_zero(self) -> None:
        self.slider.set_zero(self._scale.position(self._default) if self._scale.centred else 0)

    def reset(self) -> None:
        """Return to the default, as if by hand."""
        self._change(self._default)

    def _slid(self, position: int) -> None:
        self._change(self._scale.value(position))

    def _typed(self, number: float) -> None:
        self._change(min(max(number / self._factor, self._scale.low), self._scale.high))

    def _change(self, value: float) -> None:
        if value != self._value:
            self.set_value(value)
            self.value_changed.emit(value)


class ResettableSlider(QSlider):
    """A slider that goes where it is clicked, filled from its zero to its handle.

    ``reset_requested()``: double-clicked, or Backspace pressed.
    """

    reset_requested = Signal()
    _zero = 0

    def set_zero(self, position: int) -> None:
        """Fill the groove from here."""
        self._zero = position
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint groove, fill and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, enabled = self.palette(), self.isEnabled()
        role = QPalette.ColorRole
        way = self.width() - 2 * HANDLE
        middle = self.height() / 2
        zero, at = (
            HANDLE + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), value, way, self._mirrored())
            for value in (self._zero, self.sliderPosition())
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(role.Dark if enabled else role.Mid))
        painter.setOpacity(0.45 if enabled else 1)
        painter.drawRoundedRect(QRectF(1, middle - GROOVE / 2, self.width() - 2, GROOVE), GROOVE / 2, GROOVE / 2)
        painter.setOpacity(1)
        if enabled:
            painter.setBrush(colours.color(role.Highlight))
            painter.drawRoundedRect(QRectF(min(zero, at), middle - 1.5, abs(at - zero), 3), 1.5, 1.5)
        ring = role.Highlight if self.hasFocus() else role.Dark if enabled else role.Mid
        wide = 2 if self.hasFocus() else 1
        painter.setPen(QPen(colours.color(ring), wide))
        painter.setBrush(colours.color(role.Base if not self.underMouse() else role.Midlight))
        painter.drawEllipse(QPointF(at, middle), HANDLE - wide / 2, HANDLE - wide / 2)

    def _mirrored(self) -> bool:
        return self.isRightToLeft() != self.invertedAppearance()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse, so that every press begins a drag."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        handle = self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(event.position().toPoint()):
            way = self.width() - handle.width()
            at = round(event.position().x() - handle.width() / 2)
            value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, way, option.upsideDown)
            self.setValue(value)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Return to the default."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Backspace and Delete for the keyboard's double-click."""
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.reset_requested.emit()
        else:
            super().keyPressEvent(event)
