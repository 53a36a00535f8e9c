"""The offer of a model with finer outlines than the one in use, beside the model box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.inspector.offer_line import OfferLine
from gui.models.chooser import ModelChooser
from gui.models.downloads import DownloadState, ModelDownloads
from gui.settings.table import Settings
from matting.settings import Mode

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo

ROW = "models/offer"
"""The row of the settings that is false once the user has refused."""


class ModelOffer(QObject):
    """Shows the offer in its line, fetches the model when the user wants it, and then lets the window use it.

    ``said(text)`` for the user.
    """

    said = Signal(str)

    def __init__(
        self,
        chooser: ModelChooser,
        downloads: ModelDownloads,
        settings: Settings,
        line: OfferLine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chooser, self._downloads, self._settings, self._line = chooser, downloads, settings, line
        self._model: ModelInfo | None = None
        self._replaces: dict[str, str] = {}  # by the model that was asked for, the one in use at that time
        chooser.offered.connect(self._follow)
        downloads.changed.connect(self._show_download)
        downloads.installed.connect(self._adopt)
        settings.changed.connect(lambda key: self._show() if key == ROW else None)
        line.wanted.connect(self._fetch)
        line.cancel_wanted.connect(lambda: downloads.cancel(self._model.name) if self._model else None)
        line.refused.connect(lambda: settings.set(ROW, False))

    def _follow(self) -> None:
        self._model = self._chooser.better_to_get()
        self._show()

    def _show(self) -> None:
        wanted = self._model is not None and bool(self._settings.get(ROW))
        self._line.setVisible(wanted)
        if self._model is not None and wanted:
            self._line.show_offer(self._model)
            if state := self._downloads.state(self._model.name):
                self._line.show_download(state)

    def _show_download(self, name: str, state: DownloadState) -> None:
        if self._model is not None and name == self._model.name:
            self._line.show_download(state)
        if state.share is None:
            self._replaces.pop(name, None)

    def _fetch(self) -> None:
        if self._model is not None:
            self._replaces[self._model.name] = self._chooser.used_in(Mode.CUTOUT)
            self._downloads.start(self._model.name)

    def _adopt(self, name: str) -> None:
        """Use what this line has fetched, unless the user has picked another model meanwhile."""
        replaced = self._replaces.pop(name, None)
        if replaced is None:
            return
        if replaced == self._chooser.used_in(Mode.CUTOUT):
            self._chooser.adopt(name, Mode.CUTOUT)
            text = self.tr("{model} finds the subjects now")
        else:
            self._chooser.refresh()
            text = self.tr("{model} is installed")
        self.said.emit(text.format(model=self._chooser.title(name)))
