"""Training from the window: the form on the left, the run on the right, a child process behind."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.look.error_text import sentence
from gui.threads.call import BackgroundCall
from gui.training.form import TrainingForm
from gui.training.process import TrainingProcess
from gui.training.progress import TrainingProgress
from gui.training.recipe import Recipe
from matting.errors import KirieError
from matting.system.control import Cancelled, Control
from matting.system.program import program
from models.catalogue.catalogue import ModelInfo
from models.training.data.corrections import corrections_folder

TICK_S = 0.1
"""How soon a check that nobody waits for any more is ended."""


class TrainingDialog(QDialog):
    """Check, train, pause, stop, resume, use the result.

    ``corrections`` gathers what the user corrected by now and returns the work that writes it as a dataset to a folder
    and returns the number of pairs; that work runs off the GUI thread and can be cancelled. ``model_made(name)`` fires
    when a trained model was installed.
    """

    model_made = Signal(str)

    def __init__(
        self,
        models: list[ModelInfo],
        device: str,
        corrections: Callable[[], Callable[[Path, Control], int]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Train a model"))
        self._corrections = corrections
        self.process = TrainingProcess(self)
        self.process.reported.connect(self._take)
        self.process.ended.connect(self._end)
        self._call: BackgroundCall | None = None
        self._made: Path | None = None
        self._name = ""
        self._failure = False
        self._resumable = False
        self._paused = False
        self.form = TrainingForm(models, device)
        self.progress = TrainingProgress()
        self._findings = QPlainTextEdit()
        self._findings.setReadOnly(True)
        self._findings.setAccessibleName(self.tr("What the check found"))
        self._findings.setToolTip(self.tr("Files that cannot be used, and why"))
        self._findings.setPlaceholderText(self.tr("“Check” lists what pairs, what does not, and why."))
        self.form.corrections_wanted.connect(self._add_corrections)
        self.form.changed.connect(self._allow)
        self._check = self._button(self.tr("Check"), self.tr("Look into every file, train nothing"), self.check)
        self._go = self._button(self.tr("Train"), self.tr("Start, or go on after a stop"), lambda: self.train())
        self._pause = self._button(self.tr("Pause"), self.tr("Hold after this step, or go on"), self._toggle_pause)
        self._stop = self._button(self.tr("Stop"), self.tr("Save and stop; “Train” goes on from there"), self.stop)
        self._use = self._button(self.tr("Use this model"), self.tr("Install and choose the trained model"), self.use)
        self._lay_out()
        self._allow()

    def _button(self, text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.form)
        left.addWidget(self._findings, 1)
        right = QVBoxLayout()
        right.addWidget(self.progress, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._check)
        buttons.addStretch()
        for button in (self._use, self._pause, self._stop, self._go):
            buttons.addWidget(button)
        body = QHBoxLayout()
        body.addLayout(left, 2)
        body.addLayout(right, 3)
        layout = QVBoxLayout(self)
        layout.addLayout(body, 1)
        layout.addLayout(buttons)
        self.resize(980, 620)

    # -- what the buttons do ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Fill the table of findings."""
        recipe = self.form.recipe()
        if recipe is None:
            return
        self._findings.setPlainText(self.tr("Checking…"))
        command = [*program(), *recipe.check_arguments()]
        self._run(lambda control: _check(command, control), self._findings.setPlainText)

    def train(self, recipe: Recipe | None = None) -> None:
        """Start a run by the form's recipe, or another one; a run that was stopped goes on."""
        recipe = recipe or self.form.recipe()
        if recipe is None or self.process.running:
            return
        resume = self._resumable and recipe.name == self._name
        self._name, self._failure, self._made = recipe.name, False, None
        if not resume:
            self.progress.clear()
        self.progress.say(self.tr("Starting…"))
        self.process.start(recipe.arguments(resume))
        self._allow()

    def stop(self) -> None:
        """Save, then end the child."""
        self.process.send("stop")
        self.progress.say(self.tr("Saving…"))

    def use(self) -> None:
        """Install the trained weights as a model."""
        made, name = self._made, self._name
        if made is not None:
            self._run(lambda _: _install(made, name), lambda _: self.model_made.emit(name))

    def _toggle_pause(self) -> None:
        self.process.send("resume" if self._paused else "pause")

    def _add_corrections(self) -> None:
        folder = corrections_folder()
        self.progress.say(self.tr("Writing your corrections as a dataset…"))
        export = self._corrections()
        self._run(lambda control: export(folder, control), lambda count: self._take_corrections(folder, count))

    def _take_corrections(self, folder: Path, count: object) -> None:
        if count:
            self.progress.say(self.tr("{count} corrected photos are ready to learn from.").format(count=count))
            self.form.add_dataset(folder)
        else:
            self.progress.say(self.tr("No photo is corrected yet: paint keep or erase strokes first."))

    def findings(self) -> str:
        """What the check found, as it is shown."""
        return self._findings.toPlainText()

    # -- what comes back ----------------------------------------------------------------------------------------

    def _take(self, event: dict[str, Any]) -> None:
        self.progress.show_event(event)
        kind = event["event"]
        if kind in ("paused", "resumed"):
            self._paused = kind == "paused"
            self._pause.setText(self.tr("Resume") if self._paused else self.tr("Pause"))
        elif kind == "saved":
            self._resumable = True
        elif kind == "checked":
            self._findings.setPlainText(_table(event["folder"], event["usable"], event["problems"]))
        elif kind == "failed":
            self._failure = True
        elif kind == "finished":
            self._made = Path(event["model"]) if event["model"] else None
            self._resumable = not event["complete"]
        self._allow()

    def _end(self, status: int) -> None:
        if status and not self._failure:
            self.progress.say(
                self.tr("Training ended unexpectedly (status {status}); “Train” goes on from the last save.").format(
                    status=status
                )
            )
        self._paused = False
        self._pause.setText(self.tr("Pause"))
        self._allow()

    def _run(self, work: Callable[[Control], object], done: Callable[[Any], None]) -> None:
        if self._call is not None and self._call.isRunning():
            return
        control = Control()
        self._call = BackgroundCall(lambda: work(control), self, control)
        self._call.succeeded.connect(done)
        self._call.failed.connect(self._show_error)
        self._call.start()

    def _show_error(self, error: KirieError | None) -> None:
        self.progress.say(sentence(error) if error else self.tr("Something went wrong; the log tells more."))

    def _allow(self) -> None:
        ready, running = self.form.recipe() is not None, self.process.running
        self._check.setEnabled(ready and not running)
        self._go.setEnabled(ready and not running)
        self._pause.setEnabled(running)
        self._stop.setEnabled(running)
        self._use.setEnabled(self._made is not None and not running)
        self.form.setEnabled(not running)

    # -- the end ------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what becomes of a run; the window's end waits for nothing longer than a save."""
        if self.process.running and not self._settle():
            event.ignore()
            return
        if self._call is not None:
            self._call.abandon()
        event.accept()

    def reject(self) -> None:
        """Escape is a close."""
        self.close()

    def _settle(self) -> bool:
        question = QMessageBox(self)
        question.setWindowTitle(self.tr("Training is running"))
        question.setText(self.tr("Should training go on after this window is closed?"))
        keep = question.addButton(self.tr("Keep training"), QMessageBox.ButtonRole.AcceptRole)
        stop = question.addButton(self.tr("Save and stop"), QMessageBox.ButtonRole.DestructiveRole)
        question.addButton(QMessageBox.StandardButton.Cancel)
        question.exec()
        if question.clickedButton() is stop:
            self.process.send("stop")
            return True
        return question.clickedButton() is keep


