"""What becomes of a trained model: compare it with the old one, try it on the canvas, mix both, keep one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui.look.error_text import sentence
from gui.threads.call import BackgroundCall
from gui.training.mix import MixSlider
from gui.widgets.push_button import push_button
from matting.errors import KirieError
from matting.system.control import Control
from models.catalogue.catalogue import ModelInfo
from models.training.run_folder import RunFolder

if TYPE_CHECKING:
    from models.training.judging.before_after import BeforeAfter


class TrainingResult(QWidget):
    """Buttons that are there once a run has ended with weights; ``used`` returns the name of the model in use.

    Signals: ``model_made(name)``: the new model was installed, to be used; ``old_wanted(name)``: that one again;
    ``try_wanted(weights, fresh)``: the canvas is to show what this file finds (``None``: the model in use), ``fresh``
    where the file has changed; ``compared(pictures)``: photos as both models cut them out; ``said(text)``.
    """

    model_made = Signal(str)
    old_wanted = Signal(str)
    try_wanted = Signal(object, bool)
    compared = Signal(object)
    said = Signal(str)

    def __init__(self, models: list[ModelInfo], used: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._used = models, used
        self._run: RunFolder | None = None
        self._old, self._fresh = "", True
        self._comparing: BackgroundCall | None = None
        self._call: BackgroundCall | None = None
        self.mix = MixSlider()
        self.mix.moved.connect(self._compare)
        tip = self.tr("Show on the canvas what the new model finds; press again for the old one")
        self._try = push_button(self.tr("Try on this photo"), tip, self._toggle_trial)
        self._try.setCheckable(True)
        self._keep = push_button(self.tr("Keep old"), self.tr("Go on with the model as before"), self.keep_old)
        self._use = push_button(self.tr("Keep new"), self.tr("Install the new model and use it"), self.keep_new)
        self._use.setProperty("role", "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.mix, self._try, self._keep, self._use):
            row.addWidget(part)
        self.forget()

    @property
    def offered(self) -> bool:
        """Whether there is a new model to decide on."""
        return self._run is not None

    def offer(self, run: RunFolder, mixable: bool, share: float | None) -> None:
        """Offer what a run made; it is mixed with its start by ``share``, where that can be."""
        self.forget()
        self._run = run
        self.mix.offer(mixable, share)
        self.show()
        self._compare()

    def forget(self) -> None:
        """Offer nothing: another run begins."""
        self.end_trial()
        self._run, self._old = None, ""
        self._say_on(self._keep, self.tr("Keep old"))
        self.mix.offer(False)
        self._compare()
        self.hide()

    def keep_new(self) -> None:
        """Install the new model, and use it."""
        run, share = self._run, self.mix.share
        if run is not None:
            self._do(lambda: _install(run, share), self._use_new)

    def keep_old(self) -> None:
        """Go on with the model that was in use before, whether the new one was kept already or not."""
        self.end_trial()
        if self._old:
            self.old_wanted.emit(self._old)
        old = self._title(self._old or self._used())
        self.said.emit(self.tr("{model} finds the subjects as before.").format(model=old))

    def end_trial(self) -> None:
        """Let the canvas show the model in use."""
        if self._try.isChecked():
            self._try.setChecked(False)
            self.try_wanted.emit(None, False)

    def close_result(self) -> None:
        """End the trial, and hear nothing more of what runs."""
        self.end_trial()
        for call in (self._call, self._comparing):
            if call is not None:
                call.abandon()

    def _use_new(self, model: ModelInfo) -> None:
        self.end_trial()
        self._old = self._old or self._used()
        self.model_made.emit(model.name)
        if old := self._title(self._old):
            self._say_on(self._keep, self.tr("Back to {model}").format(model=old))
        self.said.emit(self.tr("{model} finds the subjects from now on.").format(model=model.title))

    def _toggle_trial(self) -> None:
        run, share, fresh = self._run, self.mix.share, self._fresh
        if not self._try.isChecked() or run is None:
            self.try_wanted.emit(None, False)
            return
        self._fresh = False
        self._do(lambda: _weights(run, share), lambda file: self._begin_trial(file, fresh))

    def _begin_trial(self, file: Path, fresh: bool) -> None:
        if self._try.isChecked():
            self.try_wanted.emit(file, fresh)

    def _compare(self) -> None:
        """Make the pictures anew: another run, or another mixture."""
        self._fresh = True
        self.end_trial()
        if self._comparing is not None:
            self._comparing.abandon()
            self._comparing = None
        run, share, old = self._run, self.mix.share, self._used()
        self.compared.emit([])
        if run is not None:
            control = Control()
            self._comparing = BackgroundCall(lambda: _pictures(run, share, old, control), self, control)
            self._comparing.succeeded.connect(self.compared)
            self._comparing.start()

    def _do(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        if self._call is not None and self._call.isRunning():
            return
        self._call = BackgroundCall(work, self)
        self._call.succeeded.connect(done)
        self._call.failed.connect(self._tell)
        self._call.start()

    def _tell(self, error: KirieError | None) -> None:
        self._try.setChecked(False)
        self.said.emit(sentence(error) if error else self.tr("Something went wrong; the log tells more."))

    def _title(self, name: str) -> str:
        return next((model.title for model in self._models if model.name == name), name)

    @staticmethod
    def _say_on(button: QPushButton, text: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)


def _install(run: RunFolder, share: float) -> ModelInfo:
    from models.catalogue.import_model import import_model  # loads torch

    return import_model(_weights(run, share), run.name, replace=True)


def _weights(run: RunFolder, share: float) -> Path:
    from models.training.judging.before_after import weights_of  # loads torch

    return weights_of(run, share)


def _pictures(run: RunFolder, share: float, old: str, control: Control) -> list[BeforeAfter]:
    from models.training.judging.before_after import before_and_after  # loads torch

    return before_and_after(run, share, old, control)
