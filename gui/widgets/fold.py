"""A heading that folds and unfolds what is under it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.look.icons import paint_icon
from gui.look.tokens import RADIUS_M, SPACE_L, SPACE_M
from gui.widgets.describe import describe

SIGN = 12


class FoldButton(QAbstractButton):
    """Checked while what is under it is shown. ``strong`` for the heading of a card, else for a line within one."""

    def __init__(self, name: str, title: str, *, strong: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._margin = SPACE_L if strong else 0
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        self.setFont(font)
        describe(self, name, title, self.tr("Show or hide {title}").format(title=title))

    def sizeHint(self) -> QSize:
        """Return a line's height and room for sign and words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + SIGN + SPACE_M + 2 * self._margin, max(28, self.fontMetrics().height() + SPACE_M))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter do what space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint words and sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, role = self.palette(), QPalette.ColorRole
        strong = self._margin > 0 or self.underMouse()
        ink = colours.color(role.WindowText if strong else role.PlaceholderText)
        if self.hasFocus():
            painter.setPen(QPen(colours.color(role.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 2, -3, -2), RADIUS_M, RADIUS_M)
        sign = QRect(self._margin, (self.height() - SIGN) // 2, SIGN, SIGN)
        words = QRect(sign.right() + SPACE_M, 0, self.width() - sign.right() - SPACE_M, self.height())
        if self.isRightToLeft():
            sign.moveRight(self.width() - self._margin)
            words.moveRight(sign.left() - SPACE_M)
        closed = "unfold-left" if self.isRightToLeft() else "unfold"
        paint_icon(painter, "fold" if self.isChecked() else closed, QRectF(sign), colours.color(role.PlaceholderText))
        painter.setPen(ink)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, self.text())
