"""Which model is used: cutout and vessel mode, and the models that each offers."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from gui.look.error_text import phrase_text, sentence
from gui.threads.call import BackgroundCall
from gui.threads.maps import MapService
from gui.workspace.workspace import Workspace
from matting.errors import KirieError
from matting.settings import Mode

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo
    from models.predict.prediction import ModelPredictor


class ModelChooser(QObject):
    """Lists models off the GUI thread and lets the workspace use the one chosen for its mode.

    ``offered(models, name)``: the installed models of both modes and the one in use, empty where there is none;
    ``model_replaced()``: other weights came under the name of the model in use; ``device_changed(text, tip)``;
    ``said(text)`` for the user.
    """

    offered = Signal(object, str)
    model_replaced = Signal()
    device_changed = Signal(str, str)
    said = Signal(str)

    def __init__(self, workspace: Workspace, maps: MapService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._maps = workspace, maps
        self._models: list[ModelInfo] = []
        self._stamps: dict[str, int] = {}
        self._default = self._coming = ""
        self._listed = False
        self._listing: BackgroundCall | None = None
        self._outdated = False
        maps.model_ready.connect(self._show_model)
        maps.model_failed.connect(self._show_failure)

    def begin(self) -> None:
        """Use the model chosen in the last session at once, so that a batch can be started before models are listed."""
        from models.catalogue.default import default_model

        mode = self._workspace.mode
        self._default = default_model()
        default = self._default if mode is Mode.CUTOUT else ""
        self._workspace.use_model(mode, self._workspace.models.get(mode, default), listed=False)
        self.refresh()

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

    def use_mode(self, mode: Mode) -> None:
        """Cut subjects out, or find vessels."""
        if mode is not self._workspace.mode:
            self._use(mode)

    def choose(self, name: str) -> None:
        """Use another model, and with it its mode."""
        mode = next((model.mode for model in self._models if model.name == name), self._workspace.mode)
        self._workspace.choose_model(name, mode)
        self._use(mode)

    def adopt(self, name: str, mode: Mode | None = None) -> None:
        """Use a model that has just come, once it is listed; without ``mode`` its own mode comes with it."""
        if mode is None:
            self._coming = name
        else:
            self._workspace.choose_model(name, mode)
        self.refresh()

    def used_in(self, mode: Mode) -> str:
        """Return the name of the model that a mode uses; empty where there is none."""
        return self._pick(mode, self._models)

    def better_to_get(self) -> ModelInfo | None:
        """Return a model with finer outlines than the one in use that can be downloaded; ``None`` if one is here."""
        from models.catalogue.default import better_model

        better = better_model(self._workspace.model, self._models)
        return None if better is None or better.installed else better

    def title(self, name: str) -> str:
        """Return a model's name for people."""
        return next((model.title for model in self._models if model.name == name), name)

    def close(self) -> None:
        """Hear nothing more of the listing."""
        if self._listing is not None:
            self._listing.abandon()

    def _is_newest(self, listing: BackgroundCall) -> bool:
        return listing is self._listing and not self._outdated

    def _take_models(self, models: list[ModelInfo], stamps: dict[str, int], default: str) -> None:
        self._default = default
        replaced = {name for name, stamp in stamps.items() if self._stamps.get(name, stamp) != stamp}
        # Those of removed models stay: another may come under that name.
        self._stamps |= stamps
        if replaced:
            self._maps.forget()
        used = self._workspace.model
        self._say_what_is_used(models)
        self._models, self._listed = models, True
        coming, self._coming = self._coming, ""
        if coming in {model.name for model in models if model.installed}:
            self.choose(coming)
        else:
            self._use(self._workspace.mode)
        if used in replaced and used == self._workspace.model:
            self.model_replaced.emit()

    def _say_what_is_used(self, models: list[ModelInfo]) -> None:
        """Drop choices whose model has gone, and say so for the mode in use."""
        here = {model.name: model for model in models if model.installed}
        chosen = self._workspace.models
        for mode, name in [(mode, name) for mode, name in chosen.items() if name not in here]:
            self._workspace.choose_model(None, mode)
            instead = here.get(self._pick(mode, models))
            if mode is self._workspace.mode and instead is not None:
                self.said.emit(
                    self.tr("{model} is not installed any more; {other} is used instead").format(
                        model=self.title(name), other=instead.title
                    )
                )

    def _use(self, mode: Mode) -> None:
        offered = _offered(mode, self._models)
        name = self._pick(mode, self._models)
        # Before the model is loaded: a batch that starts meanwhile must have the threshold that the window shows.
        threshold = next((model.default_threshold for model in offered if model.name == name), None)
        self._workspace.use_model(mode, name, threshold, listed=self._listed)
        self.offered.emit([model for model in self._models if model.installed], name)
        if name:
            self._maps.load_model(name)
        else:
            self.device_changed.emit("", "")

    def _pick(self, mode: Mode, models: list[ModelInfo]) -> str:
        """Return the model to use in a mode: the chosen one, else the default one, else any; empty without any."""
        names = [model.name for model in _offered(mode, models)]
        wanted = (self._workspace.models.get(mode, ""), self._default, *names)
        return next((name for name in wanted if name in names), "")

    def _show_model(self, name: str, predictor: ModelPredictor) -> None:
        if name != self._workspace.model:
            return
        report = getattr(predictor, "device", None)
        if report is not None:
            tip = self.tr("Predictions run on {device}").format(device=report)
            if report.rejected:
                reason = phrase_text(report.rejected)
                tip += "\n" + self.tr("A faster device was not used: {reason}").format(reason=reason)
            self.device_changed.emit(f"{report}  ·  {self.title(name)}", tip)

    def _show_failure(self, name: str, error: KirieError | None) -> None:
        if name == self._workspace.model:
            self.said.emit(
                sentence(error) if error else self.tr("The model could not be loaded; the log has the details")
            )


def _list() -> tuple[list[ModelInfo], dict[str, int], str]:
    """Return all models, when the file of each that is installed was last changed, and the default model's name."""
    from models.catalogue.default import default_model

    models = listed_models()
    stamps = {}
    for model in models:
        with contextlib.suppress(OSError):  # removed meanwhile
            if model.path is not None:
                stamps[model.name] = model.path.stat().st_mtime_ns
    return models, stamps, default_model()


def _offered(mode: Mode, models: list[ModelInfo]) -> list[ModelInfo]:
    return [model for model in models if model.mode == mode and model.installed]


def listed_models() -> list[ModelInfo]:
    """Return what the catalogue lists, in the window's language; a user's own models keep the words they came with."""
    from models.catalogue.catalogue import list_models

    return [
        replace(model, title=_translate(model.title), description=_translate(model.description))
        for model in list_models()
    ]


def _translate(text: str) -> str:
    return QCoreApplication.translate("catalogue", text) if text else text
