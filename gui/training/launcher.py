"""Opens the training dialog for the window: with its models, its device and the photos corrected in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.settings.table import Settings
from gui.threads.call import BackgroundCall
from gui.threads.predicting import PredictingThread, SharedPredictor
from gui.workspace.workspace import Workspace
from matting.system.control import Control

if TYPE_CHECKING:
    from gui.training.dialog import TrainingDialog
    from models.catalogue.catalogue import ModelInfo


class Training(QObject):
    """At most one dialog; ``model_made(name)`` fires when a trained model was installed, or an old one is wanted again.

    ``try_wanted(weights, fresh)``: see ``TrainingDialog``. ``said(text)`` for the user.
    """

    model_made = Signal(str)
    try_wanted = Signal(object, bool)
    said = Signal(str)

    def __init__(self, window: QWidget, workspace: Workspace, predicting: PredictingThread, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._predicting, self._settings = predicting, settings
        self._listing: BackgroundCall | None = None
        self._looking: BackgroundCall | None = None
        self._dialog: TrainingDialog | None = None

    def begin(self) -> None:
        """Say that a run goes on, or has ended since, which an earlier window left."""
        looking = self._looking = BackgroundCall(_left, self)
        looking.succeeded.connect(self._say_what_was_left)
        looking.start()

    def _say_what_was_left(self, left: list[tuple[str, bool]]) -> None:
        for name, running in left[:1]:
            if running:
                text = self.tr("Kirie is still learning “{name}”; Tools, Teach Kirie shows how far it is.")
            else:
                text = self.tr("Kirie has learned “{name}”; Tools, Teach Kirie shows what came of it.")
            self.said.emit(text.format(name=name))

    def open(self) -> None:
        """Show the dialog, or bring it to the front. The window stays usable beside it."""
        from gui.models.chooser import listed_models

        if self._dialog is not None:
            self._dialog.show()
            self._dialog.raise_()
        elif self._listing is None:
            self._listing = BackgroundCall(listed_models, self)
            self._listing.succeeded.connect(self._open)
            self._listing.failed.connect(lambda _: self._open([]))
            self._listing.start()

    def close(self) -> bool:
        """Close the dialog; ``False`` when its run goes on and the user wants to stay."""
        if self._looking is not None:
            self._looking.abandon()
        if self._listing is not None:
            self._listing.abandon()
            self._listing = None
        return self._dialog is None or self._dialog.close()

    def _open(self, models: list[ModelInfo]) -> None:
        from gui.training.dialog import TrainingDialog

        self._listing = None
        device = self._settings.text("device/choice")
        self._dialog = TrainingDialog(models, device, self._corrections, self._window, self._lesson)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.model_made.connect(self.model_made)
        self._dialog.old_wanted.connect(self.model_made)
        self._dialog.try_wanted.connect(self.try_wanted)
        self._dialog.destroyed.connect(self._forget)
        self._dialog.find_left_run()
        self._dialog.show()

    def _forget(self) -> None:
        self._dialog = None

    def _lesson(self) -> tuple[int, str]:
        return sum(entry.corrected for entry in self._workspace.photos), self._workspace.model

    def _corrections(self) -> Callable[[Path, Control], int]:
        from gui.training.corrections import Correction, export_corrections

        corrected = [
            Correction(entry.path, self._workspace.settings_of(entry), entry.marks, entry.strokes, entry.map_file)
            for entry in self._workspace.photos
            if entry.corrected
        ]
        model = self._workspace.model
        predicting = self._predicting
        return lambda folder, control: export_corrections(
            corrected, lambda: SharedPredictor(predicting, model), folder, control
        )


def _left() -> list[tuple[str, bool]]:
    """Return the runs that a window left, the latest first: name, and whether it still trains."""
    from models.training.run_folder import left_runs

    return [(run.name, run.running) for run in left_runs()]
