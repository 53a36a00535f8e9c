"""Batches from the window's side: what is cut, how workspace and bar follow, and what is said at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QSystemTrayIcon, QWidget

from gui.batch.bar import BatchBar
from gui.batch.runner import BatchRunner
from gui.look.error_text import sentence
from gui.look.icons import application_icon
from gui.settings.table import Settings
from gui.workspace.change import Change, Part
from gui.workspace.entry import NOT_READ, TO_DO
from gui.workspace.workspace import Workspace
from matting.batch.jobs import Job, JobResult, Progress, Summary
from matting.errors import KirieError

FOLLOW_MS = 50
"""List and bar follow a batch at this pace: thousands of photos that are skipped must not take the window's time."""


class BatchController(QObject):
    """Starts, follows and ends batches. ``changed()`` fires when a batch begins or ends."""

    changed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        runner: BatchRunner,
        bar: BatchBar,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._runner, self._bar, self._settings = workspace, runner, bar, settings
        self._tray: QSystemTrayIcon | None = None
        self._begun: list[Path] = []
        self._results: list[JobResult] = []
        self._progress: Progress | None = None
        self._idle_is_old = False
        self._wanted: tuple[list[Path], bool] | None = None
        self._follow_soon, self._idle_soon = self._timer(self._follow_batch), self._timer(self._refresh_idle)
        bar.start_clicked.connect(self.start)
        bar.retry_clicked.connect(self.retry_failed)
        bar.pause_clicked.connect(self.toggle_pause)
        bar.cancel_clicked.connect(self.cancel)
        runner.started.connect(bar.show_started)
        runner.progress.connect(self._note_progress)
        runner.paused.connect(bar.show_paused)
        runner.job_started.connect(self._note_begun)
        runner.job_finished.connect(self._note_result)
        runner.finished.connect(self._end)
        bar.show_destination(workspace.output)
        workspace.subscribe(self._follow)

    @property
    def running(self) -> bool:
        """Whether a batch is at work or held."""
        return self._runner.running

    def start(self) -> None:
        """Export what is new or has changed; when there is nothing of the kind, everything once more."""
        self._cut(*self._workspace.to_cut())

    def start_only(self, paths: Iterable[Path]) -> None:
        """Cut these photos, finished or not."""
        self._cut(paths, redo=True)

    def retry_failed(self) -> None:
        """Cut what has failed, files that were missing included."""
        self._cut(self._workspace.failed())

    def toggle_pause(self) -> None:
        """Hold the batch, or let it go on."""
        self._runner.pause(not self._runner.is_paused)

    def cancel(self) -> None:
        """Stop within a photo."""
        if self.running:
            self._runner.cancel()
            self._bar.show_message(self.tr("Stopping…"))

    def wind_down(self) -> None:
        """Finish the photos under way, then stop."""
        self._runner.wind_down()
        self._bar.show_message(self.tr("Finishing the photos under way…"))

    def _cut(self, paths: Iterable[Path], redo: bool = False) -> None:
        workspace = self._workspace
        if self.running:
            return
        if not workspace.model and not workspace.models_listed:
            self._wanted = list(paths), redo  # begun as soon as the model of this mode is known
            return
        if not workspace.model:
            self._bar.show_message(self.tr("There is no model for this mode yet; import one in the settings"))
            return
        jobs, only = workspace.begin_batch(paths)
        if only:
            self._runner.start(jobs, only, workspace.output, workspace.model, redo)
            self.changed.emit()

    # -- following ----------------------------------------------------------------------------------------------

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(FOLLOW_MS)
        timer.timeout.connect(slot)
        return timer

    def _follow(self, change: Change) -> None:
        if change.has(Part.OUTPUT):
            self._bar.show_destination(self._workspace.output)
        if change.removed:
            self._runner.leave_out(entry.path for entry in change.removed)
        if change.has(Part.MODEL) and self._wanted is not None and self._workspace.models_listed:
            wanted, self._wanted = self._wanted, None
            self._cut(*wanted)
        if change.replaced or change.added or change.removed:
            self._idle_is_old = True
            if not self._idle_soon.isActive():
                self._refresh_idle()

    def _refresh_idle(self) -> None:
        """Show the first change of a stream at once, the others at the pace of the timer."""
        if self._idle_is_old:
            self._idle_is_old = False
            self._show_idle()
            self._idle_soon.start()

    def _show_idle(self) -> None:
        if not self.running:
            photos = self._workspace.photos
            self._bar.show_idle(photos.count(TO_DO), len(photos), photos.count(NOT_READ))

    def _note_begun(self, job: Job) -> None:
        self._begun.append(job.source)
        self._follow_batch_soon()

    def _note_result(self, result: JobResult) -> None:
        self._results.append(result)
        self._follow_batch_soon()

    def _note_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._follow_batch_soon()

    def _follow_batch_soon(self) -> None:
        if not self._follow_soon.isActive():
            self._follow_soon.start()

    def _follow_batch(self) -> None:
        begun, results, progress = self._begun, self._results, self._progress
        self._begun, self._results, self._progress = [], [], None
        self._workspace.follow_batch(begun, results)
        if progress is not None:
            self._bar.show_progress(progress)

    def _end(self, summary: Summary | None, error: KirieError | None) -> None:
        self._follow_soon.stop()
        self._follow_batch()
        self._workspace.end_batch()
        self._show_idle()
        if summary is not None:
            self._bar.show_summary(summary)
            if not summary.cancelled:
                self._notify(self._bar.summary_text(summary))
        else:
            self._bar.show_message(
                sentence(error) if error else self.tr("The batch stopped unexpectedly; the log has the details")
            )
        self.changed.emit()

    def _notify(self, text: str) -> None:
        """Tell a user who is doing something else."""
        if not self._settings.get("program/notify") or QApplication.activeWindow() is not None:
            return
        parent = self.parent()
        if parent is not None and parent.isWidgetType():
            QApplication.alert(parent)  # type: ignore[arg-type]
        if QSystemTrayIcon.isSystemTrayAvailable():
            if self._tray is None:
                self._tray = QSystemTrayIcon(application_icon(), self)
                self._tray.setToolTip("Kirie")
            self._tray.show()
            self._tray.showMessage(self.tr("Kirie is done"), text, application_icon())


def ask_before_closing(window: QWidget, close: Callable[[], None]) -> QMessageBox:
    """Ask without blocking, and return the question; ``close`` is called when the user wants to close after the photos
    under way.
    """

    def say(text: str) -> str:
        return QCoreApplication.translate("Closing", text)

    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Kirie")
    box.setText(say("Photos are still being cut out."))
    box.setInformativeText(
        say("Kirie can finish the photos under way and close then. The others stay in the list for the next time.")
    )
    closing = box.addButton(say("Finish and close"), QMessageBox.ButtonRole.AcceptRole)
    staying = box.addButton(say("Keep working"), QMessageBox.ButtonRole.RejectRole)
    closing.setToolTip(say("Finish the photos under way, then close"))
    staying.setToolTip(say("Go on with the batch"))
    for button in (closing, staying):
        button.setAccessibleName(button.text())
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)
    box.buttonClicked.connect(lambda button: close() if button is closing else None)
    box.open()
    return box
