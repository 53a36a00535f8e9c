"""One line under the model: a better one can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QToolButton, QWidget

from gui.inspector.section import note
from gui.look.icons import icon
from gui.models.downloads import DownloadState, size_text
from gui.widgets.describe import describe

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo


class OfferLine(QWidget):
    """Text, one button, and a small cross that refuses, or stops a download.

    ``wanted()``: the user wants the model; ``cancel_wanted()``: not now; ``refused()``: do not offer it again.
    """

    wanted = Signal()
    cancel_wanted = Signal()
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = False
        self._text = note()
        self._text.setObjectName("offer-text")
        self._get = QPushButton()
        self._get.clicked.connect(self.wanted)
        self._cross = QToolButton()
        self._cross.setIcon(icon("cancel"))
        self._cross.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cross.clicked.connect(lambda: (self.cancel_wanted if self._runs else self.refused).emit())
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(self._bar, 2, 0, 1, 3)
        tip = self.tr("Download a model with finer outlines and use it")
        describe(self._get, "offer-get", self.tr("Get"), tip)
        self._show(DownloadState(""))
        self.hide()

    def show_offer(self, model: ModelInfo) -> None:
        """Offer a model that can be downloaded."""
        text = self.tr("Finer outlines: get {model}, {size}").format(
            model=model.title, size=size_text(model.size, decimals=0)
        )
        self._bar.setAccessibleName(self.tr("Download of {model}").format(model=model.title))
        self._show(DownloadState(text, again=self.tr("Get")))
        describe(self._get, "offer-get", text, model.description)

    def show_download(self, state: DownloadState) -> None:
        """Show how far the download is, or how it ended."""
        self._show(state)

    def _arrange(self, failed: bool) -> None:
        """Put text and buttons side by side; a failure takes a sentence, so that the buttons go below it."""
        for widget in (self._text, self._get, self._cross):
            self._grid.removeWidget(widget)
        self._grid.addWidget(self._text, 0, 0, 1, 3 if failed else 1)
        self._grid.addWidget(self._get, int(failed), 1)
        self._grid.addWidget(self._cross, int(failed), 2)

    def _show(self, state: DownloadState) -> None:
        self._arrange(state.failed)
        self._runs = state.share is not None
        self._text.setText(state.text)
        self._get.setText(state.again)
        self._get.setVisible(not self._runs)
        self._bar.setVisible(self._runs)
        self._bar.setValue(round(1000 * (state.share or 0)))
        if self._runs:
            describe(self._cross, "offer-cross", self.tr("Cancel"), self.tr("Stop; what has arrived is kept"))
        else:
            tip = self.tr("Do not offer this again; the model stays in the list under Settings, Models")
            describe(self._cross, "offer-cross", self.tr("No, thanks"), tip)
