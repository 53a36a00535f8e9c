"""Opens the training dialog for the window: with its models, its device and the photos corrected in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.current.controller import Desk
from gui.photos.list_model import PhotoModel
from gui.settings.table import Settings
from gui.threads.predicting import PredictingThread, SharedPredictor
from matting.system.control import Control

if TYPE_CHECKING:
    from gui.training.dialog import TrainingDialog


class Training(QObject):
    """At most one dialog; ``model_made(name)`` fires when a trained model was installed."""

    model_made = Signal(str)

    def __init__(
        self, window: QWidget, model: PhotoModel, desk: Desk, predicting: PredictingThread, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._desk = window, model, desk
        self._predicting, self._settings = predicting, settings
        self._dialog: TrainingDialog | None = None

    def open(self) -> None:
        """Show the dialog, or bring it to the front. The window stays usable beside it."""
        from gui.models.listed import listed_models
        from gui.training.dialog import TrainingDialog

        if self._dialog is None:
            device = self._settings.text("device/choice")
            self._dialog = TrainingDialog(listed_models(), device, self._corrections, self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.model_made.connect(self.model_made)
            self._dialog.destroyed.connect(self._forget)
        self._dialog.show()
        self._dialog.raise_()

    def close(self) -> bool:
        """Close the dialog; ``False`` when its run goes on and the user wants to stay."""
        return self._dialog is None or self._dialog.close()

    def _forget(self) -> None:
        self._dialog = None

    def _corrections(self) -> Callable[[Path, Control], int]:
        from gui.training.corrections import Correction, export_corrections

        corrected = [
            Correction(entry.path, self._desk.settings_of(entry), entry.strokes)
            for entry in self._model.entries()
            if entry.strokes
        ]
        network = self._desk.network
        predicting = self._predicting
        return lambda folder, control: export_corrections(
            corrected, lambda: SharedPredictor(predicting, network), folder, control
        )