def _check(command: list[str], control: Control) -> str:
    """Return the check's lines made readable; its own error sentence where it has none. Raises ``Cancelled``."""
    output, complaints = _output_of(command, control)
    tables = []
    for line in output.splitlines():
        report = json.loads(line)
        problems = [(row["file"], row["finding"], row["detail"]) for row in report["rows"] if row["finding"] != "ok"]
        tables.append(_table(report["folder"], report["usable"], problems))
    return "\n".join(tables) or complaints.strip().removeprefix("kirie: ")


def _output_of(command: list[str], control: Control) -> tuple[str, str]:
    """Run a program; return what it wrote to standard output and error. A cancelled one is killed: ``Cancelled``."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", errors="replace") as process:
        while True:
            try:
                return process.communicate(timeout=TICK_S)
            except subprocess.TimeoutExpired:
                if control.cancelled:
                    process.kill()
                    raise Cancelled from None


def _table(folder: str, usable: int, problems: list[Any]) -> str:
    lines = [f"{folder}: {usable} ✓"]
    for file, finding, detail in problems:
        lines.append(f"  {Path(file).name}: {finding}" + (f" ({detail})" if detail else ""))
    return "\n".join(lines)


def _install(made: Path, name: str) -> ModelInfo:
    from models.catalogue.import_model import import_model  # loads torch

    return import_model(made, name, replace=True)
