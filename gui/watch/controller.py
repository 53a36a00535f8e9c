"""The watched folder from the window's side: chosen, kept, shown, and its failures brought to the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.settings.output_defaults import output_defaults
from gui.settings.table import Settings
from gui.watch.line import WatchLine
from gui.watch.plan import WatchPlan, plan_from
from gui.watch.runner import WatchRunner, WatchState, WatchStatus
from gui.workspace.entry import NOT_READ, PhotoEntry
from gui.workspace.order import Filter
from gui.workspace.workspace import Workspace
from matting.batch.jobs import JobResult, JobState

_KEY = "window/watch"


class WatchController(QObject):
    """``said(text)``, for the user to read; ``shown_wanted(Filter)``: the list is to show these photos;
    ``changed()`` when a folder begins or ceases to be watched.

    What is watched is kept in the settings' file, from one start to the next.
    """

    said = Signal(str)
    shown_wanted = Signal(object)
    changed = Signal()

    def __init__(
        self, workspace: Workspace, runner: WatchRunner, line: WatchLine, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace, self._runner, self._line = workspace, runner, line
        self._settings, self._window = settings, window
        self._plan: WatchPlan | None = None
        self._status = WatchStatus()
        line.pause_clicked.connect(self.toggle_pause)
        line.stop_clicked.connect(self.stop)
        line.change_clicked.connect(self.ask)
        line.failing_clicked.connect(self.show_failing)
        runner.changed.connect(self._take_status)
        runner.finished.connect(self._take_result)

    @property
    def watching(self) -> bool:
        """Whether a folder is watched, paused or not."""
        return self._plan is not None

    def begin(self) -> None:
        """Go on with the folder that was watched when Kirie was closed."""
        plan = plan_from(self._settings.store.value(_KEY))
        if plan is not None:
            self._start(plan)

    def ask(self) -> None:
        """Ask which folder is to be watched, and how."""
        from gui.watch.dialog import Offered, WatchDialog

        workspace = self._workspace
        if not workspace.model:
            self.said.emit(self.tr("There is no model for this mode yet; import one in the settings"))
            return
        defaults = output_defaults(self._settings)
        offered = Offered(
            workspace.shared,
            workspace.output,
            workspace.model,
            workspace.default_threshold,
            lambda folder: defaults.folder_for(PhotoEntry(folder / "photo", folder)),
        )
        dialog = WatchDialog(offered, self._plan, self._window)
        dialog.plan_chosen.connect(self.take)
        dialog.stop_wanted.connect(self.stop)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def take(self, plan: WatchPlan) -> None:
        """Watch this folder from now on."""
        self._keep(plan)
        self._start(plan)

    def toggle_pause(self) -> None:
        """Hold the watched folder, or let it go on."""
        plan = self._plan
        if plan is None:
            return
        if self._status.state is WatchState.ENDED:
            self.take(replace(plan, paused=False))
            return
        self._plan = replace(plan, paused=not plan.paused)
        self._keep(self._plan)
        self._runner.pause(self._plan.paused)
        self._show()

    def stop(self) -> None:
        """Watch no more."""
        self._keep(None)
        self._plan = None
        self._runner.stop()
        self._show()
        self.changed.emit()

    def show_failing(self) -> None:
        """Add the photos that fail to the list, which says why each of them does, and show those that failed."""
        plan, failing = self._plan, self._status.failing
        if plan is None or not failing:
            return
        self._workspace.add([PhotoEntry(path, plan.folder) for path in failing])
        for path, error in failing.items():
            self._workspace.fail(path, error)
        self.shown_wanted.emit(Filter.FAILED)

    def _start(self, plan: WatchPlan) -> None:
        self._plan, self._status = plan, WatchStatus()
        self._runner.start(plan)
        self._show()
        self.changed.emit()

    def _keep(self, plan: WatchPlan | None) -> None:
        if plan is None:
            self._settings.store.remove(_KEY)
        else:
            self._settings.store.setValue(_KEY, plan.text())

    def _take_status(self, status: WatchStatus) -> None:
        self._status = status
        self._show()

    def _take_result(self, result: JobResult) -> None:
        """Let a failed photo of the list follow when a later try has cut it."""
        entry = self._workspace.photos.get(result.job.source)
        if entry is not None and entry.state in NOT_READ and result.state is not JobState.FAILED:
            self._workspace.follow_batch([], [result])

    def _show(self) -> None:
        self._line.show_watch(self._plan, self._status)
