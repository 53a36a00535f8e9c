"""Which model is used: cutout and vessel mode, and the models that each offers."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.current.controller import Desk
from gui.inspector.inspector import Inspector
from gui.look.error_text import phrase_text, sentence
from gui.threads.call import BackgroundCall
from gui.threads.maps import MapService
from matting.errors import KirieError
from matting.settings import CutSettings, Mode

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo
    from models.predict.prediction import ModelPredictor


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
        self._stamps: dict[str, int] = {}
        self._listing: BackgroundCall | None = None
        self._outdated = False
        self._threshold = CutSettings().threshold
        self.mode = Mode.CUTOUT
        self.chosen: dict[str, str] = {}
        inspector.model_changed.connect(self.choose)
        maps.model_ready.connect(self._show_model)
        maps.model_failed.connect(self._show_failure)

    def restore(self, mode: Mode, chosen: Mapping[str, str]) -> None:
        """Begin with these; call ``refresh`` after it, which says whether the model is there."""
        from models.catalogue.catalogue import DEFAULT_MODEL

        self.mode = mode
        self.chosen = dict(chosen)
        # Known at once, so that a batch can be started before the models are listed.
        self._desk.use_network(self.chosen.get(self.mode, DEFAULT_MODEL if self.mode == Mode.CUTOUT else ""), self.mode)

    def refresh(self) -> None:
        """List the models again: at the start, and after some came or went."""
        if self._listing is not None and self._listing.isRunning():
            self._outdated = True
            return
        self._outdated = False
        listing = self._listing = BackgroundCall(_list, self)
        listing.succeeded.connect(lambda listed: self._take_models(*listed) if self._is_newest(listing) else None)
        listing.failed.connect(lambda error: self.said.emit(sentence(error)) if error else None)
        listing.finished.connect(lambda: self.refresh() if self._outdated else None)
        listing.start()

    def cutout(self) -> None:
        """Cut subjects out."""
        self._use(Mode.CUTOUT)

    def vessel(self) -> None:
        """Find blood vessels."""
        self._use(Mode.VESSEL)

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
        """Hear nothing more of the listing."""
        if self._listing is not None:
            self._listing.abandon()

    def _use(self, mode: Mode) -> None:
        if mode != self.mode:
            self.mode = mode
            self._apply()

    def _is_newest(self, listing: BackgroundCall) -> bool:
        return listing is self._listing and not self._outdated

    def _take_models(self, models: list[ModelInfo], stamps: dict[str, int]) -> None:
        replaced = {name for name, stamp in stamps.items() if self._stamps.get(name, stamp) != stamp}
        # Those of removed models stay: another may come under that name.
        self._stamps |= stamps
        if replaced:
            self._maps.forget()
        used = self._desk.network
        self._say_what_is_used(models)
        self._models = models
        self._apply()
        if used in replaced and used == self._desk.network:
            self._desk.look_at(self._desk.path)

    def _say_what_is_used(self, models: list[ModelInfo]) -> None:
        """Choices whose model has gone are dropped; that of the mode in use is said."""
        here = {model.name: model for model in models if model.installed}
        gone = {mode: name for mode, name in self.chosen.items() if name not in here}
        for mode, name in gone.items():
            del self.chosen[mode]
            instead = here.get(self._pick(Mode(mode), models))
            if mode == self.mode and instead is not None:
                self.said.emit(
                    self.tr("{model} is not installed any more; {other} is used instead").format(
                        model=self.title(name), other=instead.title
                    )
                )

    def _apply(self) -> None:
        offered = _offered(self.mode, self._models)
        name = self._pick(self.mode, self._models)
        self._inspector.set_mode(self.mode)
        self._inspector.set_models(offered, name)
        # Before the model is loaded: a batch that starts meanwhile must have the threshold that the window shows.
        self._follow_threshold(next((model.default_threshold for model in offered if model.name == name), None))
        self._desk.use_network(name, self.mode)
        if name:
            self._maps.load_model(name)
        else:
            self.device_changed.emit("", "")
        self.mode_changed.emit(self.mode, bool(name))

    def _pick(self, mode: Mode, models: list[ModelInfo]) -> str:
        """The model to use in a mode: the one chosen, else the bundled one, else any; empty where there is none."""
        from models.catalogue.catalogue import DEFAULT_MODEL

        names = [model.name for model in _offered(mode, models)]
        wanted = self.chosen.get(mode, DEFAULT_MODEL)
        return wanted if wanted in names else DEFAULT_MODEL if DEFAULT_MODEL in names else names[0] if names else ""

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
                reason = phrase_text(report.rejected)
                tip += "\n" + self.tr("A faster device was not used: {reason}").format(reason=reason)
            self.device_changed.emit(f"{report}  ·  {self.title(name)}", tip)

    def _show_failure(self, name: str, error: KirieError | None) -> None:
        if name == self._desk.network:
            self.said.emit(
                sentence(error) if error else self.tr("The model could not be loaded; the log has the details")
            )


def _list() -> tuple[list[ModelInfo], dict[str, int]]:
    """All models, and when the file of each that is installed was last changed."""
    from gui.models.listed import listed_models

    models = listed_models()
    stamps = {}
    for model in models:
        with contextlib.suppress(OSError):  # removed meanwhile
            if model.path is not None:
                stamps[model.name] = model.path.stat().st_mtime_ns
    return models, stamps


def _offered(mode: Mode, models: list[ModelInfo]) -> list[ModelInfo]:
    return [model for model in models if model.mode == mode and model.installed]
