"""A word about what was just done, with the way back, over the bottom of the window for a few seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.look.tokens import SPACE_L, SPACE_M
from gui.widgets.describe import describe

SHOWN_MS = 8000
ABOVE = 84
"""Its distance from the window's bottom, in logical pixels: over the canvas, not over the main button."""


class Toast(QFrame):
    """Hidden until ``say``. ``undo_clicked()``."""

    undo_clicked = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self._text = QLabel()
        undo = QPushButton(self.tr("Undo"))
        undo.setProperty("role", "toast")
        describe(undo, "toast-undo", undo.text(), self.tr("Take it back (Ctrl+Z)"))
        undo.clicked.connect(self.hide)
        undo.clicked.connect(self.undo_clicked)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        line.addWidget(self._text)
        line.addWidget(undo)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(SHOWN_MS)
        self._gone.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show what was done."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._gone.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the bottom."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        over = self.parentWidget()
        if over is not None:
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - ABOVE)

    def mousePressEvent(self, event: object) -> None:  # noqa: ARG002
        """Go away when clicked beside the button."""
        self.hide()
