"""What the window shows while there are no photos: what to do, and something to try it with."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.look.icons import BESIDE_TEXT, application_icon
from gui.look.tokens import SPACE_M

_ICON = 96
_FRAME = 18.0


class EmptyState(QWidget):
    """An invitation to drop photos, with a button for each of ``actions``."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self._hot = False
        self._icon = QLabel()
        self._icon.setPixmap(application_icon().pixmap(QSize(_ICON, _ICON)))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = QLabel(self.tr("Drop photos or a folder here"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(
            self.tr(
                "Kirie finds the subject in each photo and cuts it out, on this computer.\n"
                "Subfolders are taken along; your photos are never changed."
            )
        )
        hint.setProperty("role", "faint")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for words in (title, hint):
            words.setWordWrap(True)
        ways = [_button(action) for action in actions]
        buttons, more = QHBoxLayout(), QHBoxLayout()
        for row, chosen in ((buttons, ways[:2]), (more, ways[2:])):
            row.setSpacing(SPACE_M)
            row.addStretch()
            for button in chosen:
                row.addWidget(button)
            row.addStretch()
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.setContentsMargins(*[round(_FRAME) + 6] * 4)
        layout.addStretch(2)
        for widget in (self._icon, title, hint):
            layout.addWidget(widget)
        layout.addSpacing(10)
        layout.addLayout(buttons)
        layout.addLayout(more)
        layout.addStretch(3)

    def set_hot(self, hot: bool) -> None:
        """Show that what is held over the window will be taken."""
        self._hot = hot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the frame to drop into."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.Highlight if self._hot else QPalette.ColorRole.Mid
        pen = QPen(self.palette().color(role), 1.6, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME), 14, 14)


def _button(action: QAction) -> QPushButton:
    button = QPushButton(action.icon(), action.iconText())
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.iconText())
    button.clicked.connect(action.trigger)
    button.setIconSize(BESIDE_TEXT)
    return button
