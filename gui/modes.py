"""Which model is used: cutout and vessel mode, and the models that each offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.background import BackgroundCall
from gui.desk import Desk
from gui.errors import sentence
from gui.inspector.inspector import Inspector
from gui.worker.maps import MapService
from matting.errors import KirieError
from matting.settings import CutSettings

if TYPE_CHECKING:
    from models.catalogue import ModelInfo
    from models.prediction import ModelPredictor

CUTOUT, VESSEL = "cutout", "vessel"


class Modes(QObject):
    """Lists models off the GUI thread and keeps the one chosen for each mode.

    ``mode_changed(mode, has_model)``; ``device_changed(text, tip)``; ``said(text)`` for the user.
    """

    mode_changed = Signal(str, bool)
    device_changed = Signal(str, str)
    said = Signal(str)

    def __init__(self, desk: Desk, inspector: Inspector, maps: MapService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._inspector, self._maps = desk, inspector, maps
        self._models: list[ModelInfo] = []
        self._listing: BackgroundCall | None = None
        self._threshold = CutSettings().threshold
        self.mode = CUTOUT
        self.chosen: dict[str, str] = {}
        inspector.model_changed.connect(self.choose)
        maps.model_ready.connect(self._show_model)
        maps.model_failed.connect(self._show_failure)

    def restore(self, mode: str, chosen: Mapping[str, str]) -> None:
        """Begin with these; call ``refresh`` after it, which says whether the model is there."""
        from models.catalogue import DEFAULT_MODEL

        self.mode = mode if mode in (CUTOUT, VESSEL) else CUTOUT
        self.chosen = dict(chosen)
        # Known at once, so that a batch can be started before the models are listed.
        self._desk.use_network(self.chosen.get(self.mode, DEFAULT_MODEL if self.mode == CUTOUT else ""))

    def refresh(self) -> None:
        """List the models again: at the start, and after some came or went."""
        if self._listing is None or not self._listing.isRunning():
            from gui.listed_models import listed_models

            self._listing = BackgroundCall(listed_models, self)
            self._listing.succeeded.connect(self._take_models)
            self._listing.failed.connect(lambda error: self.said.emit(sentence(error)) if error else None)
            self._listing.start()

    def cutout(self) -> None:
        """Cut subjects out."""
        self._use(CUTOUT)

    def vessel(self) -> None:
        """Find blood vessels."""
        self._use(VESSEL)

    def choose(self, name: str) -> None:
        """Use another model in this mode."""
        self.chosen[self.mode] = name
        self._apply()

    def adopt(self, name: str) -> None:
        """Use a model that has just come, once it is listed."""
        self.chosen[self.mode] = name
        self.refresh()

    def title(self, name: str) -> str:
        """A model's name for people."""
        return next((model.title for model in self._models if model.name == name), name)

    def close(self) -> None:
        """Wait for the listing."""
        if self._listing is not None:
            self._listing.wait()

    def _use(self, mode: str) -> None:
        if mode != self.mode:
            self.mode = mode
            self._apply()

    def _take_models(self, models: list[ModelInfo]) -> None:
        self._models = models
        self._apply()

    def _apply(self) -> None:
        from models.catalogue import DEFAULT_MODEL

        offered = [model for model in self._models if model.mode == self.mode and model.installed]
        names = [model.name for model in offered]
        wanted = self.chosen.get(self.mode, DEFAULT_MODEL)
        name = wanted if wanted in names else DEFAULT_MODEL if DEFAULT_MODEL in names else names[0] if names else ""
        self._inspector.set_models(offered, name)
        # Before the model is loaded: a batch that starts meanwhile must have the threshold that the window shows.
        self._follow_threshold(next((model.default_threshold for model in offered if model.name == name), None))
        self._desk.use_network(name)
        if name:
            self._maps.load_model(name)
        else:
            self.device_changed.emit("", "")
        self.mode_changed.emit(self.mode, bool(name))

    def _follow_threshold(self, threshold: float | None) -> None:
        """The shared threshold follows the model as long as nobody has moved it."""
        if threshold is None or threshold == self._threshold:
            return
        shared = self._desk.shared
        if shared.threshold == self._threshold:
            self._desk.use_shared(replace(shared, threshold=threshold))
        self._threshold = threshold
        self._inspector.set_default_threshold(threshold)

    def _show_model(self, name: str, predictor: ModelPredictor) -> None:
        if name != self._desk.network:
            return
        report = getattr(predictor, "device", None)
        if report is not None:
            tip = self.tr("Predictions run on {device}").format(device=report)
            if report.rejected:
                tip += "\n" + self.tr("A faster device was not used: {reason}").format(reason=report.rejected)
            self.device_changed.emit(f"{report}  ·  {self.title(name)}", tip)

    def _show_failure(self, name: str, error: KirieError | None) -> None:
        if name == self._desk.network:
            self.said.emit(
                sentence(error) if error else self.tr("The model could not be loaded; the log has the details")
            )
