"""Teaching from the window: plain words and pictures, the recipe and its curves under Advanced, a child process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gui.look.error_text import phrase_text, sentence
from gui.look.screen import fitting
from gui.look.tokens import SPACE_L
from gui.threads.call import BackgroundCall
from gui.training.dataset_check import run_check
from gui.training.followed import FollowedRun
from gui.training.form import TrainingForm
from gui.training.process import TrainingProcess
from gui.training.progress import TrainingProgress
from gui.training.recipe import Recipe
from gui.training.result import TrainingResult
from gui.training.teach_page import TeachPage
from gui.widgets.fold import FoldButton
from gui.widgets.push_button import push_button
from matting.errors import KirieError
from matting.phrases import Phrase
from matting.system.control import Control
from matting.system.program import program
from models.catalogue.catalogue import ModelInfo
from models.training.data.corrections import corrections_folder
from models.training.data.findings import Problem
from models.training.events import (
    Checked,
    Event,
    Failed,
    Finished,
    Paused,
    Resumed,
    Saved,
)
from models.training.run_folder import RunFolder, free_run_name, left_runs, runs_folder

USUAL, ADVANCED = QSize(760, 520), QSize(980, 760)


class TrainingDialog(QDialog):
    """Teach from the corrections, or check, train, pause, stop, resume by a recipe; compare, try and keep the result.

    ``corrections`` gathers what the user corrected by now and returns the work that writes it as a dataset to a folder
    and returns the number of pairs; that work runs off the GUI thread and can be cancelled. ``lesson`` says how many
    photos are corrected, and with which model. ``model_made``, ``old_wanted``, ``try_wanted``: see ``TrainingResult``.
    """

    model_made = Signal(str)
    old_wanted = Signal(str)
    try_wanted = Signal(object, bool)

    def __init__(
        self,
        models: list[ModelInfo],
        device: str,
        corrections: Callable[[], Callable[[Path, Control], int]],
        parent: QWidget | None = None,
        lesson: Callable[[], tuple[int, str]] = lambda: (0, ""),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Teach Kirie"))
        self._corrections, self._lesson = corrections, lesson
        self.process = TrainingProcess(self)
        self.process.reported.connect(self._take)
        self.process.ended.connect(self._end)
        self._run_now: TrainingProcess | FollowedRun = self.process
        self._call: BackgroundCall | None = None
        self._name = ""
        self._failure = False
        self._resumable = False
        self._paused = False
        self.form = TrainingForm(models, device)
        self.progress = TrainingProgress()
        self.teaching = TeachPage()
        self._findings = QPlainTextEdit()
        self._findings.setReadOnly(True)
        self._findings.setAccessibleName(self.tr("What the check found"))
        self._findings.setToolTip(self.tr("Files that cannot be used, and why"))
        self._findings.setPlaceholderText(self.tr("“Check” lists what pairs, what does not, and why."))
        self.form.corrections_wanted.connect(self._add_corrections)
        self.form.changed.connect(self._allow)
        self._check = push_button(self.tr("Check"), self.tr("Look into every file, train nothing"), self.check)
        self._go = push_button(self.tr("Train"), self.tr("Start, or go on after a stop"), lambda: self.train())
        self._pause = push_button(self.tr("Pause"), self.tr("Hold after this step, or go on"), self._toggle_pause)
        self._teach = push_button(self.tr("Teach"), self.tr("Learn from the photos that you corrected"), self.teach)
        self._teach.setProperty("role", "primary")
        self._stop = push_button(self.tr("Stop"), self.tr("Save and stop; “Train” goes on from there"), self.stop)
        self.outcome = TrainingResult(models, lambda: lesson()[1])
        for told, to in (
            (self.outcome.model_made, self.model_made),
            (self.outcome.old_wanted, self.old_wanted),
            (self.outcome.try_wanted, self.try_wanted),
            (self.outcome.said, self._say),
            (self.outcome.compared, self.teaching.pictures.show_pictures),
        ):
            told.connect(to)
        self._lay_out()
        self._allow()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.form)
        left.addWidget(self._findings, 1)
        right = QVBoxLayout()
        right.addWidget(self.progress, 1)
        row = QHBoxLayout()
        row.addStretch()
        for button in (self._check, self._pause, self._go):
            row.addWidget(button)
        right.addLayout(row)
        self._body = QWidget()
        body = QHBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(left, 2)
        body.addLayout(right, 3)
        self._fold = FoldButton("advanced", self.tr("Advanced"))
        self._fold.setMinimumWidth(self._fold.sizeHint().width() + 2 * SPACE_L)
        self._fold.toggled.connect(self._unfold)
        self._body.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self._fold)
        buttons.addStretch()
        for part in (self.outcome, self._stop, self._teach):
            buttons.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_L)
        layout.addWidget(self.teaching, 2)
        layout.addWidget(self._body, 3)
        layout.addLayout(buttons)
        self.teaching.say_what_to_do(self._lesson()[0])
        self.resize(fitting(USUAL, self))

    def _unfold(self, shown: bool) -> None:
        self._body.setVisible(shown)
        if shown:
            self.resize(self.size().expandedTo(fitting(ADVANCED, self)))

    # -- what the buttons do ------------------------------------------------------------------------------------

    def check(self) -> None:
        """Fill the table of findings."""
        recipe = self.form.recipe()
        if recipe is None:
            return
        self._findings.setPlainText(self.tr("Checking…"))
        command = [*program(), *recipe.check_arguments()]
        self._run(lambda control: run_check(command, control), self._show_check)

    def teach(self) -> None:
        """Learn from the corrections, onward from the model in use, by a recipe that nobody need look at."""
        folder, export = corrections_folder(), self._corrections()
        self.teaching.begin()
        self.teaching.say(self.tr("Writing your corrections as a dataset…"))

        def prepare(control: Control) -> tuple[int, str]:
            return export(folder, control), free_run_name(folder)

        self._run(prepare, lambda prepared: self._begin_lesson(folder, *prepared))

    def _begin_lesson(self, folder: Path, count: int, name: str) -> None:
        if not count:
            self.teaching.end()
            self.teaching.say_what_to_do(0)
            return
        self.form.show_run(name, [(folder, 1.0)])
        self.form.choose_start(self._lesson()[1])
        self.train()

    def train(self, recipe: Recipe | None = None) -> None:
        """Start a run by the form's recipe, or another one; a run that was stopped goes on."""
        recipe = recipe or self.form.recipe()
        if recipe is None or self._run_now.running:
            return
        self._run_now = self.process
        resume = self._resumable and recipe.name == self._name
        self._name, self._failure = recipe.name, False
        self.outcome.forget()
        self.teaching.begin()
        if not resume:
            self.progress.clear()
        self.progress.say(self.tr("Starting…"))
        self.process.start(recipe.arguments(resume))
        self._allow()

    def find_left_run(self) -> None:
        """Show the run that goes on after its window closed, or has ended since, if there is one."""
        self._run(
            lambda _: _left_run(), lambda found: self._follow(*found) if found and not self._run_now.running else None
        )

    def _follow(self, run: RunFolder, datasets: Sequence[tuple[Path, float]]) -> None:
        self.form.show_run(run.name, datasets)
        followed = FollowedRun(run, self)
        followed.reported.connect(self._take)
        followed.ended.connect(self._end)
        self._run_now, self._name, self._failure = followed, run.name, False
        self._resumable = False
        self.outcome.forget()
        self.teaching.begin()
        self.progress.clear()
        followed.start()
        self._allow()

    def stop(self) -> None:
        """Save, then end the child."""
        try:
            self._run_now.send("stop")
        except KirieError as error:
            self._show_error(error)
        else:
            self._say(self.tr("Saving…"))

    def _say(self, text: str) -> None:
        self.progress.say(text)
        self.teaching.say(text)

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
            self.progress.say(self.tr("No photo is corrected yet: point at things or paint on photos first."))

    def _show_check(self, reports: Sequence[tuple[Path, int, Sequence[Problem]]]) -> None:
        self._findings.setPlainText("\n".join(self._table(*report) for report in reports))

    def _table(self, folder: Path, usable: int, problems: Sequence[Problem]) -> str:
        lines = [f"{folder}: {usable} ✓"]
        for problem in problems:
            file, finding = problem.path.name, phrase_text(problem.finding.phrase)
            if problem.detail is None:
                lines.append(self.tr("  {file}: {finding}").format(file=file, finding=finding))
            else:
                detail = phrase_text(problem.detail) if isinstance(problem.detail, Phrase) else sentence(problem.detail)
                text = self.tr("  {file}: {finding} ({detail})")
                lines.append(text.format(file=file, finding=finding, detail=detail))
        return "\n".join(lines)

    def findings(self) -> str:
        """Return what the check found, as it is shown."""
        return self._findings.toPlainText()

    # -- what comes back ----------------------------------------------------------------------------------------

    def _take(self, event: Event) -> None:
        self.progress.show_event(event)
        self.teaching.show_event(event)
        match event:
            case Paused():
                self._paused = True
                self._pause.setText(self.tr("Resume"))
            case Resumed():
                self._paused = False
                self._pause.setText(self.tr("Pause"))
            case Saved():
                self._resumable = True
            case Checked():
                self._findings.setPlainText(self._table(event.folder, event.usable, event.problems))
            case Failed():
                self._failure = True
            case Finished():
                self._resumable = not event.complete
                if event.model is not None:
                    self.outcome.offer(RunFolder(event.model.parent), event.others is not None, event.mix)
        self._allow()

    def _end(self, status: int) -> None:
        if self._name:
            RunFolder(runs_folder() / self._name).await_end(False)
        self.teaching.end()
        if status and not self._failure:
            self._say(
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
        if self._findings.toPlainText() == self.tr("Checking…"):
            self._findings.clear()
        self.teaching.end()
        self._say(sentence(error) if error else self.tr("Something went wrong; the log tells more."))

    def _allow(self) -> None:
        ready, running = self.form.recipe() is not None, self._run_now.running
        self._check.setEnabled(ready and not running)
        self._go.setEnabled(ready and not running)
        self._pause.setEnabled(running and self._run_now is self.process)
        self.form.setEnabled(not running)
        self.outcome.setEnabled(self.outcome.offered and not running)
        self._stop.setVisible(running)
        count = self._lesson()[0]
        self.teaching.show_corrections(count)
        self._teach.setVisible(not running and not self.outcome.offered)
        self._teach.setEnabled(count > 0)

    # -- the end ------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what becomes of a run; the window's end waits for nothing longer than a save."""
        if self.process.running and not self._settle():
            event.ignore()
            return
        if isinstance(self._run_now, FollowedRun):
            self._run_now.close()
        self.outcome.close_result()
        if self._call is not None:
            self._call.abandon()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        """Count the corrections anew when the user comes back to the dialog."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            if self._teach.isVisible() and not (self._call is not None and self._call.isRunning()):
                self.teaching.say_what_to_do(self._lesson()[0])
            self._allow()

    def reject(self) -> None:
        """Treat Escape as a close."""
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
        if question.clickedButton() is not keep:
            return False
        self.leave()
        return True

    def leave(self) -> None:
        """Let the run go on without this window; the next dialog finds it."""
        if self._paused:  # without this window nothing would resume a paused run
            self.process.send("resume")
        RunFolder(runs_folder() / self._name).await_end(True)


def _left_run() -> tuple[RunFolder, list[tuple[Path, float]]] | None:
    """Return the latest run that a window left training, and its sources: (folder, weight) each."""
    for run in left_runs():
        try:
            sources = run.read_recipe()["settings"]["sources"]
            return run, [(Path(source["folder"]), float(source["weight"])) for source in sources]
        except (KirieError, KeyError, TypeError, ValueError):  # it may still be looking into its photos
            return run, []
    return None
