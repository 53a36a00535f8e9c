"""Where to compute, and a button that tries it."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.look.error_text import phrase_text, sentence
from gui.settings.rows import add_rows
from gui.settings.table import Settings
from gui.threads.call import BackgroundCall
from matting.errors import KirieError
from matting.phrases import Phrase


class DevicePage(QWidget):
    """The choice of device, tried on the bundled model by the button; the result stands below it."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        form = QFormLayout()
        add_rows(form, settings, "device")
        self._button = QPushButton(self.tr("Test this device"))
        self._button.setToolTip(self.tr("Cut a small picture on the chosen device and tell how long it takes"))
        self._button.setAccessibleName(self._button.text())
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self.test)
        self._outcome = QLabel()
        self._outcome.setWordWrap(True)
        self._outcome.setAccessibleName(self.tr("Result of the test"))
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._outcome)
        layout.addStretch()
        self._call: BackgroundCall | None = None

    def test(self) -> None:
        """Start the test; a second press while one runs does nothing."""
        if self._call is not None and self._call.isRunning():
            return
        choice = self._settings.text("device/choice")
        self._outcome.setText(self.tr("Testing…"))
        self._button.setEnabled(False)
        self._call = BackgroundCall(lambda: _try_device(choice), self)
        self._call.succeeded.connect(self._show_report)
        self._call.failed.connect(self._show_error)
        self._call.finished.connect(lambda: self._button.setEnabled(True))
        self._call.start()

    def close_page(self) -> None:
        """Hear nothing more of a running test."""
        if self._call is not None:
            self._call.abandon()

    def _show_report(self, report: tuple[str, Phrase | None, float]) -> None:
        name, rejected, seconds = report
        text = self.tr("Works: {device}, {milliseconds} ms a photo.").format(
            device=name, milliseconds=round(seconds * 1000)
        )
        if rejected:
            text += "\n" + self.tr("A faster device was not used: {reason}").format(reason=phrase_text(rejected))
        self._outcome.setText(text)

    def _show_error(self, error: KirieError | None) -> None:
        self._outcome.setText(sentence(error) if error else self.tr("The test failed; the log tells more."))


def _try_device(choice: str) -> tuple[str, Phrase | None, float]:
    """Return (device and precision, why a better one was rejected, seconds a photo)."""
    import numpy as np

    from models.catalogue.default import default_model
    from models.catalogue.load import load_predictor

    predictor = load_predictor(default_model(), choice)
    photo = np.full((320, 320, 3), 128, np.uint8)
    predictor.predict(photo)
    start = time.perf_counter()
    predictor.predict(photo)
    return str(predictor.device), predictor.device.rejected, time.perf_counter() - start
