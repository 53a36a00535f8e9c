"""The window: builds the parts, lays them out, and connects them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

import resources
from gui.actions.actions import Actions
from gui.batch.bar import BatchBar
from gui.batch.close_question import ask_before_closing
from gui.batch.controller import Batching
from gui.batch.runner import BatchRunner
from gui.canvas.bar import CanvasBar
from gui.canvas.canvas import Canvas
from gui.canvas.view import View
from gui.canvas.views import Views
from gui.current.clipboard_and_drag import Handing
from gui.current.controller import Desk, Workers
from gui.dialogs.dialogs import Dialogs
from gui.inspector.inspector import Inspector
from gui.look.icons import application_icon
from gui.models.chooser import Modes
from gui.photos.empty import EmptyState
from gui.photos.intake import Intake
from gui.photos.list_actions import Choosing
from gui.photos.list_model import PhotoModel
from gui.photos.mime import can_take
from gui.photos.panel import PhotoPanel
from gui.photos.thumbnails import Thumbnails
from gui.settings.table import Settings
from gui.threads.full_size import FullSize
from gui.threads.maps import MapService
from gui.threads.predicting import Load, PredictingThread
from gui.threads.preview import Preview
from gui.training.launcher import Training
from gui.workspace.presets import Presets
from gui.workspace.window_state import Keeping
from gui.workspace.workspace_file import workspace_file
from matting.settings import Mode

VIEW_ACTIONS = {View.CUTOUT: "view_cutout", View.MASK: "view_mask", View.OVERLAY: "view_overlay"}
VIEW_ACTIONS |= {View.ORIGINAL: "view_original", View.SPLIT: "view_split"}


class MainWindow(QMainWindow):
    """Everything a user sees. ``load`` makes a predictor from a model's name; ``begin`` starts the slow parts."""

    def __init__(self, settings: Settings, load: Load) -> None:
        super().__init__()
        self.setWindowTitle("Kirie")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._settings = settings
        self._closing = False
        self.actions_ = Actions(self)
        self._build_parts(settings, load)
        self._lay_out()
        self._connect()
        self._restore_geometry()
        self._allow()

    def begin(self) -> None:
        """What the first picture of the window need not wait for: the last workspace, models, torch."""
        self.keeping.restore()
        self._intake.tidy([entry.path for entry in self.model.entries()])
        self._predicting.start()
        self.modes.refresh()

    def output_folder(self) -> Path:
        """Where cutouts go."""
        return self.keeping.output.folder

    # -- building -----------------------------------------------------------------------------------------------

    def _build_parts(self, settings: Settings, load: Load) -> None:
        actions = self.actions_
        self.model = PhotoModel(self)
        self._thumbnails = Thumbnails(self)
        self._intake = Intake(self)
        self._predicting = PredictingThread(load)
        self._workers = Workers(MapService(self._predicting, self), Preview(self), FullSize(self))
        self._runner = BatchRunner(self._predicting, self)
        self.panel = PhotoPanel(self.model, self._thumbnails, [actions["add_photos"], actions["add_folder"]])
        self.canvas = Canvas()
        self.inspector = Inspector()
        self.inspector.set_presets(Presets(settings.store))
        self.bar = BatchBar()
        buttons = ["add_photos", "add_folder"]
        if resources.SAMPLES.is_dir():
            buttons.append("samples")
        self._empty = EmptyState([actions[name] for name in buttons])
        self.desk = Desk(self.model, self._workers, self.canvas, self.inspector, self)
        self.modes = Modes(self.desk, self.inspector, self._workers.maps, self)
        self.views = Views(self.canvas, {view: actions[name] for view, name in VIEW_ACTIONS.items()}, self)
        self.keeping = Keeping(
            self.model, self.desk, self.modes, self.views, self.panel, self.inspector, settings, workspace_file(), self
        )
        self.choosing = Choosing(self.model, self.panel.view, self._intake, self.output_folder, self)
        self.batching = Batching(
            self.model, self.desk, self._runner, self.bar, settings, lambda: self.keeping.output, self
        )
        self.handing = Handing(self.desk, self._workers.full, self)
        self.dialogs = Dialogs(self, actions, settings, self.modes.refresh)
        self.training = Training(self, self.model, self.desk, self._predicting, settings)

    def _lay_out(self) -> None:
        self.actions_.fill(self.menuBar())
        self._middle = QStackedWidget()
        self._middle.addWidget(self._empty)
        self._middle.addWidget(self.canvas)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("columns")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        middle = QWidget()
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(CanvasBar(self.actions_, list(VIEW_ACTIONS.values()), self.canvas))
        stack.addWidget(self._middle, 1)
        for part in (self.panel, middle, self.inspector):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([280, 760, 310])
        self.panel.setMinimumWidth(220)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.bar)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.actions_.connect(self)
        self.panel.view.looked_at.connect(self.desk.look_at)
        self.panel.view.selectionModel().selectionChanged.connect(self._allow)
        self.panel.view.customContextMenuRequested.connect(self._show_list_menu)
        self.inspector.models_wanted.connect(self.dialogs.models)
        self.inspector.apply_to_selected_requested.connect(lambda: self.desk.apply_to(self.panel.view.selected_paths()))
        self.canvas.drag_out_requested.connect(self.handing.drag)
        self.bar.open_clicked.connect(self.choosing.open_output)
        self.bar.failed_clicked.connect(self.panel.show_failed)
        for source in (self.choosing, self.handing, self.modes, self.dialogs):
            source.said.connect(self.bar.show_message)
        self.choosing.cut_wanted.connect(self.batching.start_only)
        self.choosing.added.connect(self.keeping.follow_photos)
        self.training.model_made.connect(self.modes.adopt)
        self.modes.device_changed.connect(self.bar.show_device)
        self.modes.mode_changed.connect(self._show_mode)
        for signal in (self.model.count_changed, self.desk.changed, self.batching.changed):
            signal.connect(self._allow)
        self.batching.changed.connect(self._close_if_asked)
        self._settings.changed.connect(self._follow_setting)

    # -- following ----------------------------------------------------------------------------------------------

    def _allow(self) -> None:
        there = set()
        if self.model.total():
            there.add("photos")
        if self.desk.path is not None:
            there.add("photo")
        if self.panel.view.selectionModel().hasSelection():
            there.add("selection")
        if self.batching.running:
            there.add("batch")
        self.actions_.allow(there)
        self._middle.setCurrentWidget(self.canvas if self.model.total() else self._empty)

    def _show_mode(self, mode: str, has_model: bool) -> None:
        self.actions_["mode_vessel" if mode == Mode.VESSEL else "mode_cutout"].setChecked(True)
        if not has_model and mode == Mode.VESSEL:
            self.canvas.set_message(self.tr("No vessel model is installed. Import one under Tools, Settings, Models."))
        elif not has_model:
            self.canvas.set_message(self.tr("No model is installed. Get one under Tools, Settings, Models."))

    def _follow_setting(self, key: str) -> None:
        if key.startswith("device/"):
            self._workers.maps.forget()
            self.modes.refresh()
        elif key == "program/theme":
            from gui.look.theme import Theme, apply_theme

            apply_theme(Theme(self._settings.text(key)))

    def _show_list_menu(self, at: object) -> None:
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        for name in ("start_selected", "retry", "reveal", "copy", "apply_all", "select_all", "remove"):
            menu.addAction(self.actions_[name])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.panel.view.viewport().mapToGlobal(at))  # type: ignore[call-overload]

    # -- Qt's events --------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take whatever holds photos."""
        if can_take(event.mimeData()):
            _accept_copy(event)
            self._empty.set_hot(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say to the other program what a drop would do."""
        _accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002
        """It goes elsewhere."""
        self._empty.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self._empty.set_hot(False)
        _accept_copy(event)
        self.choosing.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a batch runs; then keep everything and end all threads."""
        if self.batching.running:
            event.ignore()
            if not self._closing:
                ask_before_closing(self, self._close_after_photo)
            return
        if not self.training.close():
            event.ignore()
            return
        store = self._settings.store
        store.setValue("window/geometry", self.saveGeometry())
        store.setValue("window/columns", self._splitter.saveState())
        self._settings.sync()
        self.keeping.close()
        for part in (self._intake, self._thumbnails, self.handing, self.dialogs, self.modes):
            part.close()
        self._runner.close()
        self._predicting.close()
        self._workers.close()
        event.accept()

    def _close_after_photo(self) -> None:
        self._closing = True
        self.batching.wind_down()

    def _close_if_asked(self) -> None:
        if self._closing and not self.batching.running:
            self.close()

    def _restore_geometry(self) -> None:
        self.resize(1360, 860)
        geometry, columns = (self._settings.store.value(f"window/{part}") for part in ("geometry", "columns"))
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(columns, QByteArray):
            self._splitter.restoreState(columns)


def _accept_copy(event: QDropEvent) -> None:
    """Whatever the other program proposes: after a move it would delete the photos."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
