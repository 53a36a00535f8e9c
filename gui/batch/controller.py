"""Batches from the window's side: what is cut, how the list and the bar follow, and what is said at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from gui.batch.bar import BatchBar
from gui.batch.runner import BatchRunner
from gui.current.controller import Desk
from gui.look.error_text import sentence
from gui.look.icons import application_icon
from gui.photos.entry import PhotoEntry, PhotoState
from gui.photos.list_model import PhotoModel
from gui.settings.table import Settings
from matting.batch.jobs import Job, JobResult, JobState, Summary
from matting.errors import KirieError
from matting.settings import OutputSettings

log = logging.getLogger(__name__)

_TO_DO = frozenset({PhotoState.WAITING, PhotoState.CUTTING, PhotoState.FAILED})


class Batching(QObject):
    """Starts, follows and ends batches.

    ``output`` gives the output settings of the moment. ``changed()`` fires when a batch begins or ends.
    """

    changed = Signal()

    def __init__(
        self,
        model: PhotoModel,
        desk: Desk,
        runner: BatchRunner,
        bar: BatchBar,
        settings: Settings,
        output: Callable[[], OutputSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._desk, self._runner, self._bar = model, desk, runner, bar
        self._settings, self._output = settings, output
        self._tray: QSystemTrayIcon | None = None
        bar.start_clicked.connect(self.start)
        bar.pause_clicked.connect(self.toggle_pause)
        bar.cancel_clicked.connect(self.cancel)
        runner.started.connect(bar.show_started)
        runner.progress.connect(bar.show_progress)
        runner.paused.connect(bar.show_paused)
        runner.job_started.connect(self._show_started)
        runner.job_finished.connect(self._show_result)
        runner.finished.connect(self._show_end)
        model.count_changed.connect(self.show_idle)

    @property
    def running(self) -> bool:
        """Whether a batch is at work or held."""
        return self._runner.running

    def start(self) -> None:
        """Cut what is waiting or has failed; when there is nothing of the kind, everything once more."""
        entries = self._model.entries()
        waiting = [entry.path for entry in entries if entry.state in _TO_DO]
        if waiting:
            self._cut(waiting)
        else:
            self._cut([entry.path for entry in entries], redo=True)

    def start_only(self, paths: Iterable[Path]) -> None:
        """Cut these photos, finished or not."""
        self._cut(paths, redo=True)

    def retry_failed(self) -> None:
        """Cut what has failed, files that were missing included."""
        failed = (PhotoState.FAILED, PhotoState.MISSING)
        self._cut([entry.path for entry in self._model.entries() if entry.state in failed])

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

    def show_idle(self) -> None:
        """What the button says while no batch is running."""
        if not self.running:
            entries = self._model.entries()
            self._bar.show_idle(sum(entry.state in _TO_DO for entry in entries), len(entries))

    def _cut(self, paths: Iterable[Path], redo: bool = False) -> None:
        if self.running:
            return
        if not self._desk.network:
            self._bar.show_message(self.tr("There is no model for this mode yet; import one in the settings"))
            return
        wanted = set(paths)
        entries = self._model.entries()
        only = [index for index, entry in enumerate(entries) if entry.path in wanted]
        if only:
            for index in only:
                self._model.change(entries[index].path, state=PhotoState.WAITING, error=None)
            jobs = [self._job(entry) for entry in entries]
            self._runner.start(jobs, only, self._output(), self._desk.network, redo)
            self.changed.emit()

    def _job(self, entry: PhotoEntry) -> Job:
        return Job(entry.path, entry.root, self._desk.settings_of(entry), entry.strokes)

    def _show_started(self, job: Job) -> None:
        self._model.change(job.source, state=PhotoState.CUTTING)

    def _show_result(self, result: JobResult) -> None:
        entry = self._model.entry(result.job.source)
        if entry is None:
            return
        state = PhotoState(result.state.value)
        if self._job(entry) != result.job and result.state is not JobState.FAILED:
            state = PhotoState.WAITING  # changed by hand meanwhile: what was written is not what is seen
        elif result.remembered and result.state is JobState.SKIPPED:
            state = PhotoState.DONE  # cut by an earlier run with exactly these settings
        self._model.change(
            entry.path,
            state=state,
            error=result.error,
            doubt=entry.doubt if result.state is JobState.FAILED else result.doubt,
            outputs=result.outputs or entry.outputs,
            size=(result.width, result.height) if result.width else entry.size,
            damaged=entry.damaged if result.state is JobState.FAILED else result.damaged,
        )

    def _show_end(self, summary: Summary | None, error: KirieError | None) -> None:
        for entry in self._model.entries():
            if entry.state is PhotoState.CUTTING:
                self._model.change(entry.path, state=PhotoState.WAITING)
        self.show_idle()
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
