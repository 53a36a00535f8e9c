"""What the user sees of an error that nothing caught: one sentence and the way to the log. The window goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget


class Unexpected(QObject):
    """Listens to the hooks of uncaught errors on all threads, after whoever listened before has logged them.

    One box is shown at a time: an error that repeats with each repaint must not bury the window.
    """

    happened = Signal()

    def __init__(self, window: QWidget, open_log: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._open_log = window, open_log
        self._box: QMessageBox | None = None
        self._log, self._log_in_thread = sys.excepthook, threading.excepthook
        # By way of the event loop, since the error may be of another thread or of a paint event.
        self.happened.connect(self._show, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._take
        threading.excepthook = self._take_in_thread

    def close(self) -> None:
        """Hand the hooks back."""
        sys.excepthook, threading.excepthook = self._log, self._log_in_thread

    def _take(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        self._log(kind, error, traceback)
        if issubclass(kind, Exception):
            self.happened.emit()

    def _take_in_thread(self, args: threading.ExceptHookArgs) -> None:
        self._log_in_thread(args)
        if issubclass(args.exc_type, Exception):
            self.happened.emit()

    def _show(self) -> None:
        if self._box is not None:
            return
        self._box = box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Kirie")
        box.setText(self.tr("Something unexpected went wrong. Your list, settings and corrections are kept."))
        log = box.addButton(self.tr("Open log"), QMessageBox.ButtonRole.ActionRole)
        go_on = box.addButton(self.tr("Go on"), QMessageBox.ButtonRole.RejectRole)
        log.setToolTip(self.tr("Show what happened, to send it to somebody who can help"))
        go_on.setToolTip(self.tr("Back to the window"))
        for button in (log, go_on):
            button.setAccessibleName(button.text())
        box.setDefaultButton(go_on)
        box.setEscapeButton(go_on)
        box.buttonClicked.connect(lambda button: self._open_log() if button is log else None)
        box.finished.connect(self._forget)
        box.open()

    def _forget(self) -> None:
        if self._box is not None:
            self._box.deleteLater()
        self._box = None
