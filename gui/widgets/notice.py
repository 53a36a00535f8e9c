"""A strip at the top of the window for what stays true: it goes when it is no longer so, not with the next message."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


class Notice(QLabel):
    """A sentence; hidden while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(text)
        self.setAccessibleDescription(text)
        self.setVisible(bool(text))
