"""Starts the window."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gui.dialogs.unexpected import Unexpected
from gui.look.icons import application_icon
from gui.look.theme import Theme, apply_theme
from gui.look.translation import install_language
from gui.main_window import MainWindow
from gui.one_window import Claim
from gui.settings.table import Settings

if TYPE_CHECKING:
    from matting.predictor import Predictor

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

SWITCH_INTERVAL_S = 0.001
"""How long a computing thread may hold the interpreter while the window waits for it; Python's default is 5 ms."""


class _LaterStarts(QObject):
    """``came(photos, taken)``, on the window's thread: what another start handed over."""

    came = Signal(object, object)


def run(photos: Sequence[Path], claim: Claim) -> int:
    """Show the window until it is closed; return the exit status.

    Args:
        photos: photos and folders to add, absolute.
        claim: what may be kept in Kirie's home; closed in the end.
    """
    try:
        application = make_application()
        window = open_window(application, photos, claim)
        unexpected = Unexpected(window, window.dialogs.log)
        starts = _LaterStarts(window)

        def take(more: list[Path], taken: Future[None]) -> None:
            window.take_over(more)
            taken.set_result(None)

        starts.came.connect(take, Qt.ConnectionType.QueuedConnection)
        claim.listen(starts.came.emit)
        window.show()
        try:
            return application.exec()
        finally:
            unexpected.close()
    finally:
        claim.close()


def make_application() -> QApplication:
    """Return the application object, named so that desktop files and notifications find it; reuse an existing one."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    qInstallMessageHandler(_log_qt_message)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["kirie"])
    application.setApplicationName("Kirie")
    application.setDesktopFileName("kirie")
    application.setWindowIcon(application_icon())
    return application


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:  # noqa: ARG001
    """Write Qt's own complaints to the log beside ours."""
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), text)


def open_window(application: QApplication, photos: Sequence[Path] = (), claim: Claim | None = None) -> MainWindow:
    """Open the window with the user's settings; its slow parts begin once the event loop runs. No claim: keep all."""
    settings = Settings()
    install_language(application, settings.text("program/language"))

    def load(model: str) -> Predictor:
        from gui.threads.map_cache import CachedPredictor, MapCache
        from models.catalogue.load import load_predictor
        from models.predict.prediction import with_further_looks

        predictor = load_predictor(model, settings.text("device/choice"))
        second_look, flips = bool(settings.get("device/second_look")), bool(settings.get("device/flips"))
        return CachedPredictor(with_further_looks(predictor, second_look=second_look, flips=flips), MapCache())

    window = MainWindow(settings, load, claim)
    # After the parts are put together: a style sheet is looked through again for each widget that finds its parent.
    apply_theme(Theme(settings.text("program/theme")))

    def begin() -> None:
        window.begin()
        if photos:
            window.list_actions.add([photo.absolute() for photo in photos])

    QTimer.singleShot(0, window, begin)
    return window
