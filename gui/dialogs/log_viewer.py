"""The end of the log file, to read or to send to somebody who can help."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from matting.system import folders

TAIL_BYTES = 200_000
"""How much of the end of the file is shown."""


def read_tail(file: Path, limit: int = TAIL_BYTES) -> str:
    """Return the last ``limit`` bytes of ``file`` as text from its first whole line on; empty when there is no file."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - limit))
            data = stream.read()
    except OSError:
        return ""
    if size > limit:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", "replace")


class LogViewer(QDialog):
    """Shows the log with "Copy" and "Open folder"."""

    def __init__(self, file: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = file or folders.log_file()
        self.setWindowTitle(self.tr("Log"))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("Log"))
        self._text.setToolTip(str(self._file))
        self._text.setPlaceholderText(self.tr("Nothing has gone wrong so far."))
        self._text.setPlainText(read_tail(self._file))
        self._text.moveCursor(self._text.textCursor().MoveOperation.End)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._add_button(buttons, self.tr("Copy"), self.tr("Copy the log to the clipboard"), self.copy)
        self._add_button(buttons, self.tr("Open folder"), self.tr("Show the log file’s folder"), self._open_folder)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(buttons)
        self.resize(820, 480)

    def _add_button(self, box: QDialogButtonBox, text: str, tip: str, act: object) -> None:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)

    def copy(self) -> None:
        """Put the whole shown text on the clipboard."""
        QGuiApplication.clipboard().setText(self._text.toPlainText())

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file.parent)))
