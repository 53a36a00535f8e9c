"""A row of segments of which exactly one is chosen: a choice whose options are all in sight."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gui.look.icons import paint_icon
from gui.look.tokens import RADIUS_M
from gui.widgets.describe import describe

HEIGHT = 30
ICON = 15
GAP = 5


@dataclass(frozen=True)
class Option:
    """One segment: what it stands for, its object name, text, tooltip, and the name of its icon if it has one."""

    value: Hashable
    name: str
    text: str
    tip: str
    icon: str = ""


class Segmented(QWidget):
    """``chosen(value)`` fires when the user picks another segment, not for ``set_value``.

    Segments are of equal width unless ``by_text``: then each has the room that its words need.
    """

    chosen = Signal(object)

    def __init__(
        self, name: str, label: str, options: Sequence[Option], parent: QWidget | None = None, *, by_text: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._options = tuple(options)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for number, option in enumerate(self._options):
            segment = _Segment(option)
            if by_text:
                segment.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(segment, number)
            layout.addWidget(segment)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._options[number].value))
        self.set_value(self._options[0].value)

    def value(self) -> Hashable:
        """Return what the chosen segment stands for."""
        return self._options[self._group.checkedId()].value

    def set_value(self, value: Hashable) -> None:
        """Choose a segment without telling anybody; an unknown value changes nothing."""
        for number, option in enumerate(self._options):
            if option.value == value:
                self._group.button(number).setChecked(True)

    def set_text(self, value: Hashable, text: str) -> None:
        """Show other words on a segment."""
        for number, option in enumerate(self._options):
            segment = self._group.button(number)
            if option.value == value and segment.text() != text:
                segment.setText(text)
                segment.setAccessibleName(text)
                segment.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the groove that the segments lie in."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS_M + 2, RADIUS_M + 2)


class _Segment(QAbstractButton):
    def __init__(self, option: Option) -> None:
        super().__init__()
        self._icon = option.icon
        self.setText(option.text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        describe(self, option.name, option.text, option.tip)

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(text + (ICON + GAP if self._icon else 0) + 12, HEIGHT - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses as space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Dark), 1))
            painter.setBrush(colours.color(QPalette.ColorRole.Light))
            painter.drawRoundedRect(area, RADIUS_M, RADIUS_M)
        if self.hasFocus():
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Highlight), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, RADIUS_M, RADIUS_M)
        strong = self.isChecked() or self.underMouse()
        ink = colours.color(QPalette.ColorRole.ButtonText if strong else QPalette.ColorRole.PlaceholderText)
        text_width = self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - text_width - (ICON + GAP if self._icon else 0)) / 2
        if self._icon:
            paint_icon(painter, self._icon, QRectF(left, (self.height() - ICON) / 2, ICON, ICON), ink)
            left += ICON + GAP
        painter.setPen(ink)
        text = QRect(round(left), 0, text_width + 2, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
